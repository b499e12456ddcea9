/** The shop's hooks: subscribing, the five-minute queue, retries, removal by hand (contract cartum 8). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ordersIn, startCartum, startReceiver } from './cartum-shop.ts';
import type { Receiver, TestShop } from './cartum-shop.ts';

let shop: TestShop;
let receiver: Receiver;
beforeEach(async () => {
  shop = await startCartum();
  receiver = await startReceiver();
});
afterEach(async () => {
  receiver.close();
  await shop.running.close();
});

const subscribe = (event: string, path = `/${event}`) => shop.call('hooks/subscribe', { event, target_url: receiver.url + path });
const idOf = (body: unknown): number => z.object({ id: z.number() }).parse(body).id;
const queued = () => shop.cartum.truth().hookQueue.map(({ event, orderId }) => [event, orderId]);
const attempts = () => z.array(z.object({ attempt: z.number(), status: z.number().nullable() })).parse(shop.cartum.actions['webhook-attempts']?.({}));

describe('subscriptions', () => {
  test('subscribe answers 201 and the bare id; unSubscribe answers 410 and that is success', async () => {
    const made = await subscribe('order_created');
    expect([made.httpStatus, made.body]).toEqual([201, { id: expect.any(Number) }]);
    const id = idOf(made.body);
    expect(shop.cartum.truth().hooks).toEqual([{ id, event: 'order_created', targetUrl: `${receiver.url}/order_created` }]);
    const ended = await shop.call('hooks/unSubscribe', { id, target_url: `${receiver.url}/order_created` });
    expect([ended.httpStatus, ended.body]).toEqual([410, { status: 'OK' }]);
    expect(shop.cartum.truth().hooks).toEqual([]);
    expect(receiver.received).toEqual([]);
  });

  test('at most five an event, doubles included', async () => {
    for (let count = 0; count < 5; count += 1) expect((await subscribe('order_update', '/same')).httpStatus).toBe(201);
    expect(await subscribe('order_update')).toMatchObject({ status: 'ERROR', response: { message: expect.stringContaining('order_update') } });
    expect((await subscribe('order_created')).httpStatus).toBe(201);
  });

  test('refuses an unknown event, a wrong id, the address of another subscription, a bad address and a bad token', async () => {
    expect(await subscribe('order_shipped')).toMatchObject({ status: 'ERROR' });
    expect(await shop.call('hooks/unSubscribe', { id: 999, target_url: receiver.url })).toMatchObject({ status: 'ERROR' });
    const id = idOf((await subscribe('order_created')).body);
    expect(await shop.call('hooks/unSubscribe', { id, target_url: `${receiver.url}/another` })).toMatchObject({ status: 'ERROR' });
    expect(shop.cartum.truth().hooks).toHaveLength(1);
    expect(await shop.call('hooks/subscribe', { event: 'order_created', target_url: 'nowhere' })).toMatchObject({ status: 'EXCEPTION' });
    expect(await shop.call('hooks/subscribe', { token: 'x', event: 'order_created', target_url: receiver.url })).toMatchObject({ status: 'UNAUTHORIZED' });
  });

  test('a shop may know only the events of the English page, or no hooks at all', async () => {
    await shop.act('switches', { hookEvents: 'english-page' });
    expect([(await subscribe('order_update')).status, (await subscribe('order_created')).httpStatus]).toEqual(['ERROR', 201]);
    await shop.act('switches', { hooks: false });
    expect((await subscribe('order_created')).status).toBe('ERROR');
  });
});

describe('deliveries', () => {
  test('an event waits for the queue, which runs every five minutes, and comes by PUT with the order as orders/get shows it', async () => {
    await subscribe('order_created', '/hooks/secret');
    const id = await shop.newOrder();
    expect([queued(), receiver.received]).toEqual([[['order_created', id]], []]);
    shop.running.clock.advance(5 * 60_000);
    await receiver.came(1);
    const [order] = ordersIn(await shop.call('orders/get', { ids: [id] }));
    expect(receiver.received).toEqual([{ method: 'PUT', path: '/hooks/secret', body: JSON.stringify(order) }]);
    expect(queued()).toEqual([]);
  });

  test('the queue can be run at once; only subscribed events leave it', async () => {
    await subscribe('order_created');
    const id = await shop.newOrder();
    await shop.act('set-status', { id, status: 2 });
    await shop.act('run-hook-queue');
    expect(receiver.received.map(({ path }) => path)).toEqual(['/order_created']);
    await shop.act('run-hook-queue');
    expect(receiver.received).toHaveLength(1);
  });

  test('R6 order_update comes when the status became anything but 1: over the API too, but not when it was set again', async () => {
    const id = await shop.newOrder();
    await shop.act('run-hook-queue');
    await shop.act('set-status', { id, status: 2 });
    await shop.call('orders/update', { orders: [{ order_id: id, status: 2 }] });
    await shop.act('set-status', { id, status: 1 });
    expect(queued()).toEqual([['order_update', id]]);
    await shop.call('orders/update', { orders: [{ order_id: id, status: 6, payed: 1 }] });
    await shop.call('orders/update', { orders: [{ order_id: id, payed: 1 }] });
    expect(queued()).toEqual([['order_update', id], ['order_update', id], ['order_paid', id]]);
  });

  test('R13 R16 edits of lines, delivery and customer tell nobody', async () => {
    const id = await shop.newOrder();
    await shop.act('run-hook-queue');
    await shop.act('edit-order', { id, name: 'Other Person', delivery: { address: 'Elsewhere' }, line: { at: 0, quantity: 9 } });
    await shop.act('delete-order', { id });
    expect(queued()).toEqual([]);
  });

  test('an answer other than 20x is tried again after ten minutes, ten times and no more', async () => {
    await subscribe('order_created');
    receiver.status = 302;
    await shop.newOrder();
    await shop.act('run-hook-queue');
    shop.running.clock.advance(10 * 60_000);
    await receiver.came(2);
    await shop.cartum.actions['webhook-flush']?.({});
    for (let count = 0; count < 12; count += 1) await shop.cartum.actions['webhook-flush']?.({});
    expect(attempts().map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
  });

  test('any 20x is success', async () => {
    await subscribe('order_created');
    receiver.status = 204;
    await shop.newOrder();
    await shop.act('run-hook-queue');
    await shop.cartum.actions['webhook-flush']?.({});
    expect(attempts()).toEqual([{ attempt: 1, status: 204 }]);
  });

  test('a subscription removed by hand says so with DELETE', async () => {
    const id = idOf((await subscribe('order_update')).body);
    await shop.act('remove-hook', { id });
    expect(receiver.received).toEqual([{ method: 'DELETE', path: '/order_update', body: '' }]);
    expect(shop.cartum.truth().hooks).toEqual([]);
  });

  test('webhook faults: an event can be lost or doubled on the way', async () => {
    await subscribe('order_created');
    await shop.act('webhook-faults', { drop: 1 });
    await shop.newOrder();
    await shop.act('run-hook-queue');
    expect(receiver.received).toEqual([]);
    await shop.act('webhook-faults', { double: 1 });
    await shop.newOrder();
    await shop.act('run-hook-queue');
    expect(receiver.received).toHaveLength(2);
  });
});
