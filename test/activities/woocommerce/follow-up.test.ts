/** What is written to a shop: statuses and webhooks, against the simulated one over real HTTP. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createWoocommerceActivities } from '../../../activities/woocommerce/activities.ts';
import type { RunningSandbox } from '../../../sandbox/kernel/sandbox.ts';
import { startSandbox } from '../../../sandbox/kernel/start.ts';
import { createWoocommerceSandbox } from '../../../sandbox/woocommerce/sandbox.ts';
import { openTestLedger, type TestLedger } from '../../setup/ledger.ts';
import { openReceiver, type Receiver } from '../../sandbox/woocommerce-receiver.ts';
import { contextOf, shopSettings, step } from './setup.ts';

const keys = { consumerKey: 'ck_1', consumerSecret: 'cs_1' };
const truthSchema = z.object({ orders: z.array(z.object({ id: z.number(), status: z.string(), mails: z.array(z.unknown()) })), webhooks: z.array(z.object({ topic: z.string(), status: z.string() })) });

let opened: TestLedger;
let shop: RunningSandbox;
let receiver: Receiver;
beforeAll(async () => {
  opened = await openTestLedger('sqlite', { clock: 'real' });
  shop = await startSandbox(createWoocommerceSandbox({ keys: [{ key: keys.consumerKey, secret: keys.consumerSecret, permission: 'read_write', role: 'administrator' }] }));
  receiver = await openReceiver();
});
beforeEach(() => {
  shop.reset();
  shop.clearFaults();
  shop.clearRequests();
});
afterAll(async () => {
  await Promise.all([shop.close(), receiver.close()]);
  await opened.close();
});

const connector = (withHooks = true) => {
  const context = contextOf(opened.ledger, shopSettings({ baseUrl: `${shop.url}/wp-json/wc/v3`, ...keys, simultaneous: 8 })); // a lost reply keeps its place for a while
  return createWoocommerceActivities(withHooks ? { ...context, hooks: () => Promise.resolve({ address: receiver.url, secret: 's'.repeat(64) }) } : context);
};
const act = (name: string, input: unknown): unknown => shop.definition.actions[name]?.(input);
const truth = () => truthSchema.parse(shop.definition.truth());
const place = (): string => String(z.object({ id: z.number() }).parse(act('create-order', { status: 'processing', billing: { first_name: 'Ewa', last_name: 'Sklepowa', email: 'ewa@example.test', country: 'PL' }, line_items: [{ name: 'Lamp', quantity: 1, total: '25.00', product_id: 0 }] })).id);
const setStatus = async (sourceId: string, status: string) => connector().setStatus({ ...step, sourceId, status, books: '106', isLast: false, digest: 'd' });
const writes = () => shop.requests().filter(({ method }) => method !== 'GET');

describe('statuses', () => {
  test('R11 the shop’s own, those of plug-ins too', async () => {
    expect(await connector().listStatuses(step)).toEqual(expect.arrayContaining([{ id: 'completed', name: expect.any(String) }, { id: 'packed', name: expect.any(String) }]));
  });

  test('R11 a status is set once; the same again writes nothing, so that nobody is mailed twice', async () => {
    const id = place();
    const before = truth().orders[0]?.mails.length ?? 0;
    expect(await setStatus(id, 'completed')).toEqual({ kind: 'written' });
    expect(await setStatus(id, 'completed')).toEqual({ kind: 'unchanged' });
    expect(truth().orders[0]).toMatchObject({ status: 'completed', mails: { length: before + 1 } });
    expect(writes()).toHaveLength(1);
  });

  test('R11 N11 a reply that was lost is not sent again', async () => {
    const id = place();
    shop.fault({ on: 'PUT /wp-json/wc/v3/orders/*', kind: 'lost-reply' });
    await expect(setStatus(id, 'completed')).rejects.toMatchObject({ name: 'RetryableError' });
    expect(await setStatus(id, 'completed')).toEqual({ kind: 'unchanged' });
    expect(writes()).toHaveLength(1);
  });

  test('R11 an order in the trash, or deleted, is left where it is', async () => {
    const id = place();
    act('trash-order', { id: Number(id) });
    expect(await setStatus(id, 'completed')).toEqual({ kind: 'gone' });
    expect(await setStatus('999999', 'completed')).toEqual({ kind: 'gone' });
    expect(truth().orders[0]?.status).toBe('trash');
    expect(writes()).toEqual([]);
  });

  test('a status that the shop does not have is refused for good', async () => {
    await expect(setStatus(place(), 'no-such-status')).rejects.toMatchObject({ name: 'PermanentError' });
  });
});

const states = async () => (await connector().ensureWebhooks(step)).map(({ topic, state }) => `${topic} ${state}`);
const all = (state: string) => ['order.created', 'order.updated', 'order.deleted', 'order.restored'].map((topic) => `${topic} ${state}`);

describe('webhooks', () => {
  test('are made once, and mended when the shop has switched one off', async () => {
    expect(await states()).toEqual(all('made'));
    expect(await states()).toEqual(all('there'));
    act('disable-webhook', { id: 2 });
    expect((await states()).filter((line) => !line.endsWith('there'))).toEqual(['order.updated mended']);
    expect(truth().webhooks.map(({ topic, status }) => `${topic} ${status}`).toSorted()).toEqual(all('active').toSorted());
  });

  test('N11 a reply that was lost makes no second one', async () => {
    shop.fault({ on: 'POST /wp-json/wc/v3/webhooks', kind: 'lost-reply' });
    await expect(connector().ensureWebhooks(step)).rejects.toMatchObject({ name: 'RetryableError' });
    await connector().ensureWebhooks(step);
    expect(truth().webhooks).toHaveLength(4);
  });

  test('are signed with the secret that the gateway expects', async () => {
    await connector().ensureWebhooks(step);
    const before = receiver.received.length;
    place();
    await act('webhook-flush', {});
    await expect.poll(() => receiver.received.length, { timeout: 5_000 }).toBeGreaterThan(before);
    expect(receiver.received.at(-1)?.headers['x-wc-webhook-signature']).toMatch(/^[A-Za-z0-9+/]{43}=$/);
  });

  test('without a gateway nothing is registered, and that is said', async () => {
    expect((await connector(false).ensureWebhooks(step)).map(({ state }) => state)).toEqual(['missing', 'missing', 'missing', 'missing']);
    expect(shop.requests()).toEqual([]);
  });
});
