/** What following writes into the ledger before it answers (promise 6). */
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { orderKey, recordingSource, recordingTarget, recordPark } from '../../activities/recorded.ts';
import { setAdopted } from '../../ledger/adoption.ts';
import type { Followed, OrderReading, OrderSource, OrderTarget, ReadOrderInput } from '../../domain/ports.ts';
import { readHeard } from '../../ledger/heard.ts';
import { openTestLedger, type TestLedger } from '../setup/ledger.ts';

let t: TestLedger;
beforeEach(async () => {
  t = await openTestLedger();
  await setAdopted(t.ledger, 'shop-books', '2026-01-01T00:00:00.000Z');
  await t.ledger.records.complete(key, '900', 'd1');
  await t.ledger.records.announce('shop-books', [{ sourceId: '17', number: '#17', digest: 'd2' }]);
});
afterEach(() => t.close());

const key = orderKey('shop-books', '17');
const input = { integration: { id: 'shop-books', company: 'acme', source: 'shop', target: 'books' }, lane: 'live', sourceId: '17', digest: 'd2' } as const;
const followed = (changes: Partial<Extract<Followed, { kind: 'followed' }>> = {}): Followed => ({ kind: 'followed', targetId: '900', isChanged: false, notes: [], ...changes });
const never = () => Promise.reject(new Error('not asked for'));

async function run(answer: Followed): Promise<void> {
  const target: OrderTarget = { checkTarget: never, readIndexPage: never, rebuildLinks: never, ensureParties: never, createOrder: never, listStatuses: never, followOrder: () => Promise.resolve(answer), findChanges: never, planOrder: never, findLookalikes: never };
  const recording = recordingTarget(target, { ledger: t.ledger, integrationSettings: () => Promise.resolve({ settings: { identifyProductsBy: 'sku', prices: 'with-tax', articles: {}, backfillMonths: 2, excludeStatuses: [], codeOf: 'variant', everyMinutes: 5, statuses: [], afterWriteOff: [] }, version: 'v1' }) });
  await new MockActivityEnvironment().run(async () => recording.followOrder(input));
}
const outcomes = async () => (await t.ledger.outcomes.list('shop-books', { sourceId: '17', limit: 10 })).map(({ outcome, reason }) => [outcome, reason]);

test('N5 what was done is an outcome, counted under its first reason, and the record is closed with the data it was decided on', async () => {
  await run(followed({ isChanged: true, notes: [{ code: 'ignored-after-write-off', text: 'x' }] }));
  expect(await outcomes()).toEqual([['updated', 'ignored-after-write-off']]);
  expect(await t.ledger.records.countOpen('shop-books')).toBe(0);
  expect(await t.ledger.records.announce('shop-books', [{ sourceId: '17', number: '#17', digest: 'd2' }])).toEqual([]);
});

test('a look that found nothing to do leaves no outcome', async () => {
  await run(followed());
  expect(await outcomes()).toEqual([]);
  expect(await t.ledger.records.countOpen('shop-books')).toBe(0);
});

test('N8 a parked record is settled by a look that found nothing left to do', async () => {
  await recordPark(t.ledger, key, { reason: 'refused', step: 'follow the order', words: 'no', number: '#17', digest: null, run: 'r' });
  await run(followed());
  expect(await t.ledger.parked.find(key)).toBeUndefined();
  expect((await outcomes())[0]?.[0]).toBe('updated');
});

test('N8 who sees that a record was parked finds its words', async () => {
  const seen: (string | undefined)[] = [];
  const add: typeof t.ledger.outcomes.add = async (entry) => {
    seen.push((await t.ledger.parked.find(key))?.words);
    return t.ledger.outcomes.add(entry);
  };
  await recordPark({ ...t.ledger, outcomes: { ...t.ledger.outcomes, add } }, key, { reason: 'refused', step: 'follow the order', words: 'no', number: '#17', digest: null, run: 'r' });
  expect(seen).toEqual(['no']);
  expect((await outcomes())[0]).toEqual(['parked', 'refused']);
});

test('N8 a look that asks for parties settles nothing yet', async () => {
  await recordPark(t.ledger, key, { reason: 'refused', step: 'follow the order', words: 'no', number: '#17', digest: null, run: 'r' });
  await run({ kind: 'needs parties' });
  expect(await t.ledger.parked.find(key)).toBeDefined();
});

test('R11 with a status still due on the platform the record stays under way', async () => {
  await run(followed({ isChanged: true, notes: [{ code: 'status-set', text: 'x' }], writeBack: { status: 'completed', books: '106', isLast: true } }));
  expect(await t.ledger.records.countOpen('shop-books')).toBe(1);
});

const reading = (digest: string, ending?: 'trashed'): OrderReading => ({ kind: 'order', digest, order: { sourceId: '17', number: '#17', status: 'x', ...(ending === undefined ? {} : { ending }), createdAt: '', modifiedAt: '', currency: 'PLN', lineItems: [], charges: [], total: '0', totalTax: '0' } });
const gone: OrderReading = { kind: 'skip', reason: 'gone-from-source', digest: 'gone' };

async function readAs(told: Pick<ReadOrderInput, 'by' | 'heard' | 'sourceId' | 'dryRun'>, answer: OrderReading): Promise<void> {
  const source: OrderSource = { checkSource: never, readPage: never, summarisePage: never, listStatuses: never, setStatus: never, ensureWebhooks: never, readOrder: () => Promise.resolve(answer) };
  const { digest: _, ...step } = input;
  await new MockActivityEnvironment().run(async () => recordingSource(source, { ledger: t.ledger }).readOrder({ ...step, follow: true, ...told }));
}
const topics = async () => Object.fromEntries((await readHeard(t.ledger, { connection: 'shop', system: 'woocommerce', integration: 'shop-books' })).map(({ topic, heardAt, foundBySweepSince }) => [topic, [heardAt !== null, foundBySweepSince]]));

test('N22 the webhooks that told of an order are noted, each by its name, and end their own count alone', async () => {
  await readAs({ by: 'sweep', sourceId: '17' }, reading('d2'));
  await readAs({ by: 'sweep', sourceId: '17' }, gone);
  expect(await topics()).toEqual({ 'order.created': [false, 0], 'order.updated': [false, 1], 'order.deleted': [false, 1], 'order.restored': [false, null] });
  await readAs({ by: 'webhook', heard: ['order.created', 'order.updated'], sourceId: '17' }, reading('d3'));
  expect(await topics()).toEqual({ 'order.created': [true, 0], 'order.updated': [true, 0], 'order.deleted': [false, 1], 'order.restored': [false, null] });
});

test('N22 what a sweep finds is counted as new, changed or gone; what it finds unchanged is not', async () => {
  await t.ledger.records.announce('shop-books', [{ sourceId: '18', number: '#18', digest: 'n1' }]);
  await readAs({ by: 'sweep', sourceId: '18' }, reading('n1'));
  await readAs({ by: 'sweep', sourceId: '17' }, reading('d1'));
  await readAs({ by: 'sweep', sourceId: '17' }, reading('d4', 'trashed'));
  expect(await topics()).toEqual({ 'order.created': [false, 1], 'order.updated': [false, 0], 'order.deleted': [false, 1], 'order.restored': [false, null] });
});

test('N12 N22 a dry run notes nothing', async () => {
  await readAs({ by: 'webhook', heard: ['order.updated'], sourceId: '17', dryRun: true }, reading('d2'));
  expect((await topics())['order.updated']).toEqual([false, 0]);
});
