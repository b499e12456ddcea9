/** WooCommerce's deliveries as recorded (contract woocommerce 8). */
import { describe, expect, test } from 'vitest';
import { createRoutes } from '../../gateway/routes.ts';
import { verifyWoocommerce } from '../../gateway/woocommerce.ts';
import { haveSpecs, samples } from '../conformance/woocommerce-specs.ts';
import { addressOf, startTestGateway, woocommerce, wooOrder } from './support.ts';

const form = { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'WooCommerce/10.9.1 Hookshot (WordPress/7.0.4)' };
const post = (body: string): Request => new Request(addressOf('woo'), { method: 'POST', headers: form, body });

test.skipIf(!haveSpecs)('the recorded delivery has the recorded signature, and no other secret makes it', () => {
  const { delivery, secret = '' } = samples()['webhook.delivery.order.deleted'] ?? {};
  const recorded = { method: delivery?.method ?? '', headers: Object.fromEntries(Object.entries(delivery?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])), body: Buffer.from(delivery?.rawBody ?? '') };
  expect(verifyWoocommerce(recorded, ['another', secret])).toMatchObject({ valid: true, hint: { kind: 'order', sourceId: '28' } });
  expect(verifyWoocommerce(recorded, ['another'])).toEqual({ valid: false, reason: 'signature' });
});

test.skipIf(!haveSpecs)('the recorded ping is answered well and has no effect', async () => {
  const { delivery } = samples()['webhook.ping'] ?? {};
  const { send, held } = startTestGateway();
  expect(await send(new Request(addressOf('woo'), { method: 'POST', headers: delivery?.headers ?? {}, body: delivery?.rawBody ?? '' }))).toMatchObject({ status: 200, text: 'here' });
  expect(held).toEqual([]);
});

describe('a ping is only what looks exactly like one', () => {
  test.each(['webhook_id=', 'webhook_id=1&id=2', 'webhook_id=1\n', 'id=1', '', '{"id":28}'])('not: %j', async (body) => {
    const { send, held } = startTestGateway();
    expect([(await send(post(body))).status, held]).toEqual([415, []]);
  });
  test('and a delivery in its clothes is none', async () => {
    const { send, held } = startTestGateway();
    expect((await send(woocommerce('order.updated', wooOrder(28), { headers: { 'content-type': form['content-type'] } }))).status).toBe(415);
    expect(held).toEqual([]);
  });
});

test.each(['order.created', 'order.updated', 'order.restored', 'order.deleted'])('%s names the order to be read again', async (topic) => {
  const { send, held } = startTestGateway();
  expect((await send(woocommerce(topic, topic === 'order.deleted' ? { id: 28 } : wooOrder(28)))).status).toBe(200);
  expect(held.map(({ hint }) => hint)).toEqual([{ kind: 'order', sourceId: '28', topic }]);
});

test('N22 a topic that is on no list of ours is read all the same, and its word goes no further', async () => {
  const { send, held } = startTestGateway();
  expect((await send(woocommerce('order.anna-nowak', wooOrder(28)))).status).toBe(200);
  expect(held.map(({ hint }) => hint)).toEqual([{ kind: 'order', sourceId: '28' }]);
});

test.each(['customer.updated', 'product.created', 'coupon.deleted', 'action.woocommerce_low_stock'])('%s is nothing to us', async (topic) => {
  const { send, held } = startTestGateway();
  expect(await send(woocommerce(topic, { id: 28 }))).toMatchObject({ status: 200, text: 'nothing to do' });
  expect(held).toEqual([]);
});

test('an order that is gone by the time its body is made is nothing to do; a body without an id is not understood', async () => {
  const { send, held } = startTestGateway();
  expect(await send(woocommerce('order.updated', { code: 'woocommerce_rest_shop_order_invalid_id', message: 'Invalid ID.', data: { status: 404 } }))).toMatchObject({ status: 200, text: 'nothing to do' });
  for (const body of [{}, { id: 'x' }, { id: 0 }, { id: -1 }, { id: 1.5 }, { id: null }, { id: [28] }]) expect((await send(woocommerce('order.updated', body))).status).toBe(400);
  expect(held).toEqual([]);
});

test('the signature is over the bytes: the same JSON spelt otherwise is refused', async () => {
  const { send, held } = startTestGateway();
  expect((await send(woocommerce('order.updated', wooOrder(28), { body: JSON.stringify(wooOrder(28)) }))).status).toBe(401);
  expect(held).toEqual([]);
});

test('deliveries of one second share an id and are two all the same; the same delivery again is held once', async () => {
  const { send, held } = startTestGateway();
  await send(woocommerce('order.updated', wooOrder(28, { status: 'processing' })));
  await send(woocommerce('order.updated', wooOrder(28, { status: 'completed' })));
  expect(await send(woocommerce('order.updated', wooOrder(28, { status: 'completed' })))).toMatchObject({ status: 200, text: 'held already' });
  expect(held).toHaveLength(2);
});

test('a shop is never asked for a secret of its own: ours is derived', () => {
  const mistakes: { path: string; message: string }[] = [];
  const [route] = createRoutes({ config: { connections: [{ id: 'woo', company: 'acme', system: 'woocommerce', settings: {} }], integrations: [] }, hooksSecrets: ['one', 'two'], environs: {} }, mistakes);
  expect([route?.secrets.length, route?.tokens.length, mistakes]).toEqual([2, 2, []]);
});
