/** A backfill by a bulk operation against the simulated shop, over real HTTP: the same orders as by pages. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startBulkShop, startStorage, sorted, dayMs, minuteMs, runsForMs, type BulkShop, type Entry, type Storage } from './bulk-setup.ts';
import { step } from './setup.ts';

let bulk: BulkShop;
let storage: Storage;
let paged: Entry[];
beforeAll(async () => {
  bulk = await startBulkShop(300);
  paged = await bulk.pages();
});
beforeEach(async () => {
  storage = await startStorage();
  bulk.renew();
});
afterEach(async () => storage.close());
afterAll(async () => bulk.close());

const digestOf = (entries: Entry[], id: number | undefined) => entries.find(({ sourceId }) => sourceId === String(id))?.digest;

describe('the same orders as by pages', () => {
  test('R7 N14 each order of the window once, with the same digest, and a second run writes nothing', async () => {
    const { entries, counts } = await bulk.walk(bulk.connector(50));
    expect(sorted(entries)).toEqual(paged);
    expect(paged.map(({ sourceId }) => sourceId)).toEqual(expect.arrayContaining([String(bulk.special['more-than-250-lines']), String(bulk.special['order-discount'])]));
    expect(counts.filter((count) => count > 0).length).toBeGreaterThan(1);
    expect([bulk.asked('StartOperation'), bulk.asked('OrdersByCreation'), bulk.asked('MoreLines')]).toEqual([1, 0, 0]);
    for (const { sourceId, digest } of paged) await bulk.ledger.records.complete({ integration: 'second-run', kind: 'order', sourceId }, `books-${sourceId}`, digest);
    expect(await bulk.ledger.records.announce('second-run', entries)).toEqual([]);
  });

  test('R7 a window of as many orders as the threshold is paged, one more is not', async () => {
    const window = bulk.definition.truth().orders.filter(({ createdAt }) => Date.parse(createdAt) >= bulk.connectedAt - 62 * dayMs).length;
    await bulk.readStep(bulk.connector(window));
    expect(bulk.front.asked).toEqual(expect.arrayContaining(['CountOrders', 'OrdersByCreation']));
    bulk.front.asked.splice(0);
    await bulk.readStep(bulk.connector(window - 1));
    expect(bulk.front.asked).toEqual(['CountOrders']);
  });

  test('N12 a dry run and a bounded walk start nothing', async () => {
    expect((await bulk.walk(bulk.connector(50), { dryRun: true })).counts.reduce((sum, count) => sum + count, 0)).toBe(paged.length);
    expect((await bulk.walk(bulk.connector(50), { limit: 20 })).counts).toEqual([20]);
    expect([bulk.asked('CountOrders'), bulk.asked('StartOperation')]).toEqual([0, 0]);
  });

  test('R19 persons come with each page, from a document of their own', async () => {
    const source = bulk.connector(50);
    const { entries } = await bulk.walk(source);
    const [first] = entries;
    expect(bulk.asked('OrderPersons')).toBeGreaterThan(entries.length / 25);
    expect(await source.readOrder({ ...step, sourceId: first?.sourceId ?? '', byOperator: true })).toMatchObject({ kind: 'order', digest: first?.digest });
  });

  test.each([true, false])('R7 N8 from a storage elsewhere, a page at a time, without our token (it begins in the middle: %s)', async (hasRanges) => {
    const source = bulk.connector(50);
    const cursor = await bulk.stored(source, storage);
    storage.file.hasRanges = hasRanges;
    expect(sorted((await bulk.walk(source, {}, cursor)).entries)).toEqual(paged);
    expect(storage.asked.length).toBeGreaterThan(1);
    expect(storage.asked.slice(1).every(({ range }) => typeof range === 'string')).toBe(true);
    expect(JSON.stringify(storage.asked)).not.toContain('shpat_');
    expect(JSON.stringify(await bulk.readStep(source, cursor))).not.toContain('signature');
  });

  test('N8 the result expires between two pages: the whole window is paged', async () => {
    const source = bulk.connector(50);
    const cursor = await bulk.started(source);
    bulk.pass(runsForMs);
    const first = await bulk.readStep(source, cursor);
    bulk.pass(8 * dayMs);
    const rest = await bulk.walk(source, {}, first.nextCursor);
    expect(first.count).toBeGreaterThan(20);
    expect(sorted(rest.entries)).toEqual(paged);
    expect(rest.why).toContain('no longer there');
  });
});

/** The last one: it changes the shop. */
describe('the shop moves on', () => {
  test('R7 what changed after the operation began comes as it stands when its page is made; what was finished or deleted is left out', async () => {
    const source = bulk.connector(50);
    const cursor = await bulk.started(source);
    bulk.pass(runsForMs);
    await bulk.readStep(source, cursor); // the result is made
    const [edited, cancelled, deleted] = [bulk.special['variant'], bulk.special['financial-pending'], bulk.special['html-name']];
    bulk.pass(minuteMs);
    bulk.definition.actions['change-shipping-line']?.({ id: edited, title: 'Rowerem', price: '3.00' });
    bulk.definition.actions['cancel']?.({ id: cancelled });
    bulk.definition.actions['delete-order']?.({ id: deleted });
    const { entries, why } = await bulk.walk(source, {}, cursor);
    expect(sorted(entries)).toEqual(await bulk.pages());
    expect(why).toBeUndefined();
    expect(digestOf(entries, edited)).not.toBe(digestOf(paged, edited));
    expect([cancelled, deleted].map((id) => [digestOf(paged, id) === undefined, digestOf(entries, id)])).toEqual([[false, undefined], [false, undefined]]);
  });
});
