/** When each webhook spoke last, and what only a sweep found since. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { noteHeard, noteUntold, readHeard } from '../../ledger/heard.ts';
import { openTestLedger, type TestLedger } from '../setup/ledger.ts';

let t: TestLedger;
beforeEach(async () => void (t = await openTestLedger()));
afterEach(() => t.close());

const shop = { connection: 'shop', integration: 'shop-books' };
const read = async (system = 'woocommerce', integration = 'shop-books') => Object.fromEntries((await readHeard(t.ledger, { connection: 'shop', system, integration })).map(({ topic, heardAt, foundBySweepSince }) => [topic, [heardAt !== null, foundBySweepSince]]));

test('N22 each webhook is shown before it was ever heard; one that a sweep cannot miss has no number', async () => {
  expect(await read()).toEqual({ 'order.created': [false, 0], 'order.updated': [false, 0], 'order.deleted': [false, 0], 'order.restored': [false, null] });
});

test('N22 what only a sweep finds is counted with the webhook that kept silent, until that one speaks', async () => {
  for (const untold of ['new', 'changed', 'changed'] as const) await noteUntold(t.ledger, 'shop-books', untold);
  await noteHeard(t.ledger, shop, ['order.restored']);
  expect(await read()).toEqual({ 'order.created': [false, 1], 'order.updated': [false, 2], 'order.deleted': [false, 0], 'order.restored': [true, null] });
  await noteHeard(t.ledger, shop, ['order.updated']);
  expect(await read()).toEqual({ 'order.created': [false, 1], 'order.updated': [true, 0], 'order.deleted': [false, 0], 'order.restored': [true, null] });
});

test('N22 the time is the last one', async () => {
  await noteHeard(t.ledger, shop, ['order.updated']);
  const first = await t.ledger.marks.get('connection:shop', 'heard:order.updated');
  t.clock.advance(60_000);
  await noteHeard(t.ledger, shop, ['order.updated']);
  const last = await t.ledger.marks.get('connection:shop', 'heard:order.updated');
  expect(Date.parse(last ?? '') - Date.parse(first ?? '')).toBeGreaterThanOrEqual(60_000);
});

test('N22 two integrations that read one shop hear together and count apart', async () => {
  await noteUntold(t.ledger, 'shop-books', 'changed', 3);
  await noteUntold(t.ledger, 'shop-old-books', 'changed', 5);
  await noteHeard(t.ledger, shop, ['order.updated']);
  expect([(await read())['order.updated'], (await read('woocommerce', 'shop-old-books'))['order.updated']]).toEqual([[true, 0], [true, 5]]);
});

test('N22 a webhook that nobody here asked for is shown once it came', async () => {
  expect(await read('shopify')).not.toHaveProperty('orders/paid');
  await noteHeard(t.ledger, shop, ['orders/paid']);
  expect(await read('shopify')).toHaveProperty('orders/paid', [true, null]);
});

test('N9 a word that is no topic of ours leaves no mark', async () => {
  await noteHeard(t.ledger, shop, ['order.anna-nowak']);
  expect(await t.ledger.marks.get('connection:shop', 'heard:order.anna-nowak')).toBeUndefined();
});
