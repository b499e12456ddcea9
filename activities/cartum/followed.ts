/** Orders that are followed whatever their age (decision on R5, R6 for Cartum): re-read by their numbers, since no list of the shop reaches them. */
import type { ConnectorContext } from '../call.ts';
import type { CartumClient } from './client.ts';
import type { WindowPart } from './windows.ts';

/** As many as one call asks for. */
const mostFollowed = 100;

/**
 * The next part of them, by their numbers as text. Those that the shop no longer gives are named: each is read by itself then, which says so for
 * certain. Throws the client's errors.
 * @param after the last one of the part before; empty: from the beginning
 */
export async function readFollowed(context: Pick<ConnectorContext<unknown>, 'ledger'>, client: Pick<CartumClient, 'listOrders'>, integration: string, after: string): Promise<WindowPart> {
  const ids = await context.ledger.follows.listOpenSources(integration, after === '' ? undefined : after, mostFollowed);
  const last = ids.at(-1);
  if (last === undefined) return { orders: [] };
  const orders = await client.listOrders({ ids: ids.map(Number), limit: mostFollowed, offset: 0 });
  const there = new Set(orders.map(({ order_id }) => order_id));
  return { orders, gone: ids.filter((id) => !there.has(id)), next: { followedAfter: last } };
}

/** Stands where the body of a listed order would: it was asked for and not there. */
export const goneBody = 'gone';
