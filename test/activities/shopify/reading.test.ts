/** The steps, against a tiny shop over real HTTP: walks, one order, customers' data, webhooks, check. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createShopifyActivities } from '../../../activities/shopify/activities.ts';
import type { ReadOrderInput, Walk } from '../../../domain/ports.ts';
import type { ImportOrdersSettings } from '../../../domain/settings.ts';
import { openTestLedger, type TestLedger } from '../../setup/ledger.ts';
import { startBooksShop, type BooksShop } from './books-shop.ts';
import { connectionOf, lineOf, orderOf, personOf } from './orders.ts';
import { contextOf, integration, shopSettings, step, type ContextOptions } from './setup.ts';

const connectedAt = '2026-11-22T12:00:00.500Z';
const backfillFrom = '2026-09-22T12:00:00.500Z';
const dayMs = 86_400_000;

let opened: TestLedger;
let shop: BooksShop;
beforeEach(async () => {
  [opened, shop] = await Promise.all([openTestLedger('sqlite'), startBooksShop()]);
  opened.clock.jump(Date.parse(connectedAt));
  await opened.ledger.states.setConnected(integration.id, { connectedAt, backfillFrom });
});
afterEach(async () => {
  await shop.close();
  await opened.close();
});

type Settings = Partial<Parameters<typeof shopSettings>[0]>;
const connector = (settings: Settings = {}, options: ContextOptions = {}) => createShopifyActivities(contextOf(opened.ledger, shopSettings({ baseUrl: shop.url, ...settings }), options));
const asked = (operation: string) => shop.asked.filter((one) => one.operation === operation);

/** @param createdAt and the time of the last change */
const place = (id: number, createdAt: string, given: object = {}) =>
  void shop.orders.push({ ...orderOf(), id: `gid://shopify/Order/${id}`, legacyResourceId: String(id), name: `#${id}`, createdAt, updatedAt: createdAt, ...given });

async function walk(which: Walk, source = connector()) {
  const entries: { sourceId: string; digest: string; skip?: { reason: string; detail?: string } }[] = [];
  const cursors: string[] = [];
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const page = await source.readPage({ ...step, walk: which, ...(cursor === undefined ? {} : { cursor }) });
    const stored = page.page === undefined ? undefined : await opened.ledger.pages.entries(page.page);
    entries.push(...(stored?.entries ?? []));
    if (stored?.mark !== undefined) await opened.ledger.marks.set(`integration:${integration.id}`, 'changed', stored.mark);
    cursor = page.nextCursor;
    if (cursor !== undefined) cursors.push(cursor);
  }
  return { entries, ids: entries.map(({ sourceId }) => sourceId), cursors };
}

const personDigest = (kind: string, text: string) => opened.ledger.crypto.digest('acme', kind, text);

const firstDigest = async () => (await walk('changed')).entries[0]?.digest;

const readOrder = async (sourceId: string, input: Partial<ReadOrderInput> = {}, source = connector()) => source.readOrder({ ...step, sourceId, ...input });

