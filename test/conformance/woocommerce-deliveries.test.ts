/** What a real shop sent to a receiver, byte for byte, against what the simulated one sends in the same place. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openReceiver } from '../sandbox/woocommerce-receiver.ts';
import type { Receiver } from '../sandbox/woocommerce-receiver.ts';
import { openShop } from '../sandbox/woocommerce-shop.ts';
import type { TestShop } from '../sandbox/woocommerce-shop.ts';
import { haveSpecs, samples } from './woocommerce-specs.ts';

const all = haveSpecs ? samples() : {};
const deliveryIn = (name: string) => {
  const { delivery, secret = '' } = all[name] ?? {};
  if (delivery === undefined) throw new Error(`no delivery in sample ${name}`);
  return { ...delivery, secret };
};

let shop: TestShop;
let receiver: Receiver;

const flush = async (): Promise<void> => void (await shop.sandbox.definition.actions['webhook-flush']?.({}));
const register = async (topic: string) => shop.call('POST', '/webhooks', { topic, delivery_url: receiver.url, secret: deliveryIn('webhook.delivery.order.deleted').secret });

/** Names as they arrive, in lower case. */
const expectLike = (name: string, except: string[] = []): void => {
  const { method, headers, rawBody } = deliveryIn(name);
  const arrived = receiver.received.at(-1);
  expect([arrived?.method, arrived?.body]).toEqual([method, rawBody]);
  const expected = Object.entries(headers).map(([key, value]) => [key.toLowerCase(), except.includes(key) ? expect.stringMatching(/^[0-9a-f]{32}$/) : value] as const);
  for (const [key, value] of expected) expect([key, arrived?.headers[key]]).toEqual([key, value]);
  const own = Object.keys(arrived?.headers ?? {}).filter((key) => key.startsWith('x-wc-'));
  expect(own.toSorted()).toEqual(expected.map(([key]) => key).filter((key) => key.startsWith('x-wc-')).toSorted());
};

describe.skipIf(!haveSpecs)('recorded deliveries', () => {
  beforeAll(async () => {
    shop = await openShop({ siteUrl: 'https://shop.example' });
    receiver = await openReceiver();
    shop.act('webhook-queue', { running: false });
  });
  afterAll(async () => {
    await shop.close();
    await receiver.close();
  });
  test('the recorded signature is the base64 HMAC-SHA256 of the raw body', () => {
    const { secret, rawBody, headers } = deliveryIn('webhook.delivery.order.deleted');
    expect(createHmac('sha256', secret).update(rawBody).digest('base64')).toBe(headers['X-WC-Webhook-Signature']);
  });

  test('webhook.ping', async () => {
    await register('order.updated');
    await flush();
    expectLike('webhook.ping');
  });

  test('webhook.delivery.order.deleted, signature included', async () => {
    await register('order.created');
    await register('order.deleted'); // the third, as recorded
    for (let id = 0; id < 28; ) id = Number((await shop.call('POST', '/orders', {})).row['id']);
    await flush();
    await shop.call('DELETE', '/orders/28');
    await flush();
    expectLike('webhook.delivery.order.deleted', ['X-WC-Webhook-Delivery-ID']); // its salt is the recorded site's own
  });
});
