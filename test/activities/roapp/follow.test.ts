import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PermanentError, RetryableError } from '../../../activities/errors.ts';
import { cable, cables, changed, charger, codesOf, follow, imported, itemOf, lens, linesOf, orderThere, stateOf, writesOf } from './following.ts';
import { anna, at, orderOf, repeated, startBooks, type Books } from './support.ts';

let books: Books;
beforeEach(async () => {
  books = await startBooks();
});
afterEach(() => books.close());

/** Short, so that an abandoned call is settled soon. */
const quick = { settings: { abortMs: 250, settleMs: 600 } };
const clientOf = (id: number) => books.truth().people.find((person) => person.id === orderThere(books, id).client_id);
const two = [['A-1', 2, '81.00'], ['B-2', 1, '50.00']];

describe('lines before the write-off', () => {
  test('R16 nothing changed: two calls that read, none that writes', async () => {
    const id = await imported(books);
    books.sandbox.clearRequests();
    expect(await follow(books, orderOf())).toEqual({ kind: 'followed', targetId: String(id), isChanged: false, notes: [] });
    expect(books.calls()).toEqual([`GET /v2/orders/${id}`, 'GET /v2/orders/statuses', `GET /v2/orders/${id}/items`]);
    books.sandbox.clearRequests();
    await follow(books, orderOf());
    expect(books.calls()).toEqual([`GET /v2/orders/${id}`, `GET /v2/orders/${id}/items`]);
  });

  test('R16 quantity and price are followed; the same again writes nothing', async () => {
    const id = await imported(books);
    const now = changed([{ ...cable, quantity: '3', total: { net: '170.73', tax: '39.27' } }, charger]);
    expect(codesOf(await follow(books, now))).toEqual(['lines-changed']);
    expect(linesOf(books, id)).toEqual([['A-1', 3, '70.00'], ['B-2', 1, '50.00']]);
    books.sandbox.clearRequests();
    expect(await follow(books, { ...now, modifiedAt: '2026-09-03T09:00:00Z' })).toMatchObject({ isChanged: false });
    expect(writesOf(books)).toEqual([]);
  });

  test('R16 what staff changed in the books stays until the platform changes that line', async () => {
    const id = await imported(books);
    books.act('edit-item', { orderId: id, itemId: itemOf(books, id, 'A-1'), quantity: '7' });
    await follow(books, changed([cable, { ...charger, quantity: '2', total: { net: '81.30', tax: '18.70' } }]));
    expect(linesOf(books, id)).toEqual([['A-1', 7, '81.00'], ['B-2', 2, '50.00']]);
  });

  test('N18 another setting changes nothing while the platform’s data are the same', async () => {
    const id = await imported(books);
    expect(await follow(books, orderOf(), { digest: 'digest-1045', pair: { prices: 'without-tax' }, settings: { language: 'pl' } })).toMatchObject({ isChanged: false });
    expect(linesOf(books, id)).toEqual(two);
  });

  test('R14 R16 a new line asks for its product, and is added once', async () => {
    const id = await imported(books);
    const now = changed([cable, charger, lens]);
    expect(await books.steps().followOrder({ ...at, sourceId: '1045', digest: 'd2', order: now })).toEqual({ kind: 'needs parties' });
    expect(codesOf(await follow(books, now))).toEqual(['lines-changed']);
    expect(codesOf(await follow(books, { ...now, status: 'on-hold' }))).toEqual([]);
    expect(linesOf(books, id)).toEqual([...two, ['L-3', 3, '10.00']]);
    expect(orderThere(books, id).items.map(({ comment }) => comment)).toEqual(['#1', '#2', '#3']);
  });

  test.each([
    ['its reply lost', { kind: 'lost-reply' }],
    ['stored only after the sender gave up', { kind: 'slow-before-storing', delayMs: 400 }],
    ['an error 500', { kind: 'refuse', status: 500, text: 'Internal error' }],
  ] as const)('N11 R16 a new line with %s stands once', async (_, fault) => {
    const id = await imported(books);
    books.sandbox.fault({ on: 'POST /v2/orders/*/items', ...fault });
    const seen: unknown[] = [];
    await follow(books, changed([cable, charger, lens]), { ...quick, onTrouble: (error) => seen.push(error) });
    expect(seen).not.toEqual([]);
    expect(linesOf(books, id)).toEqual([...two, ['L-3', 3, '10.00']]);
  });

  test('N11 R16 a new line whose reply was lost stands once, although another one came before it meanwhile', async () => {
    const id = await imported(books);
    const steps = books.steps(quick);
    const order = changed([cable, charger, lens]);
    const parties = await steps.ensureParties({ ...at, order });
    books.sandbox.fault({ on: 'POST /v2/orders/*/items', kind: 'lost-reply' });
    await expect(steps.followOrder({ ...at, sourceId: '1045', digest: 'd2', order, parties })).rejects.toBeInstanceOf(RetryableError);
    const more = { ...lens, key: '12a', quantity: '1', total: { net: '8.13', tax: '1.87' } };
    await follow(books, changed([cable, charger, more, lens]), quick);
    expect(linesOf(books, id)).toEqual([...two, ['L-3', 3, '10.00'], ['L-3', 1, '10.00']]);
  });

  test('N1 R16 two senders at once add one line', async () => {
    const id = await imported(books);
    const patient = { settings: { abortMs: 5_000 } };
    const second = await books.openAgain();
    books.sandbox.fault({ on: 'POST /v2/orders/*/items', kind: 'hold' });
    const first = follow(books, changed([cable, charger, lens]), { ...patient, holder: 'first' });
    await books.sandbox.held(1);
    let released = false;
    await Promise.all([
      first,
      follow(books, changed([cable, charger, lens]), {
        ...patient,
        holder: 'second',
        ledger: second,
        onTrouble: () => {
          if (!released) books.sandbox.release();
          released = true;
        },
      }),
    ]);
    await second.close();
    expect(released).toBe(true);
    expect(linesOf(books, id)).toEqual([...two, ['L-3', 3, '10.00']]);
  });

  test('R14 the product of a new line was deleted by staff: it is looked up and made again', async () => {
    const id = await imported(books);
    const order = changed([cable, charger, lens]);
    const steps = books.steps();
    const parties = await steps.ensureParties({ ...at, order });
    books.act('delete-product', { id: Number(parties.products['13']) });
    expect(codesOf(await repeated(() => steps.followOrder({ ...at, sourceId: '1045', digest: 'd2', order, parties })))).toEqual(['stale-link', 'lines-changed']);
    expect(linesOf(books, id)).toEqual([...two, ['L-3', 3, '10.00']]);
  });

  test('R2 a new line refused although all of it exists: perhaps the right is missing', async () => {
    await imported(books);
    books.act('set-right', { granted: false });
    await expect(follow(books, changed([cable, charger, lens]))).rejects.toMatchObject({ name: 'PermanentError', reason: 'perhaps-right-missing' });
  });

  test('R16 a removed line gets quantity 0 once; back again it gets its pieces back', async () => {
    const id = await imported(books);
    expect(codesOf(await follow(books, changed([charger])))).toEqual(['lines-changed']);
    expect(linesOf(books, id)).toEqual([['A-1', 0, '81.00'], ['B-2', 1, '50.00']]);
    expect(codesOf(await follow(books, changed([charger], { status: 'on-hold' })))).toEqual([]);
    await follow(books, changed([cable, charger]));
    expect(linesOf(books, id)).toEqual(two);
  });

  test('R16 refunded pieces are taken off; when all are refunded every line has none', async () => {
    const id = await imported(books);
    await follow(books, changed([{ ...cable, quantity: '1', total: { net: '65.85', tax: '15.15' } }, charger]));
    expect(linesOf(books, id)).toEqual([['A-1', 1, '81.00'], ['B-2', 1, '50.00']]);
    await follow(books, changed([cables('0'), { ...charger, quantity: '0' }], { ending: 'refunded' }));
    expect(linesOf(books, id).map(([, quantity]) => quantity)).toEqual([0, 0]);
  });

  test('R16 a line that staff took out is not brought back', async () => {
    const id = await imported(books);
    books.act('delete-item', { orderId: id, itemId: itemOf(books, id, 'A-1') });
    books.sandbox.clearRequests();
    expect(codesOf(await follow(books, changed([cables('5'), charger])))).toEqual([]);
    await follow(books, changed([charger]));
    await follow(books, changed([cables('6'), charger]));
    expect(linesOf(books, id)).toEqual([['B-2', 1, '50.00']]);
    expect(writesOf(books)).toEqual([]);
  });

  test('a refused change parks with the vendor’s words; what was done before it is not done again', async () => {
    const id = await imported(books);
    books.sandbox.fault({ on: 'PATCH /v2/orders/*/items/*', kind: 'refuse', status: 400, text: 'no', after: 2 });
    const now = changed([cables('3'), { ...charger, quantity: '4' }]);
    await expect(follow(books, now)).rejects.toBeInstanceOf(PermanentError);
    books.sandbox.clearRequests();
    await follow(books, now);
    expect(writesOf(books)).toHaveLength(1);
    expect(linesOf(books, id).map(([, quantity]) => quantity)).toEqual([3, 4]);
  });

  test('an order that we do not follow is left alone', async () => {
    expect(await follow(books, orderOf())).toEqual({ kind: 'not followed' });
    expect(books.calls()).toEqual([]);
  });
});

