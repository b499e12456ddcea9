/** A window of the simulated shop read anew for a reconciliation (N6), over real HTTP. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createShopifyActivities } from '../../../activities/shopify/activities.ts';
import { add, multiply, round } from '../../../domain/money.ts';
import type { SourceOrder } from '../../../domain/reconcile-orders.ts';
import type { ImportOrdersSettings } from '../../../domain/settings.ts';
import type { RunningSandbox } from '../../../sandbox/kernel/sandbox.ts';
import { startSandbox } from '../../../sandbox/kernel/start.ts';
import { createShopifySandbox } from '../../../sandbox/shopify/sandbox.ts';
import { openTestLedger, type TestLedger } from '../../setup/ledger.ts';
import { startBooksShop, type BooksShop } from './books-shop.ts';
import { orderOf } from './orders.ts';
import { contextOf, integration, shopSettings, step } from './setup.ts';

const dayMs = 86_400_000;

let opened: TestLedger;
let shop: RunningSandbox;
let definition: ReturnType<typeof createShopifySandbox>;
let special: Record<string, number>;
let window: { from: string; until: string };
let backfillFrom: string;

beforeAll(async () => {
  opened = await openTestLedger('sqlite', { clock: 'real' });
  definition = createShopifySandbox({ rateLimit: 'none', scopes: ['read_orders', 'read_all_orders', 'read_products', 'read_customers'] });
  shop = await startSandbox(definition);
  special = definition.seed({ orders: 240 }).special;
  const before = (days: number) => new Date(Math.floor(shop.clock.now() / 1_000) * 1_000 - days * dayMs).toISOString();
  backfillFrom = before(61);
  window = { from: before(80), until: before(-1) };
  await opened.ledger.states.setConnected(integration.id, { connectedAt: before(-1), backfillFrom });
});
afterAll(async () => {
  await shop.close();
  await opened.close();
});

const connector = (pair: Partial<ImportOrdersSettings> = {}) => createShopifyActivities(contextOf(opened.ledger, shopSettings({ baseUrl: shop.url, accessToken: 'shpat_sandbox' }), { pair }));
const orders = () => definition.truth().orders.filter(({ createdAt }) => Date.parse(createdAt) >= Date.parse(window.from));
const sourceOrder = z.custom<SourceOrder>((found) => z.object({ sourceId: z.string(), number: z.string(), createdAt: z.string(), modifiedAt: z.string(), digest: z.string() }).safeParse(found).success);

async function compareAll(input: Partial<typeof window> = {}, pair: Partial<ImportOrdersSettings> = {}) {
  const [found, counts]: [SourceOrder[], number[]] = [[], []];
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const page = await connector(pair).readWindow({ ...step, ...window, ...input, ...(cursor === undefined ? {} : { cursor }) });
    const entries = page.page === undefined ? [] : ((await opened.ledger.pages.entries(page.page))?.entries ?? []);
    expect(entries).toHaveLength(page.count);
    found.push(...(await Promise.all(entries.map(async ({ sourceId }) => sourceOrder.parse(JSON.parse((await opened.ledger.pages.body(page.page ?? '', sourceId))?.body ?? ''))))));
    counts.push(page.count);
    cursor = page.nextCursor;
  }
  return { found, counts, named: (name: string) => found.find(({ sourceId }) => sourceId === String(special[name])) };
}

/** Orders of which a charge is left to the comment. */
const leftOver = async (pair: Partial<ImportOrdersSettings>) => (await compareAll({ from: new Date(Date.parse(window.until) - 20 * dayMs).toISOString() }, pair)).found.filter(({ booked }) => booked?.differences.some(({ reason }) => reason === 'charges-in-comment'));

