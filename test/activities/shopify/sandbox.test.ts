/** The connector against the simulated shop, over real HTTP. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createShopifyActivities } from '../../../activities/shopify/activities.ts';
import { everyOperation } from '../../../activities/shopify/documents.ts';
import { add, compare, gross, isZero, round } from '../../../domain/money.ts';
import type { Order } from '../../../domain/order.ts';
import type { OrderReading, ReadOrderInput, Walk } from '../../../domain/ports.ts';
import { priceLines } from '../../../domain/pricing.ts';
import type { RunningSandbox } from '../../../sandbox/kernel/sandbox.ts';
import { startSandbox } from '../../../sandbox/kernel/start.ts';
import { createShopifySandbox } from '../../../sandbox/shopify/sandbox.ts';
import type { ShopifyTruth, TrueOrder } from '../../../sandbox/shopify/truth.ts';
import { openTestLedger, type TestLedger } from '../../setup/ledger.ts';
import { contextOf, importSettings, integration, shopSettings, step, type ContextOptions } from './setup.ts';

const dayMs = 86_400_000;
const token = 'shpat_sandbox';

let opened: TestLedger;
let shop: RunningSandbox;
let definition: ReturnType<typeof createShopifySandbox>;
let special: Record<string, number>;
let connectedAt: string;

beforeAll(async () => {
  opened = await openTestLedger('sqlite', { clock: 'real' });
  definition = createShopifySandbox({ rateLimit: 'none', httpWebhooks: true, scopes: ['read_orders', 'read_all_orders', 'read_products', 'read_customers'] });
  shop = await startSandbox(definition);
  special = definition.seed({ orders: 300 }).special;
  connectedAt = new Date(shop.clock.now()).toISOString();
  await opened.ledger.states.setConnected(integration.id, { connectedAt, backfillFrom: new Date(shop.clock.now() - 62 * dayMs).toISOString() });
});
afterEach(() => shop.clearFaults());
afterAll(async () => {
  await shop.close();
  await opened.close();
});

type Settings = Partial<Parameters<typeof shopSettings>[0]>;
const connector = (settings: Settings = {}, options: ContextOptions = {}) => createShopifyActivities(contextOf(opened.ledger, shopSettings({ baseUrl: shop.url, accessToken: token, ...settings }), options));

const truth = (): ShopifyTruth => definition.truth();
const trueOrder = (id: number | string): TrueOrder => z.custom<TrueOrder>((found) => found !== undefined).parse(truth().orders.find((order) => order.id === Number(id)));

const read = async (id: number | string | undefined, input: Partial<ReadOrderInput> = {}, source = connector()): Promise<OrderReading> => source.readOrder({ ...step, sourceId: String(id), byOperator: true, ...input });

async function orderOf(id: number | string | undefined, input: Partial<ReadOrderInput> = {}, source = connector()): Promise<Order> {
  const reading = await read(id, input, source);
  if (reading.kind !== 'order') throw new Error(JSON.stringify(reading));
  return reading.order;
}

async function walkAll(walk: Walk, source = connector()) {
  const entries: { sourceId: string; digest: string; skip?: { reason: string; detail?: string } }[] = [];
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const page = await source.readPage({ ...step, walk, ...(cursor === undefined ? {} : { cursor }) });
    entries.push(...((page.page === undefined ? undefined : await opened.ledger.pages.entries(page.page))?.entries ?? []));
    cursor = page.nextCursor;
  }
  return entries;
}

const replySchema = z.object({ extensions: z.object({ cost: z.object({ requestedQueryCost: z.number() }) }) });

const finished = ({ financialStatus, fulfillmentStatus, cancelledAt }: TrueOrder) => cancelledAt !== null || financialStatus === 'REFUNDED' || fulfillmentStatus === 'FULFILLED';
const inWindow = () => truth().orders.filter(({ createdAt }) => Date.parse(createdAt) >= Math.floor((Date.parse(connectedAt) - 62 * dayMs) / 1_000) * 1_000);
const idsOf = (orders: { id: number }[]) => orders.map(({ id }) => String(id)).sort();

describe('R7 the walks over the simulated shop', () => {
  test('R7 backfill and excluded together list each order of the window once', async () => {
    const [backfill, excluded] = [await walkAll('backfill'), await walkAll('excluded')];
    expect(backfill.map(({ sourceId }) => sourceId).sort()).toEqual(idsOf(inWindow().filter((order) => !order.test && !finished(order))));
    expect(excluded.map(({ sourceId }) => sourceId).sort()).toEqual(idsOf(inWindow().filter((order) => order.test || finished(order))));
    expect(excluded.length).toBeGreaterThan(5);
    expect(new Set(excluded.map(({ skip }) => skip?.reason))).toEqual(new Set(['status-excluded', 'test-order']));
    expect(backfill.map(({ sourceId }) => sourceId)).not.toContain(String(special['older-than-two-months']));
  });

  test('R1 a new order and a changed one come with the next sweep', async () => {
    await opened.ledger.marks.set(`integration:${integration.id}`, 'changed', new Date(shop.clock.now()).toISOString());
    const before = new Set((await walkAll('changed')).map(({ sourceId }) => sourceId));
    shop.clock.advance(60_000);
    definition.actions['touch']?.({ id: special['variant'] });
    const placed = z.object({ id: z.number() }).parse(definition.actions['create-order']?.({ lines: [{ title: 'Zakładka', price: '5.00' }], email: 'nowa@example.com' }));
    const after = (await walkAll('changed')).map(({ sourceId }) => sourceId);
    expect(after.filter((id) => !before.has(id)).sort()).toEqual([String(special['variant']), String(placed.id)].sort());
  });

  test('R7 without read_all_orders older orders are silently absent, and check says so', async () => {
    definition.actions['set-scopes']?.({ scopes: ['read_orders', 'read_products', 'read_customers'] });
    const [rows, listed] = [await connector().checkSource(step), await walkAll('backfill')];
    await expect(read(special['older-than-60-days'])).rejects.toMatchObject({ name: 'PermanentError', reason: 'source-refused' });
    definition.actions['set-scopes']?.({ scopes: ['read_orders', 'read_all_orders', 'read_products', 'read_customers'] });
    expect(rows.find(({ what }) => what === 'how far back')).toMatchObject({ state: 'cannot be read' });
    expect(listed.map(({ sourceId }) => sourceId)).not.toContain(String(special['older-than-60-days']));
    expect((await walkAll('backfill')).map(({ sourceId }) => sourceId)).toContain(String(special['older-than-60-days']));
  });

  test('an order in a page and the same read anew have one digest, a touch does not change it', async () => {
    const listed = (await walkAll('backfill')).find(({ sourceId }) => sourceId === String(special['order-discount']));
    definition.actions['touch']?.({ id: special['order-discount'] });
    expect(await read(special['order-discount'])).toMatchObject({ digest: listed?.digest });
  });
});

describe('N14 R16 money and quantities', () => {
  test('N14 lines and charges make the shop’s total, and the books’', async () => {
    const named = ['uneven-price', 'line-discount', 'order-discount', 'free-shipping', 'free-item', 'tip-and-fee', 'tax-beside', 'tax-inside', 'other-presentment', 'edited-removed-line', 'refund-partial', 'more-than-50-lines'];
    const shipped = new Set<boolean>();
    for (const name of named) {
      const order = await orderOf(special[name]);
      const sum = round(add(...[...order.lineItems, ...order.charges].map(({ total }) => gross(total))), 2);
      expect([name, sum]).toEqual([name, round(order.total, 2)]);
      expect(order.total).toMatch(/^\d+\.\d/);
      expect([name, round(order.total, 2)]).toEqual([name, trueOrder(order.sourceId).currentTotal]);
      const priced = priceLines(order, { ...importSettings, articles: { shipping: '1', fee: '2', discount: '3' } });
      expect([name, priced.differences.filter(({ reason }) => reason !== 'rounding')]).toEqual([name, []]);
      shipped.add(order.charges.some(({ total }) => !isZero(total.net)));
    }
    expect(shipped).toEqual(new Set([true, false]));
  });

  test('N14 tax within the lines and charges is the shop’s, to the cent of each line', async () => {
    for (const name of ['tax-beside', 'tax-inside']) {
      const order = await orderOf(special[name]);
      const tax = add(...[...order.lineItems, ...order.charges].map(({ total }) => total.tax));
      expect(compare(tax, '0')).toBe(1);
      expect([name, round(tax, 2)]).toEqual([name, round(order.totalTax, 2)]);
    }
  });

  test.each(['more-than-50-lines', 'more-than-250-lines', 'edited-removed-line', 'refund-partial', 'custom-item', 'deleted-product', 'variant'])('R16 R17 %s: every line that is left, with its quantity and codes', async (name) => {
    const order = await orderOf(special[name]);
    const lines = trueOrder(order.sourceId).lines.filter(({ currentQuantity }) => currentQuantity > 0);
    expect(order.lineItems.map(({ key, quantity, product: { sku, code } }) => [key, quantity, sku ?? null, code ?? null])).toEqual(
      lines.map(({ id, currentQuantity, sku, variantId, productId }) => [String(id), String(currentQuantity), sku, (variantId ?? productId)?.toString() ?? null]),
    );
  });

  test('R16 an edit and a refund after the import show in the followed order', async () => {
    const id = special['archived-product'];
    const before = await orderOf(id, { follow: true });
    const [line] = before.lineItems;
    definition.actions['edit-order']?.({ id, quantities: [{ lineId: Number(line?.key), quantity: Number(line?.quantity) + 2 }] });
    expect((await orderOf(id, { follow: true })).lineItems[0]?.quantity).toBe(String(Number(line?.quantity) + 2));
    definition.actions['cancel']?.({ id });
    expect(await orderOf(id, { follow: true })).toMatchObject({ status: 'cancelled', ending: 'cancelled' });
    definition.actions['delete-order']?.({ id });
    expect(await read(id, { follow: true })).toMatchObject({ kind: 'skip', reason: 'gone-from-source' });
  });

  test.each([
    { name: 'refund-full', reading: { kind: 'skip', reason: 'fully-refunded' } },
    { name: 'no-lines', reading: { kind: 'skip', reason: 'no-products' } },
    { name: 'no-contact', reading: { kind: 'order', order: { customer: { isUnspecified: true, firstName: '' } } } },
    { name: 'pos-nobody', reading: { kind: 'order', order: { customer: { isUnspecified: true, lastName: '' } } } },
    { name: 'guest-email-only', reading: { kind: 'order', order: { customer: { email: expect.stringContaining('@') } } } },
    { name: 'guest-phone-only', reading: { kind: 'order', order: { customer: { phone: expect.stringMatching(/^\+\d+$/) } } } },
  ])('$name', async ({ name, reading }) => {
    expect(await read(special[name])).toMatchObject(reading);
  });

  test('R18 one person, written three ways, has one phone', async () => {
    const phones = [];
    for (const name of ['anna-plus48', 'anna-digits', 'anna-guest']) phones.push((await orderOf(special[name])).customer?.phone);
    expect(new Set(phones).size).toBe(1);
  });

  test('R13 a changed address and carrier change the delivery and the digest', async () => {
    const id = special['financial-pending'];
    const [before, first] = [await orderOf(id), await read(id)];
    definition.actions['change-shipping-line']?.({ id, title: 'Rowerem', price: '3.00' });
    definition.actions['change-shipping-address']?.({ id, address: { city: 'Toruń' } });
    const after = await orderOf(id);
    expect(after.delivery).toMatchObject({ carrier: 'Rowerem', cost: '3.00', recipient: expect.stringContaining('Toruń') });
    expect(before.delivery).not.toEqual(after.delivery);
    expect(await read(id)).not.toMatchObject({ digest: 'digest' in first ? first.digest : '' });
  });

  test('R13 a parcel’s number comes with the delivery, another one with the next; a page and a reading agree on it', async () => {
    const { id, lineIds } = z.object({ id: z.number(), lineIds: z.array(z.number()) }).parse(definition.actions['create-order']?.({ lines: [{ title: 'Zakładka', price: '5.00', quantity: 2 }], email: 'paczka@example.com' }));
    const before = await read(id, { follow: true });
    for (const number of ['630002', '630001']) definition.actions['fulfill']?.({ id, lines: [{ lineId: lineIds[0], quantity: 1 }], company: 'InPost', number });
    const after = await read(id, { follow: true });
    expect(after).toMatchObject({ order: { delivery: { trackingNumber: '630001, 630002' } } });
    expect(after).not.toMatchObject({ digest: 'digest' in before ? before.digest : '' });
    expect((await walkAll('changed')).find(({ sourceId }) => sourceId === String(id))).toMatchObject({ digest: 'digest' in after ? after.digest : '' });
  });

  test('R14 a product that the target does not know comes with description and category', async () => {
    const { lineItems } = await orderOf(special['html-name']);
    expect(lineItems.some(({ product }) => product.description !== undefined || product.category !== undefined)).toBe(true);
    expect(JSON.stringify(lineItems)).not.toMatch(/<p>|<b>|&amp;/);
  });
});

/** A shop of its own kind, for one test. */
async function another(options: Parameters<typeof createShopifySandbox>[0], run: (url: string, given: ReturnType<typeof createShopifySandbox>, ids: Record<string, number>) => Promise<void>): Promise<void> {
  const given = createShopifySandbox({ rateLimit: 'none', ...options });
  const running = await startSandbox(given);
  try {
    await run(running.url, given, given.seed({ orders: 60 }).special);
  } finally {
    await running.close();
  }
}

