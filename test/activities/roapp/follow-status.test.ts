import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PermanentError, RetryableError } from '../../../activities/errors.ts';
import { recordingSource } from '../../../activities/recorded.ts';
import type { Followed, OrderSource, StatusWrite } from '../../../domain/ports.ts';
import { cables, changed, charger, codesOf, follow, imported, inBooks, itemOf, orderThere, stateOf, withStatuses, writesOf } from './following.ts';
import { at, importOrder, integration, orderOf, repeated, startBooks, type Books } from './support.ts';

let books: Books;
beforeEach(async () => {
  books = await startBooks();
});
afterEach(() => books.close());

const armed = { ...withStatuses, pair: { ...withStatuses.pair, afterWriteOff: ['completed'] } };
const arm = async () => books.ledger.marks.set(`integration:${integration.id}`, 'armed', '2026-09-01T00:00:00.000Z');
const setInBooks = (orderId: number, statusId: string) => books.act('set-status', { orderId, statusId: Number(statusId) });
const statusOf = (id: number) => String(orderThere(books, id).status.id);
const historyOf = (id: number) => orderThere(books, id).status_history.map(({ status_id: status }) => String(status));
const writeBackOf = (followed: Followed) => (followed.kind === 'followed' ? followed.writeBack : undefined);

const nothing = () => Promise.reject(new Error('not asked for'));

/** The run's last step: the platform answers with this. */
async function writtenBack(followed: Followed, answer: StatusWrite['kind'] = 'written'): Promise<void> {
  const due = writeBackOf(followed);
  if (!due) throw new Error('nothing is due');
  const source: OrderSource = { checkSource: nothing, readPage: nothing, summarisePage: nothing, readOrder: nothing, listStatuses: nothing, ensureWebhooks: nothing, setStatus: () => Promise.resolve({ kind: answer }) };
  await recordingSource(source, books).setStatus({ ...at, sourceId: '1045', digest: 'd', ...due });
}

describe('the first status', () => {
  test('R6 a mapped one comes along, for one call more', async () => {
    const id = await imported(books, orderOf(), withStatuses);
    expect(statusOf(id)).toBe(inBooks.inWork);
    expect(books.calls().filter((call) => call === `POST /v2/orders/${id}/status` || call === `GET /v2/orders/${id}`)).toEqual([`POST /v2/orders/${id}/status`]);
    expect(await stateOf(books)).toMatchObject({ agreed: { platform: 'processing', books: inBooks.inWork }, isOpen: true });
  });

  test('R6 an unmapped one is left alone and reported; both sides begin with what stands there', async () => {
    const outcome = await importOrder(books, orderOf({ status: 'custom' }), withStatuses);
    expect(outcome).toMatchObject({ kind: 'created', notes: [{ code: 'status-unmapped' }] });
    expect(await stateOf(books)).toMatchObject({ agreed: { platform: 'custom', books: inBooks.taken } });
  });

  test('R8 without a table the order type decides, and no call is made', async () => {
    const id = await imported(books);
    expect(statusOf(id)).toBe(inBooks.taken);
    expect(books.calls().filter((call) => call.endsWith('/status'))).toEqual([]);
  });

  test.each([
    ['its reply was lost', { kind: 'lost-reply' }],
    ['it was not stored', { kind: 'refuse', status: 503, text: 'down' }],
  ] as const)('R6 N2 the worker died over the status, %s: it is completed by the next', async (_, fault) => {
    books.sandbox.fault({ on: 'POST /v2/orders/*/status', ...fault });
    const seen: unknown[] = [];
    await importOrder(books, orderOf(), withStatuses, (error) => seen.push(error));
    expect(seen).toEqual([expect.any(RetryableError)]);
    const [order] = books.truth().orders;
    expect(historyOf(order?.id ?? 0)).toEqual([inBooks.taken, inBooks.inWork]);
    expect(await books.ledger.records.find({ integration: integration.id, kind: 'order', sourceId: '1045' })).toMatchObject({ state: 'completed' });
    expect(await stateOf(books)).toMatchObject({ agreed: { platform: 'processing', books: inBooks.inWork } });
  });

  test('R6 staff went on with a half-made order: its completion leaves their status alone, and says so', async () => {
    const steps = books.steps(withStatuses);
    const order = orderOf();
    const parties = await steps.ensureParties({ ...at, order });
    books.sandbox.fault({ on: 'POST /v2/orders/*/status', kind: 'lost-reply' });
    await expect(steps.createOrder({ ...at, order, parties, digest: 'd1' })).rejects.toBeInstanceOf(RetryableError);
    const id = books.truth().orders[0]?.id ?? 0;
    setInBooks(id, inBooks.ready);
    expect(await repeated(() => steps.createOrder({ ...at, order, parties, digest: 'd1' }))).toMatchObject({ notes: [{ code: 'status-conflict', text: expect.stringContaining('2026-09-01T08:15:00Z') }] });
    expect(statusOf(id)).toBe(inBooks.ready);
    expect(await stateOf(books)).toMatchObject({ agreed: { platform: 'processing', books: inBooks.ready } });
  });
});

