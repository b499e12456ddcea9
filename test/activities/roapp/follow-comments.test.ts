import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RetryableError } from '../../../activities/errors.ts';
import type { Ending } from '../../../domain/order.ts';
import { cable, changed, charger, codesOf, commentsOf, follow, imported, itemOf, linesOf, orderThere, stateOf, writesOf } from './following.ts';
import { at, orderOf, startBooks, type Books } from './support.ts';

let books: Books;
beforeEach(async () => {
  books = await startBooks();
});
afterEach(() => books.close());

const quick = { settings: { abortMs: 250, settleMs: 300 } };
const courier = { carrier: 'Courier', cost: '12.00', recipient: 'Anna Testowa, ul. Przykładowa 1' };
const locker = { carrier: 'Locker', recipient: 'Locker 7' };
const courierText = 'Delivery: Courier\nCost of delivery: 12.00 PLN\nRecipient’s address: Anna Testowa, ul. Przykładowa 1';
const lockerText = 'Delivery: Locker\nRecipient’s address: Locker 7';
const ended = (ending: Ending) => changed([cable, charger], { ending });

describe('delivery', () => {
  test('R13 a comment only when it changed; A, B, A makes three', async () => {
    const id = await imported(books, orderOf({ delivery: courier }));
    expect(commentsOf(books, id)).toEqual([courierText]);
    for (const delivery of [courier, locker, locker, courier]) await follow(books, changed([cable, charger], { delivery }));
    expect(commentsOf(books, id)).toEqual([courierText, lockerText, courierText]);
  });

  test('R13 the first delivery of an order that came without one is told', async () => {
    const id = await imported(books);
    expect(codesOf(await follow(books, orderOf({ delivery: courier })))).toEqual(['delivery-changed']);
    expect(commentsOf(books, id)).toEqual([courierText]);
  });

  test('R12 R13 an order that has none any more makes no comment', async () => {
    const id = await imported(books, orderOf({ delivery: courier }));
    await follow(books, changed([cable, charger]));
    expect(commentsOf(books, id)).toEqual([courierText]);
  });

  test('N18 another language makes no comment while the platform’s data are the same', async () => {
    const id = await imported(books, orderOf({ delivery: courier }));
    await follow(books, orderOf({ delivery: courier }), { settings: { language: 'pl' }, digest: 'digest-1045' });
    expect(commentsOf(books, id)).toHaveLength(1);
  });

  test('promise 4: a comment whose reply was lost is never sent twice, and noted', async () => {
    const id = await imported(books);
    books.sandbox.fault({ on: 'POST /v2/orders/*/comments', kind: 'lost-reply' });
    const followed = await follow(books, orderOf({ delivery: courier }), quick);
    expect(codesOf(followed)).toEqual(['comment-unknown', 'delivery-changed']);
    await follow(books, orderOf({ delivery: courier, status: 'on-hold' }), quick);
    expect(commentsOf(books, id)).toEqual([courierText]);
    await follow(books, orderOf({ delivery: locker }), quick);
    expect(commentsOf(books, id)).toEqual([courierText, lockerText]);
  });

  test('promise 4 R13: while the fate of one comment is not known the delivery changes again: the new one is told', async () => {
    const id = await imported(books);
    books.sandbox.fault({ on: 'POST /v2/orders/*/comments', kind: 'lost-reply' });
    await expect(books.steps(quick).followOrder({ ...at, sourceId: '1045', digest: 'd2', order: orderOf({ delivery: courier }) })).rejects.toBeInstanceOf(RetryableError);
    expect(codesOf(await follow(books, orderOf({ delivery: locker }), quick))).toEqual(['comment-unknown', 'delivery-changed']);
    expect(commentsOf(books, id)).toEqual([courierText, lockerText]);
    expect(await stateOf(books)).toMatchObject({ comments: 2 });
  });

  test.each([
    ['refused', { kind: 'refuse', status: 503, text: 'down' }],
    ['throttled', { kind: 'throttle' }],
  ] as const)('R13 a comment that was %s is made once, or noted', async (_, fault) => {
    const id = await imported(books);
    books.sandbox.fault({ on: 'POST /v2/orders/*/comments', ...fault });
    const followed = await follow(books, orderOf({ delivery: courier }), quick);
    // after a 503 it may have been stored: it is not sent again
    expect([codesOf(followed), commentsOf(books, id)]).toEqual(fault.kind === 'throttle' ? [['delivery-changed'], [courierText]] : [['comment-unknown', 'delivery-changed'], []]);
  });
});

