import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createWoocommerceActivities } from '../../../activities/woocommerce/activities.ts';
import type { WooOrder } from '../../../activities/woocommerce/schemas.ts';
import { overlapMs } from '../../../domain/high-water-mark.ts';
import type { PageReading, ReadPageInput, Walk } from '../../../domain/ports.ts';
import { openTestLedger, type TestLedger } from '../../setup/ledger.ts';
import { ordersAt, secondsFrom, startListingShop, type ListingShop } from './listing-shop.ts';
import { line } from './orders.ts';
import { contextOf, shopSettings, step as anyStep } from './setup.ts';

const connected = { connectedAt: '2026-11-21T12:00:00.000Z', backfillFrom: '2026-09-21T11:00:00.000Z' };

let opened: TestLedger;
let shop: ListingShop;
/** Each test has an integration of its own: no marks of another. */
let step: typeof anyStep;
let subject: string;
let count = 0;
beforeAll(async () => {
  opened = await openTestLedger('sqlite', { clock: 'real' });
});
beforeEach(async () => {
  count += 1;
  step = { ...anyStep, integration: { ...anyStep.integration, id: `pair-${count}` } };
  subject = `integration:pair-${count}`;
  await connect(connected);
});
afterEach(async () => shop.close());
afterAll(async () => opened.close());

const connect = async (moment: typeof connected) => opened.ledger.states.setConnected(step.integration.id, moment);

const connector = (pair: Parameters<typeof contextOf>[2] = {}, ledger = opened.ledger) => createWoocommerceActivities(contextOf(ledger, shopSettings({ baseUrl: `${shop.url}/wp-json/wc/v3`, timeZone: 'Europe/Warsaw' }), pair));

/** Page after page, as the flow does. */
async function walkAll(walk: Walk, input: Partial<ReadPageInput> = {}, steps = connector()) {
  const pages: PageReading[] = [];
  const ids: string[] = [];
  const entries: { sourceId: string; number: string | null; digest: string; skip?: { reason: string; detail?: string } }[] = [];
  const marks: (string | undefined)[] = [];
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const page = await steps.readPage({ ...step, walk, ...input, ...(cursor === undefined ? {} : { cursor }) });
    const stored = page.page === undefined ? undefined : await opened.ledger.pages.entries(page.page);
    expect(stored?.entries.length ?? 0).toBe(input.dryRun ? 0 : page.count);
    pages.push(page);
    ids.push(...(page.sourceIds ?? stored?.entries.map((entry) => entry.sourceId) ?? []));
    entries.push(...(stored?.entries ?? []));
    if (stored) marks.push(stored.mark);
    cursor = page.nextCursor;
    expect(pages.length).toBeLessThan(50);
  }
  return { pages, ids, entries, marks };
}

const idsOf = (orders: WooOrder[]) => orders.map(({ id }) => String(id));
const sorted = (ids: string[]) => [...new Set(ids)].sort((a, b) => Number(a) - Number(b));

