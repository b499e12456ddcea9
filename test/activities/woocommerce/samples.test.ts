/** Recorded replies of a real shop, served unchanged: what the connector makes of each. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createWoocommerceActivities } from '../../../activities/woocommerce/activities.ts';
import { createWoocommerceClient, type WoocommerceClient } from '../../../activities/woocommerce/client.ts';
import type { OrderReading } from '../../../domain/ports.ts';
import { openTestLedger, type TestLedger } from '../../setup/ledger.ts';
import { contextOf, integration, sample, samples, shopSettings, skipMessage, startTinyShop, step, type Answer, type TinyShop } from './setup.ts';

if (!samples) console.warn(skipMessage);

let opened: TestLedger;
let shop: TinyShop;
/** path without query, below the API's address → recorded reply */
let replies: Record<string, string> = {};

const answerOf = (name: string): Answer => {
  const { status, headers, body } = sample(name);
  return { status, headers, body };
};
const pathOf = (path: string) => new URL(path, 'http://shop.example').pathname.replace('/wp-json/wc/v3/', '');
const recordedPath = (name: string) => pathOf(sample(name).request.path);

beforeAll(async () => {
  opened = await openTestLedger('sqlite', { clock: 'real' });
  await opened.ledger.states.setConnected(integration.id, { connectedAt: '2026-11-21T12:00:00.000Z', backfillFrom: '2026-09-21T12:00:00.000Z' });
  shop = await startTinyShop(({ url }) => {
    const name = replies[pathOf(url.pathname)];
    return name === undefined ? { status: 404, body: { code: 'rest_no_route', message: 'none', data: { status: 404 } } } : typeof name === 'string' && name.startsWith('{') ? { body: JSON.parse(name) } : answerOf(name);
  });
});
afterAll(async () => {
  await shop.close();
  await opened.close();
});

const settings = () => shopSettings({ baseUrl: `${shop.url}/wp-json/wc/v3` });
const steps = () => createWoocommerceActivities(contextOf(opened.ledger, settings()));
const client = () => createWoocommerceClient(settings(), contextOf(opened.ledger, settings()).call({ ...step, record: '', step: 'test' }));
const lineItems = (reading: OrderReading) => (reading.kind === 'order' ? reading.order.lineItems : []);

