/** What the gateway does under a storm, and while Temporal is away or slow: never 2xx for what nobody holds. */
import { describe, expect, test } from 'vitest';
import { createGateway } from '../../gateway/app.ts';
import { createBuckets } from '../../gateway/rate.ts';
import { createRepeats } from '../../gateway/repeats.ts';
import { createRoutes } from '../../gateway/routes.ts';
import { findSender, type Rate } from '../../gateway/senders.ts';
import { createLog } from '../../worker/log.ts';
import { addressOf, cartum, config, hooksSecret, roapp, roappEvent, shopify, startTestGateway, woocommerce, wooOrder } from './support.ts';

const clock = () => {
  let at = 0;
  return { now: () => at, advance: (ms: number) => void (at += ms) };
};

describe('while Temporal is away', () => {
  test('503, and the repeat is held once it is back', async () => {
    const temporal = { isAway: true };
    const { send, held } = startTestGateway({ hold: async () => (temporal.isAway ? Promise.reject(new Error('14 UNAVAILABLE')) : undefined) });
    const deliveries = [() => woocommerce('order.updated', wooOrder(28)), () => shopify('orders/updated', { id: 28 }), () => cartum({ order_id: 28 }), () => roapp(roappEvent('6f0e', 'Order.Created', { object_id: 28, object_type: 'order' }))];
    for (const delivery of deliveries) expect((await send(delivery())).status).toBe(503);
    expect(held).toEqual([]);
    temporal.isAway = false;
    for (const delivery of deliveries) expect(await send(delivery())).toMatchObject({ status: 200, text: 'held' });
    expect(held).toHaveLength(4);
  });

  test('pings and what is nothing to us are answered all the same', async () => {
    const { send } = startTestGateway({ hold: async () => Promise.reject(new Error('away')) });
    expect((await send(woocommerce('product.updated', { id: 1 }))).status).toBe(200);
  });
});

const never = async (): Promise<void> => new Promise(() => undefined);

const impatient = (more: { answerWithinMs: number }) => {
  const routes = createRoutes({ config, hooksSecrets: [hooksSecret], environs: { SHOPIFY_SECRET: 'shopify-app-secret' } }, []).map((route) => ({ ...route, sender: { ...route.sender, ...more } }));
  return createGateway({ routes, hold: never, log: createLog('error', { write: () => undefined }) });
};

describe('while Temporal is slow', () => {
  test('503 when the sender’s time is over, not later', async () => {
    const response = await impatient({ answerWithinMs: 20 }).request(shopify('orders/updated', { id: 28 }));
    expect(response.status).toBe(503);
  });

  test('a body that does not come to its end within that time is 408', async () => {
    const body = new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from('{"id":')) });
    const request = new Request(addressOf('cartum'), { method: 'PUT', body, duplex: 'half', headers: { 'content-type': 'application/json' } });
    expect((await impatient({ answerWithinMs: 20 }).request(request)).status).toBe(408);
  });

  test('a body that breaks off is 408, one that grows beyond the limit without saying so is 413', async () => {
    const { send, held } = startTestGateway();
    const put = (body: ReadableStream) => send(new Request(addressOf('cartum'), { method: 'PUT', body, duplex: 'half', headers: { 'content-type': 'application/json' } }));
    expect((await put(new ReadableStream({ pull: (controller) => controller.error(new Error('reset')) }))).status).toBe(408);
    expect((await put(new ReadableStream({ pull: (controller) => controller.enqueue(Buffer.alloc(500_000, ' ')) }))).status).toBe(413);
    expect(held).toEqual([]);
  });

  test('Temporal is given what the sender’s time leaves: 4 s of Shopify’s 5, the body’s way included', async () => {
    const given: number[] = [];
    const { send } = startTestGateway({ hold: async (_route, _hint, withinMs) => void given.push(withinMs) });
    await send(shopify('orders/updated', { id: 28 }));
    expect(given[0]).toBeGreaterThan(0);
    expect(given[0]).toBeLessThanOrEqual(4_000);
  });
});

describe('a storm', () => {
  test('429 above the address’s rate, nothing held; other addresses are not touched; it fills again', async () => {
    const { now, advance } = clock();
    const { send, held } = startTestGateway({ now });
    const { burst } = findSender('cartum', {})?.rate ?? { burst: 0 };
    const statuses = new Map<number, number>();
    for (let id = 1; id <= burst + 10; id += 1) {
      const { status } = await send(cartum({ order_id: id }));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect([...statuses]).toEqual([[200, burst], [429, 10]]); // prettier-ignore
    expect(held).toHaveLength(burst);
    expect((await send(shopify('orders/updated', { id: 1 }))).status).toBe(200);
    advance(1_000);
    expect((await send(cartum({ order_id: 1 }))).status).toBe(200);
  });

  const minute = 60_000;
  /** When each sender repeats what was refused, from the first attempt on (contracts 8): all at the same moment, the worst case. */
  test.each([
    ['woocommerce', []],
    ['roapp', [5_000, 15_000, 30_000]],
    ['shopify', [1, 2, 5, 10, 30, 60, 120, 240].map((minutes) => minutes * minute)],
    ['cartum', Array.from({ length: 10 }, (_, index) => (index + 1) * 10 * minute)],
  ] as [string, number[]][])('of 2,000 webhooks at once from %s all get through, with its repeats', (system, repeatsAt) => {
    const { now, advance } = clock();
    const buckets = createBuckets(now);
    const rate = findSender(system, {})?.rate ?? { perSecond: 0, burst: 0 };
    let waiting = 2_000;
    for (const at of [0, ...repeatsAt]) {
      advance(at - now());
      waiting -= Array.from({ length: waiting }, () => buckets.take('address', rate)).filter(Boolean).length;
    }
    expect(waiting).toBe(0);
  });

  test('guessing addresses is slowed for whoever guesses, and for nobody else', async () => {
    const clients = { current: '192.0.2.1' };
    const { send } = startTestGateway({ now: () => 0, clientOf: () => clients.current });
    const guess = () => send(new Request(`https://hooks.example.com/hooks/woo/${'0'.repeat(32)}`, { method: 'POST' }));
    const statuses: number[] = [];
    for (let count = 0; count < 40; count += 1) statuses.push((await guess()).status);
    expect(statuses.filter((status) => status === 404)).toHaveLength(30);
    expect(statuses.at(-1)).toBe(429);
    expect((await send(woocommerce('order.updated', wooOrder(28)))).status).toBe(200);
    clients.current = '192.0.2.2';
    expect((await guess()).status).toBe(404);
  });

  test('memory stays bounded: buckets and repeats of long ago are forgotten', () => {
    const rate: Rate = { perSecond: 1, burst: 1 };
    const buckets = createBuckets(() => 0);
    expect([buckets.take('first', rate), buckets.take('first', rate)]).toEqual([true, false]);
    for (let count = 0; count < 10_000; count += 1) buckets.take(`key ${count}`, rate);
    expect(buckets.take('first', rate)).toBe(true);
    const { now, advance } = clock();
    const repeats = createRepeats(now);
    repeats.add('first');
    expect(repeats.has('first')).toBe(true);
    for (let count = 0; count < 20_000; count += 1) repeats.add(`key ${count}`);
    expect(repeats.has('first')).toBe(false);
    advance(600_000);
    expect(repeats.has('key 19999')).toBe(false);
  });
});
