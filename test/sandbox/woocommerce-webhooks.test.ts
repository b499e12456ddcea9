/** The shop's webhooks: registering, pings, deliveries, failures (contract woocommerce 4 and 8). */
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openReceiver } from './woocommerce-receiver.ts';
import type { Receiver, Received } from './woocommerce-receiver.ts';
import { openShop } from './woocommerce-shop.ts';
import type { Row, TestShop } from './woocommerce-shop.ts';

let shop: TestShop;
let receiver: Receiver;
beforeEach(async () => {
  shop = await openShop({ siteUrl: 'https://shop.example', webhookTimeoutMs: 2_000 });
  receiver = await openReceiver();
  await held();
});
afterEach(async () => {
  await shop.close();
  await receiver.close();
});

/** Whatever is queued waits for `flush`, so that a test says when the shop's background queue runs. */
const held = async (): Promise<void> => void shop.act('webhook-queue', { running: false });
const flush = async (): Promise<void> => void (await shop.sandbox.definition.actions['webhook-flush']?.({}));
const register = async (topic: string, more: Row = {}) => shop.call('POST', '/webhooks', { name: 'orders', topic, delivery_url: receiver.url, secret: 's3cret', ...more });
const statusOf = async (id: unknown): Promise<unknown> => (await shop.get(`/webhooks/${String(id)}`)).row['status'];
const make = async (body: Row = {}) => (await shop.call('POST', '/orders', { status: 'processing', line_items: [{ name: 'Żarówka', quantity: 2, total: '20.00' }], ...body })).row['id'];
const later = (ms = 60_000) => shop.sandbox.clock.advance(ms);
/** Without the ping of the creation. */
const deliveries = (): Received[] => receiver.received.filter(({ headers }) => headers['content-type'] === 'application/json');
const topics = () => deliveries().map(({ headers }) => headers['x-wc-webhook-topic']);
const payload = (delivery: Received | undefined): Row => z.record(z.string(), z.unknown()).parse(JSON.parse(delivery?.body ?? '{}'));

describe('registering', () => {
  test('the reply never shows the secret, and its own date of change is still empty', async () => {
    const made = await register('order.updated');
    expect(made.status).toBe(201);
    expect(made.row).toMatchObject({ status: 'active', topic: 'order.updated', resource: 'order', event: 'updated', date_modified_gmt: null, delivery_url: receiver.url });
    expect(made.row).not.toHaveProperty('secret');
    expect((await shop.get(`/webhooks/${String(made.row['id'])}`)).row).toMatchObject({ date_modified_gmt: '2026-11-21T16:49:51' });
  });

  test.each([
    ['an unknown topic', { topic: 'order.shipped' }, 'woocommerce_rest_shop_webhook_invalid_topic'],
    ['an empty topic', { topic: '' }, 'woocommerce_rest_shop_webhook_invalid_topic'],
    ['an address without scheme', { delivery_url: 'hooks.example.test/h' }, 'woocommerce_rest_shop_webhook_invalid_delivery_url'],
    ['another scheme', { delivery_url: 'ftp://hooks.example.test/h' }, 'woocommerce_rest_shop_webhook_invalid_delivery_url'],
    ['no topic', { topic: undefined }, 'rest_missing_callback_param'],
    ['an unknown status', { status: 'asleep' }, 'rest_invalid_param'],
  ])('%s is 400', async (_what, more, code) => {
    expect((await register('order.updated', more)).row).toMatchObject({ code, data: { status: 400 } });
    expect((await shop.get('/webhooks')).rows).toEqual([]);
  });

  test('two of one topic and address are two; they are listed by status, newest first', async () => {
    const [first, second] = [await register('order.updated'), await register('order.updated')];
    expect((await shop.get('/webhooks')).rows.map(({ id }) => id)).toEqual([second.row['id'], first.row['id']]);
    expect((await shop.call('PUT', `/webhooks/${String(first.row['id'])}`, { status: 'paused' })).row['status']).toBe('paused');
    expect((await shop.get('/webhooks?status=active')).rows.map(({ id }) => id)).toEqual([second.row['id']]);
    expect((await shop.get('/webhooks?status=paused')).headers.get('x-wp-total')).toBe('1');
  });

  test('deleting needs force; what is not there is 404 to read and 400 to change', async () => {
    const path = `/webhooks/${String((await register('order.updated')).row['id'])}`;
    expect((await shop.call('DELETE', path)).row).toMatchObject({ code: 'woocommerce_rest_trash_not_supported', data: { status: 501 } });
    expect((await shop.call('DELETE', `${path}?force=true`)).status).toBe(200);
    expect((await shop.get(path)).row).toMatchObject({ code: 'woocommerce_rest_shop_webhook_invalid_id', data: { status: 404 } });
    expect((await shop.call('PUT', path, { status: 'active' })).row).toMatchObject({ code: 'woocommerce_rest_shop_webhook_invalid_id', data: { status: 400 } });
  });

  test('in a batch each stands for itself', async () => {
    const id = (await register('order.updated')).row['id'];
    const answer = await shop.call('POST', '/webhooks/batch', { create: [{ topic: 'bogus', delivery_url: receiver.url }], update: [{ id, status: 'disabled' }], delete: [99] });
    expect(answer.row).toMatchObject({ create: [{ error: { code: 'woocommerce_rest_shop_webhook_invalid_topic' } }], update: [{ id, status: 'disabled' }], delete: [{ id: 99, error: {} }] });
  });

  test('a read key may list webhooks, not make them', async () => {
    shop.act('set-key', { key: 'ck_0000000000000000000000000000000000000001', permission: 'read' });
    expect((await register('order.updated')).status).toBe(401);
    expect((await shop.get('/webhooks')).status).toBe(200);
  });
});

