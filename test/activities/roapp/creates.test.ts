import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RateLimitedError, RetryableError } from '../../../activities/errors.ts';
import { createdOrFound } from '../../../activities/roapp/created.ts';
import { BusyKeyError } from '../../../ledger/errors.ts';
import type { Fault } from '../../../sandbox/kernel/sandbox.ts';
import { importOrder, marker, orderOf, startBooks, type Books } from './support.ts';

let books: Books;
beforeEach(async () => {
  books = await startBooks();
});
afterEach(() => books.close());

/** Short, so that an abandoned call is settled soon; what is slow below is stored before these are over. */
const settings = { abortMs: 250, settleMs: 600 };
const order = orderOf();
const creates = [
  ['person', 'POST /v2/contacts/people'],
  ['category', 'POST /v2/catalog/products/categories'],
  ['product', 'POST /v2/catalog/products'],
  ['order', 'POST /v2/orders'],
  ['item', 'POST /v2/orders/*/items'],
] as const;

/** Everything of the order stands once. */
function expectOneOfEach(): void {
  const truth = books.truth();
  expect(truth.people.map((person) => person.email)).toEqual(['anna.testowa@example.com']);
  expect(truth.categories.map((category) => category.title).sort()).toEqual(['Cables', 'Parts']);
  expect(books.products().map((product) => product.sku).sort()).toEqual(['A-1', 'B-2']);
  expect(truth.orders.map((one) => one.custom_fields['f5501'])).toEqual([marker(order)]);
  expect(truth.orders[0]?.items.map((item) => [item.entity.sku, item.quantity, item.price])).toEqual([['A-1', '2.000', '81.00'], ['B-2', '1.000', '50.00']]);
}

const everyTrouble: [string, Omit<Fault, 'on'>][] = [
  ['its reply lost', { kind: 'lost-reply' }],
  ['stored only after the sender gave up', { kind: 'slow-before-storing', delayMs: 400 }],
];
const moreTrouble: [string, Omit<Fault, 'on'>][] = [
  ['answered only after the sender gave up', { kind: 'slow-after-storing', delayMs: 400 }],
  ['an HTML page instead of an answer', { kind: 'garbage' }],
  ['an error 500', { kind: 'refuse', status: 500, text: 'Internal error' }],
  ['an error 503', { kind: 'refuse', status: 503, text: 'Unavailable' }],
  ['too many calls', { kind: 'throttle' }],
];

/** The fault strikes, something is repeated, and everything stands once. */
async function survives(fault: Fault): Promise<void> {
  books.sandbox.fault(fault);
  const seen: unknown[] = [];
  const outcome = await importOrder(books, order, { settings }, (error) => seen.push(error));
  expect(seen).not.toEqual([]);
  expect(outcome).toMatchObject({ kind: 'created', targetId: String(books.truth().orders[0]?.id), notes: [] });
  expectOneOfEach();
}

test.each(moreTrouble)('N11 creating the order with %s makes one of everything', async (_trouble, fault) => survives({ on: 'POST /v2/orders', ...fault }));

test('N11 a reply without an id, or cut in half, makes one of everything', async () => {
  for (const [, on] of creates) books.sandbox.fault({ on, kind: 'half-page' });
  await importOrder(books, order, { settings });
  expectOneOfEach();
});

describe.each(creates)('creating the %s', (_, on) => {
  test.each(everyTrouble)('N11 with %s makes one of everything', async (_trouble, fault) => survives({ on, ...fault }));

  test('N1 by two senders at once makes one of everything', async () => {
    const patient = { abortMs: 5_000 };
    const second = await books.openAgain();
    books.sandbox.fault({ on, kind: 'hold' });
    const first = importOrder(books, order, { settings: patient, holder: 'first' });
    await books.sandbox.held(1);
    let released = false;
    const other = importOrder(books, order, { settings: patient, holder: 'second', ledger: second }, (error) => {
      expect(error).toBeInstanceOf(BusyKeyError);
      if (!released) books.sandbox.release();
      released = true;
    });
    const outcomes = await Promise.all([first, other]);
    await second.close();
    expect(released).toBe(true);
    expect(outcomes[0]).toEqual(outcomes[1]);
    expectOneOfEach();
  });
});

