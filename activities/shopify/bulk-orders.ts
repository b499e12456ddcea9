/**
 * Orders of a bulk operation's result as they stand now: it may be hours or days old when its last page is handed out, and what a page holds passes for
 * current (an outdated order would be imported, or followed, as it was).
 */
import type { BulkCalls } from './bulk-client.ts';
import type { Gathered } from './bulk-lines.ts';
import type { ShopifyClient } from './client.ts';
import type { ListedOrder } from './schemas.ts';

export type Lists = Pick<ShopifyClient, 'listOrders' | 'findOrder'>;

/**
 * Those that changed since the operation began, and odd ones, are read by the list; those that are gone are left out.
 * @param begunAt ms; an order that changed while the operation ran may have been read in between
 */
export async function asOfNow(client: Lists & { bulk: Pick<BulkCalls, 'readStamps'> }, gathered: Gathered[], begunAt: number): Promise<ListedOrder[]> {
  const stamps = await client.bulk.readStamps(gathered.map(({ order }) => order.legacyResourceId));
  const there = gathered.filter(({ order }) => stamps.has(order.legacyResourceId));
  const isOutdated = ({ order, isOdd }: Gathered): boolean => {
    const updatedAt = stamps.get(order.legacyResourceId)?.updatedAt ?? '';
    return isOdd || updatedAt !== order.updatedAt || Date.parse(updatedAt) >= begunAt;
  };
  const anew = await readAnew(client, there.filter(isOutdated).map(({ order }) => order.legacyResourceId));
  return there.flatMap((one) => (isOutdated(one) ? (anew.get(one.order.legacyResourceId) ?? []) : one.order));
}

/** By the list, since an odd order must not fail the page; by its id where the shop's search does not find it. */
async function readAnew(client: Lists, ids: string[]): Promise<Map<string, ListedOrder>> {
  if (ids.length === 0) return new Map();
  const { orders } = await client.listOrders('created', ids.map((id) => `id:${id}`).join(' OR '), undefined);
  const found = new Map(orders.map((order) => [order.legacyResourceId, order]));
  for (const id of ids.filter((wanted) => !found.has(wanted))) {
    const order = await client.findOrder(id);
    if (order !== undefined) found.set(id, order);
  }
  return found;
}