describe('R7 the walks', () => {
  test('R7 backfill and excluded list each order of the window once; test orders are named', async () => {
    place(1, '2026-09-22T11:59:59Z');
    place(2, '2026-09-22T12:00:01Z');
    place(3, '2026-10-01T00:00:00Z', { displayFulfillmentStatus: 'FULFILLED' });
    place(4, '2026-10-02T00:00:00Z', { cancelledAt: '2026-10-03T00:00:00Z' });
    place(5, '2026-10-03T00:00:00Z', { displayFinancialStatus: 'REFUNDED' });
    place(6, '2026-10-04T00:00:00Z', { displayFulfillmentStatus: 'PARTIALLY_FULFILLED' });
    place(7, '2026-10-05T00:00:00Z', { test: true });
    place(8, '2026-11-22T12:00:00Z');
    place(9, '2026-11-22T12:00:01Z');
    expect((await walk('backfill')).ids).toEqual(['2', '6', '8']);
    expect((await walk('excluded')).entries.map(({ sourceId, skip }) => [sourceId, skip])).toEqual([
      ['3', { reason: 'status-excluded', detail: 'fulfilled' }],
      ['4', { reason: 'status-excluded', detail: 'cancelled' }],
      ['5', { reason: 'status-excluded', detail: 'refunded' }],
      ['7', { reason: 'test-order' }],
    ]);
    expect(asked('OrdersByCreation')[0]?.variables['q']).toBe("created_at:>='2026-09-22T12:00:00Z' AND created_at:<'2026-11-22T12:00:01Z'");
  });

  test('N7 changes come oldest first, from the mark with its overlap, under one filter for all pages', async () => {
    for (const id of [11, 12, 13, 14, 15]) place(id, '2026-11-01T00:00:00Z', { updatedAt: `2026-11-22T12:0${id - 10}:00Z` });
    expect((await walk('changed')).ids).toEqual(['11', '12', '13', '14', '15']);
    expect(new Set(asked('OrdersByChange').map(({ variables }) => variables['q']))).toEqual(new Set(["updated_at:>='2026-11-22T11:50:00Z'"]));
    shop.asked.splice(0);
    expect((await walk('changed')).ids).toEqual(['11', '12', '13', '14', '15']);
    expect(asked('OrdersByChange')[0]?.variables['q']).toBe("updated_at:>='2026-11-22T11:55:00Z'");
  });

  test('an old cursor is not sent: the walk goes on by time and skips nothing', async () => {
    for (const id of [21, 22, 23, 24, 25]) place(id, `2026-11-0${id - 20}T00:00:00Z`);
    const first = await connector().readPage({ ...step, walk: 'backfill' });
    opened.clock.advance(2 * 3_600_000);
    const second = await connector().readPage({ ...step, walk: 'backfill', ...(first.nextCursor === undefined ? {} : { cursor: first.nextCursor }) });
    expect(asked('OrdersByCreation').at(-1)?.variables).toEqual({ q: "created_at:>='2026-11-02T00:00:00Z' AND created_at:<'2026-11-22T12:00:01Z'", after: null });
    const stored = await opened.ledger.pages.entries(second.page ?? '');
    expect(stored?.entries.map(({ sourceId }) => sourceId)).toEqual(['22', '23']);
  });

  test('a text that is no cursor begins anew; a limit ends the walk; a dry run stores nothing', async () => {
    for (const id of [31, 32, 33]) place(id, '2026-11-01T00:00:00Z');
    expect(await connector().readPage({ ...step, walk: 'backfill', cursor: 'nonsense', limit: 1 })).toMatchObject({ count: 1 });
    expect(await connector().readPage({ ...step, walk: 'backfill', limit: 1 })).not.toHaveProperty('nextCursor');
    expect(await connector().readPage({ ...step, walk: 'backfill', dryRun: true })).toEqual({ count: 2, sourceIds: ['31', '32'], nextCursor: expect.any(String) });
  });

  test('a page on which nothing is wanted still leads on', async () => {
    for (const id of [41, 42]) place(id, '2026-11-01T00:00:00Z', { displayFulfillmentStatus: 'FULFILLED' });
    place(43, '2026-11-02T00:00:00Z');
    expect(await connector().readPage({ ...step, walk: 'backfill' })).toEqual({ count: 0, nextCursor: expect.any(String) });
    expect((await walk('backfill')).ids).toEqual(['43']);
  });

  test('N16 a stored page is summed up without a call', async () => {
    place(51, '2026-11-01T00:00:00Z');
    const { page = '' } = await connector().readPage({ ...step, walk: 'backfill' });
    shop.asked.splice(0);
    expect(await connector().summarisePage({ ...step, page })).toEqual([
      { sourceId: '51', number: '#51', createdAt: '2026-11-01T00:00:00.000Z', total: '35.0', phoneDigest: personDigest('phone', '+48601234567'), emailDigest: personDigest('email', 'zofia@example.com') },
    ]);
    expect(shop.asked).toEqual([]);
  });
});

