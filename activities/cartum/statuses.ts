/** The statuses of a shop: its own list, or the platform's where the release has no call for it (contract 4.2). */
import type { ImportOrdersSettings } from '../../domain/settings.ts';
import type { CartumClient } from './client.ts';
import { inLanguage } from './language.ts';

/** Set through the API it returns no goods to stock and locks the order for good (contract 4.3). */
export const cancelled = '4';
const delivered = '3';

export interface ShopStatus {
  id: string;
  name: string;
  /** R5: "Delivered", which the backfill leaves out */
  isDelivered: boolean;
}

const defaults: readonly ShopStatus[] = [
  { id: '1', name: 'New', isDelivered: false },
  { id: '2', name: 'Processing', isDelivered: false },
  { id: delivered, name: 'Delivered', isDelivered: true },
  { id: cancelled, name: 'Cancelled / not delivered', isDelivered: false },
  { id: '6', name: 'Shipping', isDelivered: false },
];

export interface ShopStatuses {
  statuses: readonly ShopStatus[];
  /** the shop's release does not tell; these are the platform's own */
  areDefaults: boolean;
}

export async function readStatuses(client: Pick<CartumClient, 'listStatuses'>, language: string): Promise<ShopStatuses> {
  const found = await client.listStatuses();
  if (found === undefined || found.length === 0) return { statuses: defaults, areDefaults: true };
  const statuses = found.map(({ id, title, is_successful }) => ({ id, name: inLanguage(title, language) ?? id, isDelivered: id === delivered || isYes(is_successful) }));
  return { statuses, areDefaults: false };
}

const isYes = (flag: number | string | boolean | null | undefined): boolean => flag === true || flag === 1 || flag === '1';

/** R5, and what the operator excludes besides. Words of other platforms among those mean nothing here. */
export function excludedOf({ statuses }: ShopStatuses, { excludeStatuses }: Pick<ImportOrdersSettings, 'excludeStatuses'>): string[] {
  return [...new Set([...statuses.filter(({ isDelivered }) => isDelivered).map(({ id }) => id), ...excludeStatuses])];
}

/** How long a list is used without asking again. */
const keptForMs = 5 * 60_000;

export type StatusCache = (load: () => Promise<ShopStatuses>) => Promise<ShopStatuses>;

/** @param now ms; only differences count */
export function createStatusCache(now: () => Promise<number>): StatusCache {
  let kept: { found: ShopStatuses; at: number } | undefined;
  return async (load) => {
    const at = await now();
    if (kept !== undefined && Math.abs(at - kept.at) < keptForMs) return kept.found;
    kept = { found: await load(), at };
    return kept.found;
  };
}
