/** Shopify's deliveries, by the vendor's own samples (contract shopify 8). */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createRoutes } from '../../gateway/routes.ts';
import { shopify, startTestGateway } from './support.ts';

const file = new URL('../../../shared/specs/shopify-webhooks.2026-07.samples.json', import.meta.url);
const haveSamples = existsSync(file);
if (!haveSamples) process.stderr.write('the gateway’s test of Shopify’s samples is skipped: ../shared/specs is not there\n');

/** As the file spells them: ids beyond 2^53 must not be read by this test either. */
const bodyOf = (topic: string): string => {
  const text = readFileSync(file, 'utf8');
  const { topics } = z.object({ topics: z.record(z.string(), z.object({ response: z.unknown() })) }).parse(JSON.parse(text.replaceAll(/(?<=[:[]\s*)(\d{16,})(?=\s*[,}\]])/g, '"long $1"')));
  return JSON.stringify(topics[topic]?.response).replaceAll(/"long (\d+)"/g, '$1');
};

describe.skipIf(!haveSamples)('by the vendor’s samples', () => {
  test.each([
    ['orders/create', '820982911946154508'],
    ['orders/updated', '820982911946154508'],
    ['orders/cancelled', '820982911946154508'],
    ['orders/paid', '820982911946154508'],
    ['orders/fulfilled', '820982911946154508'],
    ['orders/partially_fulfilled', '820982911946154508'],
    ['orders/delete', '820982911946154500'], // has the number alone, which the sample's maker had rounded
    ['orders/edited', '820982911946154500'],
    ['refunds/create', '820982911946154500'],
    ['fulfillments/create', '820982911946154500'],
  ])('%s names order %s, exactly', async (topic, sourceId) => {
    const { send, held } = startTestGateway();
    expect((await send(shopify(topic, bodyOf(topic)))).status).toBe(200);
    expect(held).toEqual([{ connection: 'shopify', integrations: ['shopify-to-books'], hint: { kind: 'order', sourceId, topic } }]);
  });

  test.each(['customers/update', 'customers_email_marketing_consent/update', 'products/update', 'inventory_levels/update', 'app/uninstalled', 'bulk_operations/finish', 'customer.tags_added'])('%s is nothing to us', async (topic) => {
    const { send, held } = startTestGateway();
    expect(await send(shopify(topic, bodyOf(topic)))).toMatchObject({ status: 200, text: 'nothing to do' });
    expect(held).toEqual([]);
  });

  test.each([
    ['customers/data_request', { shop: '{shop}.myshopify.com', customer: { id: '191167', email: 'john@example.com', phone: '555-625-1199' }, orders: ['299938', '280263', '220458'], number: '9999' }],
    ['customers/redact', { shop: '{shop}.myshopify.com', customer: { id: '191167', email: 'john@example.com', phone: '555-625-1199' }, orders: ['299938', '280263', '220458'] }],
    ['shop/redact', { shop: '{shop}.myshopify.com', orders: [] }],
  ])('N23 %s becomes a task', async (topic, subject) => {
    const { send, held } = startTestGateway();
    expect(await send(shopify(topic, bodyOf(topic)))).toMatchObject({ status: 200, text: 'held' });
    expect(held.map(({ hint }) => hint)).toEqual([{ kind: 'privacy', topic, request: expect.stringMatching(/^[a-z-]+-[0-9a-f]{32}$/), subject }]);
  });
});

const request = { shop_id: 1, shop_domain: 'acme.myshopify.example', customer: { id: 7, email: 'anna@example.com', phone: null }, orders_to_redact: [] };
const requestsIn = (held: { hint: object }[]) => held.map(({ hint }) => ('request' in hint ? hint.request : undefined));

test('N23 a privacy request is one task however often it is delivered, and another person’s is another', async () => {
  const { send, held } = startTestGateway();
  await send(shopify('customers/redact', request));
  await send(shopify('customers/redact', request, { webhookId: 'another' }));
  await send(shopify('customers/redact', { ...request, customer: { id: 8 } }));
  await send(shopify('customers/data_request', request));
  const [first, again, other, question] = requestsIn(held);
  expect(again).toBe(first);
  expect(new Set([first, other, question]).size).toBe(3);
  expect(String(first)).not.toContain('anna');
});

test('N23 a privacy request is verified: 401 else; one with fields that do not fit is a task all the same', async () => {
  const { send, held } = startTestGateway();
  expect((await send(shopify('customers/redact', request, { secret: 'wrong' }))).status).toBe(401);
  expect(held).toEqual([]);
  expect((await send(shopify('customers/redact', { shop_domain: 4, customer: 'x', orders_to_redact: [{}] }))).status).toBe(200);
  expect(held.map(({ hint }) => hint)).toEqual([expect.objectContaining({ kind: 'privacy', subject: { orders: [] } })]);
});

test('N23 when Temporal does not hold a privacy request, Shopify hears so', async () => {
  const { send } = startTestGateway({ hold: async () => Promise.reject(new Error('away')) });
  expect((await send(shopify('customers/redact', request))).status).toBe(503);
});

test('digits inside texts stay texts', async () => {
  const { send, held } = startTestGateway();
  await send(shopify('orders/delete', '{"note":"a \\"quoted\\" 12345678901234567890, {\\"id\\":1}","id":12345678901234567890}'));
  expect(held.map(({ hint }) => hint)).toEqual([{ kind: 'order', sourceId: '12345678901234567890', topic: 'orders/delete' }]);
});

test('a retry carries the same id and is held once; two topics of one event are two', async () => {
  const { send, held } = startTestGateway();
  const order = { admin_graphql_api_id: 'gid://shopify/Order/5' };
  await send(shopify('orders/create', order, { webhookId: 'a' }));
  expect(await send(shopify('orders/create', order, { webhookId: 'a' }))).toMatchObject({ status: 200, text: 'held already' });
  await send(shopify('orders/create', order, { webhookId: 'b' }));
  await send(shopify('orders/paid', order, { webhookId: 'a' }));
  expect(held).toHaveLength(3);
});

test('the topic is not signed: a body under another topic is no order of it', async () => {
  const { send, held } = startTestGateway();
  for (const topic of ['refunds/create', 'orders/edited']) expect((await send(shopify(topic, { admin_graphql_api_id: 'gid://shopify/Order/5', id: 5 }))).status).toBe(400);
  for (const topic of ['toString', '__proto__', 'constructor']) expect(await send(shopify(topic, { id: 5 }))).toMatchObject({ text: 'nothing to do' });
  expect(held).toEqual([]);
});

const secretsOf = (settings: Record<string, unknown>) => {
  const mistakes: { path: string; message: string }[] = [];
  const [route] = createRoutes({ config: { connections: [{ id: 'shop', company: 'acme', system: 'shopify', settings }], integrations: [] }, hooksSecrets: ['h'], environs: { API: 'api', CLIENT: 'client' } }, mistakes);
  return [route?.secrets, mistakes.map(({ path }) => path)];
};

test('the app’s secret is `apiSecret`, else `clientSecret`; a secret that is named but not there is a mistake', () => {
  expect(secretsOf({ clientSecret: { env: 'CLIENT' } })).toEqual([['client'], []]);
  expect(secretsOf({ clientSecret: { env: 'CLIENT' }, apiSecret: { env: 'API' } })).toEqual([['api'], []]);
  expect(secretsOf({ apiSecret: { env: 'NOT_THERE' } })).toEqual([[], ['shop.apiSecret']]);
  expect(secretsOf({})).toEqual([[], []]);
});