describe('who may see what', () => {
  test.each(['objects', 'fields'] as const)('R19 on a Basic plan (%s refused) customers are Unspecified, and a whole backfill still comes; on Grow they are told', async (refusedData) => {
    await another({ plan: 'basic', refusedData }, async (baseUrl, given, ids) => {
      const source = connector({ baseUrl }, { connection: `basic-${refusedData}` });
      expect((await source.checkSource(step)).find(({ what }) => what === 'customers’ data')).toMatchObject({ state: 'cannot be read', found: expect.stringContaining('withheld') });
      const order = await orderOf(ids['anna-plus48'], {}, source);
      expect(order.customer).toEqual({ firstName: '', lastName: '', isUnspecified: true });
      expect(order.delivery).not.toHaveProperty('recipient');
      expect((await walkAll('backfill', source)).length).toBeGreaterThan(20);
      given.actions['set-plan']?.({ plan: 'grow' });
      const grown = connector({ baseUrl }, { connection: `grown-${refusedData}` });
      expect((await orderOf(ids['anna-plus48'], {}, grown)).customer).toMatchObject({ lastName: expect.stringMatching(/./), address: { city: expect.stringMatching(/./) } });
    });
  });

  test('an app from the Dev Dashboard asks for its own token, and sees customers on any plan', async () => {
    await another({ app: 'dev-dashboard', plan: 'basic', clientId: 'client-1', clientSecret: 'secret-of-client-1' }, async (baseUrl, _given, ids) => {
      const source = connector({ baseUrl, accessToken: undefined, clientId: 'client-1', clientSecret: 'secret-of-client-1' }, { connection: 'dashboard' });
      expect((await orderOf(ids['anna-plus48'], {}, source)).customer).toMatchObject({ lastName: expect.stringMatching(/./) });
      const wrong = connector({ baseUrl, accessToken: undefined, clientId: 'client-1', clientSecret: 'another' }, { connection: 'dashboard' });
      await expect(read(ids['variant'], {}, wrong)).rejects.toMatchObject({ name: 'UnauthorizedError' });
    });
  });

  test('a wrong token; missing scopes are named', async () => {
    await expect(read(special['variant'], {}, connector({ accessToken: 'shpat_wrong' }))).rejects.toMatchObject({ name: 'UnauthorizedError', status: 401 });
    await another({ scopes: ['read_orders', 'read_customers'] }, async (baseUrl, _given, ids) => {
      const source = connector({ baseUrl }, { connection: 'scopes' });
      expect((await source.checkSource(step)).find(({ what }) => what === 'access scopes')).toMatchObject({ state: 'not ok', found: 'missing: read_products' });
      await expect(read(ids['variant'], {}, source)).rejects.toMatchObject({ name: 'ForbiddenError', code: 'ACCESS_DENIED', words: expect.stringContaining('read_products') });
    });
  });

  test.each([
    { state: 'frozen', error: 'ForbiddenError' },
    { state: 'locked', error: 'ForbiddenError' },
    { state: 'inactive', error: 'ForbiddenError' },
  ])('a shop that is $state refuses everything until a person acts', async ({ state, error }) => {
    definition.actions['set-account']?.({ state });
    const [reading, rows] = [read(special['variant']), connector().checkSource(step)];
    await expect(reading).rejects.toMatchObject({ name: error });
    expect((await rows)[0]).toMatchObject({ what: 'credentials', state: 'not ok' });
    definition.actions['set-account']?.({ state: 'active' });
    expect(await read(special['variant'])).toMatchObject({ kind: 'order' });
  });

  test('trouble of one reply: the class says what becomes of it, and a repeat works', async () => {
    definition.actions['set-switches']?.({ internalErrors: 1 });
    await expect(read(special['variant'])).rejects.toMatchObject({ name: 'PerhapsRecordError' });
    shop.fault({ on: 'POST *', kind: 'garbage' });
    await expect(read(special['variant'])).rejects.toMatchObject({ name: 'RetryableError' });
    shop.fault({ on: 'POST *', kind: 'lost-reply' });
    await expect(read(special['variant'])).rejects.toMatchObject({ name: 'RetryableError' });
    expect(await read(special['variant'])).toMatchObject({ kind: 'order' });
  });

  test('with the plan’s bucket and our pace nothing is refused', async () => {
    const given = createShopifySandbox({ plan: 'plus' });
    const running = await startSandbox(given);
    given.seed({ orders: 300 });
    const source = connector({ baseUrl: running.url, pointsPerSecond: undefined, share: 0.8 }, { connection: 'plus' });
    const settled = await source.checkSource(step);
    const listed = await walkAll('backfill', source);
    const refused = running.requests().filter(({ status }) => status !== 200);
    await running.close();
    expect(settled.filter(({ state }) => state === 'not ok')).toEqual([]);
    expect(listed.length).toBeGreaterThan(100);
    expect(refused).toEqual([]);
    expect(await opened.ledger.marks.get('connection:plus', 'restore-rate')).toBe('1000');
  });

  test('each document costs what we reserve for it', async () => {
    const variables = { q: "created_at:>='2026-01-01T00:00:00Z'", id: `gid://shopify/Order/${special['variant']}`, after: null };
    for (const { name, text, cost } of everyOperation) {
      if (name === 'MoreLines' || name === 'CreateWebhook') continue; // a cursor of this order; a write
      const ids = Object.fromEntries([...text.matchAll(/\$(id\d+): ID!/g)].map(([, id]) => [id, name === 'OrderPersons' ? variables.id : 'gid://shopify/Product/1']));
      const reply = await fetch(`${shop.url}/admin/api/2026-07/graphql.json`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-shopify-access-token': token }, body: JSON.stringify({ query: text, variables: { ...variables, ...ids }, operationName: name }) });
      const body: unknown = await reply.json();
      const { requestedQueryCost } = z.looseObject({}).and(replySchema).parse(body).extensions.cost;
      expect([name, requestedQueryCost]).toEqual([name, cost]);
    }
  });
});

describe('webhooks', () => {
  test('registered ones tell of orders at our address; dropped ones come back', async () => {
    const address = 'https://hooks.example.test/shop/abc';
    const source = connector({ apiSecret: 'sandbox-client-secret' }, { hooks: { address, secret: 'unused' } });
    const states = async () => (await source.ensureWebhooks(step)).map(({ state }) => state);
    expect(await states()).toEqual([...Array.from({ length: 6 }, () => 'made'), 'by hand']);
    expect(await states()).toEqual([...Array.from({ length: 6 }, () => 'there'), 'by hand']);
    expect(truth().subscriptions.map(({ topic, uri }) => `${topic} ${uri}`).sort()).toEqual(['ORDERS_CANCELLED', 'ORDERS_CREATE', 'ORDERS_DELETE', 'ORDERS_EDITED', 'ORDERS_UPDATED', 'REFUNDS_CREATE'].map((topic) => `${topic} ${address}`));
  });
});
