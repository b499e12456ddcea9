/** Which fields orders, customers, products and variants may be searched by (contract shopify 4). */
import type { Customer, Order, Product, Variant } from './model.ts';
import type { Filter, Term } from './search.ts';
import type { Store } from './store.ts';
import { financialStatus, fulfillmentStatus } from './totals.ts';

/** An instant, exact to the second; a day alone is its first second UTC, or the whole day without a comparator. */
export function byDate<Row>(at: (row: Row) => number): Filter<Row> {
  return (row, { comparator, value }) => {
    const wanted = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(value) ? `${value}T00:00:00Z` : value);
    if (Number.isNaN(wanted)) return undefined;
    const second = Math.floor(at(row) / 1000);
    const bound = Math.floor(wanted / 1000);
    if (comparator === '') return value.length === 10 ? second >= bound && second < bound + 86_400 : second === bound;
    return compared(second - bound, comparator);
  };
}

export function byNumber<Row>(read: (row: Row) => number): Filter<Row> {
  return (row, { comparator, value }) => {
    const wanted = Number(value.split('/').at(-1));
    if (Number.isNaN(wanted)) return undefined;
    return comparator === '' ? read(row) === wanted : compared(read(row) - wanted, comparator);
  };
}

function compared(difference: number, comparator: Term['comparator']): boolean {
  if (comparator === '>=') return difference >= 0;
  if (comparator === '<=') return difference <= 0;
  return comparator === '>' ? difference > 0 : difference < 0;
}

/** Whatever the case; `abc*` is a beginning. */
export function byText<Row>(read: (row: Row) => string | null): Filter<Row> {
  return (row, { value }) => {
    const has = (read(row) ?? '').toLowerCase();
    const wanted = value.toLowerCase();
    return wanted.endsWith('*') ? has.startsWith(wanted.slice(0, -1)) : has === wanted;
  };
}

/** The index cuts SKUs into pieces: a look-up may give more than what was asked for. */
export function bySku<Row>(read: (row: Row) => (string | null)[]): Filter<Row> {
  return (row, { value }) => {
    const wanted = value.toLowerCase();
    return read(row).some((sku) => {
      const has = (sku ?? '').toLowerCase();
      return has !== '' && (has === wanted || has.split(/[-_\s]/).includes(wanted) || has.startsWith(`${wanted}-`) || (wanted.endsWith('*') && has.startsWith(wanted.slice(0, -1))));
    });
  };
}

const byTags = <Row>(read: (row: Row) => string[]): Filter<Row> => (row, { value }) => read(row).some((tag) => tag.toLowerCase() === value.toLowerCase());
const not = <Row>(filter: Filter<Row>): Filter<Row> => (row, term) => !filter(row, term);

const financial = (order: Order, { value }: Term): boolean | undefined => (value === 'any' ? true : financialStatus(order).toLowerCase() === value.toLowerCase());

function fulfillment(order: Order, { value }: Term): boolean | undefined {
  const status = fulfillmentStatus(order);
  const meanings: Record<string, boolean> = {
    any: true,
    unshipped: status === 'UNFULFILLED',
    shipped: status === 'FULFILLED',
    fulfilled: status === 'FULFILLED',
    partial: status === 'PARTIALLY_FULFILLED',
    scheduled: status === 'SCHEDULED',
    on_hold: status === 'ON_HOLD',
    unfulfilled: status === 'UNFULFILLED' || status === 'PARTIALLY_FULFILLED',
    request_declined: status === 'REQUEST_DECLINED',
  };
  return meanings[value.toLowerCase()];
}

function openness(order: Order, { value }: Term): boolean | undefined {
  const meanings: Record<string, boolean> = {
    any: true,
    open: order.closedAt === null && order.cancelledAt === null,
    closed: order.closedAt !== null,
    cancelled: order.cancelledAt !== null,
    not_closed: order.closedAt === null,
  };
  return meanings[value.toLowerCase()];
}

export const orderName = (order: { number: number }): string => `#${order.number}`;

export const orderFilters: Record<string, Filter<Order>> = {
  created_at: byDate(({ createdAt }) => createdAt),
  updated_at: byDate(({ updatedAt }) => updatedAt),
  processed_at: byDate(({ processedAt }) => processedAt),
  status: openness,
  financial_status: financial,
  fulfillment_status: fulfillment,
  return_status: (_, { value }) => value.toLowerCase() === 'no_return',
  email: byText(({ email }) => email),
  name: (order, term) => byText(orderName)(order, { ...term, value: term.value.startsWith('#') ? term.value : `#${term.value}` }),
  id: byNumber(({ id }) => id),
  customer_id: byNumber(({ customerId }) => customerId ?? 0),
  tag: byTags(({ tags }) => tags),
  tag_not: not(byTags(({ tags }) => tags)),
  sku: bySku(({ lines }) => lines.map(({ sku }) => sku)),
  test: (order, { value }) => (value === 'true' || value === 'false' ? order.test === (value === 'true') : undefined),
  source_name: byText(({ sourceName }) => sourceName),
  location_id: () => false,
};

export const customerFilters = (store: Store): Record<string, Filter<Customer>> => ({
  id: byNumber(({ id }) => id),
  updated_at: byDate(({ updatedAt }) => updatedAt),
  customer_date: byDate(({ createdAt }) => createdAt),
  email: byText(({ email }) => email),
  phone: byText(({ phone }) => phone),
  first_name: byText(({ firstName }) => firstName),
  last_name: byText(({ lastName }) => lastName),
  tag: byTags(({ tags }) => tags),
  tag_not: not(byTags(({ tags }) => tags)),
  state: (_, { value }) => value.toLowerCase() === 'disabled',
  accepts_marketing: (customer, { value }) => (customer.emailConsent.state === 'SUBSCRIBED') === (value === 'true'),
  country: (customer, { value }) => customer.addresses.some(({ countryCode }) => countryCode?.toLowerCase() === value.toLowerCase()),
  orders_count: (customer, term) => byNumber(() => store.ordersOf(customer.id).length)(customer, term),
});

export const productFilters = (store: Store): Record<string, Filter<Product>> => ({
  id: byNumber(({ id }) => id),
  created_at: byDate(({ createdAt }) => createdAt),
  updated_at: byDate(({ updatedAt }) => updatedAt),
  title: byText(({ title }) => title),
  handle: byText(({ handle }) => handle),
  status: byText((product) => product.status),
  vendor: byText(({ vendor }) => vendor),
  product_type: byText(({ productType }) => productType),
  tag: byTags(({ tags }) => tags),
  tag_not: not(byTags(({ tags }) => tags)),
  sku: bySku(({ variantIds }) => variantIds.map((id) => store.variants.get(id)?.sku ?? null)),
  barcode: (product, term) => product.variantIds.some((id) => byText<number>((variant) => store.variants.get(variant)?.barcode ?? null)(id, term)),
});

export const variantFilters: Record<string, Filter<Variant>> = {
  id: byNumber(({ id }) => id),
  product_id: byNumber(({ productId }) => productId),
  sku: bySku(({ sku }) => [sku]),
  barcode: byText(({ barcode }) => barcode),
  title: byText(({ title }) => title),
  updated_at: byDate(({ updatedAt }) => updatedAt),
};
