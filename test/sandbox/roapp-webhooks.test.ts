/** RO App's webhooks: made by hand, signed over the id, told again three times, disabled after an hour (contract roapp 8). */
import { createHash, createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { idOf, newItem, newOrder, startRoapp, type RoappTest } from './roapp-setup.ts';
import { openReceiver } from './woocommerce-receiver.ts';
import type { Receiver } from './woocommerce-receiver.ts';

let shop: RoappTest;
let receiver: Receiver;
beforeEach(async () => {
  shop = await startRoapp();
  receiver = await openReceiver();
});
afterEach(async () => {
  await shop.running.close();
  await receiver.close();
});

const secret = 'a secret of the panel';
const orderEvents = ['Order.Created', 'Order.Status.Changed', 'Order.Amount.Changed', 'Order.Deleted'];
const withId = z.object({ id: z.number() });
const register = (events = orderEvents, address = receiver.url): number => withId.parse(shop.act('create-webhook', { address, secret, events })).id;
/** All that is under way has arrived, retries that wait included. */
const flush = async (): Promise<void> => void (await shop.act('webhook-flush', {}));
const attempts = () => z.array(z.object({ attempt: z.number(), status: z.number().nullable() })).parse(shop.act('webhook-attempts', {}));

const body = z.object({
  id: z.uuid(),
  created_at: z.string(),
  created_at_ts: z.number(),
  event_name: z.string(),
  context: z.object({ object_id: z.number(), object_type: z.string() }),
  metadata: z.record(z.string(), z.json()),
  employee: z.object({ id: z.number(), full_name: z.string(), email: z.string() }),
});
const told = () => receiver.received.map(({ body: text }) => body.parse(JSON.parse(text)));
const names = () => told().map(({ event_name: name, employee }) => `${name} by ${employee.id}`);

/** An order with a person and a product, none of it told yet. */
async function preparedWith(events = orderEvents) {
  const made = await shop.prepare();
  register(events);
  return made;
}

describe('making one', () => {
  test('at most five, https unless on the loopback, known events only', () => {
    expect(() => register(orderEvents, 'http://hooks.example.test/r')).toThrow('must be https');
    expect(() => register(['Order.Shipped'])).toThrow();
    expect(() => register(['Stock.Changed'])).toThrow();
    for (let made = 0; made < 5; made += 1) register(orderEvents, 'https://hooks.example.test/r');
    expect(() => register()).toThrow('at most 5');
    shop.act('delete-webhook', { id: 1 });
    expect(register()).toBe(6);
    expect(shop.truth().webhooks.map(({ id }) => id)).toEqual([2, 3, 4, 5, 6]);
  });

  test('the API has no webhooks', async () => {
    for (const path of ['/v2/webhooks', '/webhooks']) expect((await shop.call('GET', path)).status).toBe(404);
  });
});

describe('an event', () => {
  test('names order, old and new status and the employee; what our own key did carries our own employee', async () => {
    const { order } = await preparedWith();
    await shop.call('POST', `/v2/orders/${order}/status`, { status_id: 102 });
    shop.act('set-status', { orderId: order, statusId: 104 });
    await flush();
    const [ours, theirs] = told();
    expect(ours).toMatchObject({
      created_at: '2026-09-01T10:00:00.000000Z',
      created_at_ts: Date.UTC(2026, 8, 1, 10) / 1_000,
      event_name: 'Order.Status.Changed',
      context: { object_id: order, object_type: 'order' },
      metadata: { new: { id: 102 }, old: { id: 101 }, order: { id: order, name: 'B1001' } },
      employee: { id: 31, full_name: 'Api User', email: 'api@example.com' },
    });
    expect(theirs).toMatchObject({ metadata: { new: { id: 104 }, old: { id: 102 } }, employee: { id: 32, full_name: 'Jan Przykładowy' } });
    expect(theirs?.id).not.toBe(ours?.id);
  });

  test('is signed over its id: HMAC by default, the plain hash by a switch', async () => {
    const { order } = await preparedWith();
    await shop.call('POST', `/v2/orders/${order}/status`, { status_id: 102 });
    await flush();
    shop.act('set-switches', { webhookSignature: 'plain' });
    await shop.call('POST', `/v2/orders/${order}/status`, { status_id: 104 });
    await flush();
    const [first = '', second = ''] = told().map(({ id }) => id);
    expect(receiver.received.map(({ headers }) => headers['x-signature'])).toEqual([createHmac('sha256', secret).update(first).digest('hex'), createHash('sha256').update(second + secret).digest('hex')]);
  });

  test('the same status again is none', async () => {
    const { order } = await preparedWith();
    await shop.call('POST', `/v2/orders/${order}/status`, { status_id: 101 });
    await flush();
    expect(told()).toEqual([]);
  });

  test('created, amount changed, deleted: each with who did it; a write-off is no event', async () => {
    const { person, product } = await preparedWith([...orderEvents, 'Order.Manager.Changed', 'Order.Deadline.Changed']);
    const order = idOf(await shop.call('POST', '/v2/orders', newOrder(person, { manager_id: 32, due_date: '2026-09-05T08:00:00Z' })));
    const item = idOf(await shop.call('POST', `/v2/orders/${order}/items`, newItem(product)));
    await shop.call('PATCH', `/v2/orders/${order}/items/${item}`, { comment: 'nothing of weight' });
    shop.act('write-off', { orderId: order });
    shop.act('edit-item', { orderId: order, itemId: item, quantity: '3' });
    shop.act('delete-item', { orderId: order, itemId: item });
    shop.act('delete-order', { orderId: order });
    await flush();
    expect(names().toSorted()).toEqual(['Order.Amount.Changed by 31', 'Order.Amount.Changed by 32', 'Order.Amount.Changed by 32', 'Order.Created by 31', 'Order.Deleted by 32']);
  });

  test('a changed client, manager, assignee, deadline, type and location are told, each by its own name', async () => {
    const fields = ['Client', 'Manager', 'Assignee', 'Deadline', 'Type', 'Location'].map((field) => `Order.${field}.Changed`);
    const { order } = await preparedWith(fields);
    const other = idOf(await shop.call('POST', '/v2/contacts/people', { first_name: 'Ewa' }));
    await shop.call('PATCH', `/v2/orders/${order}`, { client_id: other, manager_id: 32, assignee_id: 32, due_date: '2026-09-05T08:00:00Z', order_type_id: 78, branch_id: 1202, malfunction: 'x' });
    await shop.call('PATCH', `/v2/orders/${order}`, { client_id: other, manager_id: 32 });
    await flush();
    expect(told().map(({ event_name: name }) => name).toSorted()).toEqual(fields.toSorted());
  });

  test('people: created, deleted, merged away', async () => {
    register(['Client.Created', 'Client.Deleted', 'Order.Client.Changed']);
    const make = async (): Promise<number> => idOf(await shop.call('POST', '/v2/contacts/people', { first_name: 'Anna' }));
    const [kept, merged, deleted] = [await make(), await make(), await make()];
    await shop.call('POST', '/v2/orders', newOrder(merged));
    shop.act('merge-people', { keep: kept, remove: merged });
    await shop.call('DELETE', `/v2/contacts/people/${deleted}`);
    await flush();
    expect(names().toSorted()).toEqual([...Array.from({ length: 3 }, () => 'Client.Created by 31'), 'Client.Deleted by 31', 'Client.Deleted by 32', 'Order.Client.Changed by 32']);
    expect(told().filter(({ event_name: name }) => name === 'Client.Deleted').map(({ context }) => context)).toEqual(expect.arrayContaining([{ object_id: merged, object_type: 'client' }, { object_id: deleted, object_type: 'client' }]));
  });

  test('comments are told, and events not chosen are not sent, though the truth has them', async () => {
    const { order } = await preparedWith(['Comment.Created']);
    await shop.call('POST', `/v2/orders/${order}/comments`, { comment: 'Courier, 15.00' });
    await shop.call('POST', `/v2/orders/${order}/status`, { status_id: 102 });
    await flush();
    expect(names()).toEqual(['Comment.Created by 31']);
    expect(shop.truth().events.slice(-2)).toMatchObject([{ name: 'Comment.Created' }, { name: 'Order.Status.Changed', object_id: order, by: 31, at: '2026-09-01T10:00:00Z' }]);
  });

  test('a seeded account has no past to tell', async () => {
    register();
    shop.roapp.seed({ people: 3, products: 3, orders: 5 });
    await flush();
    expect([told(), shop.truth().events]).toEqual([[], []]);
  });
});

describe('failures', () => {
  test('an event is told again after 5, 10 and 15 seconds, then no more; the id stays the same', async () => {
    const { order } = await preparedWith();
    receiver.answer(500);
    await shop.call('POST', `/v2/orders/${order}/status`, { status_id: 102 });
    await expect.poll(attempts).toHaveLength(1);
    for (const [seconds, arrived] of [[5, 2], [10, 3], [15, 4]] as const) {
      shop.running.clock.advance(seconds * 1_000);
      await expect.poll(() => attempts().length).toBe(arrived);
    }
    shop.running.clock.advance(3_000_000);
    await flush();
    expect(attempts().map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
    expect(new Set(told().map(({ id }) => id)).size).toBe(1);
  });

  test('a retry does not come before its time', async () => {
    const { order } = await preparedWith();
    receiver.answer(503);
    await shop.call('POST', `/v2/orders/${order}/status`, { status_id: 102 });
    await expect.poll(attempts).toHaveLength(1);
    shop.running.clock.advance(4_999);
    await shop.call('POST', `/v2/orders/${order}/status`, { status_id: 104 }); // a later event, to wait for
    await expect.poll(attempts).toHaveLength(2);
    expect(attempts().map(({ attempt }) => attempt)).toEqual([1, 1]);
  });

  test('an endpoint that fails for an hour is disabled until somebody enables it', async () => {
    const { order } = await preparedWith();
    const enabled = () => shop.truth().webhooks[0]?.enabled;
    const change = async (status: number): Promise<void> => {
      await shop.call('POST', `/v2/orders/${order}/status`, { status_id: status });
      await flush();
    };
    receiver.answer(500);
    await change(102);
    shop.running.clock.advance(3_599_000);
    await change(104);
    expect(enabled()).toBe(true);
    shop.running.clock.advance(1_000);
    await change(105);
    expect(enabled()).toBe(false);
    const before = receiver.received.length;
    receiver.answer(200);
    await change(102);
    expect(receiver.received).toHaveLength(before);
    shop.act('enable-webhook', { id: 1 });
    await change(104);
    expect([receiver.received.length, enabled()]).toEqual([before + 1, true]);
  });

  test('a success in between starts the hour anew', async () => {
    const { order } = await preparedWith();
    for (const [status, answer] of [[102, 500], [104, 200], [105, 500]] as const) {
      receiver.answer(answer);
      await shop.call('POST', `/v2/orders/${order}/status`, { status_id: status });
      await flush();
      shop.running.clock.advance(3_000_000);
    }
    expect(shop.truth().webhooks[0]?.enabled).toBe(true);
  });
});