describe('R9 the backfill lists the window once', () => {
  test('R9 all allowed statuses, those of plug-ins too, and none of the excluded or unfinished ones', async () => {
    const statuses = ['pending', 'processing', 'on-hold', 'completed', 'cancelled', 'refunded', 'failed', 'trash', 'checkout-draft', 'in-workshop'];
    shop = await startListingShop(ordersAt(secondsFrom('2026-10-01T00:00:00', statuses.length, 60)).map((one, at) => ({ ...one, status: statuses[at] ?? '' })));
    shop.statuses.push('in-workshop');
    const { entries } = await walkAll('backfill');
    expect(entries.map(({ sourceId }) => statuses[Number(sourceId) - 1])).toEqual(['pending', 'processing', 'on-hold', 'in-workshop']);
  });

  test('R9 the excluded ones are named with their reason, trash and unfinished checkouts too', async () => {
    const statuses = ['processing', 'completed', 'trash', 'checkout-draft'];
    shop = await startListingShop(ordersAt(secondsFrom('2026-10-01T00:00:00', statuses.length, 60)).map((one, at) => ({ ...one, status: statuses[at] ?? '' })));
    const { entries, marks } = await walkAll('excluded');
    expect(entries.map(({ number, skip }) => ({ number, skip }))).toEqual([
      { number: 'N-2', skip: { reason: 'status-excluded', detail: 'completed' } },
      { number: 'N-3', skip: { reason: 'status-excluded', detail: 'trash' } },
      { number: 'N-4', skip: { reason: 'checkout-draft' } },
    ]);
    expect(marks).toEqual([undefined]);
    expect(shop.requests.at(-1)?.url.searchParams.get('_fields')).not.toContain('billing');
  });

  test('R9 a status that the shop does not have is not asked for', async () => {
    shop = await startListingShop([]);
    shop.statuses = ['pending', 'completed'];
    await walkAll('excluded', {}, connector({ excludeStatuses: ['completed', 'delivered', 'trash'] }));
    expect(shop.requests.at(-1)?.url.searchParams.get('status')).toBe('completed,trash');
    const everything = await walkAll('backfill', {}, connector({ excludeStatuses: ['pending', 'completed'] }));
    expect(everything.pages).toEqual([{ count: 0 }]);
  });

  test('R1 R9 bounds are strict: the first second of the window is in, the moment of connecting is not', async () => {
    shop = await startListingShop(ordersAt(['2026-09-21T10:59:59', '2026-09-21T11:00:00', '2026-11-21T11:59:59', '2026-11-21T12:00:00']));
    expect((await walkAll('backfill')).ids).toEqual(['2', '3']);
  });

  test('R9 more than a page comes whole, with the number of all', async () => {
    const orders = ordersAt(secondsFrom('2026-10-01T00:00:00', 250, 30));
    shop = await startListingShop(orders);
    const { ids, pages } = await walkAll('backfill');
    expect(ids).toEqual(idsOf(orders));
    expect(pages.map(({ total }) => total)).toEqual([250, 250, 250]);
  });

  test('R9 an order that leaves the list meanwhile makes no other one be skipped', async () => {
    const orders = ordersAt(secondsFrom('2026-10-01T00:00:00', 250, 30));
    shop = await startListingShop([...orders]);
    shop.onListed = (requests) => {
      if (requests === 1) shop.orders = shop.orders.filter(({ id }) => id !== 3).map((one) => (one.id === 5 ? { ...one, status: 'completed' } : one));
    };
    expect(sorted((await walkAll('backfill')).ids)).toEqual(idsOf(orders));
  });

  test('R9 before connecting it is planned as if it were now, and nothing is stored', async () => {
    const fresh = await openTestLedger();
    fresh.clock.jump(Date.parse('2026-12-25T01:30:00Z')); // 02:30 in Warsaw; two months before that hour passed twice (N7)
    shop = await startListingShop(ordersAt(['2026-10-25T00:29:59', '2026-10-25T00:30:00', '2026-10-25T01:29:59', '2026-12-25T01:29:59']));
    expect((await walkAll('backfill', { dryRun: true }, connector({}, fresh.ledger))).ids).toEqual(['2', '3', '4']);
    await fresh.close();
  });

  test('a limit bounds the orders', async () => {
    shop = await startListingShop(ordersAt(secondsFrom('2026-10-01T00:00:00', 150, 30)));
    const { ids, pages } = await walkAll('backfill', { limit: 5 });
    expect(ids).toEqual(['1', '2', '3', '4', '5']);
    expect(pages).toHaveLength(1);
  });
});