describe.skipIf(!samples)('recorded replies', () => {
  test('R1 R14 R15 R17 R20 N14 an order with a simple product and a variant is read as it was recorded', async () => {
    const bodies = z.array(z.looseObject({ id: z.number() })).parse([sample('product.get').body, sample('product.getVariable').body]);
    replies = { 'orders/38': 'order.get', 'products/categories': 'category.list' };
    const served = await startTinyShop(({ url }) => (pathOf(url.pathname) === 'products' ? { body: bodies } : answerOf(replies[pathOf(url.pathname)] ?? 'route.404')));
    const reading = await createWoocommerceActivities(contextOf(opened.ledger, shopSettings({ baseUrl: `${served.url}/wp-json/wc/v3` }))).readOrder({ ...step, sourceId: '38' });
    await served.close();
    expect(reading).toMatchObject({
      kind: 'order',
      order: {
        sourceId: '38',
        number: '38',
        createdAt: '2026-11-21T16:49:51.000Z',
        currency: 'PLN',
        total: '134.8',
        customer: { firstName: 'Anna', lastName: 'Nowak', email: 'anna@example.test', phone: '+48600700801' },
        charges: [{ kind: 'shipping', total: { net: '15.00', tax: '0.00' } }],
      },
    });
    expect(lineItems(reading)).toEqual([
      { key: '41', product: { sourceId: '10', name: 'Oil filter X', sku: 'OF-X', code: '10', description: 'Long', category: ['Parts', 'Filters', 'Oil filters'] }, quantity: '2', total: { net: '99.80', tax: '0.00' } },
      // its categories are Accessories, Alpha and Parts > Belts: two of the first level, the first alphabetically
      { key: '42', product: { sourceId: '12', name: 'Belt - S', sku: 'BELT-S', code: '12', category: ['Accessories'] }, quantity: '1', total: { net: '20.00', tax: '0.00' } },
    ]);
  });

  test('R16 the recorded refund is taken off', async () => {
    const refunded = z.looseObject({}).parse(sample('order.get').body);
    const { refunds } = z.object({ refunds: z.unknown() }).parse(sample('order.afterRefund').body);
    const bodies: Record<string, unknown> = { 'orders/38': { ...refunded, refunds }, 'orders/38/refunds': [sample('order.refund').body], products: [], 'products/categories': sample('category.list').body };
    const served = await startTinyShop(({ url }) => ({ body: bodies[pathOf(url.pathname)] }));
    const reading = await createWoocommerceActivities(contextOf(opened.ledger, shopSettings({ baseUrl: `${served.url}/wp-json/wc/v3` }))).readOrder({ ...step, sourceId: '38' });
    await served.close();
    expect(lineItems(reading).map(({ key, quantity, total }) => [key, quantity, total.net])).toEqual([['41', '1', '49.9'], ['42', '1', '20.00']]);
    expect(reading).toMatchObject({ order: { total: '84.9' } });
  });

  test('an order that is gone', async () => {
    replies = { [recordedPath('order.404')]: 'order.404' };
    expect(await steps().readOrder({ ...step, sourceId: '999999' })).toEqual({ kind: 'skip', reason: 'gone-from-source', digest: '' });
  });

  test('a page past the end ends the walk', async () => {
    replies = { orders: 'order.list.pastEnd' };
    expect(await steps().readPage({ ...step, walk: 'changed' })).toEqual({ count: 0, total: 0 });
  });

  test('statuses, currency, categories and products', async () => {
    replies = { 'orders/statuses': 'order.statuses', 'settings/general/woocommerce_currency': 'settings.currency', 'data/currencies/current': 'data.currency', 'products/categories': 'category.list' };
    const shopClient = client();
    expect((await shopClient.listStatuses()).map(({ slug }) => slug)).toEqual(['pending', 'processing', 'on-hold', 'completed', 'cancelled', 'refunded', 'failed', 'checkout-draft']);
    expect(await shopClient.getCurrencySetting()).toBe('PLN');
    expect(await shopClient.getCurrentCurrency()).toBe('PLN');
    expect(await shopClient.listCategories()).toContainEqual({ id: 22, name: 'Food &amp; Drink', slug: 'food-drink', parent: 0 });
  });

  const calls: [string, (shopClient: WoocommerceClient) => Promise<unknown>][] = [
    ['order.perPage101', async (one) => one.listOrders({})],
    ['order.badDate', async (one) => one.listOrders({})],
    ['route.404', async (one) => one.listOrders({})],
    ['product.dupSku', async (one) => one.listProducts([1])],
    ['order.batch101', async (one) => one.listOrders({})],
    ['category.dup', async (one) => one.listCategories()],
    ['customer.dup', async (one) => one.listOrders({})],
    ['order.put404', async (one) => one.listOrders({})],
    ['product.404', async (one) => one.listProducts([1])],
    ['category.404', async (one) => one.listCategories()],
    ['customer.404', async (one) => one.listOrders({})],
    ['order.badStatus', async (one) => one.listOrders({})],
    ['webhook.badTopic', async (one) => one.listOrders({})],
  ];
  test.each(calls)('the refusal %s is permanent and keeps its code', async (name, call) => {
    replies = { orders: name, products: name, 'products/categories': name };
    const { code } = z.object({ code: z.string() }).parse(sample(name).body);
    await expect(call(client())).rejects.toMatchObject({ name: 'PermanentError', status: sample(name).status, code, sent: 'no' });
  });

  test('every recorded reply that a call of ours can get fits its schema', async () => {
    replies = { 'orders/38': 'order.getTrashed' };
    await expect(client().findOrder('38')).rejects.toMatchObject({ name: 'UnexpectedReplyError', field: 'number' }); // recorded with two fields only
    for (const name of ['order.create', 'order.get', 'order.status', 'order.trash']) {
      replies = { 'orders/38': name };
      expect((await client().findOrder('38'))?.number).toBe('38');
    }
  });
});
