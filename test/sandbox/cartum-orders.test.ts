/** Orders of the shop: reading, filters, paging, the status list, updating (contract cartum 4.1–4.3, 5, 9). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { idsIn, ordersIn, startCartum } from './cartum-shop.ts';
import type { Row, TestShop } from './cartum-shop.ts';

let shop: TestShop;
beforeEach(async () => {
  shop = await startCartum();
});
afterEach(() => shop.running.close());

const read = async (params: Row): Promise<number[]> => {
  const answer = await shop.call('orders/get', params);
  return answer.status === 'EMPTY' ? [] : idsIn(answer);
};
/** Created at this time of 2026-09-01 in the shop, three hours ahead of UTC. */
const at = (time: string): string => new Date(Date.parse(`2026-09-01T${time}Z`) - 3 * 3_600_000).toISOString();

const update = (...orders: Row[]) => shop.call('orders/update', { orders });
const badStatus = 'status is not defined or defined incorrectly';

describe('orders/get', () => {
  test('shows an order in the vendor words: shop time without zone, one full name, sums before and after the discount', async () => {
    const id = await shop.newOrder({
      createdAt: '2026-09-01T07:15:00Z',
      lines: [{ article: 'A-1', title: 'Cable', price: 250, quantity: 2 }],
      discountPercent: 10,
      delivery: { typeId: 3, city: 'Kyiv', address: 'Branch No 5', price: 80 },
      language: 'en',
    });
    const [order] = ordersIn(await shop.call('orders/get', { ids: [id] }));
    expect(order).toMatchObject({
      order_id: id,
      stat_status: 1,
      stat_created: '2026-09-01 10:15:00',
      currency: 'UAH',
      delivery_name: 'Olena Kovalenko',
      delivery_email: 'olena@example.com',
      delivery_phone: '+38 (012) 421-42-14',
      delivery_city: 'Kyiv',
      delivery_city_stable: 'Kyiv',
      delivery_address: 'Branch No 5',
      delivery_type: { id: 3, title: 'Carrier X to branch' },
      delivery_price: 80,
      payment_type: { id: 2, title: 'On delivery' },
      payed: 0,
      total_default: 500,
      total_sum: 450,
      total_quantity: 2,
      discount_percent: 10,
      discount_value: 50,
      coupon_code: '',
      delivery_data: { tnNumber: null },
      products: [{ title: 'Cable', article: 'A-1', price: 250, quantity: 2, total_price: 500, discount_marker: 'NONE', type: 'product' }],
    });
    expect(order).not.toHaveProperty('additional_data');
    expect(order).not.toHaveProperty('products.0.id');
  });

  test('additional data come when asked for; a delivery price that was not calculated is -1', async () => {
    const id = await shop.newOrder({ delivery: { price: null } });
    const [order] = ordersIn(await shop.call('orders/get', { ids: [id], additionalData: true }));
    expect(order).toMatchObject({ delivery_price: -1, additional_data: { recipient_warehouse_ref: expect.any(String) } });
  });

  test('from and to are inclusive, in both forms of a date', async () => {
    const [first, second, third] = [await shop.newOrder({ createdAt: at('10:00:00') }), await shop.newOrder({ createdAt: at('11:00:00') }), await shop.newOrder({ createdAt: at('12:00:00') })];
    expect(await read({ from: '2026-09-01 11:00:00', to: '2026-09-01 12:00:00' })).toEqual([second, third]);
    expect(await read({ from: '01.09.2026 10:00:00', to: '01.09.2026 11:00:00' })).toEqual([first, second]);
    expect(await read({ from: '2026-09-01' })).toEqual([first, second, third]);
    expect(await read({ from: '02.09.2026' })).toEqual([]);
  });

  test('whether a bare day as `to` covers its day is a switch', async () => {
    const id = await shop.newOrder({ createdAt: at('10:00:00') });
    expect(await read({ to: '2026-09-01' })).toEqual([]);
    await shop.act('switches', { dateOnlyToCoversDay: true });
    expect(await read({ to: '2026-09-01' })).toEqual([id]);
  });

  test.each([{ from: '2026-09-01T00:00:00Z' }, { to: '2026-13-01' }, { from: '2026-02-30 10:00:00' }, { limit: 0 }, { ids: 5 }, { status: 'new' }, { offset: 3 }])('EXCEPTION for %o', async (params) => {
    expect(await shop.call('orders/get', params)).toMatchObject({ httpStatus: 200, status: 'EXCEPTION', response: { message: expect.stringContaining(Object.keys(params)[0] ?? '') } });
  });

  test('a release before 3.30 knows no times in dates', async () => {
    await shop.act('switches', { release: '3.29' });
    expect(await shop.call('orders/get', { from: '2026-09-01 00:00:00' })).toMatchObject({ status: 'EXCEPTION' });
    expect(await shop.call('orders/get', { from: '2026-09-01' })).toMatchObject({ status: 'EMPTY' });
  });

  test('ids and status filter; a filter by change does not exist and is not noticed', async () => {
    const [one, two, three] = [await shop.newOrder(), await shop.newOrder({ status: 2 }), await shop.newOrder({ status: 6 })];
    expect(await read({ ids: [two, String(three), 999_999] })).toEqual([two, three]);
    expect(await read({ status: 2 })).toEqual([two]);
    expect(await read({ status: [1, '6'] })).toEqual([one, three]);
    expect(await read({ modified_from: '2030-01-01' })).toEqual([one, two, three]);
  });

  test('pages by limit and offset, then EMPTY', async () => {
    const ids = [await shop.newOrder(), await shop.newOrder(), await shop.newOrder()];
    expect([await read({ limit: 2 }), await read({ limit: 2, offset: 2 }), await read({ limit: 2, offset: 4 })]).toEqual([ids.slice(0, 2), ids.slice(2), []]);
    await shop.act('switches', { offsetWithoutLimit: 'ignored' });
    expect(await read({ offset: 2 })).toEqual(ids);
    await shop.act('switches', { ordersCap: 1 });
    expect(await read({ limit: 2 })).toEqual(ids.slice(0, 1));
  });

  test('the order of rows is nobody’s: neither by number nor by time, but the same from call to call', async () => {
    const ids: number[] = [];
    for (let count = 0; count < 30; count += 1) ids.push(await shop.newOrder());
    await shop.act('switches', { rowOrder: 'shuffled' });
    const shuffled = await read({});
    expect(shuffled).not.toEqual(ids);
    expect(shuffled).not.toEqual(ids.toReversed());
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(ids);
    expect([...(await read({ limit: 17 })), ...(await read({ limit: 17, offset: 17 }))]).toEqual(shuffled);
    await shop.act('switches', { rowOrder: 'newest-first' });
    expect(await read({})).toEqual(ids.toReversed());
  });

  test('both passages of a doubled hour read the same and are found together', async () => {
    const ids = [await shop.newOrder({ createdAt: '2025-10-26T00:30:00Z' }), await shop.newOrder({ createdAt: '2025-10-26T01:30:00Z' })];
    const answer = await shop.call('orders/get', { from: '2025-10-26 03:30:00', to: '2025-10-26 03:30:00' });
    expect(idsIn(answer)).toEqual(ids);
    expect(ordersIn(answer).map((order) => order['stat_created'])).toEqual(['2025-10-26 03:30:00', '2025-10-26 03:30:00']);
  });

  test('numbers come as numbers or as text, with any scale, and EMPTY with any response', async () => {
    await shop.act('switches', { variety: 'seeded' });
    for (let count = 0; count < 40; count += 1) await shop.newOrder({ delivery: { price: 80.5 } });
    const rows = ordersIn(await shop.call('orders/get'));
    expect(new Set(rows.map((order) => order['delivery_price']))).toEqual(new Set([80.5, '80.5', '80.50', '80.5000']));
    expect(new Set(rows.map((order) => typeof order['order_id']))).toEqual(new Set(['number', 'string']));
    expect(ordersIn(await shop.call('orders/get'))).toEqual(rows);
    const responses = new Set<string>();
    for (let count = 0; count < 40; count += 1) {
      shop.running.clock.advance(1_000);
      const { status, body } = await shop.call('orders/get', { ids: [1] });
      expect(status).toBe('EMPTY');
      responses.add(JSON.stringify(body));
    }
    expect(responses.size).toBeGreaterThan(2);
  });

  test('the photo of a line came with 4.26', async () => {
    const ids = [await shop.newOrder()];
    const lines = async () => ordersIn(await shop.call('orders/get', { ids }))[0]?.['products'];
    expect(await lines()).toMatchObject([{ photo_url: expect.any(String) }]);
    await shop.act('switches', { release: '4.25' });
    expect(await lines()).not.toHaveProperty('0.photo_url');
  });
});