test('N1 N11 two orders of one new customer at the same moment make one customer, although one look-up is held', async () => {
  books.sandbox.fault({ on: 'GET /v2/contacts/people', kind: 'hold' });
  const patient = { abortMs: 5_000 };
  const other = orderOf({ sourceId: '1046', number: '1046' });
  const first = importOrder(books, order, { settings: patient, holder: 'first' });
  await books.sandbox.held(1);
  const second = importOrder(books, other, { settings: patient, holder: 'second' }, () => books.sandbox.release());
  await Promise.all([first, second]);
  const truth = books.truth();
  expect([truth.people.length, books.products().length, truth.orders.length]).toEqual([1, 2, 2]);
});

test('N11 the e-mail filter is ignored by the vendor: a person without a phone is still found after a lost reply, behind sixty newer ones', async () => {
  books.seed({ people: 60 });
  await books.index();
  const customer = { firstName: 'Ewa', lastName: 'Próbna', email: 'ewa.probna@example.com' };
  books.sandbox.fault({ on: 'POST /v2/contacts/people', kind: 'lost-reply' });
  let typedMeanwhile = false;
  await importOrder(books, orderOf({ customer }), { settings }, () => {
    if (!typedMeanwhile) books.seed({ seed: 2, people: 60 });
    typedMeanwhile = true;
  });
  expect(books.truth().people.filter((person) => person.email === customer.email)).toHaveLength(1);
});

test('N11 staff merge the client while the order’s reply is lost: the order is found all the same', async () => {
  books.sandbox.fault({ on: 'POST /v2/orders', kind: 'lost-reply' });
  let merged = false;
  const outcome = await importOrder(books, order, { settings }, () => {
    if (merged) return;
    merged = true;
    const [keep] = books.seed({ people: [{ firstName: 'Anna', lastName: 'Testowa', email: 'other@example.com' }] }).people;
    books.act('merge-people', { keep, remove: books.truth().orders[0]?.client_id });
  });
  expect(merged).toBe(true);
  expect(outcome.kind).toBe('created');
  expect(books.truth().orders).toHaveLength(1);
});

test('promise 4: a comment whose reply is lost is not sent again, and noted', async () => {
  const withShipping = orderOf({ charges: [{ kind: 'shipping', name: 'Courier', total: { net: '10.00', tax: '2.30' } }], total: '224.30', totalTax: '41.95' });
  books.sandbox.fault({ on: 'POST /v2/orders/*/comments', kind: 'lost-reply' });
  const seen: unknown[] = [];
  const outcome = await importOrder(books, withShipping, { settings }, (error) => seen.push(error));
  expect(seen).toContainEqual(expect.any(RetryableError));
  expect(outcome).toMatchObject({ kind: 'created', notes: expect.arrayContaining([expect.objectContaining({ code: 'comment-unknown' })]) });
  expect(books.truth().orders[0]?.comments).toHaveLength(1);
  expect(await books.ledger.records.find({ integration: 'shop-to-books', kind: 'order', sourceId: '1045' })).toMatchObject({ state: 'completed' });
});

test('N2 a completed import costs no call and writes nothing', async () => {
  const first = await importOrder(books, order);
  books.sandbox.clearRequests();
  expect(await importOrder(books, order)).toEqual(first);
  expect(books.calls()).toEqual([]);
});

test('N11 a reply without an id leaves the create unsettled when its look-up fails or finds nothing', async () => {
  const throttled = new RateLimitedError({ system: 'roapp', endpoint: 'GET /orders', status: 429, retryAfterMs: 1_000 });
  await expect(createdOrFound(undefined, () => Promise.reject(throttled), 'POST /orders')).rejects.toMatchObject({ sent: 'maybe' });
  await expect(createdOrFound(undefined, () => Promise.resolve(undefined), 'POST /orders')).rejects.toMatchObject({ sent: 'maybe', field: 'id' });
});
