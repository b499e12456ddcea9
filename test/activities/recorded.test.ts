/** What following writes into the ledger before it answers (promise 6). */
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { orderKey, recordingTarget, recordPark } from '../../activities/recorded.ts';
import { setAdopted } from '../../ledger/adoption.ts';
import type { Followed, OrderTarget } from '../../domain/ports.ts';
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

test('N8 a look that asks for parties settles nothing yet', async () => {
  await recordPark(t.ledger, key, { reason: 'refused', step: 'follow the order', words: 'no', number: '#17', digest: null, run: 'r' });
  await run({ kind: 'needs parties' });
  expect(await t.ledger.parked.find(key)).toBeDefined();
});

test('R11 with a status still due on the platform the record stays under way', async () => {
  await run(followed({ isChanged: true, notes: [{ code: 'status-set', text: 'x' }], writeBack: { status: 'completed', books: '106', isLast: true } }));
  expect(await t.ledger.records.countOpen('shop-books')).toBe(1);
});
