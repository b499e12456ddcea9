/** What `email/add` and `email/edit` were asked to do, item by item, and what came of it: for judges. */
import { z } from 'zod';
import type { ContactStatus } from './model.ts';

export const writeCalls = ['email/add', 'email/edit'] as const;
export const flagNames = ['only_add_to_groups', 'update_on_duplicate', 'update_status_on_duplicate', 'send_confirmation'] as const;
export type FlagName = (typeof flagNames)[number];

export interface WrittenItem {
  /** as sent; the number where there was no address */
  email: string;
  /** as sent; null: none was sent */
  status: unknown;
  groups: unknown;
  outcome: 'created' | 'known' | 'rejected';
  /** of a rejected one */
  why: string | null;
  /** null: unknown before, or rejected and unknown still */
  statusBefore: ContactStatus | null;
  statusAfter: ContactStatus | null;
}

/** One request that reached the platform; one that a fault stopped before is in the request log only. */
export interface Write {
  /** its number in the request log */
  request: number;
  call: (typeof writeCalls)[number];
  arrivedAt: number;
  storedAt: number;
  /** as sent; null: left out, so the default held */
  flags: Record<FlagName, boolean | null>;
  items: WrittenItem[];
}

/** up to a tenth more for a while; the oldest go first */
export const writesKept = 50_000;

export function noteWrite(writes: Write[], write: Write): void {
  writes.push(write);
  if (writes.length > writesKept * 1.1) writes.splice(0, writes.length - writesKept);
}

/** Input of the action `writes`: those on one address, those after a request, or all. */
export const writesQuery = z.strictObject({ email: z.string().optional(), after: z.number().int().optional() });

/** With `email` only the items of that address are shown. */
export function listWrites(writes: readonly Write[], { email, after = 0 }: z.output<typeof writesQuery>) {
  const wanted = email?.toLowerCase();
  const items = (write: Write): WrittenItem[] => (wanted === undefined ? write.items : write.items.filter((item) => item.email.toLowerCase() === wanted));
  return writes
    .filter(({ request }) => request > after)
    .map((write) => ({ ...write, arrivedAt: iso(write.arrivedAt), storedAt: iso(write.storedAt), items: items(write) }))
    .filter((write) => wanted === undefined || write.items.length > 0);
}

const iso = (ms: number): string => new Date(ms).toISOString();
