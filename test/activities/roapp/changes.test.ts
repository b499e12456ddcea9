import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChangesPage } from '../../../domain/ports.ts';
import { cables, changed, charger, follow, imported, inBooks, stateOf, withStatuses } from './following.ts';
import { at, orderOf, repeated, startBooks, type Books, type StepsOptions } from './support.ts';

let books: Books;
beforeEach(async () => {
  books = await startBooks();
});
afterEach(() => books.close());

const setInBooks = (orderId: number, statusId: string) => books.act('set-status', { orderId, statusId: Number(statusId) });
/** Longer than a write of ours takes to be seen. */
const later = () => books.sandbox.clock.advance(60_000);

/** A whole scan, whose runs are told and whose rows are noted, as the workflow does; returns the source ids that are to be looked at. */
async function scan(way: 'modified' | 'open', given: StepsOptions = {}): Promise<string[]> {
  const found: string[] = [];
  let page: ChangesPage | undefined;
  do {
    const cursor = page?.nextCursor;
    page = await repeated(() => books.steps(given).findChanges({ ...at, way, ...(cursor === undefined ? {} : { cursor }) }));
    found.push(...page.changed.map(({ sourceId }) => sourceId));
    await books.ledger.follows.noteSeen('books', [...page.changed, ...page.unchanged]);
  } while (page.nextCursor !== undefined);
  return found;
}

/** As if imported: `count` orders of the account, with ids of theirs. */
async function followMany(count: number): Promise<number[]> {
  const { people } = books.seed({ people: [{ firstName: 'Anna', lastName: 'Testowa' }] });
  const ids: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const made: unknown = books.act('create-order-by-hand', { customer: { id: people[0] }, lines: [{ price: '10.00' }] });
    const id = Number(typeof made === 'object' && made !== null && 'id' in made ? made.id : NaN);
    ids.push(id);
    const state = { lines: {}, comments: 0, ignored: 0, touchedAt: new Date(await books.ledger.clock.now()).toISOString() };
    await books.ledger.follows.put({ integration: 'shop-to-books', sourceId: `s${n}`, connection: 'books', targetId: String(id), state, isOpen: true });
  }
  return ids;
}

describe.each(['modified', 'open'] as const)('the scan of %s orders', (way) => {
  beforeEach(async () => void (await scan('modified')));

  test('R6 finds a changed status, once', async () => {
    const id = await imported(books, orderOf(), withStatuses);
    expect(await scan(way)).toEqual([]);
    later();
    setInBooks(id, inBooks.ready);
    expect(await scan(way)).toEqual(['1045']);
    expect(await scan(way)).toEqual([]);
  });

  test('R6 finds a status that changed right after a write of ours', async () => {
    const id = await imported(books, orderOf(), withStatuses);
    setInBooks(id, inBooks.ready);
    expect(await scan(way)).toEqual(['1045']);
  });

  test('an import and a followed change are our own: nothing is to be looked at', async () => {
    await imported(books, orderOf(), withStatuses);
    expect(await scan(way)).toEqual([]);
    await follow(books, changed([cables('3'), charger], { status: 'on-hold' }), withStatuses);
    expect(await scan(way)).toEqual([]);
  });

  test('an order of ours that is closed in the books, and one of others, is not looked at', async () => {
    const id = await imported(books);
    books.act('close-order', { orderId: id });
    await follow(books, orderOf());
    expect(await stateOf(books)).toMatchObject({ isOpen: false });
    later();
    books.act('edit-order', { orderId: id, managerNotes: 'x' });
    books.act('create-order-by-hand', { customer: { firstName: 'Ewa' } });
    expect(await scan(way)).toEqual([]);
  });

  test('R4 finds a write-off that moved the change time', async () => {
    const id = await imported(books);
    expect(await scan(way)).toEqual([]);
    later();
    books.act('write-off', { orderId: id });
    expect(await scan(way)).toEqual(['1045']);
  });

  test('orders of two integrations into one account are found by either', async () => {
    const integration = { id: 'other-to-books', company: 'acme', source: 'other', target: 'books' };
    const id = await imported(books);
    const order = orderOf({ sourceId: '7' });
    const parties = await books.steps().ensureParties({ integration, lane: 'live', order });
    const made = await books.steps().createOrder({ integration, lane: 'live', order, parties, digest: 'd' });
    const other = Number(made.kind === 'created' ? made.targetId : NaN);
    await scan(way);
    later();
    setInBooks(id, inBooks.ready);
    setInBooks(other, inBooks.ready);
    expect((await scan(way)).sort()).toEqual(['1045', '7']);
  });

  test('an ignored filter, which returns the whole list, makes nobody look at what did not change', async () => {
    await followMany(3);
    await scan('open');
    await scan(way);
    for (let n = 0; n < 60; n += 1) books.act('create-order-by-hand', { customer: { firstName: 'Ewa' }, createdAt: '2026-01-01T10:00:00Z' });
    books.sandbox.clearRequests();
    expect(await withIgnored(['ids', 'modified_at'], (given) => scan(way, given))).toEqual([]);
    expect(books.calls()).toEqual(['GET /v2/orders']);
  });
});

