/** An order between its import and its end: lines, write-offs, statuses, comments, and how a scan finds it (contract roapp 4.2, 4.3). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { idOf, idsIn, newItem, newOrder, startRoapp, type RoappTest } from './roapp-setup.ts';

let shop: RoappTest;
beforeEach(async () => void (shop = await startRoapp()));
afterEach(() => shop.running.close());

const prepareItem = async (more: object = {}) => {
  const made = await shop.prepare();
  return { ...made, item: idOf(await shop.call('POST', `/v2/orders/${made.order}/items`, newItem(made.product, more))) };
};
const itemsOf = async (order: number) => z.array(z.looseObject({ id: z.number(), is_deduction_required: z.boolean(), write_offs: z.array(z.object({ quantity: z.number() })).nullable() })).parse(await shop.get(`/v2/orders/${order}/items`));
const trueOrder = (order: number) => shop.truth().orders.find(({ id }) => id === order);

describe('write-off', () => {
  test('R4 a part of a line: the line shows what left, and order and line still wait', async () => {
    const { order, item } = await prepareItem({ quantity: '3' });
    shop.act('write-off', { orderId: order, itemId: item, quantity: '1' });
    expect(await itemsOf(order)).toMatchObject([{ is_deduction_required: true, write_offs: [{ quantity: 1 }] }]);
    expect(await shop.get(`/v2/orders/${order}`)).toMatchObject({ is_deduction_required: true });
    expect((await shop.call('POST', `/v2/orders/${order}/status`, { status_id: 106 })).status).toBe(400);
    expect(() => shop.act('write-off', { orderId: order, itemId: item, quantity: '2.5' })).toThrow('only 2');
    shop.act('write-off', { orderId: order });
    expect(await itemsOf(order)).toMatchObject([{ is_deduction_required: false, write_offs: [{ quantity: 1 }, { quantity: 2 }] }]);
    expect(await shop.get(`/v2/orders/${order}`)).toMatchObject({ is_deduction_required: false });
  });

  test('parts of uneven quantities add up', async () => {
    const { order, item } = await prepareItem({ quantity: '0.3' });
    for (const quantity of ['0.1', '0.2']) shop.act('write-off', { orderId: order, itemId: item, quantity });
    expect(await itemsOf(order)).toMatchObject([{ is_deduction_required: false, write_offs: [{ quantity: 0.1 }, { quantity: 0.2 }] }]);
  });

  test('a part needs its line, and what is written off is not written off twice', async () => {
    const { order } = await prepareItem();
    expect(() => shop.act('write-off', { orderId: order, quantity: '1' })).toThrow('quantity needs itemId');
    for (let time = 0; time < 2; time += 1) shop.act('write-off', { orderId: order });
    expect(trueOrder(order)?.write_off_history).toHaveLength(1);
  });

  test('R4 reverted, the line waits again; the truth knows who did what and when', async () => {
    const { order, item } = await prepareItem();
    shop.act('write-off', { orderId: order, by: 33 });
    shop.running.clock.advance(60_000);
    shop.act('revert-write-off', { orderId: order, itemId: item });
    expect(await itemsOf(order)).toMatchObject([{ is_deduction_required: true, write_offs: null }]);
    expect(trueOrder(order)?.write_off_history).toEqual([
      { item_id: item, quantity: 2, at: '2026-09-01T10:00:00Z', by: 33, what: 'written off' },
      { item_id: item, quantity: 2, at: '2026-09-01T10:01:00Z', by: 32, what: 'reverted' },
    ]);
  });

  test.each([[true, [1]], [false, []]])('by a switch it moves modified_at or not (%s)', async (writeOffMovesModifiedAt, found) => {
    const { order } = await prepareItem();
    shop.act('set-switches', { writeOffMovesModifiedAt });
    const changedSince = async () => idsIn(await shop.get('/v2/orders?modified_at=2026-09-01T10:30:00Z')).length;
    shop.running.clock.advance(3_600_000);
    shop.act('write-off', { orderId: order });
    expect([await changedSince()]).toEqual([found.length]);
    expect(await shop.get(`/v2/orders/${order}`)).toMatchObject({ is_deduction_required: false });
    shop.act('revert-write-off', { orderId: order });
    expect([await changedSince()]).toEqual([found.length]);
  });

  test('a written-off line may be changed, unless switched off; another line always', async () => {
    const { order, item, product } = await prepareItem();
    const other = idOf(await shop.call('POST', `/v2/orders/${order}/items`, newItem(product)));
    shop.act('write-off', { orderId: order, itemId: item });
    const change = async (id: number) => (await shop.call('PATCH', `/v2/orders/${order}/items/${id}`, { quantity: '5' })).status;
    expect(await change(item)).toBe(200);
    shop.act('set-switches', { changeWrittenOff: false });
    expect([await change(item), await change(other)]).toEqual([400, 200]);
  });

  test('R16 a line has no delete in the API; its quantity may be 0', async () => {
    const { order, item } = await prepareItem();
    expect((await shop.call('DELETE', `/v2/orders/${order}/items/${item}`)).status).toBe(405);
    expect((await shop.call('PATCH', `/v2/orders/${order}/items/${item}`, { quantity: '0' })).status).toBe(200);
    expect(await shop.get(`/v2/orders/${order}`)).toMatchObject({ total: '0.00' });
  });
});

describe('statuses', () => {
  test('the truth has every one with who set it, the same again counts once', async () => {
    const { order } = await shop.prepare();
    for (let time = 0; time < 2; time += 1) await shop.call('POST', `/v2/orders/${order}/status`, { status_id: 102 });
    shop.running.clock.advance(60_000);
    shop.act('set-status', { orderId: order, statusId: 104 });
    shop.act('set-status', { orderId: order, statusId: 105, by: 33 });
    expect(trueOrder(order)?.status_history).toEqual([
      { status_id: 101, at: '2026-09-01T10:00:00Z', by: 31 },
      { status_id: 102, at: '2026-09-01T10:00:00Z', by: 31 },
      { status_id: 104, at: '2026-09-01T10:01:00Z', by: 32 },
      { status_id: 105, at: '2026-09-01T10:01:00Z', by: 33 },
    ]);
  });

  test('staff cannot close either while goods wait or money is owed; closing in one go does both first', async () => {
    const { order } = await prepareItem();
    expect(() => shop.act('set-status', { orderId: order, statusId: 106 })).toThrow('not deducted');
    shop.act('write-off', { orderId: order });
    expect(() => shop.act('set-status', { orderId: order, statusId: 106 })).toThrow('not fully paid');
    shop.act('pay-order', { orderId: order });
    shop.act('set-status', { orderId: order, statusId: 106 });
    expect(trueOrder(order)).toMatchObject({ status: { id: 106, group: 6 } });
    const { order: next } = await prepareItem();
    shop.act('close-order', { orderId: next });
    expect(trueOrder(next)).toMatchObject({ status: { group: 6 }, is_deduction_required: false });
  });

  test('an order is dropped off without write-off, and can be taken up again', async () => {
    const { order } = await prepareItem();
    shop.act('drop-order', { orderId: order });
    expect(await shop.get(`/v2/orders/${order}`)).toMatchObject({ status: { id: 107 }, closed_by_id: 32, is_deduction_required: true });
    shop.act('set-status', { orderId: order, statusId: 102 });
    expect(await shop.get(`/v2/orders/${order}`)).toMatchObject({ status: { id: 102 }, closed_at: null, closed_by_id: null });
  });

  test('an unknown status is refused, and a refused one leaves no trace', async () => {
    const { order } = await prepareItem();
    for (const status of [999, 106]) expect((await shop.call('POST', `/v2/orders/${order}/status`, { status_id: status, comment: 'x' })).status).toBe(400);
    expect(trueOrder(order)).toMatchObject({ status: { id: 101 }, comments: [], status_history: [{ status_id: 101 }] });
  });
});

test('comments of the key and of staff stand in the feed with text, time and author', async () => {
  const { order } = await shop.prepare();
  await shop.call('POST', `/v2/orders/${order}/comments`, { comment: 'Kurier, 15,00', is_private: true });
  shop.running.clock.advance(5_000);
  shop.act('add-comment', { orderId: order, text: 'called', by: 33 });
  expect(trueOrder(order)?.comments).toMatchObject([{ text: 'Kurier, 15,00', at: '2026-09-01T10:00:00Z', by: 31, is_private: true }, { text: 'called', at: '2026-09-01T10:00:05Z', by: 33 }]);
});

describe('followed orders are read again by ids', () => {
  test('sixty ids are two pages, whatever their status', async () => {
    const { person } = await shop.prepare();
    const ids: number[] = [];
    for (let made = 0; made < 61; made += 1) ids.push(idOf(await shop.call('POST', '/v2/orders', newOrder(person))));
    const asked = ids.slice(0, 60);
    shop.act('drop-order', { orderId: ids[0] });
    const query = `/v2/orders?sort=id&${asked.map((id) => `ids=${id}`).join('&')}`;
    const [first, second] = [await shop.get(query), await shop.get(`${query}&page=2`)];
    expect(first).toMatchObject({ paging: { page: 1, limit: 50, total_pages: 2, count: 60 } });
    expect([...idsIn(first), ...idsIn(second)]).toEqual(asked);
  });

  test('comma lists are refused, brackets ignored, an id that is gone is simply missing', async () => {
    const { order, person } = await shop.prepare();
    const other = idOf(await shop.call('POST', '/v2/orders', newOrder(person)));
    expect((await shop.call('GET', `/v2/orders?ids=${order},${other}`)).status).toBe(400);
    expect(idsIn(await shop.get(`/v2/orders?ids[]=${order}`))).toEqual([other, order]);
    shop.act('delete-order', { orderId: order });
    expect(idsIn(await shop.get(`/v2/orders?ids=${order}&ids=${other}`))).toEqual([other]);
  });

  test('the list tells which orders still wait for write-off', async () => {
    const { order, person } = await prepareItem();
    const empty = idOf(await shop.call('POST', '/v2/orders', newOrder(person)));
    const waiting = async () => z.object({ data: z.array(z.looseObject({ id: z.number(), is_deduction_required: z.boolean() })) }).parse(await shop.get(`/v2/orders?sort=id&ids=${order}&ids=${empty}`)).data.map((row) => row.is_deduction_required);
    expect(await waiting()).toEqual([true, false]);
    shop.act('write-off', { orderId: order });
    expect(await waiting()).toEqual([false, false]);
  });
});
