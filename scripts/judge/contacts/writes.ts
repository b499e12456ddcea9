/** What the account was told of people who had refused, from its own log of writes and the ledger's instants of the refusals (decision on S9). */
import { z } from 'zod';
import type { Mailed } from './people.ts';
import { refusedStatuses } from './demand.ts';

const instant = z.iso.datetime().transform((text) => Date.parse(text));
const itemSchema = z.object({ email: z.string(), status: z.unknown(), outcome: z.enum(['created', 'known', 'rejected']) });
export const writesSchema = z.array(z.object({ request: z.number(), arrivedAt: instant, storedAt: instant, items: z.array(itemSchema) }));
export type Writes = z.output<typeof writesSchema>;

/** One item for one address. */
interface Sent {
  arrivedAt: number;
  storedAt: number;
  isConfirming: boolean;
}

/** Between the ledger's last look and the socket: what is recorded then cannot be known to the request any more. */
const edgeMs = 1_000;
/** A refusal is written so soon after what confirmed took effect. */
export const promptMs = 10_000;

/** While a killed process was away, and until what it had begun is taken up: no instant in it counts. */
export interface Outage {
  from: number;
  until: number;
}

export interface Refused {
  /** ms of the ledger's clock: recorded first */
  at: number;
  /** the account's record of the person, if there is one */
  contact: Mailed | undefined;
}

export interface Judged {
  /** requests that arrived later than the edge, with a confirming status */
  confirmed: number;
  /** those within the edge */
  edge: number;
  /** ms from the refusal, or from what confirmed last, to the refusing status in the account; 0 where it stood there already; outages do not count */
  tookMs: number;
}

/** By address in lower case; rejected items took no effect. */
export function indexWrites(writes: Writes): Map<string, Sent[]> {
  const byEmail = new Map<string, Sent[]>();
  for (const { arrivedAt, storedAt, items } of writes) {
    for (const { email, status, outcome } of items) {
      if (outcome === 'rejected') continue;
      const sent: Sent = { arrivedAt, storedAt, isConfirming: !refusedStatuses.some((one) => one === status) };
      const key = email.toLowerCase();
      byEmail.set(key, [...(byEmail.get(key) ?? []), sent]);
    }
  }
  return byEmail;
}

export function judgeRefusal({ at, contact }: Refused, sent: readonly Sent[], outages: readonly Outage[]): Judged {
  const after = sent.filter(({ arrivedAt, isConfirming }) => isConfirming && arrivedAt > at);
  const confirmed = after.filter(({ arrivedAt }) => arrivedAt > at + edgeMs).length;
  return { confirmed, edge: after.length - confirmed, tookMs: contact === undefined ? 0 : timeToRefuse(at, contact, outages) };
}

/** The account's own history tells when the status stopped being a refusal after the refusal, and when it became one. */
function timeToRefuse(at: number, { history }: Mailed, outages: readonly Outage[]): number {
  const steps = history.map(({ at: text, to }) => ({ at: Date.parse(text), isRefused: refusedStatuses.includes(to) }));
  let longest = 0;
  let openSince: number | undefined;
  for (const step of steps) {
    if (step.isRefused && openSince !== undefined) longest = Math.max(longest, countedMs(Math.max(openSince, at), step.at, outages));
    if (step.isRefused) openSince = undefined;
    else openSince ??= step.at;
  }
  return longest;
}

function countedMs(from: number, until: number, outages: readonly Outage[]): number {
  if (until <= from) return 0;
  let counted = until - from;
  let seen = from;
  for (const outage of outages.toSorted((a, b) => a.from - b.from)) {
    const [start, end] = [Math.max(outage.from, seen), Math.min(outage.until, until)];
    if (end <= start) continue;
    counted -= end - start;
    seen = end;
  }
  return counted;
}