describe('the write-off', () => {
  test('R4 N5 one line is written off: nothing changes any more, and each change counts once', async () => {
    const id = await imported(books);
    books.act('write-off', { orderId: id, itemId: itemOf(books, id, 'A-1') });
    books.sandbox.clearRequests();
    const now = changed([cables('5'), lens], { delivery: { carrier: 'Courier' }, ending: 'cancelled' });
    expect(codesOf(await follow(books, now))).toEqual(['ignored-after-write-off']);
    expect(codesOf(await follow(books, now))).toEqual([]);
    expect(codesOf(await follow(books, { ...now, modifiedAt: '2026-09-09T09:00:00Z' }))).toEqual([]);
    expect(await stateOf(books)).toMatchObject({ ignored: 1, frozenAt: expect.any(String) });
    expect(codesOf(await follow(books, changed([cables('6')])))).toEqual(['ignored-after-write-off']);
    expect(codesOf(await follow(books, undefined))).toEqual(['ignored-after-write-off']);
    expect(await stateOf(books)).toMatchObject({ ignored: 3 });
    expect(writesOf(books)).toEqual([]);
    expect(linesOf(books, id)).toEqual(two);
  });

  test('N5 A, B, A, B after the write-off: both times B is a change that was ignored', async () => {
    const id = await imported(books);
    books.act('write-off', { orderId: id });
    for (const quantity of ['5', '2', '5']) await follow(books, changed([cables(quantity), charger]));
    expect(await stateOf(books)).toMatchObject({ ignored: 2 });
  });

  test('N5 an order that was only looked at after its write-off has no ignored change', async () => {
    const id = await imported(books);
    books.act('write-off', { orderId: id });
    expect(await follow(books, orderOf())).toMatchObject({ isChanged: false });
    expect(await stateOf(books)).toMatchObject({ ignored: 0, frozenAt: expect.any(String) });
  });

  test('R4 a write-off between two writes of one look stops the rest, comments and status too, and the rest counts as ignored', async () => {
    const statuses = [{ platform: 'on-hold', books: '108', direction: 'both' }, { platform: 'processing', books: '102', direction: 'both' }] as const;
    const given = { pair: { statuses: [...statuses] } };
    const id = await imported(books, orderOf(), given);
    books.sandbox.fault({ on: 'PATCH /v2/orders/*/items/*', kind: 'hold' });
    const now = changed([cables('3'), { ...charger, quantity: '4' }, lens], { status: 'on-hold', delivery: { carrier: 'Courier' }, ending: 'cancelled' });
    const looking = follow(books, now, given);
    await books.sandbox.held(1);
    books.act('write-off', { orderId: id, itemId: itemOf(books, id, 'B-2') });
    books.sandbox.release();
    expect(codesOf(await looking)).toEqual(['lines-changed', 'ignored-after-write-off']);
    expect(linesOf(books, id)).toEqual([['A-1', 3, '54.00'], ['B-2', 1, '50.00']]);
    expect(orderThere(books, id)).toMatchObject({ comments: [], status: { id: 102 } });
    expect(await stateOf(books)).toMatchObject({ ignored: 1, frozenAt: expect.any(String) });
  });

  test('R4 a write-off between the last line and the comment stops the comment', async () => {
    const id = await imported(books);
    books.sandbox.fault({ on: 'PATCH /v2/orders/*/items/*', kind: 'hold' });
    const looking = follow(books, changed([cables('3'), charger], { delivery: { carrier: 'Courier' } }));
    await books.sandbox.held(1);
    books.act('write-off', { orderId: id, itemId: itemOf(books, id, 'B-2') });
    books.sandbox.release();
    expect(codesOf(await looking)).toEqual(['lines-changed', 'ignored-after-write-off']);
    expect(orderThere(books, id).comments).toEqual([]);
  });

  test('R4 a write-off between a changed line and a new one stops the new one', async () => {
    const id = await imported(books);
    books.sandbox.fault({ on: 'PATCH /v2/orders/*/items/*', kind: 'hold' });
    const looking = follow(books, changed([cables('3'), charger, lens]));
    await books.sandbox.held(1);
    books.act('write-off', { orderId: id, itemId: itemOf(books, id, 'B-2') });
    books.sandbox.release();
    expect(codesOf(await looking)).toEqual(['lines-changed', 'ignored-after-write-off']);
    expect(linesOf(books, id)).toHaveLength(2);
  });

  test.each([
    ['a quantity', () => changed([cables('3'), charger])],
    ['a removal', () => changed([charger])],
  ])('R4 %s refused because the line was just written off is an ignored change, not a refusal', async (_, order) => {
    const id = await imported(books);
    books.act('set-switches', { changeWrittenOff: false });
    books.sandbox.fault({ on: 'PATCH /v2/orders/*/items/*', kind: 'hold' });
    const looking = follow(books, order());
    await books.sandbox.held(1);
    books.act('write-off', { orderId: id });
    books.sandbox.release();
    expect(codesOf(await looking)).toEqual(['ignored-after-write-off']);
    expect(orderThere(books, id).comments).toEqual([]);
    expect(linesOf(books, id)).toEqual(two);
  });

  test('R4 a line that is tried again is not sent after a write-off', async () => {
    const id = await imported(books);
    books.sandbox.fault({ on: 'POST /v2/orders/*/items', kind: 'refuse', status: 503, text: 'down' });
    await follow(books, changed([cable, charger, lens]), { ...quick, onTrouble: () => void books.act('write-off', { orderId: id }) });
    expect(linesOf(books, id)).toEqual(two);
    expect(await stateOf(books)).toMatchObject({ ignored: 1 });
  });

  test('R4 a write-off that was seen and reverted freezes for good', async () => {
    const id = await imported(books);
    books.act('write-off', { orderId: id });
    await follow(books, orderOf());
    books.act('revert-write-off', { orderId: id });
    expect(codesOf(await follow(books, changed([cables('3'), charger])))).toEqual(['ignored-after-write-off']);
    expect(linesOf(books, id)).toEqual(two);
  });

  test('R4 a write-off that was seen by a look that failed later freezes for good', async () => {
    const id = await imported(books);
    books.sandbox.fault({ on: 'PATCH /v2/orders/*/items/*', kind: 'hold' });
    books.sandbox.fault({ on: `GET /v2/orders/${id}`, kind: 'refuse', status: 503, text: 'down', after: 2 });
    const looking = follow(books, changed([cables('3'), { ...charger, quantity: '4' }]), { onTrouble: () => void books.act('revert-write-off', { orderId: id }) });
    await books.sandbox.held(1);
    books.act('write-off', { orderId: id });
    books.sandbox.release();
    await looking;
    expect(orderThere(books, id).write_off_history.map(({ what }) => what)).toContain('reverted');
    expect(linesOf(books, id).map(([, quantity]) => quantity)).toEqual([3, 1]);
  });

  test('R4 the Closed group freezes too, and is followed no more', async () => {
    const id = await imported(books);
    books.act('close-order', { orderId: id });
    books.act('revert-write-off', { orderId: id });
    expect(codesOf(await follow(books, changed([cables('3'), charger])))).toEqual(['ignored-after-write-off']);
    expect(await stateOf(books)).toMatchObject({ isOpen: false });
  });
});