describe('N6 the window of a reconciliation', () => {
  test('N6 N14 each order once by creation, whatever its status, with the sum that the books would have', async () => {
    shop.clearRequests();
    const { found, counts } = await compareAll();
    expect(found.map(({ sourceId }) => sourceId)).toEqual(orders().toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt) || a.id - b.id).map(({ id }) => String(id)));
    expect([counts.length >= 3, Math.max(...counts)]).toEqual([true, 100]);
    for (const { id, name, createdAt, updatedAt, currency, currentTotal } of orders()) {
      const one = found.find(({ sourceId }) => sourceId === String(id));
      expect(one).toMatchObject({ number: name, createdAt: new Date(createdAt).toISOString(), modifiedAt: new Date(updatedAt).toISOString(), booked: { currency } });
      expect([id, one?.booked?.total]).toEqual([id, currentTotal]);
      const lines = add(...Object.values(one?.booked?.lines ?? {}).map(({ quantity, price }) => multiply(quantity, price)));
      expect([id, round(add(lines, ...(one?.booked?.differences ?? []).map(({ amount }) => amount)), 2)]).toEqual([id, currentTotal]);
    }
  });

  test('N6 R7 what the rules leave out says why, tests too', async () => {
    const { found } = await compareAll();
    const reasonOf = ({ test: isTest, createdAt, cancelledAt, financialStatus, fulfillmentStatus }: (typeof shopped)[number]) => {
      if (isTest) return 'test-order';
      if (Date.parse(createdAt) < Date.parse(backfillFrom)) return 'before-connecting';
      return cancelledAt !== null || financialStatus === 'REFUNDED' || fulfillmentStatus === 'FULFILLED' ? 'status-excluded' : undefined;
    };
    const shopped = orders().filter(({ lines }) => lines.some(({ currentQuantity }) => currentQuantity > 0));
    const reasons = shopped.map((order) => [order.id, reasonOf(order)]);
    expect(shopped.map(({ id }) => [id, found.find(({ sourceId }) => sourceId === String(id))?.refusal])).toEqual(reasons);
    expect(new Set(reasons.map(([, reason]) => reason))).toEqual(new Set([undefined, 'test-order', 'before-connecting', 'status-excluded']));
  });

  test('N6 N18 the digest is the import’s', async () => {
    const { found } = await compareAll();
    const page = await connector().readPage({ ...step, walk: 'backfill' });
    const listed = (await opened.ledger.pages.entries(page.page ?? ''))?.entries ?? [];
    expect(listed.length).toBeGreaterThan(10);
    expect(listed.map(({ sourceId }) => found.find((one) => one.sourceId === sourceId)?.digest)).toEqual(listed.map(({ digest }) => digest));
  });

  test('N6 the bounds: from is in the window, until is not', async () => {
    const [first, second] = orders().filter(({ id }) => id === special['variant'] || id === special['order-discount']).toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
    const ids = (await compareAll({ from: first?.createdAt ?? '', until: second?.createdAt ?? '' })).found.map(({ sourceId }) => sourceId);
    expect([ids.includes(String(first?.id)), ids.includes(String(second?.id))]).toEqual([true, false]);
  });

  test('N6 N14 with articles for all charges nothing is left to the comment', async () => {
    expect(await leftOver({})).not.toEqual([]);
    expect(await leftOver({ articles: { shipping: '1', fee: '2', discount: '3' } })).toEqual([]);
  });
});

describe('N6 what a list may hold', () => {
  let odd: BooksShop;
  beforeAll(async () => (odd = await startBooksShop()));
  afterAll(async () => odd.close());

  test('N6 an order that cannot be read is there, without a sum; a test order stays a test', async () => {
    const place = (id: number, given: object) => odd.orders.push({ ...orderOf(), id: `gid://shopify/Order/${id}`, legacyResourceId: String(id), name: `#${id}`, createdAt: '2026-11-01T00:00:00Z', updatedAt: '2026-11-02T00:00:00Z', ...given });
    place(1, { currencyCode: 'zł' });
    place(2, { currencyCode: 'zł', test: true });
    const source = createShopifyActivities(contextOf(opened.ledger, shopSettings({ baseUrl: odd.url })));
    const { page = '' } = await source.readWindow({ ...step, from: '2026-10-01T00:00:00Z', until: '2026-12-01T00:00:00Z' });
    const bodies = await Promise.all(['1', '2'].map(async (sourceId): Promise<unknown> => JSON.parse((await opened.ledger.pages.body(page, sourceId))?.body ?? '')));
    const times = { createdAt: '2026-11-01T00:00:00.000Z', modifiedAt: '2026-11-02T00:00:00.000Z', digest: expect.any(String) };
    expect(bodies).toEqual([{ sourceId: '1', number: '#1', ...times }, { sourceId: '2', number: '#2', ...times, refusal: 'test-order' }]); // prettier-ignore
  });
});
