/** `orders/get` (contract cartum 4.1, 5): by creation date, number and status; there is no filter by change. */
import { z } from 'zod';
import { readBound } from './dates.ts';
import { since } from './limits.ts';
import type { StoredOrder } from './model.ts';
import { orderView } from './order-view.ts';
import { flag, parse, whole } from './params.ts';
import { isSince } from './releases.ts';
import { ok, wrongParameters } from './replies.ts';
import type { Envelope, Row } from './replies.ts';
import type { World } from './store.ts';

const query = z.object({
  from: z.string().optional(),
  to: z.string().optional(),
  ids: z.array(whole).optional(),
  status: z.union([whole.transform((id) => [id]), z.array(whole)]).optional(),
  additionalData: flag.default(false),
  limit: whole.pipe(z.number().min(1)).optional(),
  offset: whole.pipe(z.number().min(0)).optional(),
});

/** @throws Refusal EXCEPTION for parameters it cannot read */
export function getOrders(world: World, params: Row): Envelope {
  const wanted = parse(query, params);
  if (wanted.offset !== undefined && wanted.limit === undefined && world.switches.offsetWithoutLimit === 'EXCEPTION') throw wrongParameters('offset');
  const from = boundOf(world, 'from', wanted.from);
  const to = boundOf(world, 'to', wanted.to);
  const found = candidates(world, wanted.ids).filter(
    ({ createdText, status }) => (from === undefined || createdText >= from) && (to === undefined || createdText <= to) && (wanted.status === undefined || wanted.status.includes(status)),
  );
  const start = wanted.limit === undefined ? 0 : (wanted.offset ?? 0);
  const size = Math.min(wanted.limit ?? Infinity, world.switches.ordersCap ?? Infinity);
  const page = inOrder(world, found).slice(start, start + size);
  if (page.length === 0) return empty(world, 'orders');
  return ok({ orders: page.map((order) => orderView(world, order, wanted.additionalData)) });
}

/** `EMPTY` may come with any response (contract cartum 12). */
export function empty(world: World, rowsName: string): Envelope {
  return { status: 'EMPTY', response: world.variety.pick(`empty ${rowsName} ${world.clock.now()}`, [{ [rowsName]: [] }, [], {}, null, { message: 'Nothing found' }]) };
}

function boundOf(world: World, name: 'from' | 'to', text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const timeOfDay = name === 'to' && world.switches.dateOnlyToCoversDay ? '23:59:59' : '00:00:00';
  const bound = readBound(text, { mayHaveTime: isSince(world.switches.release, since.timesInDateFilters), timeOfDay });
  if (bound === undefined) throw wrongParameters(name);
  return bound;
}

function candidates({ store }: World, ids: number[] | undefined): StoredOrder[] {
  if (ids === undefined || ids.length === 0) return [...store.orders.values()]; // nothing to filter by is no filter
  return [...new Set(ids)].flatMap((id) => store.orders.get(id) ?? []);
}

function inOrder({ switches }: World, orders: StoredOrder[]): StoredOrder[] {
  if (switches.rowOrder === 'oldest-first') return orders.sort((a, b) => a.id - b.id);
  if (switches.rowOrder === 'newest-first') return orders.sort((a, b) => b.id - a.id);
  return orders.sort((a, b) => a.place - b.place || a.id - b.id);
}
