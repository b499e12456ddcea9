/** Which orders each walk lists (contract 10, R1, R5), and how a page of them lies in the ledger. */
import { backfillStart } from '../../domain/high-water-mark.ts';
import type { ReadPageInput, Walk } from '../../domain/ports.ts';
import type { Connected } from '../../domain/settings.ts';
import type { PageEntry } from '../../ledger/ledger.ts';
import type { ConnectorContext } from '../call.ts';
import { BadDataError } from '../errors.ts';
import { personDigests } from '../persons.ts';
import type { CartumClient } from './client.ts';
import { goneBody, readFollowed } from './followed.ts';
import { dayAfter, dayOf, toInstant } from './local-time.ts';
import { toCustomer } from './map.ts';
import { digestOf } from './platform.ts';
import { orderSchema, type ListedOrder } from './schemas.ts';
import type { CartumSettings } from './settings.ts';
import { excludedOf, type ShopStatuses } from './statuses.ts';
import { firstCursor, pageSize, readDay, type Cursor, type Plan, type Position, type WindowPart } from './windows.ts';

/** Decision on R5, R6: how far back changes are looked for, since the shop cannot be asked for them. */
const sweptDays = 62;
/** What every sweep lists, whatever it listed an hour ago. */
const newestDays = 3;
/** The whole of it at most this often: some 65 calls at one or two a second. */
const wholeEveryMs = 60 * 60_000;

/** Where a walk begins. Undefined: no status is left to list. */
export async function beginWalk(context: ConnectorContext<CartumSettings>, input: Pick<ReadPageInput, 'walk' | 'integration'>, statuses: () => Promise<ShopStatuses>): Promise<Cursor | undefined> {
  const { settings: shop } = await context.settings();
  const { settings: pair } = await context.integrationSettings(input.integration.id);
  const now = await context.ledger.clock.now();
  const connected = (await context.ledger.states.connected(input.integration.id)) ?? asIfNow(now, pair.backfillMonths, shop.timeZone);
  if (input.walk === 'changed') return firstCursor(await sweepPlan(context, input.integration.id, { connected, now, timeZone: shop.timeZone }));
  const found = await statuses();
  const excluded = excludedOf(found, pair);
  const status = found.statuses.map(({ id }) => id).filter((id) => excluded.includes(id) === (input.walk === 'excluded'));
  if (status.length === 0) return undefined;
  return firstCursor({
    firstDay: dayOf(connected.backfillFrom, shop.timeZone),
    lastDay: dayOf(connected.connectedAt, shop.timeZone),
    status: status.map(Number),
    from: connected.backfillFrom,
    until: connected.connectedAt,
    isWhole: false,
    begunAt: new Date(now).toISOString(),
  });
}

/** Before connecting (plan): as if it were now. */
function asIfNow(now: number, months: number, timeZone: string): Connected {
  return { connectedAt: new Date(now).toISOString(), backfillFrom: backfillStart(now, months, timeZone) };
}

/** Created since connecting or in the backfill window, and in the last 62 days; most times only the newest of them. */
async function sweepPlan(context: ConnectorContext<CartumSettings>, integration: string, { connected, now, timeZone }: { connected: Connected; now: number; timeZone: string }): Promise<Plan> {
  const lastWhole = await context.ledger.marks.get(`integration:${integration}`, 'changed');
  const age = lastWhole === undefined ? Infinity : now - Date.parse(lastWhole);
  const isWhole = !(age >= 0 && age < wholeEveryMs);
  const today = dayOf(now, timeZone);
  const reach = dayAfter(today, -(isWhole ? sweptDays : newestDays));
  const oldest = dayOf(connected.backfillFrom, timeZone);
  return { firstDay: oldest > reach && oldest <= today ? oldest : reach, lastDay: today, from: connected.backfillFrom, isWhole, begunAt: new Date(now).toISOString() };
}

/** The calls that one step makes for quiet days before it answers. */
const mostCalls = 8;

/** Orders from this position on: a page of them, or what a few quiet days have. Throws the client's errors. */
export async function readOn(context: ConnectorContext<CartumSettings>, client: CartumClient, integration: string, { plan, at }: Cursor): Promise<WindowPart> {
  const { settings } = await context.settings();
  const found = new Map<string, ListedOrder>();
  const gone: string[] = [];
  let next: Position | undefined = at;
  for (let calls = 0; next !== undefined && calls < mostCalls && found.size < pageSize; calls += 1) {
    const part: WindowPart = 'day' in next ? await readDay(client, plan, next) : await readFollowed(context, client, integration, next.followedAfter);
    // followed orders are wanted whenever they were created
    for (const order of part.orders) if (!('day' in next) || isWithin(order, plan, settings.timeZone)) found.set(order.order_id, order);
    gone.push(...(part.gone ?? []));
    next = part.next;
  }
  return { orders: [...found.values()], gone, ...(next === undefined ? {} : { next }) };
}

/** The shop was asked by day and status; here by the instant, and by status once more (contract 10). An order without a time is looked at by its import. */
function isWithin({ stat_created, stat_status }: ListedOrder, { from, until, status }: Plan, timeZone: string): boolean {
  if (status !== undefined && !status.includes(Number(stat_status))) return false;
  try {
    const createdAt = Date.parse(toInstant(stat_created, timeZone));
    return createdAt >= Date.parse(from) && (until === undefined || createdAt < Date.parse(until));
  } catch (error) {
    if (error instanceof BadDataError) return true;
    throw error;
  }
}

/**
 * The mark that a page moves once all of it is announced. Only the last page of a whole sweep has one: the moment at which that sweep began. All
 * pages before it are announced by then, because a page is read only after the one before it was announced; a sweep that was cut short leaves
 * the mark as it was, and the next sweep is whole again.
 */
export const markOf = (walk: Walk, { isWhole, begunAt }: Plan, isEnd: boolean): string | undefined => (walk === 'changed' && isWhole && isEnd ? begunAt : undefined);

/** A followed order that the shop did not give: its run reads it once more and says that it is gone. The digest is that of an order that is gone. */
export const goneEntry = (sourceId: string): PageEntry => ({ sourceId, number: sourceId, digest: '', body: goneBody });

/** Only what an import reads is kept: all else that came along is dropped. */
export function pageEntry(context: ConnectorContext<CartumSettings>, walk: Walk, order: ListedOrder, settings: Pick<CartumSettings, 'country' | 'nameOrder'>): PageEntry {
  const read = orderSchema.safeParse(order);
  const persons = read.success ? Object.values(personDigests(context, toCustomer(read.data, settings))) : [];
  const skip = walk === 'excluded' ? { skip: { reason: 'status-excluded', detail: order.stat_status } } : {};
  return { sourceId: order.order_id, number: order.order_id, digest: digestOf(context, order), body: JSON.stringify(read.success ? read.data : order), persons, ...skip };
}
