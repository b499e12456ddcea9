/** Rows of `waybill check` that need no further call: statuses (R5, R6) and hooks. Pure. */
import type { CheckRow } from '../../domain/ports.ts';
import type { ImportOrdersSettings } from '../../domain/settings.ts';
import { cancelled, excludedOf, type ShopStatuses } from './statuses.ts';
import { events } from './webhooks.ts';

type Pair = Pick<ImportOrdersSettings, 'excludeStatuses' | 'statuses'>;

export function statusRows(found: ShopStatuses, pair: Pair): CheckRow[] {
  return [listRow(found, pair), tableRow(found, pair), cancelledRow(pair)].filter((row) => row !== undefined);
}

/** R5. Words such as "completed" among the excluded are other platforms' and exclude nothing here; a number that the shop lacks is a mistake. */
function listRow(found: ShopStatuses, pair: Pair): CheckRow {
  const what = 'order statuses';
  const unknown = pair.excludeStatuses.filter((status) => /^\d+$/.test(status) && !isKnown(found, status));
  if (unknown.length > 0) return { what, state: 'not ok', found: `excludeStatuses names what the shop does not have: ${unknown.join(', ')}`, step: `Use the shop’s own ids: ${named(found)}.` };
  const excluded = excludedOf(found, pair);
  const left = found.statuses.filter(({ id }) => excluded.includes(id)).map(({ id, name }) => `${id} ${name}`);
  return { what, state: 'ok', found: `${named(found)}${found.areDefaults ? ' (the platform’s own: this release does not tell)' : ''}; the backfill leaves out ${left.join(', ') || 'none'}` };
}

/** R6, N4 */
function tableRow(found: ShopStatuses, { statuses }: Pair): CheckRow {
  const what = 'status table';
  if (statuses.length === 0) return { what, state: 'ok', found: 'empty: statuses are left alone' };
  const unknown = statuses.map(({ platform }) => platform).filter((status) => !isKnown(found, status));
  if (unknown.length > 0) return { what, state: 'not ok', found: `statuses names what the shop does not have: ${[...new Set(unknown)].join(', ')}`, step: `Use the shop’s own ids: ${named(found)}.` };
  const unmapped = found.statuses.filter(({ id }) => !statuses.some(({ platform }) => platform === id));
  const rest = unmapped.length === 0 ? 'all statuses are mapped' : `left alone: ${unmapped.map(({ id, name }) => `${id} ${name}`).join(', ')}`;
  return { what, state: 'ok', found: `${rest}. A status set in the shop may mail the customer` };
}

/** R6: sent only where the operator says so. */
function cancelledRow(pair: Pair): CheckRow | undefined {
  if (!maySendCancelled(pair)) return undefined;
  return {
    what: 'status 4 (cancelled)',
    state: 'ok',
    found: 'Set by us, status 4 locks the order for good and returns no goods to stock, unlike in the shop’s panel.',
    step: 'If that is not wanted, give that row of the table direction: to-books.',
  };
}

/** Only an explicit row of the table that leads to the platform lets it be sent. */
export const maySendCancelled = ({ statuses }: Pick<Pair, 'statuses'>): boolean => statuses.some(({ platform, direction }) => platform === cancelled && direction !== 'to-books');

const isKnown = ({ statuses }: ShopStatuses, status: string): boolean => statuses.some(({ id }) => id === status);

const named = ({ statuses }: ShopStatuses): string => statuses.map(({ id, name }) => `${id} ${name}`).join(', ');

/** @param subscribed events of which a subscription is remembered; absent: no gateway is configured */
export function hooksRow(subscribed: readonly string[] | undefined): CheckRow {
  const what = 'webhooks';
  if (subscribed === undefined) return { what, state: 'ok', found: 'no gateway is configured: changes are found by the sweep' };
  const missing = events.filter((event) => !subscribed.includes(event));
  if (missing.length === 0) return { what, state: 'cannot be read', found: 'subscribed; the shop cannot be asked whether it still is' };
  return { what, state: 'ok', found: `not subscribed yet: ${missing.join(', ')}; until then changes are found by the sweep` };
}
