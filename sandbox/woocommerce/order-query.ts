/** `GET /orders`: which orders, in which order, and how many (contract woocommerce 4 and 5). */
import type { Args, ArgSpecs } from './args.ts';
import { filterInstant } from './dates.ts';
import { limits } from './limits.ts';
import type { StoredOrder } from './model.ts';
import { sliceOf } from './reply.ts';
import type { SortedIndex } from './sorted-index.ts';
import type { Store } from './store.ts';

export const pagingSpecs = {
  page: { type: 'integer', minimum: 1, default: 1 },
  per_page: { type: 'integer', minimum: 1, maximum: limits.maxPerPage, default: limits.defaultPerPage },
  offset: { type: 'integer' },
  search: { type: 'string' },
  include: { type: 'integers' },
  exclude: { type: 'integers' },
  context: { type: 'string', enum: ['view', 'edit'], default: 'view' },
} as const satisfies ArgSpecs;

export const dateSpecs = {
  after: { type: 'string', format: 'date-time' },
  before: { type: 'string', format: 'date-time' },
  modified_after: { type: 'string', format: 'date-time' },
  modified_before: { type: 'string', format: 'date-time' },
  dates_are_gmt: { type: 'boolean', default: false },
} as const satisfies ArgSpecs;

export function orderListSpecs(store: Store): ArgSpecs {
  return {
    ...pagingSpecs,
    ...dateSpecs,
    order: { type: 'string', enum: ['asc', 'desc'], default: 'desc' },
    orderby: { type: 'string', enum: ['date', 'id', 'include', 'title', 'slug', 'modified'], default: 'date' },
    parent: { type: 'integers' },
    parent_exclude: { type: 'integers' },
    status: { type: 'strings', enum: ['any', 'trash', 'auto-draft', ...store.shop.statuses.map(({ slug }) => slug)], default: 'any' },
    customer: { type: 'integer' },
    product: { type: 'integer' },
    dp: { type: 'integer', default: 2 },
    order_item_display_meta: { type: 'boolean', default: false },
    include_meta: { type: 'strings' },
    exclude_meta: { type: 'strings' },
    created_via: { type: 'strings' },
  };
}

/** Past the end the total is 0, as this shop's order tables answer. */
export function listOrders(store: Store, args: Args): { rows: StoredOrder[]; total: number } {
  const matching = inOrder(store, args).filter(filterOf(args));
  const { from, to } = sliceOf(args);
  const rows = matching.slice(from, to);
  return { rows, total: rows.length === 0 ? 0 : matching.length };
}

type Bounds = { after: number | undefined; before: number | undefined };

function boundsOf(store: Store, args: Args, prefix: '' | 'modified_'): Bounds {
  const instant = (name: string) => {
    const text = args.text(name);
    return text === undefined ? undefined : filterInstant(text, args.flag('dates_are_gmt'), store.shop.timeZone);
  };
  return { after: instant(`${prefix}after`), before: instant(`${prefix}before`) };
}

/** Both bounds are exclusive. */
function inOrder(store: Store, args: Args): StoredOrder[] {
  const created = boundsOf(store, args, '');
  const modified = boundsOf(store, args, 'modified_');
  const by = args.text('orderby');
  const { orders } = store;
  let rows: StoredOrder[];
  if (by === 'include') return args.integers('include').flatMap((id) => orders.find(id) ?? []).filter(within(created, modified));
  if (by === 'modified') rows = windowOf(orders.byModified, modified).filter(within(created, {}));
  else if (by === 'date' || by === undefined) rows = windowOf(orders.byCreated, created).filter(within({}, modified));
  else rows = orders.byId.rows.filter(within(created, modified));
  return args.text('order') === 'asc' ? rows : rows.toReversed();
}

function windowOf(index: SortedIndex<StoredOrder>, { after, before }: Bounds): StoredOrder[] {
  return index.rows.slice(after === undefined ? 0 : index.after(after), before === undefined ? undefined : index.from(before));
}

function within(created: Partial<Bounds>, modified: Partial<Bounds>): (order: StoredOrder) => boolean {
  const isInside = (at: number, { after, before }: Partial<Bounds>) => (after === undefined || at > after) && (before === undefined || at < before);
  return (order) => isInside(order.createdAt, created) && isInside(order.modifiedAt, modified);
}

const hiddenFromAny = new Set(['trash', 'auto-draft', 'checkout-draft']);

function filterOf(args: Args): (order: StoredOrder) => boolean {
  const tests: ((order: StoredOrder) => boolean)[] = [statusTest(args.texts('status'))];
  const include = new Set(args.integers('include'));
  const exclude = new Set(args.integers('exclude'));
  const [customer, product, search, via, parents] = [args.integer('customer'), args.integer('product'), args.text('search')?.toLowerCase(), args.texts('created_via'), args.integers('parent')];
  if (include.size > 0) tests.push((order) => include.has(order.id));
  if (exclude.size > 0) tests.push((order) => !exclude.has(order.id));
  if (customer !== undefined) tests.push((order) => order.customerId === customer);
  if (product !== undefined) tests.push((order) => order.lines.some((line) => line.productId === product || line.variationId === product));
  if (search) tests.push((order) => billingIndex(order).includes(search));
  if (via.length > 0) tests.push((order) => via.includes(order.createdVia));
  if (parents.length > 0) tests.push(() => parents.includes(0)); // no order has a parent
  return (order) => tests.every((test) => test(order));
}

/** `any` wins over whatever stands beside it: `any,trash` still leaves out trash. */
function statusTest(wanted: string[]): (order: StoredOrder) => boolean {
  const listed = new Set(wanted);
  return listed.has('any') || listed.size === 0 ? (order) => !hiddenFromAny.has(order.status) : (order) => listed.has(order.status);
}

/** The text that `search` looks in: the billing address as typed, so digits alone do not find a phone with blanks. */
function billingIndex({ billing }: StoredOrder): string {
  return Object.values(billing).join(' ').toLowerCase();
}