describe('from the platform into the books', () => {
  test('R6 a changed status is set, once', async () => {
    const id = await imported(books, orderOf(), withStatuses);
    expect(codesOf(await follow(books, orderOf({ status: 'on-hold' }), withStatuses))).toEqual(['status-set']);
    await follow(books, orderOf({ status: 'on-hold', modifiedAt: '2026-09-04T09:00:00Z' }), withStatuses);
    expect(historyOf(id)).toEqual([inBooks.taken, inBooks.inWork, inBooks.confirmed]);
  });

  test('R6 an unmapped one is left alone, and reported once', async () => {
    const id = await imported(books, orderOf(), withStatuses);
    expect(codesOf(await follow(books, orderOf({ status: 'custom' }), withStatuses))).toEqual(['status-unmapped']);
    expect(codesOf(await follow(books, orderOf({ status: 'custom' }), withStatuses))).toEqual([]);
    expect(statusOf(id)).toBe(inBooks.inWork);
  });

  test('R6 refused by RO App: the record is parked, its lines are done, and a retry sets it', async () => {
    const id = await imported(books, orderOf(), withStatuses);
    books.sandbox.fault({ on: 'POST /v2/orders/*/status', kind: 'refuse', status: 400, text: 'not this way' });
    const now = changed([cables('3'), charger], { status: 'on-hold', delivery: { carrier: 'Courier' } });
    await expect(follow(books, now, withStatuses)).rejects.toMatchObject({ name: PermanentError.name, words: expect.stringContaining('not this way') });
    books.sandbox.clearRequests();
    await follow(books, now, withStatuses);
    expect(writesOf(books)).toEqual([`POST /v2/orders/${id}/status`]);
    expect(statusOf(id)).toBe(inBooks.confirmed);
    expect(orderThere(books, id).comments).toHaveLength(1);
  });

  test('R4 N5 after the write-off it is not set, and counts once together with what came with it', async () => {
    const id = await imported(books, orderOf(), withStatuses);
    books.act('write-off', { orderId: id });
    const now = changed([cables('3'), charger], { status: 'cancelled', ending: 'cancelled' });
    expect(codesOf(await follow(books, now, withStatuses))).toEqual(['ignored-after-write-off']);
    expect(codesOf(await follow(books, now, withStatuses))).toEqual([]);
    expect(codesOf(await follow(books, { ...now, status: 'on-hold' }, withStatuses))).toEqual(['ignored-after-write-off']);
    expect(await stateOf(books)).toMatchObject({ ignored: 2 });
    expect(statusOf(id)).toBe(inBooks.inWork);
  });

  test('N18 a table that came after the import sets nothing by itself', async () => {
    const id = await imported(books);
    await arm();
    setInBooks(id, inBooks.sent);
    expect(writeBackOf(await follow(books, orderOf(), armed))).toBeUndefined();
    expect(statusOf(id)).toBe(inBooks.sent);
    expect(codesOf(await follow(books, orderOf({ status: 'on-hold' }), armed))).toEqual(['status-set']);
  });
});