describe('N7 many orders of one second', () => {
  const start = secondsFrom('2026-10-01T00:00:00', 30, 1);
  const crowd: string[] = Array.from({ length: 230 }, () => '2026-10-01T00:00:30');
  const end = secondsFrom('2026-10-01T00:00:31', 120, 1);

  test.each(['backfill', 'changed'] as const)('%s: all come, whatever the order of equal ones', async (walk) => {
    await connect({ ...connected, ...(walk === 'changed' ? { connectedAt: '2026-10-01T00:00:00.000Z' } : {}) });
    const orders = ordersAt([...start, ...crowd, ...end]);
    shop = await startListingShop(orders);
    expect(sorted((await walkAll(walk)).ids)).toEqual(idsOf(orders));
  });

  test('orders that leave that second while it is read make no other one be skipped', async () => {
    await connect({ ...connected, connectedAt: '2026-10-01T00:00:00.000Z' });
    const orders = ordersAt(crowd);
    shop = await startListingShop([...orders]);
    // every reply is followed by a change of the first and of the last order that still stand in that second
    shop.onListed = () => {
      const still = shop.orders.filter(({ date_modified_gmt }) => date_modified_gmt === '2026-10-01T00:00:30');
      for (const changed of [still[0], still.at(-1)]) shop.orders = shop.orders.map((one) => (one === changed ? { ...one, date_modified_gmt: '2026-10-01T00:05:00' } : one));
    };
    expect(sorted((await walkAll('changed')).ids)).toEqual(idsOf(orders));
  });
});

describe('R1 N7 changed orders since the high-water mark', () => {
  test('without a mark from connecting on, minus the overlap; with one from the mark, minus the overlap', async () => {
    shop = await startListingShop([]);
    await walkAll('changed');
    await opened.ledger.marks.set(subject, 'changed', '2026-11-25T08:00:00.000Z');
    await walkAll('changed');
    expect(overlapMs).toBe(600_000);
    expect(shop.requests.map(({ url }) => url.searchParams.get('modified_after'))).toEqual(['2026-11-21T11:49:59', '2026-11-25T07:49:59']);
    expect(shop.requests.map(({ url }) => url.searchParams.get('status'))).toEqual(['any', 'any']);
  });

  test('each page carries the newest change on it, so that the mark never passes an order not announced', async () => {
    const seconds = secondsFrom('2026-11-21T12:00:00', 130, 60);
    shop = await startListingShop(ordersAt(seconds));
    const { marks } = await walkAll('changed');
    expect(marks).toEqual([`${seconds[98]}.000Z`, `${seconds[129]}.000Z`]);
  });

  test('an order that changes again while the list is read comes with its new content', async () => {
    const orders = ordersAt(secondsFrom('2026-11-21T12:00:00', 130, 60));
    shop = await startListingShop([...orders]);
    shop.onListed = (requests) => {
      if (requests === 1) shop.orders = shop.orders.map((one) => (one.id === 2 ? { ...one, status: 'on-hold', date_modified_gmt: '2026-11-22T00:00:00' } : one));
    };
    const { ids, entries } = await walkAll('changed');
    expect(ids.filter((id) => id === '2')).toHaveLength(2);
    expect(new Set(entries.filter(({ sourceId }) => sourceId === '2').map(({ digest }) => digest)).size).toBe(2);
  });

  test('a cursor of another version begins anew', async () => {
    shop = await startListingShop(ordersAt(secondsFrom('2026-11-21T12:00:00', 3, 60)));
    const page = await connector().readPage({ ...step, walk: 'changed', cursor: '{"offset":200}' });
    expect(page.count).toBe(3);
  });

  test('N7 over a simulated year, sweeping now and then while the shop sells, no order is missed', async () => {
    shop = await startListingShop([]);
    await connect({ connectedAt: '2026-01-01T00:00:00.000Z', backfillFrom: '2026-01-01T00:00:00.000Z' });
    const steps = connector();
    const seen = new Set<string>();
    const everyHours = 170;
    for (let hour = 0; hour < 365 * 24; hour += everyHours) {
      const from = new Date(Date.UTC(2026, 0, 1, hour)).toISOString().slice(0, 19);
      shop.orders.push(...ordersAt(secondsFrom(from, 34, 17_999)).map((one) => ({ ...one, id: hour * 100 + one.id })));
      const { ids, marks } = await walkAll('changed', {}, steps);
      for (const id of ids) seen.add(id);
      await opened.ledger.marks.set(subject, 'changed', marks.at(-1) ?? '');
    }
    expect(seen.size).toBe(shop.orders.length);
    expect(seen.size).toBeGreaterThan(1_700);
  });
});

