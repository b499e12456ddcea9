/** The connector against the simulated shop, over real HTTP. */
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { MockActivityEnvironment } from '@temporalio/testing';
import { productLinkId } from '../../../activities/known-products.ts';
import { createListedReading, type ListedReading } from '../../../activities/listed-reading.ts';
import { recordingSource } from '../../../activities/recorded.ts';
import { createWoocommerceActivities } from '../../../activities/woocommerce/activities.ts';
import { authorize, signOauth } from '../../../activities/woocommerce/oauth.ts';
import { add, gross, round } from '../../../domain/money.ts';
import type { Order } from '../../../domain/order.ts';
import type { OrderReading, ReadOrderInput, Walk } from '../../../domain/ports.ts';
import type { RunningSandbox } from '../../../sandbox/kernel/sandbox.ts';
import { startSandbox } from '../../../sandbox/kernel/start.ts';
import { createWoocommerceSandbox } from '../../../sandbox/woocommerce/sandbox.ts';
import { openTestLedger, type TestLedger } from '../../setup/ledger.ts';
import { contextOf, integration, shopSettings, startTinyShop, step } from './setup.ts';

const keys = { consumerKey: 'ck_1', consumerSecret: 'cs_1' };
const key = { key: keys.consumerKey, secret: keys.consumerSecret, permission: 'read', role: 'administrator' } as const;

let opened: TestLedger;
let shop: RunningSandbox;
let special: Record<string, number>;

beforeAll(async () => {
  opened = await openTestLedger('sqlite', { clock: 'real' });
  const definition = createWoocommerceSandbox({ keys: [key] });
  shop = await startSandbox(definition);
  special = z.object({ special: z.record(z.string(), z.number()) }).parse(definition.seed({ orders: 300 })).special;
  await opened.ledger.states.setConnected(integration.id, { connectedAt: new Date(shop.clock.now()).toISOString(), backfillFrom: new Date(shop.clock.now() - 61 * 86_400_000).toISOString() });
});
afterEach(() => shop.clearFaults());
afterAll(async () => {
  await shop.close();
  await opened.close();
});

const linesSchema = z.object({ line_items: z.array(z.object({ product_id: z.number(), variation_id: z.number() })) });

type Overrides = Partial<Parameters<typeof shopSettings>[0]>;
const connector = (settings: Overrides = {}, pair: Parameters<typeof contextOf>[2] = {}) =>
  createWoocommerceActivities(contextOf(opened.ledger, shopSettings({ baseUrl: `${shop.url}/wp-json/wc/v3`, ...keys, ...settings }), pair));

const readSpecial = async (name: string, input: Partial<ReadOrderInput> = {}): Promise<OrderReading> => connector().readOrder({ ...step, sourceId: String(special[name]), byOperator: true, ...input });

async function readOrder(name: string): Promise<Order> {
  const reading = await readSpecial(name);
  if (reading.kind !== 'order') throw new Error(`${name}: ${JSON.stringify(reading)}`);
  return reading.order;
}

async function walkAll(walk: Walk) {
  const entries: { sourceId: string; skip?: { reason: string; detail?: string } }[] = [];
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const page = await connector().readPage({ ...step, walk, ...(cursor === undefined ? {} : { cursor }) });
    entries.push(...((page.page === undefined ? undefined : await opened.ledger.pages.entries(page.page))?.entries ?? []));
    cursor = page.nextCursor;
  }
  return entries;
}

const truth = () => z.object({ orders: z.array(z.looseObject({ id: z.number(), status: z.string(), createdAt: z.string() })) }).parse(shop.definition.truth()).orders;

