/** What the shop does with writes, oddities included (contract woocommerce 4, 6, 7, 9). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { WoocommerceTruth } from '../../sandbox/woocommerce/truth.ts';
import { openShop } from './woocommerce-shop.ts';
import type { Answer, Row, TestShop } from './woocommerce-shop.ts';

let shop: TestShop;
let filter: unknown;
beforeEach(async () => {
  shop = await openShop();
  filter = shop.act('create-product', { name: 'Oil filter X', sku: 'OF-X', regular_price: '49.90', manage_stock: true, stock_quantity: 4 })['id'];
});
afterEach(() => shop.close());

const make = (body: Row = {}) => shop.call('POST', '/orders', body);
const twoFilters = () => make({ status: 'processing', payment_method: 'cod', line_items: [{ product_id: filter, quantity: 2 }] });
const later = () => shop.sandbox.clock.advance(60_000);
const lineOf = (answer: Answer, at = 0): Row => {
  const lines = answer.row['line_items'];
  const line: unknown = Array.isArray(lines) ? lines[at] : undefined;
  return typeof line === 'object' && line !== null ? { ...line } : {};
};
const events = (truth: Pick<WoocommerceTruth, 'events'>) => truth.events.map(({ topic }) => topic);
const isTruth = (value: unknown): value is WoocommerceTruth => typeof value === 'object' && value !== null && 'events' in value;
const truth = (): WoocommerceTruth => {
  const value = shop.sandbox.definition.truth();
  if (!isTruth(value)) throw new Error('the truth has events');
  return value;
};

describe('creating an order', () => {
  test('an empty body makes an empty pending guest order, each time another', async () => {
    const [first, second] = [await make(), await make()];
    expect(first.status).toBe(201);
    expect(first.row).toMatchObject({ status: 'pending', customer_id: 0, line_items: [], total: '0.00', created_via: 'rest-api' });
    expect(second.row['id']).not.toBe(first.row['id']);
  });

  test('set_paid makes it processing and paid', async () => {
    expect((await make({ set_paid: true })).row).toMatchObject({ status: 'processing', date_paid_gmt: '2026-11-21T16:49:51' });
  });

  test('an unknown product or SKU makes a line of product 0 without a name', async () => {
    const answer = await make({ line_items: [{ product_id: 777 }, { sku: 'NOPE' }] });
    expect(answer.status).toBe(201);
    expect([lineOf(answer), lineOf(answer, 1)]).toEqual([expect.objectContaining({ product_id: 0, name: '', sku: null }), expect.objectContaining({ product_id: 0, name: '' })]);
  });

  test('quantity 0 breaks the shop and leaves nothing', async () => {
    const answer = await make({ line_items: [{ product_id: filter, quantity: 0 }] });
    expect([answer.status, answer.row['code']]).toEqual([500, 'internal_server_error']);
    expect(truth().orders).toEqual([]);
  });

  test('broken JSON and a currency that is none are refused', async () => {
    expect((await shop.call('POST', '/orders', '{"status":')).row).toMatchObject({ code: 'rest_invalid_json', data: { status: 400 } });
    expect((await make({ currency: 'XYZ' })).row['code']).toBe('rest_invalid_param');
  });
});

describe('status', () => {
  test('processing takes stock and says so in a note; cash on delivery is paid when completed', async () => {
    const order = await twoFilters();
    expect(order.row).toMatchObject({ date_paid: null, date_completed: null });
    expect((await shop.get(`/products/${String(filter)}`)).row['stock_quantity']).toBe(2);
    later();
    const done = await shop.call('PUT', `/orders/${String(order.row['id'])}`, { status: 'completed' });
    expect(done.row).toMatchObject({ status: 'completed', date_paid_gmt: '2026-11-21T16:50:51', date_completed_gmt: '2026-11-21T16:50:51' });
    const notes = (await shop.get(`/orders/${String(order.row['id'])}/notes`)).rows.map((note) => note['note']);
    expect(notes).toEqual(['Order status changed from Processing to Completed.', 'Stock levels reduced: Oil filter X (4&rarr;2)']);
  });

  test('every status may follow every other; cancelling returns the stock', async () => {
    const order = await twoFilters();
    for (const status of ['completed', 'pending', 'refunded', 'packed', 'cancelled']) {
      expect((await shop.call('PUT', `/orders/${String(order.row['id'])}`, { status })).row['status']).toBe(status);
    }
    expect((await shop.get(`/products/${String(filter)}`)).row['stock_quantity']).toBe(4);
  });

  test('the same status again bumps date_modified and is noticed', async () => {
    const order = await twoFilters();
    const before = events(truth()).length;
    later();
    const again = await shop.call('PUT', `/orders/${String(order.row['id'])}`, { status: 'processing' });
    expect(again.row['date_modified_gmt']).toBe('2026-11-21T16:50:51');
    expect(events(truth()).slice(before)).toEqual(['order.updated']);
  });

  test('a trashed order is still read, is gone from the lists, and a status restores it unnoticed', async () => {
    const order = await twoFilters();
    const path = `/orders/${String(order.row['id'])}`;
    expect((await shop.call('DELETE', path)).row['status']).toBe('processing');
    expect((await shop.get(path)).row['status']).toBe('trash');
    expect((await shop.get('/orders')).rows).toEqual([]);
    expect(await shop.call('DELETE', path)).toMatchObject({ status: 410, row: { code: 'woocommerce_rest_already_trashed' } });
    const before = events(truth()).length;
    expect((await shop.call('PUT', path, { status: 'on-hold' })).row['status']).toBe('on-hold');
    expect(events(truth()).slice(before)).toEqual([]);
  });

  test('force deletes for good, unnoticed; the trash is noticed', async () => {
    const [first, second] = [await make(), await make()];
    const before = events(truth()).length;
    await shop.call('DELETE', `/orders/${String(first.row['id'])}?force=true`);
    await shop.call('DELETE', `/orders/${String(second.row['id'])}`);
    expect((await shop.get(`/orders/${String(first.row['id'])}`)).row).toEqual({ code: 'woocommerce_rest_shop_order_invalid_id', message: 'Invalid ID.', data: { status: 404 } });
    expect(events(truth()).slice(before)).toEqual(['order.deleted']);
  });
});

const put = async (order: Answer, lines: Row[]) => shop.call('PUT', `/orders/${String(order.row['id'])}`, { line_items: lines });

describe('lines', () => {

  test('a quantity alone leaves the totals, so the unit price falls', async () => {
    const order = await twoFilters();
    const changed = await put(order, [{ id: lineOf(order)['id'], quantity: 5 }]);
    expect(lineOf(changed)).toMatchObject({ quantity: 5, total: '99.80', price: 19.96 });
    expect(changed.row['total']).toBe('99.80');
  });

  test('with subtotal and total the order follows', async () => {
    const order = await twoFilters();
    const changed = await put(order, [{ id: lineOf(order)['id'], quantity: 5, subtotal: '249.50', total: '249.50' }]);
    expect([lineOf(changed)['price'], changed.row['total']]).toEqual([49.9, '249.50']);
  });

  test.each([{ product_id: null }, { quantity: 0 }])('%o removes the line', async (removal) => {
    const order = await twoFilters();
    expect((await put(order, [{ id: lineOf(order)['id'], ...removal }])).row).toMatchObject({ line_items: [], total: '0.00' });
  });

  test('a line of another order is refused and nothing changes', async () => {
    const [order, other] = [await twoFilters(), await make({ line_items: [{ product_id: filter }] })];
    const refused = await put(order, [{ product_id: filter }, { id: lineOf(other)['id'], quantity: 9 }]);
    expect([refused.status, refused.row['code']]).toEqual([400, 'woocommerce_rest_invalid_item_id']);
    expect((await shop.get(`/orders/${String(order.row['id'])}`)).row['line_items']).toHaveLength(1);
  });

  test('a deleted product leaves name and price on the line, not its id or SKU', async () => {
    const order = await twoFilters();
    shop.act('delete-product', { id: filter });
    expect(lineOf(await shop.get(`/orders/${String(order.row['id'])}`))).toMatchObject({ product_id: 0, sku: null, name: 'Oil filter X', total: '99.80' });
  });

  test('price is a number that may not divide evenly, and names stay encoded', async () => {
    const order = await make({ line_items: [{ name: 'Salt & pepper <mini>', quantity: 3, subtotal: '10.00', total: '10.00' }] });
    expect(lineOf(order)).toMatchObject({ name: 'Salt &amp; pepper &lt;mini&gt;', price: 10 / 3 });
  });

  test('with taxes on, line totals are net and the tax stands beside, prices entered with it or without', async () => {
    shop.act('set-shop', { vatPercent: 23 });
    expect((await twoFilters()).row).toMatchObject({ prices_include_tax: false, total: '122.75', total_tax: '22.95', cart_tax: '22.95', tax_lines: [{ tax_total: '22.95' }] });
    shop.act('set-shop', { pricesIncludeTax: true });
    const inside = await twoFilters();
    expect(inside.row).toMatchObject({ prices_include_tax: true, total: '99.80', total_tax: '18.66' });
    expect(lineOf(inside)).toMatchObject({ total: '81.14', total_tax: '18.66' });
  });

  test('meta_data is an upsert by key', async () => {
    const order = await make({ meta_data: [{ key: '_mark', value: 'a' }, { key: 'other', value: { deep: 1 } }] });
    const changed = await shop.call('PUT', `/orders/${String(order.row['id'])}`, { meta_data: [{ key: '_mark', value: 'b' }] });
    expect(changed.row['meta_data']).toEqual([expect.objectContaining({ key: '_mark', value: 'b' }), expect.objectContaining({ key: 'other', value: { deep: 1 } })]);
  });
});

describe('refunds', () => {
  test('a partial one leaves status and lines and is listed; all of it makes the order refunded', async () => {
    const order = await twoFilters();
    const path = `/orders/${String(order.row['id'])}`;
    const part = await shop.call('POST', `${path}/refunds`, { amount: '49.90', api_refund: false, line_items: [{ id: lineOf(order)['id'], quantity: 1, refund_total: '49.90' }] });
    expect([part.status, lineOf(part)]).toEqual([201, expect.objectContaining({ quantity: -1, total: '-49.90', price: 49.9 })]);
    expect((await shop.get(path)).row).toMatchObject({ status: 'processing', total: '99.80', line_items: [{ quantity: 2 }], refunds: [{ total: '-49.90' }] });
    await shop.call('POST', `${path}/refunds`, { amount: '49.90', api_refund: false });
    expect((await shop.get(path)).row['status']).toBe('refunded');
    expect((await shop.get(`${path}/refunds`)).rows).toHaveLength(2);
  });
});

describe('batches', () => {
  test('each item stands for itself, and a bad status makes a pending order', async () => {
    const order = await twoFilters();
    const answer = await shop.call('POST', '/orders/batch', { create: [{ status: 'nonsense' }], update: [{ id: order.row['id'], status: 'completed' }, { id: 9999, status: 'completed' }], delete: [9998] });
    expect(answer.row).toMatchObject({
      create: [{ status: 'pending' }],
      update: [{ status: 'completed' }, { id: 9999, error: { message: 'ID is invalid.', data: { status: 400 } } }],
      delete: [{ id: 9998, error: { message: 'Invalid ID.', data: { status: 404 } } }],
    });
  });

  test('more than 100 items in all are refused', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => index);
    expect((await shop.call('POST', '/orders/batch', { create: ids.map(() => ({})), delete: ids })).status).toBe(413);
    expect(truth().orders).toEqual([]);
  });
});

describe('catalogue', () => {
  test('a SKU finds variations, which are not listed otherwise and have no categories', async () => {
    const belt = shop.act('create-product', { name: 'Belt', attributes: [{ name: 'Size', options: ['S', 'M'] }], variations: [{ sku: 'BELT-S', attributes: [{ name: 'Size', option: 'S' }], regular_price: '20' }] });
    expect((await shop.get('/products?sku=BELT-S,OF-X&orderby=id&order=asc')).rows.map(({ type, sku, categories }) => ({ type, sku, categories }))).toEqual([
      { type: 'simple', sku: 'OF-X', categories: [{ id: 15, name: 'Uncategorized', slug: 'uncategorized' }] },
      { type: 'variation', sku: 'BELT-S', categories: [] },
    ]);
    expect((await shop.get('/products?orderby=id&order=asc')).rows.map(({ type }) => type)).toEqual(['simple', 'variable']);
    expect((await shop.get(`/products/${String(belt['id'])}/variations`)).rows).toHaveLength(1);
    const order = await make({ line_items: [{ sku: 'BELT-S' }] });
    expect(lineOf(order)).toMatchObject({ name: 'Belt - S', product_id: belt['id'], parent_name: 'Belt', image: { id: 0 } });
  });

  test('a SKU is taken once, and a price that is none is stored as empty', async () => {
    expect((await shop.call('POST', '/products', { sku: 'OF-X' })).row).toMatchObject({ code: 'product_invalid_sku', data: { resource_id: filter, unique_sku: 'OF-X-1' } });
    expect((await shop.call('POST', '/products', { name: 'B', regular_price: 'abc' })).row).toMatchObject({ regular_price: '', price: '' });
    expect((await shop.call('PUT', `/products/${String(filter)}`, { stock_quantity: 7 })).row['stock_quantity']).toBe(7);
  });

  test('categories are a flat list with parents; one name stands once under one parent', async () => {
    const parts = (await shop.call('POST', '/products/categories', { name: 'Parts' })).row['id'];
    expect((await shop.call('POST', '/products/categories', { name: 'Parts' })).row).toMatchObject({ code: 'term_exists', data: { resource_id: parts } });
    expect((await shop.call('POST', '/products/categories', { name: 'Food & Drink', parent: parts })).row).toMatchObject({ name: 'Food &amp; Drink', parent: parts });
    shop.act('rename-category', { id: parts, name: 'Pieces' });
    expect((await shop.get('/products/categories?orderby=name')).rows.map(({ name }) => name)).toEqual(['Food &amp; Drink', 'Pieces', 'Uncategorized']);
    expect((await shop.get(`/products/categories?parent=${String(parts)}`)).rows).toHaveLength(1);
    expect((await shop.call('POST', '/products/categories', {})).row).toMatchObject({ code: 'rest_missing_callback_param', data: { params: ['name'] } });
  });
});

describe('customers', () => {
  test('are found by e-mail or name, not by phone; guests are none', async () => {
    const ewa = { email: 'ewa@example.test', first_name: 'Ewa', last_name: 'Lis', billing: { phone: '600111222' } };
    expect((await shop.call('POST', '/customers', ewa)).status).toBe(201);
    expect((await shop.call('POST', '/customers', { ...ewa, email: 'EWA@example.test' })).row['code']).toBe('registration-error-email-exists');
    expect((await shop.get('/customers?email=ewa@example.test')).rows).toHaveLength(1);
    expect((await shop.get('/customers?search=lis')).rows).toHaveLength(1);
    expect((await shop.get('/customers?search=600111222')).rows).toEqual([]);
    expect((await shop.call('DELETE', '/customers/2')).row).toMatchObject({ code: 'woocommerce_rest_trash_not_supported', data: { status: 501 } });
    await make({ billing: { email: 'guest@example.test' } });
    expect((await shop.get('/customers?role=all')).headers.get('x-wp-total')).toBe('1');
  });
});

test('an injected throttle asks for two seconds, an injected 503 is a page', async () => {
  shop.sandbox.fault({ on: 'GET */orders', kind: 'throttle' });
  const url = `${shop.sandbox.url}/wp-json/wc/v3/orders`;
  const throttled = await fetch(url);
  expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([429, '2']);
  shop.sandbox.fault({ on: 'GET */orders', kind: 'refuse', status: 503, text: 'Service Unavailable' });
  expect((await fetch(url)).headers.get('content-type')).toContain('text/html');
});