describe('N18 digests', () => {
  test.each([
    { why: 'saving without a change', change: (one: WooOrder): WooOrder => ({ ...one, date_modified_gmt: '2026-11-22T00:00:00' }), equal: true },
    { why: 'stock marks in a line', change: (one: WooOrder): WooOrder => ({ ...one, line_items: [{ ...line(), meta_data: [{ key: '_reduced_stock', value: '2', display_value: '2' }] }] }), equal: true },
    { why: 'a quantity', change: (one: WooOrder): WooOrder => ({ ...one, line_items: [line({ quantity: 3 })] }), equal: false },
    { why: 'a status', change: (one: WooOrder): WooOrder => ({ ...one, status: 'on-hold' }), equal: false },
    { why: 'a phone', change: (one: WooOrder): WooOrder => ({ ...one, billing: { ...one.billing, phone: '600700802' } }), equal: false },
    { why: 'a refund', change: (one: WooOrder): WooOrder => ({ ...one, refunds: [{ id: 39, total: '-49.90' }] }), equal: false },
  ])('$why: same digest $equal', async ({ change, equal }) => {
    const orders = ordersAt(['2026-11-21T12:00:00']);
    shop = await startListingShop(orders);
    const before = await walkAll('changed');
    shop.orders = orders.map(change);
    const after = await walkAll('changed');
    expect(after.entries[0]?.digest === before.entries[0]?.digest).toBe(equal);
  });
});

describe('pages hold what an import needs', () => {
  test('one odd order does not keep the others of its page back', async () => {
    shop = await startListingShop(ordersAt(secondsFrom('2026-11-21T12:00:00', 3, 60)).map((one) => (one.id === 2 ? { ...one, total: 'NaN' } : one)));
    const steps = connector();
    const { ids, pages } = await walkAll('changed', {}, steps);
    expect(ids).toEqual(['1', '2', '3']);
    expect((await steps.summarisePage({ ...step, page: pages[0]?.page ?? '' })).map(({ sourceId }) => sourceId)).toEqual(['1', '3']);
    await expect(steps.readOrder({ ...step, sourceId: '2', ...(pages[0]?.page === undefined ? {} : { page: pages[0].page }) })).rejects.toMatchObject({ name: 'BadDataError', field: 'total' });
  });

  test('N16 a page is summed up by digests, without people in the clear', async () => {
    shop = await startListingShop(ordersAt(['2026-11-21T12:00:00'], { refunds: [{ id: 39, total: '-22.75' }] }));
    const steps = connector();
    const { pages } = await walkAll('changed', {}, steps);
    const { crypto } = opened.ledger;
    expect(await steps.summarisePage({ ...step, page: pages[0]?.page ?? '' })).toEqual([
      { sourceId: '1', number: 'N-1', createdAt: '2026-11-21T12:00:00.000Z', total: '100', phoneDigest: crypto.digest('acme', 'phone', '+48600700800'), emailDigest: crypto.digest('acme', 'email', 'anna@example.test') },
    ]);
    expect(await steps.summarisePage({ ...step, page: 'gone' })).toEqual([]);
  });

  test('N9 no address, IP or payment data are asked for', async () => {
    shop = await startListingShop([]);
    await walkAll('changed');
    expect(shop.requests[0]?.url.searchParams.get('_fields')).toBe(
      'id,number,status,currency,date_created_gmt,date_modified_gmt,total,total_tax,customer_id,billing,shipping,line_items,shipping_lines,fee_lines,refunds',
    );
  });
});
