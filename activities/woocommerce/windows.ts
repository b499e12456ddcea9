/**
 * Walking a list of orders without skipping any while the shop goes on selling.
 *
 * Page numbers are not used over a whole walk: an order that leaves the list (its status changes, it is deleted) would move all later ones up by
 * one, and one would be skipped. Each page is the first page of a window that begins after the last second handed out. Bounds are strict, seconds
 * are shared and the sort has no tie-breaker (contract 5), so the last second of a full page is left to the next one. Where one second fills a page
 * by itself (bulk edits, migrations), the pages of that very second are read by id from the last to the first: a past second only loses orders,
 * and then a page repeats some instead of skipping some.
 */
import { z } from 'zod';
import { UnexpectedReplyError } from '../errors.ts';
import type { OrderQuery, WoocommerceClient } from './client.ts';
import { toNaiveGmt } from './map.ts';
import type { ListedOrder } from './schemas.ts';

export const pageSize = 100;

/** What is listed: orders of these statuses by the time of creation or of the last change. */
export interface Listing {
  by: 'created' | 'modified';
  /** comma list, or `any` */
  status: string;
  /** ISO 8601 UTC, inclusive */
  from: string;
  /** ISO 8601 UTC, exclusive */
  until?: string;
  /** top-level fields of each order */
  fields: string;
}

const cursorSchema = z.object({
  /** naive GMT; orders of later seconds are still to come */
  after: z.string(),
  /** one second that fills more than a page, and which of its pages comes next */
  second: z.object({ at: z.string(), page: z.int() }).optional(),
  /** orders handed out so far */
  handed: z.int(),
  /** the statuses this walk began with */
  status: z.string(),
});
export type Cursor = z.output<typeof cursorSchema>;

/** Undefined for a text that is no cursor of this version: then the walk begins anew, which repeats and skips nothing. */
export function parseCursor(text: string): Cursor | undefined {
  try {
    return cursorSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export const firstCursor = (listing: Pick<Listing, 'from' | 'status'>): Cursor => ({ after: secondBefore(upToSecond(listing.from)), handed: 0, status: listing.status });

export interface WindowPage {
  orders: ListedOrder[];
  next?: Cursor;
  /** in the whole walk, where the shop said so */
  total?: number;
}

/** One page from the cursor on. Throws the client's errors. */
export async function readWindow(client: Pick<WoocommerceClient, 'listOrders'>, listing: Listing, cursor: Cursor): Promise<WindowPage> {
  if (cursor.second) return readSecond(client, listing, cursor, cursor.second);
  const { orders, total } = await list(client, listing, { ...bounds(listing.by, cursor.after, listing.until && upToSecond(listing.until)), orderby: listing.by === 'created' ? 'date' : 'modified' });
  const inAll = total === undefined ? {} : { total: cursor.handed + total };
  const lastSecond = orders.at(-1) && secondOf(listing.by, orders.at(-1));
  if (orders.length < pageSize || lastSecond === undefined) return { orders, ...inAll };
  const earlier = orders.filter((order) => secondOf(listing.by, order) !== lastSecond);
  if (earlier.length > 0) return { orders: earlier, next: { ...cursor, after: secondBefore(lastSecond), handed: cursor.handed + earlier.length }, ...inAll };
  const pages = await countPages(client, listing, lastSecond);
  return { ...(await readSecond(client, listing, cursor, { at: lastSecond, page: pages })), ...inAll };
}

async function readSecond(client: Pick<WoocommerceClient, 'listOrders'>, listing: Listing, cursor: Cursor, second: { at: string; page: number }): Promise<WindowPage> {
  const { orders } = await list(client, listing, { ...within(listing.by, second.at), orderby: 'id', page: second.page });
  const rest = { handed: cursor.handed + orders.length, status: cursor.status };
  const next = second.page > 1 ? { ...rest, after: cursor.after, second: { at: second.at, page: second.page - 1 } } : { ...rest, after: second.at };
  return { orders, next };
}

async function countPages(client: Pick<WoocommerceClient, 'listOrders'>, listing: Listing, at: string): Promise<number> {
  const { total } = await list(client, { ...listing, fields: 'id,number,status,date_created_gmt,date_modified_gmt' }, { ...within(listing.by, at), orderby: 'id', per_page: 1 });
  if (total === undefined) throw new UnexpectedReplyError({ system: 'woocommerce', endpoint: 'GET /orders', sent: 'no', field: 'X-WP-Total' });
  return Math.max(1, Math.ceil(total / pageSize));
}

async function list(client: Pick<WoocommerceClient, 'listOrders'>, listing: Listing, query: OrderQuery) {
  return client.listOrders({ status: listing.status, order: 'asc', per_page: pageSize, dates_are_gmt: true, _fields: listing.fields, ...query });
}

/** Both bounds are strict. */
function bounds(by: Listing['by'], after: string, before: string | undefined): OrderQuery {
  return by === 'created' ? { after, before } : { modified_after: after, modified_before: before };
}

const within = (by: Listing['by'], second: string): OrderQuery => bounds(by, secondBefore(second), shifted(second, 1_000));

/** The naive GMT second that orders are sorted by. */
const secondOf = (by: Listing['by'], order: ListedOrder | undefined): string | undefined => (by === 'created' ? order?.date_created_gmt : order?.date_modified_gmt);

const shifted = (naive: string, ms: number): string => toNaiveGmt(Date.parse(`${naive}Z`) + ms);
const secondBefore = (naive: string): string => shifted(naive, -1_000);

/** The first whole second at or after an instant: the shop stores whole seconds only. */
const upToSecond = (instant: string): string => toNaiveGmt(Math.ceil(Date.parse(instant) / 1_000) * 1_000);