describe('the ping', () => {
  test('is a form of one field, unsigned, once; reactivating sends none', async () => {
    const id = String((await register('order.updated')).row['id']);
    await flush();
    expect(receiver.received).toMatchObject([{ method: 'POST', path: '/hook', body: `webhook_id=${id}`, headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'WooCommerce/10.9.1 Hookshot (WordPress/7.0.4)' } }]);
    expect(Object.keys(receiver.received[0]?.headers ?? {}).filter((name) => name.startsWith('x-wc-'))).toEqual([]);
    for (const status of ['disabled', 'active']) await shop.call('PUT', `/webhooks/${id}`, { status });
    await flush();
    expect(receiver.received).toHaveLength(1);
  });

  test('a failing one stops nothing and does not count', async () => {
    receiver.answer(500);
    const made = await register('order.updated');
    await flush();
    expect([made.status, await statusOf(made.row['id']), webhooks()]).toEqual([201, 'active', [0]]);
  });
});

const webhooks = () => z.object({ webhooks: z.array(z.object({ failures: z.number() })) }).parse(shop.sandbox.definition.truth()).webhooks.map(({ failures }) => failures);

describe('a delivery', () => {
  test('carries every header, the REST representation, and a signature over its raw bytes', async () => {
    const hook = await register('order.created');
    const id = await make();
    await flush();
    const [delivery] = deliveries();
    expect(delivery?.headers).toMatchObject({
      'user-agent': 'WooCommerce/10.9.1 Hookshot (WordPress/7.0.4)',
      'content-type': 'application/json',
      'x-wc-webhook-source': 'https://shop.example/',
      'x-wc-webhook-topic': 'order.created',
      'x-wc-webhook-resource': 'order',
      'x-wc-webhook-event': 'created',
      'x-wc-webhook-id': String(hook.row['id']),
      'x-wc-webhook-signature': createHmac('sha256', 's3cret').update(delivery?.body ?? '').digest('base64'),
    });
    expect(payload(delivery)).toEqual((await shop.get(`/orders/${String(id)}`)).row);
  });

  test('its bytes are PHP’s: slashes and letters beyond ASCII escaped, so a re-serialisation fails the signature', async () => {
    await register('order.created');
    await make();
    await flush();
    const { body = '', headers } = deliveries()[0] ?? {};
    expect(body).toContain(String.raw`https:\/\/shop.example\/wp-json\/wc\/v3\/orders`);
    expect(body).toContain(String.raw`\u017bar\u00f3wka`);
    expect(headers?.['x-wc-webhook-signature']).not.toBe(createHmac('sha256', 's3cret').update(JSON.stringify(JSON.parse(body))).digest('base64'));
  });

  test('without a secret of the caller it is signed all the same', async () => {
    await register('order.created', { secret: undefined });
    await make();
    await flush();
    expect(deliveries()[0]?.headers['x-wc-webhook-signature']).toMatch(/^[A-Za-z0-9+/]{43}=$/);
  });

  test('two within one second carry one Delivery-ID; a second later it is another', async () => {
    await register('order.created');
    for (const seconds of [0, 0, 1]) {
      later(seconds * 1_000);
      await make();
      await flush();
    }
    const [first, second, third] = deliveries().map(({ headers }) => headers['x-wc-webhook-delivery-id']);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  test('is built when it leaves: quick edits arrive with the same latest content', async () => {
    await register('order.updated');
    const id = await make();
    for (const note of ['a', 'b']) await shop.call('PUT', `/orders/${String(id)}`, { customer_note: note });
    await flush();
    expect(deliveries().map((delivery) => payload(delivery)['customer_note'])).toEqual(['b', 'b', 'b']);
  });

  test('of an order that is gone by then says so', async () => {
    await register('order.updated');
    const id = await make();
    await shop.call('DELETE', `/orders/${String(id)}?force=true`);
    await flush();
    expect(payload(deliveries()[0])).toMatchObject({ code: 'woocommerce_rest_shop_order_invalid_id' });
  });

  test('comes by itself soon after the write', async () => {
    shop.act('webhook-queue', { running: true });
    await register('order.created');
    const id = await make();
    await expect.poll(() => deliveries().map((delivery) => payload(delivery)['id'])).toEqual([id]);
  });
});

/** The topics since the last asking. */
const told = async (): Promise<string[]> => {
  await flush();
  const seen = topics();
  receiver.received.length = 0;
  return seen.map(String).toSorted();
};

describe('topics', () => {
  beforeEach(async () => {
    for (const topic of ['order.created', 'order.updated', 'order.deleted', 'order.restored']) await register(topic);
  });
  test('a new order is created and updated; a save without a change is updated', async () => {
    const id = await make();
    expect(await told()).toEqual(['order.created', 'order.updated']);
    shop.act('touch', { ids: [id] });
    expect(await told()).toEqual(['order.updated']);
    await shop.call('PUT', `/orders/${String(id)}`, { status: 'processing' });
    expect(await told()).toEqual(['order.updated']);
  });

  test('a checkout draft is created, and created again under the same id when it becomes an order', async () => {
    const id = await make({ status: 'checkout-draft' });
    expect(await told()).toEqual(['order.created', 'order.updated']);
    shop.act('set-status', { id, status: 'processing' });
    await flush();
    expect(deliveries().map((delivery) => [delivery.headers['x-wc-webhook-topic'], payload(delivery)['id'], payload(delivery)['status']])).toEqual(
      expect.arrayContaining([['order.created', id, 'processing'], ['order.updated', id, 'processing']]),
    );
  });

  test('the trash tells only an id; restoring by a status tells nothing, restoring in the panel does', async () => {
    const id = await make();
    await told();
    await shop.call('DELETE', `/orders/${String(id)}`);
    await flush();
    expect(deliveries().map(({ body }) => body)).toEqual([`{"id":${String(id)}}`]);
    expect(await told()).toEqual(['order.deleted']);
    await shop.call('PUT', `/orders/${String(id)}`, { status: 'on-hold' });
    expect(await told()).toEqual([]);
    shop.act('trash-order', { id });
    await told();
    shop.act('restore-order', { id });
    expect((await shop.get(`/orders/${String(id)}`)).row['status']).toBe('on-hold');
    expect(await told()).toEqual(['order.restored']);
  });

  test('deleting for good tells nothing, a note neither; a refund is an update', async () => {
    const [first, second] = [await make(), await make()];
    await told();
    await shop.call('DELETE', `/orders/${String(first)}?force=true`);
    await shop.call('POST', `/orders/${String(second)}/notes`, { note: 'seen' });
    expect(await told()).toEqual([]);
    shop.act('refund', { id: second, amount: '5.00' });
    expect(await told()).toEqual(['order.updated']);
  });

  test('products have topics of their own', async () => {
    await register('product.updated');
    const id = shop.act('create-product', { name: 'Lamp', sku: 'L-1' })['id'];
    shop.act('edit-product', { id, name: 'Shade' });
    await flush();
    expect(payload(deliveries().find(({ headers }) => headers['x-wc-webhook-topic'] === 'product.updated'))).toMatchObject({ id, name: 'Shade' });
  });
});

/** Orders made one by one, each delivered before the next. */
const fail = async (times: number): Promise<void> => {
  for (let time = 0; time < times; time += 1) {
    await make();
    await flush();
  }
};

describe('failures', () => {
  test('what is refused is lost: it does not come again', async () => {
    await register('order.created');
    receiver.answer(500);
    await fail(1);
    receiver.answer(200);
    later(86_400_000);
    await flush();
    expect(deliveries()).toHaveLength(1);
  });

  test('the seventh failure in a row disables the webhook; nothing is sent while it is disabled, nor later what happened meanwhile', async () => {
    const id = (await register('order.created')).row['id'];
    receiver.answer(503);
    await fail(6);
    expect(await statusOf(id)).toBe('active');
    await fail(1);
    expect(await statusOf(id)).toBe('disabled');
    receiver.answer(200);
    await fail(2);
    await shop.call('PUT', `/webhooks/${String(id)}`, { status: 'active' });
    await flush();
    expect(deliveries()).toHaveLength(7);
    await fail(1);
    expect([deliveries().length, await statusOf(id)]).toEqual([8, 'active']);
  });

  test('a success in between starts the count anew', async () => {
    const id = (await register('order.created')).row['id'];
    receiver.answer(500);
    await fail(6);
    receiver.answer(200);
    await fail(1);
    receiver.answer(500);
    await fail(6);
    expect(await statusOf(id)).toBe('active');
  });

  test('what was queued before an owner disabled it is not sent either', async () => {
    const id = (await register('order.created')).row['id'];
    await make();
    shop.act('disable-webhook', { id });
    await flush();
    expect([deliveries().length, await statusOf(id)]).toEqual([0, 'disabled']);
  });

  test('what happens while it is paused is not kept for later', async () => {
    const id = (await register('order.created', { status: 'paused' })).row['id'];
    await make();
    await shop.call('PUT', `/webhooks/${String(id)}`, { status: 'active' });
    await flush();
    expect(receiver.received).toEqual([]);
  });

  test.each([[200, 0], [204, 0], [301, 0], [302, 0], [303, 1], [307, 1], [400, 1], [410, 1]])('an answer of %i counts %i failures', async (status, failures) => {
    await register('order.created');
    receiver.answer(status);
    await fail(1);
    expect(webhooks()).toEqual([failures]);
  });

  test('a redirect is not followed, nobody listening is a failure', async () => {
    const other = await openReceiver();
    await register('order.created');
    receiver.answer(302, other.url);
    await fail(1);
    expect(other.received).toEqual([]);
    await other.close();
    await register('order.created', { delivery_url: other.url });
    await fail(1);
    expect(webhooks()).toEqual([0, 1]);
  });
});

test('deliveries can be dropped, doubled and reordered on the way', async () => {
  await register('order.created');
  shop.act('webhook-faults', { drop: 1 });
  await make();
  await flush();
  expect(deliveries()).toHaveLength(0);
  shop.act('webhook-faults', { double: 1 });
  await make();
  await flush();
  const [one, two] = deliveries();
  expect([deliveries().length, two?.body]).toEqual([2, one?.body]);
  receiver.received.length = 0;
  shop.act('webhook-faults', { reorder: 1 });
  shop.act('webhook-queue', { running: true });
  const first = await make();
  await expect.poll(() => shop.act('webhook-queue', {})['queued']).toBe(0);
  shop.act('webhook-faults', {});
  expect(deliveries()).toEqual([]); // held back until a later one has gone
  const second = await make();
  await expect.poll(() => new Set(deliveries().map((delivery) => payload(delivery)['id']))).toEqual(new Set([first, second]));
});

test('reset forgets webhooks and what was queued', async () => {
  await register('order.created');
  await flush();
  await make();
  shop.sandbox.reset();
  await flush();
  expect([deliveries(), (await shop.get('/webhooks')).rows]).toEqual([[], []]);
});