describe('one order', () => {
  test('R14 products unknown to the target come with description and category, known ones cost no call', async () => {
    place(61, '2026-11-22T13:00:00Z');
    shop.products.set('71', { legacyResourceId: '71', descriptionHtml: '<p>Holds <b>tea</b> &amp; coffee</p>', productType: 'Kitchen', category: null });
    const reading = await readOrder('61');
    expect(reading).toMatchObject({ kind: 'order', order: { lineItems: [{ product: { sku: 'MUG-1', description: 'Holds tea & coffee', category: ['Kitchen'] } }], customer: { email: 'zofia@example.com' } } });
    await opened.ledger.index.setLink({ connection: 'books', kind: 'product', sourceId: 'shop/711', targetId: '5' });
    shop.asked.splice(0);
    await readOrder('61');
    expect(shop.asked.map(({ operation }) => operation)).toEqual(['OrderById', 'OrderPersons']);
  });

  test('R15 the vendor’s category goes before the merchant’s own type', async () => {
    place(62, '2026-11-22T13:00:00Z');
    shop.products.set('71', { legacyResourceId: '71', descriptionHtml: '', productType: 'Kitchen', category: { name: 'Mugs' } });
    expect(await readOrder('62')).toMatchObject({ order: { lineItems: [{ product: { category: ['Mugs'] } }] } });
  });

  test('a listed order costs no further call for itself and its customer', async () => {
    place(63, '2026-11-01T00:00:00Z');
    const { page = '' } = await connector().readPage({ ...step, walk: 'backfill' });
    const listed = (await opened.ledger.pages.entries(page))?.entries[0]?.digest;
    shop.asked.splice(0);
    const reading = await readOrder('63', { page });
    expect(shop.asked.map(({ operation }) => operation)).toEqual(['ProductDetails']);
    expect(reading).toMatchObject({ digest: listed });
    expect(await readOrder('63')).toMatchObject({ digest: listed });
  });

  test('N18 a touch changes nothing; a quantity and an address do', async () => {
    place(64, '2026-11-22T13:00:00Z');
    const before = await firstDigest();
    const change = (given: object) => void (shop.orders[0] = { ...orderOf(), ...shop.orders[0], ...given });
    change({ updatedAt: '2026-11-22T14:00:00Z' });
    expect(await firstDigest()).toBe(before);
    change({ lineItems: connectionOf([lineOf({ currentQuantity: 1 })]) });
    const reduced = await firstDigest();
    expect(reduced).not.toBe(before);
    shop.persons.set('64', personOf({ legacyResourceId: '64', shippingAddress: null }));
    expect(await firstDigest()).not.toBe(reduced);
  });

  test('test orders are skipped, unless an operator wants one', async () => {
    place(65, '2026-11-22T13:00:00Z', { test: true });
    expect(await readOrder('65')).toMatchObject({ kind: 'skip', reason: 'test-order', number: '#65' });
    expect(await readOrder('65', { byOperator: true })).toMatchObject({ kind: 'order' });
  });

  test('R16 everything taken off: fully refunded; followed, it comes with its ending', async () => {
    place(66, '2026-11-22T13:00:00Z', { cancelledAt: '2026-11-22T14:00:00Z', lineItems: connectionOf([lineOf({ currentQuantity: 0 })]) });
    expect(await readOrder('66')).toMatchObject({ kind: 'skip', reason: 'fully-refunded' });
    expect(await readOrder('66', { follow: true })).toMatchObject({ kind: 'order', order: { ending: 'cancelled' } });
  });

  test('gone from the shop', async () => {
    expect(await readOrder('67')).toMatchObject({ kind: 'skip', reason: 'gone-from-source' });
    await expect(readOrder('x')).rejects.toMatchObject({ name: 'BadDataError', field: 'id' });
  });

  test('R7 without read_all_orders an order behind the sixty days does not pass for deleted', async () => {
    shop.scopes = ['read_orders'];
    place(70, '2026-10-01T00:00:00Z');
    expect(await readOrder('71')).toMatchObject({ kind: 'skip', reason: 'gone-from-source' });
    await expect(readOrder('69', { follow: true })).rejects.toMatchObject({ name: 'PermanentError', reason: 'source-refused', words: expect.stringContaining('read_all_orders') });
  });

  test('R8 statuses: three fields in one word, never set', async () => {
    expect((await connector().listStatuses()).map(({ id }) => id)).toEqual(['open', 'fulfilled', 'cancelled', 'refunded']);
    expect(await connector().setStatus()).toEqual({ kind: 'never' });
    expect(shop.asked).toEqual([]);
  });
});