/** The account of a vendor that knows none of these parameters and ignores them silently, behind the same address. */
async function withIgnored<T>(names: string[], run: (given: StepsOptions) => Promise<T>): Promise<T> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', books.sandbox.url);
    for (const name of names) url.searchParams.delete(name);
    void fetch(url, { headers: { authorization: request.headers.authorization ?? '' } }).then(async (reply) => response.writeHead(reply.status, { 'content-type': 'application/json' }).end(await reply.text()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  try {
    return await run({ settings: { baseUrl: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/v2` } });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('reading every open order', () => {
  test('R4 R11 finds the write-off that moves no change time, also before the order was ever seen', async () => {
    books.act('set-switches', { writeOffMovesModifiedAt: false });
    const id = await imported(books, orderOf(), withStatuses);
    books.act('write-off', { orderId: id });
    expect(await scan('open')).toEqual(['1045']);
    await follow(books, orderOf(), withStatuses);
    expect(await scan('open')).toEqual([]);
    books.act('revert-write-off', { orderId: id });
    expect(await scan('open')).toEqual(['1045']);
  });

  test('R4 R8 without a status table a written-off order is not read any more: nothing is left to do', async () => {
    const id = await imported(books);
    books.act('write-off', { orderId: id });
    await follow(books, orderOf());
    books.sandbox.clearRequests();
    expect(await scan('open')).toEqual([]);
    expect(books.calls()).toEqual([]);
  });

  test('finds that staff deleted the order, and says so once', async () => {
    const id = await imported(books);
    await scan('open');
    books.act('delete-order', { orderId: id });
    expect(await scan('open')).toEqual(['1045']);
    expect(await scan('open')).toEqual([]);
  });

  test('costs one call for fifty unchanged orders, and tells how long to rest', async () => {
    const ids = await followMany(120);
    await scan('open');
    books.sandbox.clearRequests();
    const settings = { requestsPerSecond: 3, share: 1 };
    expect(await scan('open')).toEqual([]);
    expect(books.calls()).toEqual(['GET /v2/orders', 'GET /v2/orders', 'GET /v2/orders']);
    setInBooks(ids[119] ?? 0, inBooks.ready);
    later();
    setInBooks(ids[119] ?? 0, inBooks.sent);
    expect(await scan('open')).toEqual(['s119']);
    // a tenth of three a second
    expect(await books.steps({ settings }).findChanges({ ...at, way: 'open' })).toMatchObject({ count: 50, restMs: 3_333, nextCursor: String(ids[49]) });
  });

  test('an account with no open order costs no call', async () => {
    books.sandbox.clearRequests();
    expect(await scan('open')).toEqual([]);
    expect(books.calls()).toEqual([]);
  });
});

describe('reading by change time', () => {
  test('the first scan begins now and costs no call', async () => {
    await imported(books);
    books.sandbox.clearRequests();
    expect(await scan('modified')).toEqual([]);
    expect(books.calls()).toEqual([]);
  });

  test('goes on beyond fifty changes, and begins where the last scan ended, five minutes earlier', async () => {
    await scan('modified');
    const ids = await followMany(120);
    later();
    for (const id of ids) setInBooks(id, inBooks.ready);
    expect((await scan('modified')).length).toBe(120);
    books.sandbox.clock.advance(10 * 60_000);
    const last = new Date(books.sandbox.clock.now());
    setInBooks(ids[7] ?? 0, inBooks.sent);
    books.sandbox.clearRequests();
    expect(await scan('modified')).toEqual(['s7']);
    books.sandbox.clock.advance(10 * 60_000);
    await scan('modified');
    const asked = books.sandbox.requests().map(({ path }) => Date.parse(new URL(path, 'http://x').searchParams.get('modified_at') ?? ''));
    expect(asked.at(-1)).toBe(Math.floor(last.getTime() / 1_000) * 1_000 - 5 * 60_000);
  });

  test('a page that was read and never told is read again: the mark has not moved', async () => {
    await scan('modified');
    const id = await imported(books, orderOf(), withStatuses);
    books.sandbox.clock.advance(60 * 60_000);
    setInBooks(id, inBooks.ready);
    books.sandbox.clock.advance(60 * 60_000);
    books.act('create-order-by-hand', { customer: { firstName: 'Ewa' } });
    const first = await books.steps().findChanges({ ...at, way: 'modified' });
    expect(first.changed).toHaveLength(1);
    expect(await books.steps().findChanges({ ...at, way: 'modified' })).toEqual(first);
  });
});
