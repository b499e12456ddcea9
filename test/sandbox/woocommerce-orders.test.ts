/** Lists and windows of orders (contract woocommerce 4, 5, 9). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { basic, idsOf, openShop } from './woocommerce-shop.ts';
import type { TestShop } from './woocommerce-shop.ts';

let shop: TestShop;
beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.close());

/** An order made at a time, with its number returned. */
const orderAt = (createdAt: string, more: object = {}) => shop.act('create-order', { createdAt, line_items: [{ name: 'Thing', quantity: 1, total: '10.00' }], ...more })['id'];

describe('windows', () => {
  test('both bounds are exclusive', async () => {
    const [, middle] = ['2026-11-10T10:00:00Z', '2026-11-10T10:00:01Z', '2026-11-10T10:00:02Z'].map((at) => orderAt(at));
    expect(idsOf(await shop.get('/orders?dates_are_gmt=true&after=2026-11-10T10:00:00&before=2026-11-10T10:00:02'))).toEqual([middle]);
  });

  test('a naive bound is shop-local, GMT only when said', async () => {
    const id = orderAt('2026-11-10T10:00:00Z'); // 11:00 in Warsaw
    expect(idsOf(await shop.get('/orders?after=2026-11-10T10:30:00'))).toEqual([id]);
    expect(idsOf(await shop.get('/orders?after=2026-11-10T11:00:00'))).toEqual([]);
    expect(idsOf(await shop.get('/orders?after=2026-11-10T09:59:59Z'))).toEqual([id]);
    expect(idsOf(await shop.get('/orders?after=2026-11-10T09:59:59&dates_are_gmt=true'))).toEqual([id]);
  });

  test('Z together with dates_are_gmt is shifted by the offset and loses rows', async () => {
    const id = orderAt('2026-11-10T10:00:00Z');
    expect(idsOf(await shop.get('/orders?after=2026-11-10T09:30:00Z&dates_are_gmt=true'))).toEqual([]);
    expect(idsOf(await shop.get('/orders?after=2026-11-10T08:59:59Z&dates_are_gmt=true'))).toEqual([id]);
  });

  test('in summer the shift is two hours', async () => {
    const id = orderAt('2026-07-10T10:00:00Z');
    expect(idsOf(await shop.get('/orders?after=2026-07-10T08:00:00Z&dates_are_gmt=true'))).toEqual([]);
    expect(idsOf(await shop.get('/orders?after=2026-07-10T07:59:59Z&dates_are_gmt=true'))).toEqual([id]);
  });

  test('a change is found by its own time, and a note is no change', async () => {
    const id = orderAt('2026-11-10T10:00:00Z');
    shop.sandbox.clock.set(Date.parse('2026-11-21T20:00:00Z'));
    await shop.call('POST', `/orders/${String(id)}/notes`, { note: 'hello' });
    const changed = '/orders?dates_are_gmt=true&modified_after=2026-11-21T19:00:00&modified_before=2026-11-21T21:00:00&orderby=modified&order=asc';
    expect(idsOf(await shop.get(changed))).toEqual([]);
    shop.act('touch', { ids: [id] });
    expect(idsOf(await shop.get(changed))).toEqual([id]);
  });

  test('the doubled hour has one local name and two instants', async () => {
    const [first, second] = [orderAt('2026-10-25T00:30:00Z'), orderAt('2026-10-25T01:30:00Z')];
    const answer = await shop.get('/orders?orderby=id&order=asc&_fields=id,date_created,date_created_gmt');
    expect(answer.rows).toEqual([
      { id: first, date_created: '2026-10-25T02:30:00', date_created_gmt: '2026-10-25T00:30:00' },
      { id: second, date_created: '2026-10-25T02:30:00', date_created_gmt: '2026-10-25T01:30:00' },
    ]);
  });
});

const listed = async (query: string) => (await shop.get(`/orders?per_page=100&orderby=id&order=asc&_fields=status${query}`)).rows.map((one) => one['status']);

describe('statuses', () => {
  const everyStatus = ['pending', 'processing', 'on-hold', 'completed', 'cancelled', 'refunded', 'failed', 'checkout-draft', 'packed', 'trash'];
  beforeEach(() => {
    for (const status of everyStatus) {
      const id = orderAt('2026-11-10T10:00:00Z');
      if (status !== 'processing') shop.act('set-status', { id, status });
    }
  });

  test('any leaves out trash and checkout drafts, even beside trash', async () => {
    const usual = everyStatus.filter((status) => status !== 'trash' && status !== 'checkout-draft');
    expect(await listed('')).toEqual(usual);
    expect(await listed('&status=any,trash')).toEqual(usual);
    expect(await listed('&status=trash')).toEqual(['trash']);
  });

  test('a list may be repeated or separated by commas', async () => {
    expect(await listed('&status=pending,packed')).toEqual(['pending', 'packed']);
    expect(await listed('&status[]=pending&status[]=packed')).toEqual(['pending', 'packed']);
  });

  test('an unknown status is refused, and so is trash when written', async () => {
    const unknown = await shop.get('/orders?status=pending,shipped');
    expect(unknown.status).toBe(400);
    expect(unknown.row).toMatchObject({ code: 'rest_invalid_param', data: { params: { status: expect.stringContaining('status[1] is not one of any, trash') } } });
    expect((await shop.call('PUT', '/orders/10', { status: 'trash' })).row['code']).toBe('rest_invalid_param');
  });

  test('the shop tells its statuses and counts them', async () => {
    expect((await shop.get('/orders/statuses')).rows.at(-1)).toEqual({ slug: 'packed', name: 'Packed' });
    expect((await shop.get('/reports/orders/totals')).rows).toContainEqual({ slug: 'on-hold', name: 'On hold', total: 1 });
  });
});

