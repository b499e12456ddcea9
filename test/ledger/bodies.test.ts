/** Pages and exchanges: sealed bodies that expire. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ExchangeEntry } from '../../ledger/ledger.ts';
import { openDatabase } from '../../ledger/open.ts';
import { ledgerKinds, openTestLedger, type TestLedger } from '../setup/ledger.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

const exchange = (change: Partial<ExchangeEntry> = {}): ExchangeEntry => ({
  connection: 'books',
  integration: 'shop-books',
  record: 'order:17',
  run: 'run-1',
  endpoint: 'POST /orders',
  request: '{"name":"Nora Lindqvist"}',
  reply: '{"id":900}',
  status: 200,
  size: 10,
  replyDigest: null,
  isWrite: true,
  result: 'ok',
  durationMs: 12,
  objectId: '900',
  ...change,
});

describe.each(ledgerKinds)('bodies on %s', (kind) => {
  let t: TestLedger;
  beforeEach(async () => void (t = await openTestLedger(kind)));
  afterEach(() => t.close());

  const rowsOf = async (table: 'pages' | 'page_entries'): Promise<number> => {
    const { db } = await openDatabase(t.database);
    const { count } = await db.selectFrom(table).select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
    await db.destroy();
    return count;
  };

  test('a page gives its entries in order, its mark and each body with its age', async () => {
    const entries = [
      { sourceId: '9', number: '#9', digest: 'a', body: 'body nine', persons: ['p1', 'p2'] },
      { sourceId: '10', number: null, digest: 'b', body: 'body ten', skip: { reason: 'status-excluded', detail: 'cancelled' } },
      { sourceId: '8', number: '#8', digest: 'c', body: 'body eight', skip: { reason: 'no-contact' } },
    ];
    const page = await t.ledger.pages.put({ integration: 'shop-books', walk: 'backfill', mark: 'm-1', entries });
    t.clock.advance(5 * minuteMs);
    expect(await t.ledger.pages.entries(page)).toEqual({ mark: 'm-1', entries: entries.map(({ body: _body, ...entry }) => entry) });
    expect(await t.ledger.pages.body(page, '10')).toEqual({ body: 'body ten', ageMs: 5 * minuteMs });
    expect(await t.ledger.pages.body(page, '11')).toBeUndefined();
  });

  test('a page without a mark or entries is a page', async () => {
    const page = await t.ledger.pages.put({ integration: 'shop-books', walk: 'changed', entries: [] });
    expect(await t.ledger.pages.entries(page)).toEqual({ entries: [] });
  });

  test('an expired page is as unknown as one that never was, and the sweep deletes it alone', async () => {
    const entries = [{ sourceId: '9', number: null, digest: 'a', body: 'nine' }];
    const old = await t.ledger.pages.put({ integration: 'shop-books', walk: 'backfill', entries });
    t.clock.advance(20 * minuteMs);
    const young = await t.ledger.pages.put({ integration: 'shop-books', walk: 'backfill', entries });
    t.clock.advance(10 * minuteMs);
    expect(await t.ledger.pages.entries(old)).toBeUndefined();
    expect(await t.ledger.pages.body(old, '9')).toBeUndefined();
    expect(await t.ledger.pages.entries('never-was')).toBeUndefined();
    expect([await rowsOf('pages'), await rowsOf('page_entries')]).toEqual([2, 2]);
    await t.ledger.sweep();
    expect([await rowsOf('pages'), await rowsOf('page_entries')]).toEqual([1, 1]);
    expect(await t.ledger.pages.body(young, '9')).toEqual({ body: 'nine', ageMs: 10 * minuteMs });
  });

  test('exchanges are written in a batch, newest first, with all that was said', async () => {
    t.ledger.exchanges.add(exchange());
    t.ledger.exchanges.add(exchange({ isWrite: false, request: null, reply: null, status: null, endpoint: 'GET /orders', replyDigest: 'd', objectId: null, persons: ['p1'] }));
    await t.ledger.exchanges.flush();
    await t.ledger.exchanges.flush();
    const listed = await t.ledger.exchanges.list({ integration: 'shop-books', record: 'order:17', limit: 10 });
    expect(listed.map(({ at: _at, ...entry }) => entry)).toEqual([
      exchange({ isWrite: false, request: null, reply: null, status: null, endpoint: 'GET /orders', replyDigest: 'd', objectId: null, persons: ['p1'] }),
      exchange(),
    ]);
    expect(await t.ledger.exchanges.list({ writesOnly: true, limit: 10 })).toHaveLength(1);
    expect(await t.ledger.exchanges.list({ record: 'order:18', limit: 10 })).toEqual([]);
    expect(await t.ledger.exchanges.list({ since: (await t.clock.now()) + 1, limit: 10 })).toEqual([]);
  });

  test('closing writes what still waits', async () => {
    for (let n = 0; n < 120; n += 1) t.ledger.exchanges.add(exchange({ record: `order:${n}` }));
    const other = await t.openAgain();
    await t.ledger.close();
    expect(await other.exchanges.list({ limit: 1_000 })).toHaveLength(120);
    await other.close();
    await t.database.remove();
    t = await openTestLedger(kind);
  });

  test('exchanges go after three days, those of a parked record when it is resolved', async () => {
    const key = { integration: 'shop-books', kind: 'order', sourceId: '17' } as const;
    await t.ledger.parked.put({ ...key, number: '#17', step: 'create the order', reason: 'refused', words: 'no', run: 'run-1' });
    t.ledger.exchanges.add(exchange());
    t.ledger.exchanges.add(exchange({ record: 'order:18' }));
    t.ledger.exchanges.add(exchange({ integration: 'other-books' }));
    await t.ledger.exchanges.flush();
    t.clock.advance(3 * dayMs - minuteMs);
    await t.ledger.sweep();
    expect(await t.ledger.exchanges.list({ limit: 10 })).toHaveLength(3);
    t.clock.advance(2 * minuteMs);
    await t.ledger.sweep();
    expect(await t.ledger.exchanges.list({ limit: 10 })).toMatchObject([{ record: 'order:17', integration: 'shop-books' }]);
    await t.ledger.records.complete(key, '900', 'a');
    await t.ledger.sweep();
    expect(await t.ledger.exchanges.list({ limit: 10 })).toEqual([]);
  });
});
