/** Subscriptions, deliveries, retries and privacy requests (contract shopify 4, 8). */
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openReceiver, openShop, type TestShop } from './shopify-shop.ts';

let shop: TestShop;
beforeEach(async () => void (shop = await openShop({ httpWebhooks: true, clientSecret: 'app-secret' })));
afterEach(() => shop.close());

const create = 'mutation($topic: WebhookSubscriptionTopic!, $input: WebhookSubscriptionInput!) { webhookSubscriptionCreate(topic: $topic, webhookSubscription: $input) { webhookSubscription { id topic uri } userErrors { field message } } }';
const subscribe = (topic: string, input: Record<string, unknown>) => shop.ask(create, { topic, input });
const subscriptions = async () => (await shop.ask('{ webhookSubscriptions(first: 50) { nodes { id topic uri } } }')).list('webhookSubscriptions', 'nodes');
const line = { lines: [{ title: 'Rzecz', quantity: 2, price: '10.00' }] };

const message = async (uri: string) => (await subscribe('ORDERS_CREATE', { uri })).at('webhookSubscriptionCreate', 'userErrors', 0);

describe('registering', () => {
  test('https only, not blank, not twice', async () => {
    await shop.close();
    shop = await openShop({ refuseInternalWebhooks: true });
    expect(await message('http://hooks.example.test/a')).toEqual({ field: ['webhookSubscription', 'callbackUrl'], message: 'Address protocol http:// is not supported' });
    expect(await message('')).toMatchObject({ message: "Address can't be blank" });
    expect(await message('https://127.0.0.1/a')).toMatchObject({ message: 'Address cannot be a Shopify or an internal domain' });
    expect(await message('https://hooks.example.test/a')).toBeUndefined();
    expect(await message('https://hooks.example.test/a')).toMatchObject({ message: 'Address for this topic has already been taken' });
  });

  test('listed, changed and deleted', async () => {
    const made = await subscribe('ORDERS_CREATE', { uri: 'https://hooks.example.test/a' });
    const id = made.at('webhookSubscriptionCreate', 'webhookSubscription', 'id');
    await shop.ask('mutation($id: ID!) { webhookSubscriptionUpdate(id: $id, webhookSubscription: { uri: "https://hooks.example.test/b" }) { userErrors { message } } }', { id });
    expect(await subscriptions()).toEqual([{ id, topic: 'ORDERS_CREATE', uri: 'https://hooks.example.test/b' }]);
    expect((await shop.ask('mutation($id: ID!) { webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId } }', { id })).at('webhookSubscriptionDelete', 'deletedWebhookSubscriptionId')).toBe(id);
    expect(await subscriptions()).toEqual([]);
  });
});

