/** No input crashes the gateway, makes it answer 2xx without effect, or reaches Temporal unverified. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { parseObject } from '../../gateway/json.ts';
import { addressOf, cartum, roapp, roappEvent, shopify, startTestGateway, woocommerce, wooOrder } from './support.ts';

const runs = { numRuns: 200 };
const connections = ['woo', 'shopify', 'cartum', 'books', 'old-books', 'idle-shop'];
const isGood = (status: number): boolean => status >= 200 && status < 300;
/** Answers that have no effect and need none. */
const isHarmless = (text: string): boolean => ['here', 'nothing to do', 'held already'].includes(text);

const headerName = fc.oneof(fc.constantFrom('content-type', 'x-wc-webhook-topic', 'x-wc-webhook-signature', 'x-shopify-topic', 'x-shopify-hmac-sha256', 'x-shopify-shop-domain', 'x-shopify-webhook-id', 'x-signature', 'x-forwarded-for', 'content-encoding'), fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/));
const headerValue = fc.oneof(fc.constantFrom('application/json', 'application/x-www-form-urlencoded', 'order.updated', 'orders/create', 'customers/redact', '__proto__'), fc.stringMatching(/^[ -~]{0,60}$/), fc.base64String());
const headers = fc.array(fc.tuple(headerName, headerValue), { maxLength: 12 }).map((entries) => Object.fromEntries(entries));
const anyBody = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.json().map((text) => Buffer.from(text)), fc.constantFrom('webhook_id=1', '{"id":28}', '{"order_id":28}', '{"id":"6f0e","event_name":"Order.Created","context":{"object_id":1,"object_type":"order"}}').map((text) => Buffer.from(text)));
const address = fc.oneof(
  fc.constantFrom(...connections).map((id) => addressOf(id)),
  fc.webPath().map((path) => `https://hooks.example.com${path}`),
  fc.tuple(fc.constantFrom(...connections, '__proto__', '..', '%', '%2e', '%00'), fc.stringMatching(/^[0-9a-f%/.]{0,40}$/)).map(([id, token]) => `https://hooks.example.com/hooks/${id}/${token}`),
);
const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'PROPFIND');

const build = (url: string, verb: string, given: Record<string, string>, bytes: Uint8Array): Request => new Request(url, { method: verb, headers: given, body: verb === 'GET' || verb === 'HEAD' ? null : Buffer.from(bytes) });

test('strangers: whatever they send anywhere is answered, and nothing of it reaches Temporal but what Cartum’s secret address alone allows', async () => {
  await fc.assert(
    fc.asyncProperty(address, method, headers, anyBody, async (url, verb, given, bytes) => {
      const { send, held } = startTestGateway();
      const { status, text } = await send(build(url, verb, given, bytes));
      expect([200, 400, 401, 404, 405, 413, 415]).toContain(status);
      expect(held.length).toBe(isGood(status) && !isHarmless(text) ? 1 : 0);
      expect(held.every(({ connection }) => connection === 'cartum')).toBe(true);
      if (isGood(status) && url !== addressOf('cartum')) expect([url, text]).toEqual([expect.stringMatching(/\/hooks\/(?:woo|idle-shop)\//), 'here']);
    }),
    runs,
  );
});

const valid = [
  () => woocommerce('order.updated', wooOrder(28)),
  () => shopify('orders/updated', { id: 28, admin_graphql_api_id: 'gid://shopify/Order/28' }),
  () => shopify('customers/redact', { shop_domain: 'acme.myshopify.example', customer: { id: 7 } }),
];

test('one byte of a signed delivery changed, cut off or added, and it reaches nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...valid), fc.nat(), fc.integer({ min: 1, max: 255 }), fc.constantFrom('change', 'cut', 'add'), async (make, at, by, how) => {
      const original = make();
      const bytes = Buffer.from(await original.clone().arrayBuffer());
      const index = at % bytes.length;
      const changed = how === 'cut' ? bytes.subarray(0, index) : how === 'add' ? Buffer.concat([bytes, Buffer.from([by])]) : Buffer.from(bytes.map((byte, position) => (position === index ? byte ^ by : byte)));
      const { send, held } = startTestGateway();
      expect((await send(new Request(original.url, { method: original.method, headers: original.headers, body: changed }))).status).toBe(401);
      expect(held).toEqual([]);
    }),
    runs,
  );
});

test('signed or not, 2xx means that Temporal holds it; where Temporal refuses there is none', async () => {
  const record = fc.oneof(fc.dictionary(fc.constantFrom('id', 'order_id', 'admin_graphql_api_id', 'context', 'code', 'data', 'order_edit', 'customer', '__proto__'), fc.jsonValue()), fc.jsonValue());
  const topics = fc.constantFrom('order.updated', 'order.', 'orders/create', 'orders/edited', 'refunds/create', 'shop/redact', 'customer.updated', 'constructor');
  await fc.assert(
    fc.asyncProperty(record, fc.dictionary(fc.constantFrom('context', 'metadata', 'employee'), fc.jsonValue()), topics, fc.boolean(), async (value, fields, topic, isAway) => {
      const { send, held } = startTestGateway({ hold: async () => (isAway ? Promise.reject(new Error('away')) : undefined) });
      const event = { context: value, ...fields, id: '6f0e', event_name: 'Order.Created' };
      for (const request of [woocommerce(topic, value), shopify(topic, value), cartum(value), roapp(event)]) {
        const before = held.length;
        const { status, text } = await send(request);
        expect([200, 400, 503]).toContain(status);
        expect(held.length - before).toBe(status === 200 && !isHarmless(text) ? 1 : 0);
        if (isAway) expect(held).toEqual([]);
      }
    }),
    runs,
  );
});

test('any event of RO App under a signature of another id reaches nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), async (id, other) => {
      fc.pre(id !== other);
      const { send, held } = startTestGateway();
      const context = { object_id: 1, object_type: 'order' };
      const body = JSON.stringify(roappEvent(id, 'Order.Created', context));
      expect((await send(roapp(roappEvent(other, 'Order.Created', context), { body }))).status).toBe(401);
      expect(held).toEqual([]);
    }),
    runs,
  );
});

test('JSON is read as JSON.parse reads it, but for long numbers and a key that would be no key; depth and unclosed texts cost nothing', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      fc.pre(!/\d{16}/.test(JSON.stringify(value)));
      const { ['__proto__']: _, ...kept } = z.record(z.string(), z.unknown()).parse(JSON.parse(JSON.stringify(value)));
      expect(parseObject(Buffer.from(JSON.stringify(value)))).toEqual(kept);
    }),
    runs,
  );
  fc.assert(
    fc.property(fc.bigInt({ min: 10n ** 15n, max: 10n ** 25n }), fc.string(), (number, text) => {
      const found = parseObject(Buffer.from(`{"text":${JSON.stringify(text)},"id":${number},"list":[${number}]}`));
      const read = `${number}`.length > 15 ? `${number}` : Number(number);
      expect(found).toEqual({ text, id: read, list: [read] });
    }),
    runs,
  );
  expect(parseObject(Buffer.from('{"__proto__":{"a":1},"b":2}'))).toEqual({ b: 2 });
  expect(parseObject(Buffer.from(`{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`))).toBeDefined();
  expect(parseObject(Buffer.from(`{"a":"${'\\"'.repeat(500_000)}1234567890123456`))).toBeUndefined();
  expect(parseObject(Buffer.from(`{"a":"${'\\"'.repeat(500_000)}1234567890123456"}`))).toBeDefined();
});