describe('who asks', () => {
  test('plain http: signed requests are accepted, whatever stands in the query', async () => {
    expect((await connector().readPage({ ...step, walk: 'backfill', limit: 3 })).count).toBe(3);
    const sent = shop.requests('GET /wp-json/wc/v3/orders').at(-1);
    expect(sent?.path).toContain('oauth_signature=');
    expect(sent?.path).not.toContain(keys.consumerSecret);
    expect(sent?.headers['authorization']).toBeUndefined();
  });

  test('without pretty permalinks the route stands in the query, and is signed with it', async () => {
    const plain = await startTinyShop(() => ({ body: [] }));
    await connector({ baseUrl: `${plain.url}/sub/?rest_route=/wc/v3` }).readPage({ ...step, walk: 'changed' });
    await plain.close();
    const asked = plain.requests[0]?.url ?? new URL('http://shop.example');
    expect(asked.pathname).toBe('/sub/');
    const { rest_route, oauth_signature, oauth_nonce = '', oauth_timestamp = '', ...query } = Object.fromEntries(asked.searchParams);
    expect(rest_route).toBe('/wc/v3/orders');
    const unsigned = new URL(`${plain.url}/sub/`);
    for (const [name, value] of Object.entries({ rest_route: '/wc/v3/orders', ...query })) if (!name.startsWith('oauth_')) unsigned.searchParams.set(name, value);
    expect(signOauth({ method: 'GET', url: unsigned }, keys, { nonce: oauth_nonce, timestamp: Number(oauth_timestamp) }).oauth_signature).toBe(oauth_signature);
  });

  test.each([
    { why: 'wrong secret', settings: { consumerSecret: 'cs_2' } },
    { why: 'unknown key', settings: { consumerKey: 'ck_2' } },
  ])('$why: the connection is to be paused', async ({ settings }) => {
    await expect(connector(settings).readPage({ ...step, walk: 'changed' })).rejects.toMatchObject({ name: 'UnauthorizedError', status: 401 });
  });

  test.each([
    { why: 'Basic', keysInQuery: false },
    { why: 'keys in the query', keysInQuery: true },
  ])('https: $why', async ({ keysInQuery }) => {
    const secure = await startSandbox(createWoocommerceSandbox({ keys: [key], treatAsHttps: true }));
    const { headers = {}, query = {} } = authorize({ method: 'GET', url: new URL('https://shop.example/wp-json/wc/v3/orders') }, { ...keys, keysInQuery });
    const path = `${secure.url}/wp-json/wc/v3/orders`;
    const answers = [(await fetch(`${path}?${new URLSearchParams(query).toString()}`, { headers })).status, (await fetch(path)).status];
    await secure.close();
    expect(answers).toEqual([200, 401]);
  });
});

describe('R9 the walks over the simulated shop', () => {
  test('R9 backfill and excluded together list each order of the window once', async () => {
    const [backfill, excluded] = [await walkAll('backfill'), await walkAll('excluded')];
    const from = new Date(shop.clock.now() - 61 * 86_400_000).toISOString();
    const left = ['completed', 'cancelled', 'refunded', 'failed', 'trash'];
    const ids = (wanted: (status: string) => boolean) => truth().filter(({ status, createdAt }) => createdAt >= from && wanted(status)).map(({ id }) => id).sort((a, b) => a - b);
    expect(backfill.map(({ sourceId }) => Number(sourceId)).sort((a, b) => a - b)).toEqual(ids((status) => !left.includes(status) && status !== 'checkout-draft'));
    expect(excluded.map(({ sourceId }) => Number(sourceId)).sort((a, b) => a - b)).toEqual(ids((status) => left.includes(status) || status === 'checkout-draft'));
    expect(excluded.length).toBeGreaterThan(5);
    expect(new Set(excluded.map(({ skip }) => skip?.reason))).toEqual(new Set(['status-excluded', 'checkout-draft']));
  });

  test('R1 a new order and a changed one come with the next sweep', async () => {
    await opened.ledger.marks.set(`integration:${integration.id}`, 'changed', new Date(shop.clock.now()).toISOString());
    const before = new Set((await walkAll('changed')).map(({ sourceId }) => sourceId));
    shop.clock.advance(60_000);
    shop.definition.actions['touch']?.({ ids: [special['phone-only']] });
    const after = (await walkAll('changed')).map(({ sourceId }) => sourceId);
    expect(after.filter((id) => !before.has(id))).toEqual([String(special['phone-only'])]);
  });
});