describe('the order in the books', () => {
  test('deleted by staff: it is followed no more, and said once', async () => {
    const id = await imported(books);
    books.act('delete-order', { orderId: id });
    expect(codesOf(await follow(books, changed([cables('3')])))).toEqual(['gone-from-target']);
    expect(codesOf(await follow(books, changed([cables('4')])))).toEqual([]);
    expect(await stateOf(books)).toMatchObject({ isOpen: false });
  });

  test('deleted by staff between two writes: it is followed no more', async () => {
    const id = await imported(books);
    books.sandbox.fault({ on: 'PATCH /v2/orders/*/items/*', kind: 'hold' });
    const looking = follow(books, changed([cables('3'), charger]));
    await books.sandbox.held(1);
    books.act('delete-order', { orderId: id });
    books.sandbox.release();
    expect(codesOf(await looking)).toEqual(['gone-from-target']);
  });
});

describe('the customer', () => {
  const masked = orderOf({ customer: { firstName: '', lastName: '', isUnspecified: true } });
  const given = { settings: { unspecified: 'per-order' as const } };

  test('R19 masked at first and named later: the order gets its real contact, once', async () => {
    const id = await imported(books, masked, given);
    expect(clientOf(id)?.email).toBe('');
    expect(codesOf(await follow(books, orderOf(), given))).toEqual(['customer-known']);
    expect(clientOf(id)?.email).toBe(anna.email);
    books.sandbox.clearRequests();
    expect(codesOf(await follow(books, orderOf({ status: 'on-hold' }), given))).toEqual([]);
    expect(writesOf(books)).toEqual([]);
  });

  test('R19 R4 named after the write-off: the contact stays', async () => {
    const id = await imported(books, masked, given);
    books.act('write-off', { orderId: id });
    books.sandbox.clearRequests();
    await follow(books, orderOf(), given);
    expect(writesOf(books)).toEqual([]);
    expect(clientOf(id)?.email).toBe('');
  });

  test('R19 R18 the contact was deleted meanwhile: it is looked up again', async () => {
    const id = await imported(books, masked, given);
    const steps = books.steps(given);
    const parties = await steps.ensureParties({ ...at, order: orderOf() });
    books.act('delete-person', { id: Number(parties.customerId) });
    expect(codesOf(await steps.followOrder({ ...at, sourceId: '1045', digest: 'd2', order: orderOf(), parties }))).toEqual(['stale-link', 'customer-known']);
    expect(clientOf(id)?.email).toBe(anna.email);
  });

  test('R4 a write-off between the customer and the lines stops the lines', async () => {
    const id = await imported(books, masked, given);
    books.sandbox.fault({ on: 'PATCH /v2/orders/*', kind: 'hold' });
    const looking = follow(books, changed([cables('3'), charger]), given);
    await books.sandbox.held(1);
    books.act('write-off', { orderId: id });
    books.sandbox.release();
    expect(codesOf(await looking)).toEqual(['customer-known', 'ignored-after-write-off']);
    expect(linesOf(books, id)).toEqual(two);
  });

  test('R18 a named customer who changes on the platform stays the order’s contact', async () => {
    const id = await imported(books);
    books.sandbox.clearRequests();
    await follow(books, changed([cable, charger], { customer: { ...anna, email: 'other@example.com', phone: '+48602000999' } }));
    expect(writesOf(books)).toEqual([]);
    expect(clientOf(id)?.email).toBe(anna.email);
  });
});
