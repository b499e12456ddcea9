/** Every check in its order and with its status, whoever sends. */
import { describe, expect, test } from 'vitest';
import { hookAddress, hookSigningSecret } from '../../worker/hooks.ts';
import { addressOf, base64Hmac, cartum, hooksSecret, roapp, roappEvent, shopify, startTestGateway, woocommerce, wooOrder, type Change } from './support.ts';

test('README example: a shop tells of an order, Temporal holds it, the shop hears 200', async () => {
  const address = hookAddress('https://hooks.example.com', hooksSecret, 'woo');
  const secret = hookSigningSecret(hooksSecret, 'woo');
  const body = '{"id":28}';
  const { send, held } = startTestGateway();

  const { status } = await send(new Request(address, { method: 'POST', body, headers: { 'content-type': 'application/json', 'x-wc-webhook-topic': 'order.updated', 'x-wc-webhook-signature': base64Hmac(secret, body) } }));

  expect(status).toBe(200);
  expect(held).toEqual([{ connection: 'woo', integrations: ['woo-to-books', 'woo-to-old-books'], hint: { kind: 'order', sourceId: '28', topic: 'order.updated' } }]);
});

const order = wooOrder(28);
const gid = { admin_graphql_api_id: 'gid://shopify/Order/28' };
const event = roappEvent('6f0e', 'Order.Status.Changed', { object_id: 28, object_type: 'order' });
const senders: [string, (change: Change) => Request][] = [
  ['WooCommerce', (change) => woocommerce('order.updated', order, change)],
  ['Shopify', (change) => shopify('orders/updated', gid, change)],
  ['RO App', (change) => roapp(event, change)],
  ['Cartum', (change) => cartum({ order_id: 28 }, change)],
];
const right = { WooCommerce: addressOf('woo'), Shopify: addressOf('shopify'), 'RO App': addressOf('books'), Cartum: addressOf('cartum') };

describe.each(senders)('%s', (name, make) => {
  const send = async (change: Change) => {
    const gateway = startTestGateway();
    return { ...(await gateway.send(make(change))), held: gateway.held };
  };
  const address = Object.entries(right).find(([key]) => key === name)?.[1] ?? '';

  test('the unchanged delivery is held', async () => {
    expect(await send({})).toMatchObject({ status: 200, text: 'held', held: [{ hint: { kind: name === 'RO App' ? 'target-order' : 'order' } }] });
  });

  test.each([
    ['404 a wrong token', { address: address.replace(/.$/, (last) => (last === '0' ? '1' : '0')) }, 404],
    ['404 the token of another connection', { address: address.replace(/[^/]+$/, addressOf('idle-shop').split('/').at(-1) ?? '') }, 404],
    ['404 an unknown connection', { address: address.replace(/hooks\/[^/]+/, 'hooks/nobody') }, 404],
    ['404 a longer path', { address: `${address}/more` }, 404],
    ['404 no token', { address: address.replace(/\/[^/]+$/, '') }, 404],
    ['404 the root', { address: 'https://hooks.example.com/' }, 404],
    ['405 a visit by a browser', { method: 'GET' }, 405],
    ['405 a method the sender does not use', { method: 'PATCH' }, 405],
    ['415 another content type', { headers: { 'content-type': 'text/xml' } }, 415],
    ['413 a body above the limit', { body: 'x'.repeat(5_000_001) }, 413],
  ] satisfies [string, Change, number][])('%s', async (_name, change, status) => {
    const answer = await send(change);
    expect([answer.status, answer.held]).toEqual([status, []]);
    if (status === 405) expect(answer.headers.get('allow')).toBe(name === 'Cartum' ? 'PUT, DELETE' : 'POST');
  });

  test('400 what is no JSON object', async () => {
    const bodies = ['', '{', '[]', 'null', '"text"', '{"id":1', Uint8Array.of(0x7b, 0xff, 0x7d)];
    for (const body of bodies) {
      const secret = name === 'Shopify' ? 'shopify-app-secret' : hookSigningSecret(hooksSecret, 'woo');
      const signed = { 'x-wc-webhook-signature': base64Hmac(secret, body), 'x-shopify-hmac-sha256': base64Hmac(secret, body) };
      expect(await send({ body, headers: signed })).toMatchObject({ status: 400, held: [] });
    }
  });
});