describe('single orders of the simulated shop', () => {
  test.each([
    { name: 'no-lines', reason: 'no-products' },
    { name: 'nobody', reason: 'no-customer' },
    { name: 'no-contact', reason: 'no-contact' },
    { name: 'status-checkout-draft', reason: 'checkout-draft' },
    { name: 'refund-full', reason: 'fully-refunded' },
  ])('R10 $name is skipped: $reason', async ({ name, reason }) => {
    expect(await readSpecial(name)).toMatchObject({ kind: 'skip', reason, number: String(special[name]) });
  });

  test.each(['completed', 'cancelled', 'refunded', 'failed', 'trash'])('R9 status %s of the window is skipped', async (status) => {
    expect(await readSpecial(`status-${status}`, { byOperator: false })).toMatchObject({ kind: 'skip', reason: 'status-excluded', detail: status });
  });

  test('R3 another currency than the books is refused with both named', async () => {
    await opened.ledger.marks.set('connection:books', 'currency', 'PLN');
    expect(await readSpecial('euro')).toMatchObject({ kind: 'skip', reason: 'currency-differs', detail: 'order EUR, books PLN' });
  });

  test.each([
    { name: 'phone-only', customer: { phone: expect.stringMatching(/^\+48\d{9}$/) } },
    { name: 'email-only', customer: { email: expect.stringContaining('@') } },
    { name: 'shipping-phone-only', customer: { phone: '+48601222333' } },
    { name: 'anna-plus48', customer: { phone: '+48600700800' } },
    { name: 'anna-digits', customer: { phone: '+48600700800' } },
    { name: 'anna-dashes', customer: { phone: '+48600700800' } },
  ])('R20 R18 $name', async ({ name, customer }) => {
    expect((await readOrder(name)).customer).toMatchObject(customer);
  });

  test('R20 of two phones the one for the delivery counts', async () => {
    const order = z.object({ orders: z.array(z.looseObject({ id: z.number(), shipping: z.looseObject({ phone: z.string() }) })) }).parse(shop.definition.truth()).orders.find(({ id }) => id === special['two-phones']);
    expect((await readOrder('two-phones')).customer?.phoneAsWritten).toBe(order?.shipping.phone);
  });

  test('R16 a partial refund takes its piece off, and the total follows', async () => {
    const order = await readOrder('refund-partial');
    expect(order.lineItems.map(({ quantity }) => quantity)).toEqual(['1', '1']);
    expect(order.total).toBe('84.9');
  });

  test('R14 R17 a variant comes with its options, its own id as Code, and its product’s description and category', async () => {
    const { product } = (await readOrder('variation')).lineItems[0] ?? {};
    expect(product).toMatchObject({ sku: 'BELT-S', name: expect.stringMatching(/^Belt.*S/), code: expect.stringMatching(/^\d+$/) });
    expect(product?.sourceId).toBe(product?.code);
  });

  test('R14 R17 a deleted product comes by name alone', async () => {
    const { product } = (await readOrder('deleted-product')).lineItems[0] ?? {};
    expect(Object.keys(product ?? {})).toEqual(['name']);
    expect(product?.name).not.toBe('');
  });

  test('R15 R14 encoded names come decoded', async () => {
    const order = await readOrder('html-names');
    expect(JSON.stringify(order.lineItems)).not.toMatch(/&[a-z#0-9]+;/);
    expect(JSON.stringify(order.lineItems)).toContain('&');
  });

  test.each([
    { name: 'category-chain', levels: 3 },
    { name: 'category-one-level', levels: undefined },
    { name: 'category-different-levels', levels: 1 },
    { name: 'uncategorized', levels: 0 },
  ])('R15 $name', async ({ name, levels }) => {
    const { category } = (await readOrder(name)).lineItems[0]?.product ?? {};
    if (levels === undefined) expect(category?.length).toBeGreaterThan(0);
    else expect(category?.length ?? 0).toBe(levels);
  });

  test.each(['tax-beside', 'tax-inside', 'shipping-and-fee', 'coupon', 'uneven-price', 'many-pieces', 'refund-partial'])('N14 lines and charges of %s come to its total', async (name) => {
    const order = await readOrder(name);
    const sum = add(...order.lineItems.map((item) => gross(item.total)), ...order.charges.map((charge) => gross(charge.total)));
    expect(round(sum, 2)).toBe(round(order.total, 2));
  });

  test('R12 no carrier and no address come over', async () => {
    const order = await readOrder('shipping-and-fee');
    expect(order.delivery).toBeUndefined();
    expect(JSON.stringify(order)).not.toContain('Kurier');
  });

  test('R12 N9 a page keeps no address', async () => {
    const page = await connector().readPage({ ...step, walk: 'backfill', limit: 1 });
    const entry = page.page === undefined ? undefined : (await opened.ledger.pages.entries(page.page))?.entries[0];
    const { body = '' } = (await opened.ledger.pages.body(page.page ?? '', entry?.sourceId ?? '')) ?? {};
    expect(body).toContain('"line_items"');
    expect(body).not.toMatch(/address_1|Kurier|postcode/);
  });

  test.each(['doubled-hour-first', 'doubled-hour-second'])('N7 an order made in %s keeps its instant', async (name) => {
    expect((await readOrder(name)).createdAt).toBe(truth().find(({ id }) => id === special[name])?.createdAt);
  });

  test('an order that the shop does not have is gone', async () => {
    expect(await connector().readOrder({ ...step, sourceId: '999999' })).toMatchObject({ kind: 'skip', reason: 'gone-from-source' });
  });

  test('a listed order is read from its page, without a call for it', async () => {
    const page = await connector().readPage({ ...step, walk: 'backfill', limit: 1 });
    const entry = page.page === undefined ? undefined : (await opened.ledger.pages.entries(page.page))?.entries[0];
    shop.clearRequests();
    const input = { ...step, sourceId: entry?.sourceId ?? '', ...(page.page === undefined ? {} : { page: page.page }) };
    const listed = await connector().readOrder(input);
    expect(shop.requests(`GET /wp-json/wc/v3/orders/${entry?.sourceId}`)).toEqual([]);
    const read = await connector().readOrder({ ...input, fresh: true });
    expect(shop.requests(`GET /wp-json/wc/v3/orders/${entry?.sourceId}`)).toHaveLength(1);
    expect(read).toEqual(listed);
    expect(read).toMatchObject({ digest: entry?.digest });
  });

  test('without calls, a listed order of known products is read from its page, and all else is refused before anything leaves', async () => {
    const { ledger, close } = await openTestLedger('sqlite', { clock: 'real' });
    onTestFinished(close);
    await ledger.states.setConnected(integration.id, { connectedAt: new Date(shop.clock.now()).toISOString(), backfillFrom: new Date(shop.clock.now() - 61 * 86_400_000).toISOString() });
    const context = contextOf(ledger, shopSettings({ baseUrl: `${shop.url}/wp-json/wc/v3`, ...keys }));
    const page = await createWoocommerceActivities(context).readPage({ ...step, walk: 'backfill', limit: 20 });
    const listed = page.page === undefined ? [] : ((await ledger.pages.entries(page.page))?.entries ?? []);
    const offline = createListedReading(() => recordingSource(createWoocommerceActivities({ ...context, call: (input) => ({ ...context.call(input), isOffline: true }) }), context));
    const kinds = async (about: { page?: string }): Promise<Set<ListedReading['kind']>> => {
      const found = new Set<ListedReading['kind']>();
      await new MockActivityEnvironment().run(async () => {
        for (const { sourceId } of listed) found.add((await offline.readListed({ ...step, sourceId, ...about })).kind);
      });
      return found;
    };
    const withPage = page.page === undefined ? {} : { page: page.page };
    shop.clearRequests();
    expect(await kinds(withPage)).not.toContain('order');
    for (const { sourceId } of listed) {
      const { line_items } = linesSchema.parse(JSON.parse((await ledger.pages.body(page.page ?? '', sourceId))?.body ?? ''));
      for (const { product_id, variation_id } of line_items) await ledger.index.setLink({ connection: integration.target, kind: 'product', sourceId: productLinkId('shop', String(variation_id || product_id)), targetId: '1' });
    }
    expect(await kinds(withPage)).toContain('order');
    expect(await kinds({})).toEqual(new Set(['elsewhere']));
    expect(shop.requests()).toEqual([]);
  });

  test('the category tree is loaded once for many orders', async () => {
    const steps = connector();
    shop.clearRequests();
    for (const name of ['category-chain', 'category-one-level', 'category-different-levels']) await steps.readOrder({ ...step, sourceId: String(special[name]), byOperator: true });
    expect(shop.requests('GET /wp-json/wc/v3/products/categories')).toHaveLength(1);
  });

  test('products that the books know cost no call', async () => {
    const { lineItems } = await readOrder('variation');
    for (const { product } of lineItems) await opened.ledger.index.setLink({ connection: 'books', kind: 'product', sourceId: `shop/${product.sourceId}`, targetId: '7001' });
    shop.clearRequests();
    const again = await readOrder('variation');
    expect(shop.requests('GET /wp-json/wc/v3/products')).toEqual([]);
    expect(again.lineItems[0]?.product.description).toBeUndefined();
  });
});

describe('trouble', () => {
  test.each([
    { kind: 'throttle', error: 'RateLimitedError' },
    { kind: 'garbage', error: 'RetryableError' },
    { kind: 'half-page', error: 'RetryableError' },
    { kind: 'lost-reply', error: 'RetryableError' },
  ] as const)('$kind: $error, and a repeat is harmless', async ({ kind, error }) => {
    const other = await openTestLedger('sqlite', { clock: 'real' });
    await other.ledger.states.setConnected(integration.id, { connectedAt: '2026-01-01T00:00:00.000Z', backfillFrom: '2026-01-01T00:00:00.000Z' });
    const steps = createWoocommerceActivities(contextOf(other.ledger, shopSettings({ baseUrl: `${shop.url}/wp-json/wc/v3`, ...keys })));
    shop.fault({ on: 'GET /wp-json/wc/v3/orders', kind });
    await expect(steps.readPage({ ...step, walk: 'changed', limit: 2 })).rejects.toMatchObject({ name: error });
    await other.close();
  });

  test('N9 no credentials and no people stand in the exchange log in the clear, or in an error', async () => {
    shop.fault({ on: 'GET /wp-json/wc/v3/orders', kind: 'refuse-with-email', status: 400 });
    const refused: unknown = await connector().readPage({ ...step, walk: 'changed' }).catch((error: unknown) => error);
    expect(String(refused)).not.toContain('@');
    await opened.ledger.exchanges.flush();
    const kept = JSON.stringify(await opened.ledger.exchanges.list({ limit: 500 }));
    expect(kept).not.toContain(keys.consumerSecret);
    expect(kept).not.toContain('oauth_signature');
  });
});

const row = async (what: string, settings: Overrides = {}, pair: Parameters<typeof contextOf>[2] = {}) => (await connector(settings, pair).checkSource(step)).find((one) => one.what === what);

describe('check', () => {
  test('R3 all is well', async () => {
    await opened.ledger.marks.set('connection:books', 'currency', 'PLN');
    const rows = await connector().checkSource(step);
    expect(rows.map(({ what, state }) => `${what}: ${state}`)).toEqual(['credentials: ok', 'reading orders: ok', 'permission of the key: cannot be read', 'currency: ok', 'time zone: ok', 'order statuses: ok']);
    expect(rows.find(({ what }) => what === 'order statuses')?.found).toContain('packed');
  });

  test('R3 another currency than the books, both named', async () => {
    await opened.ledger.marks.set('connection:books', 'currency', 'EUR');
    expect(await row('currency')).toMatchObject({ state: 'not ok', found: expect.stringMatching(/PLN.*EUR/) });
    await opened.ledger.marks.set('connection:books', 'currency', 'PLN');
  });

  test('another zone than the shop’s', async () => {
    expect(await row('time zone', { timeZone: 'America/New_York' })).toMatchObject({ state: 'not ok', step: expect.stringContaining('timeZone') });
  });

  test('R9 an excluded status that the shop does not have', async () => {
    expect(await row('order statuses', {}, { excludeStatuses: ['completed', 'deliverd'] })).toMatchObject({ state: 'not ok', found: expect.stringContaining('deliverd') });
  });

  test('R17 the product’s id as Code does not go with identifying by ID where there are variants', async () => {
    expect(await row('products identified by ID', {}, { codeOf: 'product', identifyProductsBy: 'code' })).toMatchObject({ state: 'not ok' });
    expect(await row('products identified by ID', {}, { codeOf: 'variant', identifyProductsBy: 'code' })).toBeUndefined();
  });

  test('a wrong key is a row with the step to take', async () => {
    const rows = await connector({ consumerSecret: 'cs_2' }).checkSource(step);
    expect(rows.map(({ what, state }) => `${what}: ${state}`)).toEqual(['credentials: not ok', 'reading orders: not ok']);
    expect(rows[0]?.step).toContain('consumerKey');
  });

  test('a wrong address is a row too', async () => {
    expect((await connector({ baseUrl: `${shop.url}/elsewhere/wp-json/wc/v3` }).checkSource(step))[0]).toMatchObject({ state: 'not ok' });
  });
});