describe('R19 customers’ data withheld', () => {
  test('R19 Unspecified, although the shop lets something through; asked again after a day', async () => {
    place(81, '2026-11-22T13:00:00Z');
    shop.withheld = [['customer'], ['email']];
    expect(await readOrder('81')).toMatchObject({ kind: 'order', order: { customer: { firstName: '', lastName: '', isUnspecified: true }, delivery: { carrier: 'Courier', cost: '15.00' } } });
    expect(await readOrder('81')).not.toHaveProperty('order.delivery.recipient');
    opened.clock.advance(dayMs - 60_000);
    await readOrder('81');
    expect(asked('OrderPersons')).toHaveLength(1);
    opened.clock.advance(120_000);
    await readOrder('81');
    expect(asked('OrderPersons')).toHaveLength(2);
  });

  test('R19 a whole page costs one question at most, and names nobody', async () => {
    for (const id of [82, 83]) place(id, '2026-11-01T00:00:00Z');
    shop.withheld = [['customer', 'firstName']];
    const { page = '' } = await connector().readPage({ ...step, walk: 'backfill' });
    expect((await connector().summarisePage({ ...step, page })).map(Object.keys)).toEqual([1, 2].map(() => ['sourceId', 'number', 'createdAt', 'total']));
    await walk('backfill');
    expect(asked('OrderPersons')).toHaveLength(1);
  });

  test('R19 addresses alone withheld: the customer is known', async () => {
    place(84, '2026-11-22T13:00:00Z');
    shop.withheld = [['billingAddress'], ['shippingAddress']];
    expect(await readOrder('84')).toMatchObject({ order: { customer: { email: 'zofia@example.com' }, delivery: { carrier: 'Courier' } } });
    expect(await readOrder('84')).not.toHaveProperty('order.delivery.recipient');
  });

  test('R19 told again after an upgrade: the next walk of changes lists the whole window anew, once', async () => {
    place(85, '2026-10-01T00:00:00Z');
    place(86, '2026-11-22T12:30:00Z');
    shop.withheld = [['customer']];
    const before = (await walk('backfill')).entries[0]?.digest;
    shop.withheld = [];
    opened.clock.advance(dayMs + 1);
    expect((await walk('changed')).ids).toEqual(['86']);
    const again = await walk('changed');
    expect(again.ids).toEqual(['85', '86']);
    expect(again.entries[0]?.digest).not.toBe(before);
    expect((await walk('changed')).ids).toEqual(['86']);
  });
});

describe('webhooks', () => {
  const hooks = { address: 'https://hooks.example.test/shop/abc', secret: 'unused' };
  const source = (settings: Settings = { apiSecret: 'signs' }) => connector(settings, { hooks });
  const states = async (settings?: Settings) => (await source(settings).ensureWebhooks(step)).map(({ topic, state }) => `${topic} ${state}`);
  const ours = ['orders/create', 'orders/updated', 'orders/edited', 'orders/cancelled', 'orders/delete', 'refunds/create'];
  const privacy = 'customers/data_request, customers/redact, shop/redact by hand';

  test('missing ones are made, those there are left alone, dropped ones come back', async () => {
    shop.webhooks.push({ id: '1', topic: 'ORDERS_CREATE', uri: hooks.address }, { id: '2', topic: 'ORDERS_UPDATED', uri: 'https://other.example.test/x' });
    expect(await states()).toEqual([`${ours[0]} there`, ...ours.slice(1).map((topic) => `${topic} made`), privacy]);
    expect(await states()).toEqual([...ours.map((topic) => `${topic} there`), privacy]);
    shop.webhooks = shop.webhooks.filter(({ topic }) => topic !== 'REFUNDS_CREATE');
    expect((await states()).at(-2)).toBe('refunds/create mended');
    expect(asked('CreateWebhook').map(({ variables }) => variables['topic'])).toEqual(['ORDERS_UPDATED', 'ORDERS_EDITED', 'ORDERS_CANCELLED', 'ORDERS_DELETE', 'REFUNDS_CREATE', 'REFUNDS_CREATE']);
  });

  test('"already taken" is as good as made', async () => {
    shop.refuseWebhook = 'Address for this topic has already been taken';
    expect(await states()).toEqual([...ours.map((topic) => `${topic} there`), privacy]);
  });

  test('a refused address is said, without showing it', async () => {
    shop.refuseWebhook = `Address ${hooks.address} protocol http:// is not supported`;
    const rows = await source().ensureWebhooks(step);
    expect(rows[0]).toMatchObject({ state: 'missing', found: expect.stringContaining('is not supported') });
    expect(JSON.stringify(rows)).not.toContain(hooks.address);
  });

  test('without the secret that they are signed with, or a gateway, nothing is registered', async () => {
    expect(new Set((await states({})).map((row) => row.split(' ').at(-1)))).toEqual(new Set(['missing']));
    expect((await connector().ensureWebhooks(step))[0]).toMatchObject({ state: 'missing', found: expect.stringContaining('no gateway') });
    expect(shop.asked).toEqual([]);
  });
});