describe.each([
  ['WooCommerce', senders[0], ['x-wc-webhook-topic', 'x-wc-webhook-signature']],
  ['Shopify', senders[1], ['x-shopify-topic', 'x-shopify-hmac-sha256', 'x-shopify-shop-domain', 'x-shopify-webhook-id']],
  ['RO App', senders[2], ['x-signature']],
] as const)('%s signs', (_name, sender, headers) => {
  const make = (change: Change): Request => sender?.[1](change) ?? new Request('https://nowhere.example');

  test('400 names all missing headers at once', async () => {
    const { send, held } = startTestGateway();
    expect(await send(make({ without: [...headers] }))).toMatchObject({ status: 400, text: `headers missing: ${headers.join(', ')}` });
    expect(held).toEqual([]);
  });

  test.each(['', 'A', 'AAAA', '0'.repeat(64), 'é'])('401 a wrong signature: %s', async (signature) => {
    const header = headers.find((name) => /signature|hmac/.test(name)) ?? '';
    const { send, held } = startTestGateway();
    const { status } = await send(make({ headers: { [header]: signature } }));
    expect([status, held]).toEqual([signature === '' ? 400 : 401, []]);
  });

});

test('401 when the sender’s own secret is not known here: nothing signed can be believed', async () => {
  const { send, held } = startTestGateway({ environs: {} });
  expect((await send(shopify('orders/updated', gid))).status).toBe(401);
  expect((await send(roapp(event))).status).toBe(401);
  expect((await send(roapp(event, { secret: '' }))).status).toBe(401);
  expect(held).toEqual([]);
});

test('404 for an order of a shop that no integration reads: it would have no effect', async () => {
  const { send, held } = startTestGateway();
  expect(await send(woocommerce('order.updated', order, { connection: 'idle-shop' }))).toMatchObject({ status: 404, text: 'nobody reads it' });
  expect(held).toEqual([]);
});

describe('while the hooks secret is replaced', () => {
  const next = 'the-next-hooks-secret-with-32-characters';
  const withNext = (): Request => woocommerce('order.updated', order, { address: addressOf('woo', next), secret: hookSigningSecret(next, 'woo') });

  test('addresses and signatures of both are right', async () => {
    const { send } = startTestGateway({ hooksSecrets: [next, hooksSecret] });
    expect((await send(woocommerce('order.updated', wooOrder(1)))).status).toBe(200);
    expect((await send(withNext())).status).toBe(200);
    // the shop has the old address still, but the new secret already
    expect((await send(woocommerce('order.updated', wooOrder(2), { secret: hookSigningSecret(next, 'woo') }))).status).toBe(200);
  });

  test('before it the next is wrong, after it the old one', async () => {
    expect((await startTestGateway().send(withNext())).status).toBe(404);
    expect((await startTestGateway({ hooksSecrets: [next] }).send(woocommerce('order.updated', order))).status).toBe(404);
  });
});

test('while a sender’s own secret is replaced both are right', async () => {
  const { send } = startTestGateway({ environs: { SHOPIFY_SECRET: 'next, shopify-app-secret', ROAPP_SECRET: 'next,roapp-webhook-secret' } });
  for (const secret of ['next', undefined]) {
    const change = secret === undefined ? {} : { secret };
    expect((await send(shopify('orders/updated', gid, change))).status).toBe(200);
    expect((await send(roapp(event, change))).status).toBe(200);
  }
  expect((await send(shopify('orders/updated', gid, { secret: 'other' }))).status).toBe(401);
});

test('N9 neither log nor answer says anything of the body, of a token or of a signature', async () => {
  const { send, log } = startTestGateway({ hold: async () => Promise.reject(new Error('refused for anna@example.com')) });
  const person = { billing: { email: 'anna@example.com' } };
  const answers = [await send(woocommerce('order.updated', wooOrder(28, person))), await send(woocommerce('order.updated', { person })), await send(woocommerce('order.updated', wooOrder(28, person), { secret: 'wrong' }))];
  const said = [...log, ...answers.map(({ text }) => text)].join('\n');
  expect(answers.map(({ status }) => status)).toEqual([503, 400, 401]);
  expect(said).toContain('"connection":"woo"');
  expect(said).not.toMatch(/anna|example\.com|[0-9a-f]{32}|[\w+/]{43}=/);
});