describe('delivering', () => {
  test('signed over the raw body, with the vendor\'s headers, REST-shaped', async () => {
    const receiver = await openReceiver();
    await subscribe('ORDERS_CREATE', { uri: receiver.url });
    const { id } = shop.act('create-order', { ...line, email: 'ewa@example.com' });
    await shop.shop.quiet();
    await receiver.close();
    const [got] = receiver.received;
    expect(got?.headers).toMatchObject({
      'x-shopify-topic': 'orders/create',
      'x-shopify-hmac-sha256': createHmac('sha256', 'app-secret').update(got?.body ?? '').digest('base64'),
      'x-shopify-shop-domain': 'waybill-test.myshopify.com',
      'x-shopify-api-version': '2026-07',
      'x-shopify-webhook-id': expect.stringMatching(/^[\da-f-]{36}$/),
      'x-shopify-event-id': expect.stringMatching(/^[\da-f-]{36}$/),
      'x-shopify-triggered-at': expect.stringMatching(/\.\d{9}Z$/),
      'user-agent': 'Shopify-Captain-Hook',
    });
    expect(got?.json).toMatchObject({ id, admin_graphql_api_id: `gid://shopify/Order/${String(id)}`, created_at: '2026-09-22T12:00:00+02:00', email: 'ewa@example.com', tags: '', total_price_set: { shop_money: { amount: '20.00', currency_code: 'PLN' } } });
  });

  test('one act of a merchant under several topics shares its event id, not its webhook id', async () => {
    const receiver = await openReceiver();
    for (const topic of ['ORDERS_UPDATED', 'ORDERS_EDITED']) await subscribe(topic, { uri: receiver.url });
    const made = shop.act('create-order', line);
    shop.act('edit-order', { id: made['id'], add: [{ title: 'Inna', price: '1' }] });
    await shop.shop.quiet();
    await receiver.close();
    expect(receiver.received.map(({ headers }) => headers['x-shopify-topic']).toSorted((a = '', b = '') => a.localeCompare(b))).toEqual(['orders/edited', 'orders/updated']);
    expect(new Set(receiver.received.map(({ headers }) => headers['x-shopify-event-id'])).size).toBe(1);
    expect(new Set(receiver.received.map(({ headers }) => headers['x-shopify-webhook-id'])).size).toBe(2);
  });

  test('R19 on a Basic plan personal fields are null, without an error', async () => {
    shop.act('set-plan', { plan: 'basic' });
    const receiver = await openReceiver();
    await subscribe('ORDERS_CREATE', { uri: receiver.url });
    shop.act('create-order', { ...line, customer: { firstName: 'Ewa', email: 'ewa@example.com' }, shipping: { firstName: 'Ewa', address1: 'ul. Polna 1', city: 'Łódź' } });
    await shop.shop.quiet();
    await receiver.close();
    expect(receiver.received[0]?.json).toMatchObject({ email: null, customer: null, shipping_address: { first_name: null, address1: null, city: 'Łódź' } });
  });

  test('only the fields asked for; a doubled delivery has the same webhook id; a test order an id beyond 2^53', async () => {
    const receiver = await openReceiver();
    await subscribe('ORDERS_CREATE', { uri: receiver.url, includeFields: ['id'] });
    shop.act('webhook-faults', { double: 1 });
    const { id } = shop.act('create-order', line);
    await shop.shop.quiet();
    expect(receiver.received.map(({ json }) => json)).toEqual([{ id }, { id }]);
    expect(new Set(receiver.received.map(({ headers }) => headers['x-shopify-webhook-id'])).size).toBe(1);
    shop.act('webhook-faults', {});
    shop.act('send-test-order', { id });
    await shop.shop.quiet();
    await receiver.close();
    expect(receiver.received[2]?.headers['x-shopify-test']).toBe('true');
    expect(receiver.received[2]?.body).toContain('"id":820982911946154508,');
  });

  test('an address may really be elsewhere', async () => {
    const receiver = await openReceiver();
    shop.act('route-webhooks', { from: 'https://hooks.example.test/', to: receiver.url.replace('hook', '') });
    await subscribe('ORDERS_DELETE', { uri: 'https://hooks.example.test/a' });
    const { id } = shop.act('create-order', line);
    shop.act('delete-order', { id });
    await shop.shop.quiet();
    await receiver.close();
    expect(receiver.received.map(({ json }) => json)).toEqual([{ id }]);
  });
});

test('a failing address is tried eight times more over four hours, then the subscription is gone', async () => {
  const receiver = await openReceiver(() => 503);
  await subscribe('ORDERS_CREATE', { uri: receiver.url });
  shop.act('create-order', line);
  await shop.shop.quiet();
  const start = shop.sandbox.clock.now();
  for (let tries = 1; tries <= 8; tries += 1) {
    expect(await subscriptions()).toHaveLength(tries < 8 ? 1 : 0);
    shop.sandbox.clock.advance(2 * 3_600_000);
    await shop.shop.actions['webhook-flush']?.({});
    await shop.shop.quiet();
  }
  await shop.shop.actions['webhook-flush']?.({});
  await receiver.close();
  expect(shop.sandbox.clock.now()).toBeGreaterThan(start);
  expect(receiver.received).toHaveLength(9);
  expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
  expect(new Set(receiver.received.map(({ headers }) => headers['x-shopify-webhook-id'])).size).toBe(1);
});

test('a success in between lets the subscription stay', async () => {
  const receiver = await openReceiver((index) => (index === 5 ? 200 : 500));
  await subscribe('ORDERS_CREATE', { uri: receiver.url });
  shop.act('create-order', line);
  for (let tries = 0; tries < 10; tries += 1) await shop.shop.actions['webhook-flush']?.({});
  await receiver.close();
  expect(receiver.received).toHaveLength(6);
  expect(await subscriptions()).toHaveLength(1);
});

test('privacy requests go to the address of the configuration', async () => {
  const receiver = await openReceiver();
  const made = shop.act('create-customer', { email: 'ewa@example.com', phone: '+48600100200' });
  expect(() => shop.act('privacy-request', { kind: 'shop/redact' })).toThrow('no privacy address');
  shop.act('set-privacy-address', { uri: receiver.url });
  const { id } = shop.act('create-order', { ...line, customerId: made['id'] });
  shop.act('privacy-request', { kind: 'customers/redact', customerId: made['id'] });
  await shop.shop.quiet();
  await receiver.close();
  expect(receiver.received[0]?.headers['x-shopify-topic']).toBe('customers/redact');
  expect(receiver.received[0]?.json).toEqual({ shop_id: 954_889, shop_domain: 'waybill-test.myshopify.com', customer: { id: made['id'], email: 'ewa@example.com', phone: '+48600100200' }, orders_to_redact: [id] });
});
