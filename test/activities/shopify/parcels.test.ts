/** Numbers of parcels: which count, from when on, and that an upgrade tells of none again. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseOrder, toOrder } from '../../../activities/shopify/map.ts';
import { numbersOf, parcelsSince, withParcelsSince } from '../../../activities/shopify/parcels.ts';
import { digestOf } from '../../../activities/shopify/platform.ts';
import { openTestLedger, type TestLedger } from '../../setup/ledger.ts';
import { connectionOf, orderOf, personOf } from './orders.ts';

let t: TestLedger;
beforeEach(async () => void (t = await openTestLedger()));
afterEach(() => t.close());

const parcel = (number: string | null, given: object = {}) => ({ status: 'SUCCESS', updatedAt: '2026-11-20T12:00:00Z', trackingInfo: [{ number }], ...given });
const sinceMs = Date.parse('2026-11-20T12:00:00Z');
const digest = (fulfillments?: object[], since = 0): string =>
  digestOf({ ledger: t.ledger, company: 'acme' }, { order: withParcelsSince({ ...orderOf(), ...(fulfillments === undefined ? {} : { fulfillments }) }, since), person: personOf({}) });
const delivery = (fulfillments: object[], order: object = {}, person: object = {}) => toOrder(parseOrder(JSON.stringify({ order: orderOf({ ...order, fulfillments }), person: personOf(person) })), { connection: { country: 'PL', language: 'pl' }, integration: { codeOf: 'variant' } }).delivery;

test.each([
  { why: 'none', fulfillments: [], numbers: [] },
  { why: 'two parcels, one told twice', fulfillments: [parcel('630002'), parcel('630001'), parcel(' 630002 ')], numbers: ['630001', '630002'] },
  { why: 'two numbers of one parcel', fulfillments: [parcel(null, { trackingInfo: [{ number: '2' }, { number: '1' }] })], numbers: ['1', '2'] },
  { why: 'without a number', fulfillments: [parcel(null), parcel(' '), parcel('x', { trackingInfo: [] })], numbers: [] },
  { why: 'taken back', fulfillments: [parcel('1', { status: 'CANCELLED' }), parcel('2', { status: 'FAILURE' }), parcel('3', { status: 'ERROR' })], numbers: [] },
  { why: 'in a state that nobody knows yet', fulfillments: [parcel('1', { status: 'LEVITATING' })], numbers: ['1'] },
])('R13 $why: $numbers', ({ fulfillments, numbers }) => {
  expect(numbersOf(fulfillments)).toEqual(numbers);
});

test('R13 the numbers stand in the delivery, and make one where there is nothing else', () => {
  expect(delivery([parcel('630002'), parcel('630001')])).toMatchObject({ carrier: 'Courier', trackingNumber: '630001, 630002' });
  expect(delivery([parcel('1')], { shippingLines: connectionOf([]) }, { shippingAddress: null })).toEqual({ carrier: '–', trackingNumber: '1' });
  expect(delivery([])).not.toHaveProperty('trackingNumber');
});

test('R13 an order whose numbers changed has changed; where a parcel is on its way does not count', () => {
  expect(new Set([digest(), digest([parcel('1')]), digest([parcel('2')]), digest([parcel('1'), parcel('2')])]).size).toBe(4);
  expect(digest([parcel('2'), parcel('1')])).toBe(digest([parcel('1'), parcel('2', { updatedAt: '2026-11-22T12:00:00Z' })]));
});

test('N18 parcels that are older than the first look change nothing: neither the digest nor the delivery', () => {
  const old = [parcel('1', { updatedAt: '2026-11-20T11:59:59Z' }), parcel(null), parcel('2', { status: 'CANCELLED' })];
  for (const fulfillments of [old, []]) expect(digest(fulfillments, sinceMs)).toBe(digest());
  expect(delivery(withParcelsSince({ fulfillments: old }, sinceMs).fulfillments ?? [])).toEqual(delivery([]));
  expect(digest([...old, parcel('3')], sinceMs)).toBe(digest([parcel('1'), parcel('3')]));
});

test('R13 an integration that has imported nothing yet counts every parcel, for good', async () => {
  expect(await parcelsSince(t, 'shop-to-books')).toBe(0);
  await t.ledger.records.complete({ integration: 'shop-to-books', kind: 'order', sourceId: '1' }, '900', 'd');
  expect(await parcelsSince(t, 'shop-to-books')).toBe(0);
});

test('N18 one that has imported before counts from where its changes were read up to; a dry run notes nothing', async () => {
  await t.ledger.records.complete({ integration: 'shop-to-books', kind: 'order', sourceId: '1' }, '900', 'd');
  expect(await parcelsSince(t, 'shop-to-books', true)).toBe(await t.clock.now());
  await t.ledger.marks.set('integration:shop-to-books', 'changed', '2026-11-20T12:00:00.000Z');
  expect(await parcelsSince(t, 'shop-to-books')).toBe(sinceMs);
  await t.ledger.marks.set('integration:shop-to-books', 'changed', '2026-11-21T12:00:00.000Z');
  expect(await parcelsSince(t, 'shop-to-books')).toBe(sinceMs);
});
