/** Which orders each walk lists (contract shopify 5, 10, R1, R7), and where a walk goes on. */
import { z } from 'zod';
import { backfillStart, windowStart } from '../../domain/high-water-mark.ts';
import type { ReadPageInput } from '../../domain/ports.ts';
import type { Connected, ImportOrdersSettings } from '../../domain/settings.ts';
import type { ConnectorContext } from '../call.ts';
import { bulkPlaceSchema, firstPlace } from './bulk-place.ts';
import { walkInBulk } from './bulk-walk.ts';
import type { OrdersPage, ShopifyClient } from './client.ts';
import { statusOf, toInstant, toQuotedSecond } from './map.ts';
import { hasReturned } from './persons.ts';
import type { ListedOrder } from './schemas.ts';
import type { ShopifySettings } from './settings.ts';

/**
 * Bounds are fixed when a walk begins, because the shop's cursor holds for the very same filter only. It is not trusted for long (contract 5): after an
 * hour, or before the shop's limit of 25,000 objects, the walk goes on by time, from the second of the last order it handed out.
 */
const cursorSchema = z.object({
  /** ISO 8601 UTC, inclusive */
  from: z.string(),
  /** exclusive */
  until: z.string().optional(),
  /** the shop's own cursor, and when it was given: ms of the ledger's clock */
  after: z.string().optional(),
  givenAt: z.number(),
  /** sort value of the last order handed out */
  last: z.string(),
  /** handed out since `from` */
  handed: z.int(),
  /** the whole window anew, since the shop tells customers' data again (decision on R19) */
  isReread: z.boolean().optional(),
  /** a backfill that is, or perhaps will be, read by a bulk operation */
  bulk: bulkPlaceSchema.optional(),
});
export type Cursor = z.output<typeof cursorSchema>;

const cursorLastsMs = 60 * 60_000;
const mostFromOneCursor = 20_000;

/** Undefined for a text that is no cursor of this version: then the walk begins anew, which repeats and skips nothing. */
export function parseCursor(text: string): Cursor | undefined {
  try {
    return cursorSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The window of a walk, from its beginning. */
export async function firstCursor(context: ConnectorContext<ShopifySettings>, { walk, integration, ...input }: Pick<ReadPageInput, 'walk' | 'integration' | 'limit' | 'dryRun'>): Promise<Cursor> {
  const { settings } = await context.integrationSettings(integration.id);
  const connected = await connectedOf(context, integration.id, settings);
  const begin = (from: string, rest: Partial<Cursor> = {}): Cursor => ({ from, last: from, givenAt: 0, handed: 0, ...rest });
  if (walk !== 'changed') {
    const bulk = walk === 'backfill' ? firstPlace((await context.settings()).settings.bulkAbove, input) : undefined;
    return begin(connected.backfillFrom, { until: connected.connectedAt, ...(bulk === undefined ? {} : { bulk }) });
  }
  if (await hasReturned(context)) return begin(connected.backfillFrom, { isReread: true });
  return begin(windowStart(await context.ledger.marks.get(`integration:${integration.id}`, 'changed'), connected.connectedAt));
}

/** A given window by creation. */
export const windowCursor = (from: string, until: string): Cursor => ({ from, until, last: from, givenAt: 0, handed: 0 });

export interface Walked {
  orders: ListedOrder[];
  next?: Cursor;
  /** why the window is paged from here on although it was to be read by a bulk operation */
  paged?: string;
}

type Client = Pick<ShopifyClient, 'listOrders' | 'listOrderNames' | 'findOrder' | 'bulk'>;

/** One page from the cursor on; empty while a bulk operation is waited for. Throws the client's errors, and BudgetBusyError while that takes longer. */
export async function walkOn(client: Client, walk: ReadPageInput['walk'], cursor: Cursor, now: number): Promise<Walked> {
  if (cursor.bulk === undefined || cursor.bulk.at === 'off') return pageOn(client, walk, cursor, now);
  const step = await walkInBulk({ client, q: filterOf(walk, cursor), now }, cursor.bulk);
  if (step.kind === 'paging') return { ...(await pageOn(client, walk, { ...cursor, bulk: step.place }, now)), ...(step.place === undefined ? {} : { paged: step.place.why }) };
  return { orders: step.orders, ...(step.place === undefined ? {} : { next: { ...cursor, bulk: step.place } }) };
}

async function pageOn(client: Client, walk: ReadPageInput['walk'], cursor: Cursor, now: number): Promise<Walked> {
  const isOld = now - cursor.givenAt > cursorLastsMs || cursor.handed >= mostFromOneCursor;
  const at: Cursor = isOld ? { ...cursor, from: cursor.last, after: undefined, handed: 0 } : cursor;
  const { orders, next } = await list(client, walk, filterOf(walk, at), at.after);
  if (next === undefined) return { orders };
  const last = orders.at(-1);
  const sortedBy = last && (walk === 'changed' ? last.updatedAt : last.createdAt);
  return { orders, next: { ...at, after: next, givenAt: now, last: sortedBy === undefined ? at.last : toInstant(sortedBy), handed: at.handed + orders.length } };
}

async function list(client: Client, walk: ReadPageInput['walk'], q: string, after: string | undefined): Promise<OrdersPage> {
  if (walk === 'excluded') return client.listOrderNames(q, after);
  return client.listOrders(walk === 'changed' ? 'changed' : 'created', q, after);
}

/** The shop keeps whole seconds: the lower bound is rounded down, the upper one up. */
function filterOf(walk: ReadPageInput['walk'], { from, until }: Cursor): string {
  const field = walk === 'changed' ? 'updated_at' : 'created_at';
  const lower = `${field}:>=${toQuotedSecond(Date.parse(from))}`;
  return until === undefined ? lower : `${lower} AND ${field}:<${toQuotedSecond(Math.ceil(Date.parse(until) / 1_000) * 1_000)}`;
}

/** The filter has no words for what counts as finished (contract 10): it is decided here. Tests come with the excluded ones, to be named. */
export function isWanted(walk: ReadPageInput['walk'], order: ListedOrder, excluded: string[]): boolean {
  if (walk === 'changed') return true;
  const status = statusOf(order);
  const isLeftOut = status === 'test' || excluded.includes(status);
  return walk === 'excluded' ? isLeftOut : !isLeftOut;
}

/** The newest change on a page: the mark once all of it is announced. */
export const markOf = (orders: Pick<ListedOrder, 'updatedAt'>[]): string | undefined => orders.map(({ updatedAt }) => toInstant(updatedAt)).toSorted().at(-1);

/** Before connecting (plan): as if it were now. */
async function connectedOf(context: ConnectorContext<ShopifySettings>, integration: string, { backfillMonths }: ImportOrdersSettings): Promise<Connected> {
  const connected = await context.ledger.states.connected(integration);
  if (connected) return connected;
  const now = await context.ledger.clock.now();
  const { settings } = await context.settings();
  return { connectedAt: new Date(now).toISOString(), backfillFrom: backfillStart(now, backfillMonths, settings.timeZone) };
}