describe('orders/get_available_statuses', () => {
  test('is an object keyed by id, with titles by language and what counts as delivered', async () => {
    const { statuses } = (await shop.call('orders/get_available_statuses')).response;
    expect(statuses).toMatchObject({ 1: { id: 1, is_successful: 0 }, 3: { id: 3, title: { en: 'Delivered', ua: 'Доставлено', ru: 'Доставлен' }, is_successful: 1 }, 4: { title: { en: 'Cancelled / not delivered' } }, 9: { is_successful: 1 } });
    expect(Object.keys(statuses ?? {})).toEqual(['1', '2', '3', '4', '6', '7', '9']);
  });

  test('does not exist before 4.0', async () => {
    await shop.act('switches', { release: '3.30' });
    expect((await shop.call('orders/get_available_statuses')).body).toEqual({ status: 'UNDEFINED_FUNCTION', response: [] });
    await shop.act('switches', { release: '4.0' });
    expect(await shop.call('orders/get_available_statuses')).toMatchObject({ status: 'OK' });
  });
});

describe('orders/update', () => {
  test('sets status and payment, and logs in the order of the request', async () => {
    const [one, two] = [await shop.newOrder(), await shop.newOrder()];
    expect((await update({ order_id: two, status: 2, payed: 1 }, { order_id: one, status: '6' })).body).toEqual({
      status: 'OK',
      response: { log: [{ status: 'OK', messages: 'UPDATED' }, { status: 'OK', messages: 'UPDATED' }] },
    });
    expect([shop.order(one), shop.order(two)]).toMatchObject([{ status: 6, isPaid: false }, { status: 2, isPaid: true }]);
  });

  test('any failure makes a WARNING; the others are done', async () => {
    const [one, two] = [await shop.newOrder(), await shop.newOrder()];
    const answer = await update({ order_id: one, status: 5 }, { order_id: two, status: 2 }, { order_id: 999_999, status: 2 }, { order_id: one });
    expect([answer.httpStatus, answer.body]).toMatchObject([
      200,
      { status: 'WARNING', response: { log: [{ status: 'ERROR', messages: badStatus }, { status: 'OK', messages: 'UPDATED' }, { status: 'ERROR' }, { status: 'ERROR', messages: badStatus }] } },
    ]);
    expect([shop.order(one).status, shop.order(two).status]).toEqual([1, 2]);
  });

  test('the log may spell message and name the order', async () => {
    const id = await shop.newOrder();
    await shop.act('switches', { logSpelling: 'message' });
    expect((await update({ order_id: id, status: 2 })).response).toEqual({ log: [{ status: 'OK', message: 'UPDATED', order_id: id }] });
  });

  test('`paid` is not a field; a tracking code and a payment alone are enough; without a list it is an EXCEPTION', async () => {
    const id = await shop.newOrder();
    await update({ order_id: id, status: 2, paid: 1 });
    expect(shop.order(id).isPaid).toBe(false);
    expect(await update({ order_id: id, payed: 1 }, { order_id: id, tracking_code: '0500000000001' })).toMatchObject({ status: 'OK' });
    expect(shop.order(id)).toMatchObject({ status: 2, isPaid: true, delivery: { trackingNumber: '0500000000001' } });
    expect(await update({ order_id: id, payed: 2 })).toMatchObject({ status: 'WARNING' });
    expect(await shop.call('orders/update')).toMatchObject({ status: 'EXCEPTION' });
  });

  test('R6 status 4 over the API keeps the goods out of the stock and locks the order for good; by staff it does neither', async () => {
    shop.cartum.seed({ orders: 0 });
    const quantity = () => shop.cartum.truth().products.find(({ article }) => article === 'CABLE-500')?.quantity;
    const lines = [{ article: 'CABLE-500', quantity: 3 }];
    const [one, two] = [await shop.newOrder({ lines }), await shop.newOrder({ lines })];
    expect(quantity()).toBe(994);
    await shop.act('set-status', { id: two, status: 4 });
    expect(quantity()).toBe(997);
    expect(await update({ order_id: two, status: 2 })).toMatchObject({ status: 'OK' });
    expect(await update({ order_id: one, status: 4 })).toMatchObject({ status: 'OK' });
    expect(await update({ order_id: one, status: 4 })).toMatchObject({ status: 'OK' });
    expect(await update({ order_id: one, status: 2 })).toMatchObject({ status: 'WARNING' });
    expect(() => shop.cartum.actions['set-status']?.({ id: one, status: 2 })).toThrow('locked');
    expect([shop.order(one), quantity()]).toMatchObject([{ status: 4, isLocked: true }, 994]);
  });

  test('every status set is logged and mailed to a customer with an e-mail, a repeated one too', async () => {
    const [known, byTelephone] = [await shop.newOrder(), await shop.newOrder({ email: '' })];
    await update({ order_id: known, status: 2 }, { order_id: byTelephone, status: 2 });
    shop.running.clock.advance(60_000);
    await update({ order_id: known, status: 2 });
    await shop.act('set-status', { id: known, status: 6 });
    await shop.act('set-status', { id: known, status: 6 });
    expect([shop.order(known).mails, shop.order(byTelephone).mails]).toEqual([3, 0]);
    const { statusChanges, mails } = shop.cartum.truth();
    expect(statusChanges.filter(({ by }) => by === 'api')).toEqual([
      { at: '2026-09-01T10:00:00.000Z', orderId: known, from: 1, to: 2, by: 'api' },
      { at: '2026-09-01T10:00:00.000Z', orderId: byTelephone, from: 1, to: 2, by: 'api' },
      { at: '2026-09-01T10:01:00.000Z', orderId: known, from: 2, to: 2, by: 'api' },
    ]);
    expect(mails.map(({ status }) => status)).toEqual([2, 2, 6]);
    await shop.act('switches', { statusMails: false });
    await update({ order_id: known, status: 3 });
    expect(shop.order(known).mails).toBe(3);
  });
});

