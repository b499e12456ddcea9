/** A ledger that does not know the account: what stands there with our marker is found, completed where it is half-made, and never doubled. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { leftOutDigest } from '../../../domain/eligibility.ts';
import { at, importOrder, integration, orderOf, repeated, startBooks, type Books } from './support.ts';
import { openTestLedger, type TestLedger } from '../../setup/ledger.ts';

let books: Books;
let empty: TestLedger;
beforeEach(async () => {
  books = await startBooks();
  empty = await openTestLedger('sqlite', { clock: 'real' });
});
afterEach(async () => {
  await books.close();
  await empty.close();
});

const settings = { abortMs: 400, settleMs: 50 };
const key = { integration: integration.id, kind: 'order', sourceId: '1045' } as const;
const forgetful = () => ({ settings, ledger: empty.ledger });
const items = () => books.truth().orders[0]?.items.map(({ comment }) => comment);

async function rebuild(): Promise<number> {
  const steps = books.steps(forgetful());
  let adopted = 0;
  for (let cursor: string | undefined; ; ) {
    const page = await repeated(async () => steps.rebuildLinks({ ...at, since: '2026-01-01T00:00:00Z', ...(cursor === undefined ? {} : { cursor }) }));
    adopted += page.adopted;
    cursor = page.nextCursor;
    if (cursor === undefined) return adopted;
  }
}

test('N21 an order with all its lines is completed without a further call that writes', async () => {
  await importOrder(books, orderOf());
  expect(await rebuild()).toBe(1);
  expect(await empty.ledger.records.find(key)).toMatchObject({ state: 'begun', targetId: String(books.truth().orders[0]?.id) });
  await books.index(forgetful());
  books.sandbox.clearRequests();
  await importOrder(books, orderOf(), forgetful());
  expect(books.calls().filter((call) => call.startsWith('POST'))).toEqual([]);
  expect(await empty.ledger.records.find(key)).toMatchObject({ state: 'completed' });
});

test('N21 a half-made order gets the lines that are missing, once', async () => {
  books.sandbox.fault({ on: 'POST /v2/orders/*/items', kind: 'refuse', status: 400, text: 'no', after: 2 });
  await importOrder(books, orderOf()).catch(() => undefined);
  books.sandbox.clearFaults();
  expect(items()).toEqual(['#1']);
  await rebuild();
  await books.index(forgetful());
  await importOrder(books, orderOf(), forgetful());
  expect(items()).toEqual(['#1', '#2']);
  expect(books.truth().orders).toHaveLength(1);
});

test('N21 rebuilding twice finds nothing new; what an operator left out stays out', async () => {
  await importOrder(books, orderOf());
  expect([await rebuild(), await rebuild()]).toEqual([1, 0]);
  await empty.ledger.records.skip(key, leftOutDigest, '1045');
  expect(await rebuild()).toBe(0);
  expect(await empty.ledger.records.find(key)).toMatchObject({ state: 'skipped' });
});