describe('from the books to the platform', () => {
  test('R6 a changed status is due on the platform until it was written there, then agreed', async () => {
    const id = await imported(books, orderOf(), armed);
    await arm();
    setInBooks(id, inBooks.confirmed);
    const due = { status: 'on-hold', books: inBooks.confirmed, isLast: false };
    expect(writeBackOf(await follow(books, orderOf(), armed))).toEqual(due);
    const again = await follow(books, orderOf(), armed);
    expect(writeBackOf(again)).toEqual(due); // the run died before it was written
    await writtenBack(again);
    expect(await stateOf(books)).toMatchObject({ agreed: { platform: 'on-hold', books: inBooks.confirmed }, isOpen: true });
    expect(await follow(books, orderOf({ status: 'on-hold' }), armed)).toMatchObject({ isChanged: false });
  });

  test('N4 unarmed nothing is due; what changed until then counts as agreed', async () => {
    const id = await imported(books, orderOf(), armed);
    setInBooks(id, inBooks.confirmed);
    expect(writeBackOf(await follow(books, orderOf(), armed))).toBeUndefined();
    await arm();
    expect(writeBackOf(await follow(books, orderOf(), armed))).toBeUndefined();
    setInBooks(id, inBooks.dropped);
    expect(writeBackOf(await follow(books, orderOf(), armed))).toMatchObject({ status: 'cancelled' });
  });

  test('R6 both changed: the books win, and the other is reported with both times', async () => {
    const id = await imported(books, orderOf(), armed);
    await arm();
    setInBooks(id, inBooks.dropped);
    const followed = await follow(books, orderOf({ status: 'on-hold', modifiedAt: '2026-09-02T09:00:00Z' }), armed);
    expect(codesOf(followed)).toEqual(['status-conflict', 'status-set']);
    expect(followed).toMatchObject({ writeBack: { status: 'cancelled' }, notes: [{ text: expect.stringContaining('2026-09-02T09:00:00Z') }, {}] });
    expect(followed).toMatchObject({ notes: [{ text: expect.stringContaining(orderThere(books, id).modified_at) }, {}] });
    expect(statusOf(id)).toBe(inBooks.dropped);
  });

  test('R11 Completed is withheld, counted and said once, until every product line is written off', async () => {
    const id = await imported(books, orderOf(), armed);
    await arm();
    setInBooks(id, inBooks.ready);
    expect(codesOf(await follow(books, orderOf(), armed))).toEqual(['status-withheld']);
    expect(codesOf(await follow(books, orderOf(), armed))).toEqual([]);
    expect(await books.ledger.follows.count(integration.id)).toMatchObject({ withheld: 1, open: 1 });
    books.act('write-off', { orderId: id, itemId: itemOf(books, id, 'B-2') });
    expect(writeBackOf(await follow(books, orderOf(), armed))).toBeUndefined();
    books.act('write-off', { orderId: id, itemId: itemOf(books, id, 'A-1'), quantity: '1' });
    expect(writeBackOf(await follow(books, orderOf(), armed))).toBeUndefined();
    books.act('write-off', { orderId: id, itemId: itemOf(books, id, 'A-1') });
    const due = await follow(books, orderOf(), armed);
    expect(writeBackOf(due)).toEqual({ status: 'completed', books: inBooks.ready, isLast: false });
    await writtenBack(due);
    expect(await books.ledger.follows.count(integration.id)).toMatchObject({ withheld: 0 });
    expect(await stateOf(books)).toMatchObject({ agreed: { platform: 'completed', books: inBooks.ready } });
  });

  test('R11 a write-off that is reverted before Completed was sent withholds it again', async () => {
    const id = await imported(books, orderOf(), armed);
    await arm();
    books.act('write-off', { orderId: id });
    await follow(books, orderOf(), armed);
    setInBooks(id, inBooks.ready);
    books.act('revert-write-off', { orderId: id, itemId: itemOf(books, id, 'A-1') });
    expect(codesOf(await follow(books, orderOf(), armed))).toEqual(['status-withheld']);
    books.act('write-off', { orderId: id });
    expect(writeBackOf(await follow(books, orderOf(), armed))).toMatchObject({ status: 'completed' });
  });

  test('R4 R11 staff close the order: its last status is due although the order is frozen, then it is looked at no more', async () => {
    const closing = { pair: { statuses: [{ platform: 'completed', books: inBooks.closed, direction: 'to-platform' as const }], afterWriteOff: ['completed'] } };
    const id = await imported(books, orderOf(), closing);
    await arm();
    await follow(books, orderOf(), closing);
    books.act('close-order', { orderId: id });
    const due = await follow(books, orderOf(), closing);
    expect(writeBackOf(due)).toEqual({ status: 'completed', books: inBooks.closed, isLast: true });
    expect(await stateOf(books)).toMatchObject({ isOpen: true });
    await writtenBack(due);
    expect(await stateOf(books)).toMatchObject({ isOpen: false });
  });

  test('R11 an order whose only product staff took out is completed once it is closed', async () => {
    const closing = { pair: { statuses: [{ platform: 'completed', books: inBooks.closed, direction: 'to-platform' as const }], afterWriteOff: ['completed'] } };
    const order = orderOf({ lineItems: [charger] });
    const id = await imported(books, order, closing);
    await arm();
    books.act('delete-item', { orderId: id, itemId: itemOf(books, id, 'B-2') });
    books.act('close-order', { orderId: id });
    expect(writeBackOf(await follow(books, order, closing))).toMatchObject({ status: 'completed', isLast: true });
  });

  test.each(['gone', 'never'] as const)('R6 the platform did not take it (%s): what stands there is no change of the platform', async (answer) => {
    const id = await imported(books, orderOf(), armed);
    await arm();
    setInBooks(id, inBooks.confirmed);
    await writtenBack(await follow(books, orderOf(), armed), answer);
    expect(await follow(books, orderOf(), armed)).toMatchObject({ isChanged: false });
    expect(statusOf(id)).toBe(inBooks.confirmed);
  });

  test('R6 the platform’s order is deleted: nothing is due there, and nothing waits', async () => {
    const id = await imported(books, orderOf(), armed);
    await arm();
    setInBooks(id, inBooks.ready);
    await follow(books, orderOf(), armed);
    expect(writeBackOf(await follow(books, undefined, armed))).toBeUndefined();
    expect(await books.ledger.follows.count(integration.id)).toMatchObject({ withheld: 0 });
  });

  test('R11 the order is deleted in the books: nothing waits any more', async () => {
    const id = await imported(books, orderOf(), armed);
    await arm();
    setInBooks(id, inBooks.ready);
    await follow(books, orderOf(), armed);
    books.act('delete-order', { orderId: id });
    await follow(books, orderOf(), armed);
    expect(await books.ledger.follows.count(integration.id)).toMatchObject({ withheld: 0, open: 0 });
  });
});