describe('the order ended on the platform before its goods left', () => {
  test.each([
    ['cancelled', 'The order was cancelled in the shop'],
    ['refunded', 'The order was refunded in full in the shop'],
    ['trashed', 'The order was put into the bin in the shop'],
  ] as const)('R8 R16 %s: one comment with what and when', async (ending, words) => {
    const id = await imported(books);
    expect(codesOf(await follow(books, ended(ending)))).toEqual(['order-ended']);
    await follow(books, { ...ended(ending), modifiedAt: '2026-09-05T09:00:00Z' });
    expect(commentsOf(books, id)).toEqual([`${words} (2026-09-02 09:00 UTC)`]);
  });

  test('R8 R16 deleted: one comment, and the lines stay', async () => {
    const id = await imported(books);
    expect(codesOf(await follow(books, undefined, { digest: '' }))).toEqual(['order-ended']);
    expect(codesOf(await follow(books, undefined, { digest: '' }))).toEqual([]);
    expect(commentsOf(books, id)).toEqual([expect.stringMatching(/^The order was deleted in the shop \(\d{4}-\d\d-\d\d \d\d:\d\d UTC\)$/)]);
    expect(linesOf(books, id)).toEqual([['A-1', 2, '81.00'], ['B-2', 1, '50.00']]);
  });

  test('R8 R16 it went on and ended again: that is told again', async () => {
    const id = await imported(books);
    for (const order of [ended('cancelled'), orderOf(), ended('cancelled'), undefined, orderOf()]) await follow(books, order);
    expect(commentsOf(books, id).map((text) => text.split(' (')[0])).toEqual(['The order was cancelled in the shop', 'The order was cancelled in the shop', 'The order was deleted in the shop']);
  });

  test('R8 an order that had ended before it was imported is not told of', async () => {
    const id = await imported(books, orderOf({ ending: 'cancelled' }));
    await follow(books, ended('cancelled'));
    expect(commentsOf(books, id)).toEqual([]);
  });

  test('promise 4 R8: the comment on an ending whose reply was lost is not sent again at another minute', async () => {
    const id = await imported(books);
    books.sandbox.fault({ on: 'POST /v2/orders/*/comments', kind: 'lost-reply' });
    const steps = books.steps(quick);
    await expect(steps.followOrder({ ...at, sourceId: '1045', digest: 'd2', order: ended('cancelled') })).rejects.toBeInstanceOf(RetryableError);
    await follow(books, { ...ended('cancelled'), modifiedAt: '2026-09-02T09:10:00Z' }, quick);
    expect(commentsOf(books, id)).toHaveLength(1);
  });

  test('R8 the texts are in the connection’s language', async () => {
    const id = await imported(books);
    await follow(books, ended('cancelled'), { settings: { language: 'fr' } });
    expect(commentsOf(books, id)).toEqual(['La commande a été annulée dans la boutique (2026-09-02 09:00 UTC)']);
  });
});

describe('a removed line whose quantity 0 is refused', () => {
  beforeEach(() => void books.act('set-switches', { zeroQuantity: false }));

  test('R16 is named in one comment', async () => {
    const id = await imported(books);
    expect(codesOf(await follow(books, changed([charger])))).toEqual(['line-not-removed']);
    books.sandbox.clearRequests();
    await follow(books, changed([charger], { status: 'on-hold' }));
    expect(writesOf(books)).toEqual([]);
    expect(commentsOf(books, id)).toEqual(['Line removed in the shop: Cable 1 m']);
    expect(linesOf(books, id)).toEqual([['A-1', 2, '81.00'], ['B-2', 1, '50.00']]);
  });

  test('R16 two of them make two comments, beside the one on the ending', async () => {
    const id = await imported(books);
    await follow(books, changed([], { ending: 'refunded' }));
    expect(commentsOf(books, id)).toEqual(['Line removed in the shop: Cable 1 m', 'Line removed in the shop: Charger', 'The order was refunded in full in the shop (2026-09-02 09:00 UTC)']);
  });

  test('promise 4 R16: the comment’s reply is lost: it is not sent again', async () => {
    const id = await imported(books);
    books.sandbox.fault({ on: 'POST /v2/orders/*/comments', kind: 'lost-reply' });
    expect(codesOf(await follow(books, changed([charger]), quick))).toEqual(['comment-unknown', 'line-not-removed']);
    await follow(books, changed([charger], { status: 'on-hold' }), quick);
    expect(commentsOf(books, id)).toHaveLength(1);
  });

  test('R16 a line that staff took out needs neither quantity 0 nor comment', async () => {
    const id = await imported(books);
    books.act('delete-item', { orderId: id, itemId: itemOf(books, id, 'A-1') });
    expect(codesOf(await follow(books, changed([charger])))).toEqual([]);
    expect(orderThere(books, id).comments).toEqual([]);
  });
});