const rows = async (settings: Settings = {}, pair: Partial<ImportOrdersSettings> = {}) => Object.fromEntries((await connector(settings, { pair }).checkSource(step)).map((row) => [row.what, row]));

describe('check', () => {
  test('all is well', async () => {
    place(91, '2026-11-22T13:00:00Z');
    await opened.ledger.marks.set('connection:books', 'currency', 'PLN');
    const found = Object.values(await rows());
    expect(found.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(found.length).toBe(11);
  });

  test.each([
    { why: 'an older version answers', make: () => void (shop.version = '2026-04'), what: 'API version', state: 'not ok', found: '2026-04 answered' },
    { why: 'scopes are missing', make: () => void (shop.scopes = ['read_orders', 'read_all_orders']), what: 'access scopes', state: 'not ok', found: 'read_products, read_customers' },
    { why: 'R7 sixty days', make: () => void (shop.scopes = ['read_orders', 'read_products', 'read_customers']), what: 'how far back', state: 'cannot be read', found: 'from 2026-09-22 to 2026-09-23' },
    { why: 'R3 another currency', make: async () => opened.ledger.marks.set('connection:books', 'currency', 'EUR'), what: 'currency', state: 'not ok', found: 'PLN, the books have EUR' },
    { why: 'another zone', make: () => void (shop.zone = 'Europe/Rome'), what: 'time zone', state: 'not ok', found: 'Europe/Rome' },
    { why: 'R19 customers’ data withheld', make: () => void (shop.withheld = [['customer']]), what: 'customers’ data', state: 'cannot be read', found: 'withheld (plan Basic)' },
    { why: 'R19 no order to try', make: () => void (shop.orders = []), what: 'customers’ data', state: 'cannot be read', found: 'no order' },
    { why: 'R8 a status table', make: () => {}, pair: { statuses: [{ platform: 'open', books: '1', direction: 'both' as const }] }, what: 'status table', state: 'not ok', found: '1 rows' },
    { why: 'R7 statuses of another platform', make: () => {}, pair: { excludeStatuses: ['completed', 'cancelled', 'refunded'] }, what: 'excluded statuses', state: 'not ok', found: 'completed' },
    { why: 'R7 fewer statuses', make: () => {}, pair: { excludeStatuses: ['cancelled', 'refunded'] }, what: 'excluded statuses', state: 'ok', found: 'that are fulfilled' },
    { why: 'R17 one Code for all variants', make: () => {}, pair: { codeOf: 'product' as const, identifyProductsBy: 'code' as const }, what: 'products identified by ID', state: 'not ok', found: 'one Code' },
  ])('$why', async ({ make, pair, what, state, found }) => {
    place(92, '2026-11-22T13:00:00Z');
    await make();
    expect((await rows({}, pair))[what]).toMatchObject({ state, found: expect.stringContaining(found) });
  });

  test('nobody there: the first row says so', async () => {
    const [row] = await connector({ baseUrl: 'http://127.0.0.1:1' }).checkSource(step);
    expect(row).toMatchObject({ what: 'credentials', state: 'not ok', found: expect.stringContaining('RetryableError') });
  });
});
