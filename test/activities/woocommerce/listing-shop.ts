/** A shop that only lists orders, as contract 4 and 5 say: strict bounds, whole seconds, and no tie-breaker in the sort. */
import { z } from 'zod';
import type { WooOrder } from '../../../activities/woocommerce/schemas.ts';
import { order } from './orders.ts';
import { startTinyShop, type Answer, type TinyShop } from './setup.ts';

export interface ListingShop extends TinyShop {
  orders: WooOrder[];
  statuses: string[];
  /** called after each list request */
  onListed: (requests: number) => void;
}

const naive = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
const querySchema = z.strictObject({
  status: z.string(),
  orderby: z.enum(['id', 'date', 'modified']),
  order: z.literal('asc'),
  per_page: z.coerce.number().min(1).max(100),
  page: z.coerce.number().default(1),
  dates_are_gmt: z.literal('true'),
  after: naive.optional(),
  before: naive.optional(),
  modified_after: naive.optional(),
  modified_before: naive.optional(),
  _fields: z.string(),
});

export async function startListingShop(orders: WooOrder[]): Promise<ListingShop> {
  let listed = 0;
  const answer = ({ url }: { url: URL }): Answer => {
    const path = url.pathname.replace('/wp-json/wc/v3', '');
    if (path === '/orders/statuses') return { body: shop.statuses.map((slug) => ({ slug, name: slug })) };
    if (path !== '/orders') return { status: 404, body: { code: 'rest_no_route', message: 'No route', data: { status: 404 } } };
    const query = Object.fromEntries([...url.searchParams].filter(([name]) => !name.startsWith('oauth_')));
    const { found, page } = listOrders(shop, querySchema.parse(query));
    listed += 1;
    shop.onListed(listed);
    return { body: page, headers: { 'X-WP-Total': String(found) } };
  };
  const shop: ListingShop = { orders, statuses: ['pending', 'processing', 'on-hold', 'completed', 'cancelled', 'refunded', 'failed', 'checkout-draft'], onListed: () => {}, ...(await startTinyShop((request) => answer(request))) };
  return shop;
}

const later = (text: string, bound: string | undefined) => bound === undefined || text > bound;
const earlier = (text: string, bound: string | undefined) => bound === undefined || text < bound;

function listOrders({ orders, statuses }: Pick<ListingShop, 'orders' | 'statuses'>, query: z.output<typeof querySchema>) {
  const wanted = query.status === 'any' ? statuses.filter((status) => status !== 'checkout-draft') : query.status.split(',');
  const sortKey = (one: WooOrder) => ({ id: String(one.id).padStart(9, '0'), date: one.date_created_gmt, modified: one.date_modified_gmt })[query.orderby];
  const found = orders
    .filter((one) => wanted.includes(one.status) && later(one.date_created_gmt, query.after) && earlier(one.date_created_gmt, query.before) && later(one.date_modified_gmt, query.modified_after) && earlier(one.date_modified_gmt, query.modified_before))
    .map((one) => ({ one, key: sortKey(one), chance: Math.random() })) // equal keys come in any order
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.chance - b.chance))
    .map(({ one }) => one);
  const { _fields: wantedFields } = query;
  const fields = wantedFields.split(',');
  const start = (query.page - 1) * query.per_page;
  return { found: found.length, page: found.slice(start, start + query.per_page).map((one) => Object.fromEntries(Object.entries(one).filter(([name]) => fields.includes(name)))) };
}

/** Orders made and changed at these instants, ids counting up. */
export const ordersAt = (seconds: string[], fields: Parameters<typeof order>[0] = {}): WooOrder[] =>
  seconds.map((second, at) => order({ id: at + 1, number: `N-${at + 1}`, date_created_gmt: second, date_modified_gmt: second, ...fields }));

/** `count` seconds from a start on, one order every `everyS` seconds. */
export const secondsFrom = (start: string, count: number, everyS: number): string[] =>
  Array.from({ length: count }, (_, at) => new Date(Date.parse(`${start}Z`) + at * everyS * 1_000).toISOString().slice(0, 19));