describe('staff', () => {
  test('edit lines, delivery and customer; the sums follow', async () => {
    const id = await shop.newOrder({ lines: [{ article: 'A-1', price: '12.50', quantity: 2 }, { article: 'A-2', price: 10 }] });
    await shop.act('edit-order', { id, line: { at: 0, quantity: 3 }, phone: '0124214214', delivery: { address: 'Branch No 7', price: 95.5 } });
    expect(shop.order(id)).toMatchObject({ totalDefault: '47.50', phone: '0124214214', name: 'Olena Kovalenko', delivery: { address: 'Branch No 7', price: '95.50' }, lines: [{ quantity: 3, total: '37.50' }, { quantity: 1 }] });
    await shop.act('edit-order', { id, lines: [] });
    expect(shop.order(id)).toMatchObject({ totalDefault: '0.00', lines: [] });
  });

  test('delete an order; nothing finds it then', async () => {
    const id = await shop.newOrder();
    await shop.act('delete-order', { id });
    expect(await read({ ids: [id] })).toEqual([]);
    expect(() => shop.cartum.actions['delete-order']?.({ id })).toThrow(`order ${id} is not there`);
  });

  test('cannot use a status that is not in the table; the table can change', async () => {
    expect(() => shop.cartum.actions['create-order']?.({ status: 5 })).toThrow('status 5');
    await shop.act('set-statuses', [{ id: 5, title: { en: 'Returned' } }]);
    expect(await shop.act('create-order', { status: 5 })).toMatchObject({ status: 5, totalSum: '0.00' });
  });
});