const byModified = async () => idsOf(await shop.get('/orders?orderby=modified&order=asc&per_page=100'));
const find = async (query: string) => idsOf(await shop.get(`/orders?orderby=id&order=asc&${query}`));

describe('paging', () => {
  test('three pages, each pointing to its neighbours with the query kept', async () => {
    for (let made = 0; made < 5; made += 1) orderAt(`2026-11-10T10:00:0${made}Z`);
    const path = '/orders?per_page=2&orderby=id&order=asc&status=processing,on-hold&page=2';
    const second = await shop.get(path);
    expect([second.headers.get('x-wp-total'), second.headers.get('x-wp-totalpages')]).toEqual(['5', '3']);
    const link = second.headers.get('link') ?? '';
    const address = `${shop.sandbox.url}/wp-json/wc/v3/orders?per_page=2&orderby=id&order=asc&status%5B0%5D=processing&status%5B1%5D=on-hold&page=`;
    expect(link).toBe(`<${address}1>; rel="prev", <${address}3>; rel="next"`);
    expect((await shop.get(`${path}&page=3`)).rows).toHaveLength(1);
  });

  test('past the end the list is empty and the total 0', async () => {
    orderAt('2026-11-10T10:00:00Z');
    const answer = await shop.get('/orders?page=9');
    expect([answer.status, answer.body, answer.headers.get('x-wp-total'), answer.headers.get('x-wp-totalpages')]).toEqual([200, [], '0', '0']);
  });

  test('products past the end keep the true total', async () => {
    shop.act('create-product', { name: 'A', sku: 'A' });
    const answer = await shop.get('/products?page=9');
    expect([answer.body, answer.headers.get('x-wp-total')]).toEqual([[], '1']);
  });

  test('orders of one second come in an order that is neither by id nor by age, the same each time', async () => {
    const made = Array.from({ length: 40 }, () => orderAt('2026-11-10T10:00:00Z'));
    const seen = await byModified();
    expect(new Set(seen)).toEqual(new Set(made));
    expect(seen).toHaveLength(40);
    expect(seen).not.toEqual(made);
    expect(seen).not.toEqual(made.toReversed());
    expect(await byModified()).toEqual(seen);
  });

  test('offset wins over page; include, exclude, customer, product and search narrow', async () => {
    const product = shop.act('create-product', { name: 'A', sku: 'A', regular_price: '5' })['id'];
    const [a, b, c] = [orderAt('2026-11-10T10:00:00Z'), orderAt('2026-11-10T10:00:01Z', { billing: { email: 'Ewa@example.test', phone: '+48 600 700 800' } }), orderAt('2026-11-10T10:00:02Z', { line_items: [{ product_id: product }] })];
    expect(await find('offset=1&page=1&per_page=1')).toEqual([b]);
    expect(await find(`include=${String(a)},${String(c)}`)).toEqual([a, c]);
    expect(await find(`exclude=${String(a)}`)).toEqual([b, c]);
    expect(await find('customer=0')).toEqual([a, b, c]);
    expect(await find(`product=${String(product)}`)).toEqual([c]);
    expect(await find('search=ewa@example')).toEqual([b]);
    expect(await find('search=600%20700')).toEqual([b]);
    expect(await find('search=600700800')).toEqual([]); // as typed, not digits
  });

  test.each([
    ['per_page=0', 'per_page must be between 1 (inclusive) and 100 (inclusive)'],
    ['page=0', 'page must be greater than or equal to 1'],
    ['page=x', 'page is not of type integer.'],
    ['dates_are_gmt=perhaps', 'dates_are_gmt is not of type boolean.'],
    ['after=2026-11-10', 'Invalid date.'],
  ])('%s is refused', async (query, text) => {
    const name = query.split('=')[0] ?? '';
    const answer = await shop.get(`/orders?${query}`);
    expect(answer.row).toMatchObject({ code: 'rest_invalid_param', message: `Invalid parameter(s): ${name}`, data: { status: 400, params: { [name]: text } } });
  });
});

test('dp says how many decimals amounts have', async () => {
  const id = orderAt('2026-11-10T10:00:00Z', { line_items: [{ name: 'Thirds', quantity: 3, subtotal: '10.00', total: '10.00' }] });
  const answer = await shop.get(`/orders/${String(id)}?dp=4`);
  expect(answer.row).toMatchObject({ total: '10.0000', line_items: [{ total: '10.0000', quantity: 3, price: 10 / 3 }] });
});

test('_fields keeps top-level fields only, and nothing of a dotted name', async () => {
  orderAt('2026-11-10T10:00:00Z');
  expect((await shop.get('/orders?_fields=id,line_items.sku')).rows).toEqual([{ id: 10 }]);
});

test('without pretty permalinks the same route answers under rest_route', async () => {
  orderAt('2026-11-10T10:00:00Z');
  const response = await fetch(`${shop.sandbox.url}/?rest_route=/wc/v3/orders/10`, { headers: { authorization: basic() } });
  expect(await response.json()).toMatchObject({ id: 10 });
});
