/** Which webhooks told of contacts, and what only a sweep found, between a simulated shop and a simulated account. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { hearingSource, hearingTarget } from '../../../activities/contact-heard.ts';
import { readHeard } from '../../../ledger/heard.ts';
import { openTestLedger, type TestLedger } from '../../setup/ledger.ts';
import { openPair, startAccount, startShop, type Account, type Pair, type Shop } from './pair.ts';

let opened: TestLedger;
let shop: Shop;
let account: Account;
let pair: Pair;
beforeAll(async () => {
  [shop, account] = [await startShop(), await startAccount()];
});
afterAll(async () => {
  await Promise.all([shop.running.close(), account.running.close()]);
});
beforeEach(async () => {
  shop.empty();
  account.empty();
  opened = await openTestLedger('sqlite', { clock: 'real' });
  pair = await openPair(opened.ledger, { shop, account });
  return async () => opened.close();
});

const made = z.object({ id: z.number() }).transform(({ id }) => String(id));
const customer = async (email: string): Promise<string> => made.parse(await shop.act('create-customer', { email, firstname: 'Ola', newsletter: true, isVerified: true, isRegistered: true, tell: false }));
const source = () => hearingSource(pair.source, { ledger: opened.ledger, connection: 'shop' });
const target = () => hearingTarget(pair.target, { ledger: opened.ledger, connection: 'mail' });
const read = async (connection: 'shop' | 'mail') => {
  const topics = await readHeard(opened.ledger, { connection, system: connection === 'shop' ? 'shoper' : 'sare', integration: pair.ref.id });
  return Object.fromEntries(topics.map(({ topic, heardAt, foundBySweepSince }) => [topic, [heardAt !== null, foundBySweepSince]]));
};

test('S4 N22 a changed address that only the nightly sweep found is counted, until a webhook of such rows is heard', async () => {
  const id = await customer('ola@example.test');
  await source().readContactPage({ ...pair.step, kind: 'customer' }); // an export finds them all: that says nothing of webhooks
  expect((await read('shop'))['client.edit']).toEqual([false, 0]);
  await pair.walk();
  await source().readContactPage({ ...pair.step, kind: 'customer', by: 'sweep' });
  expect((await read('shop'))['client.edit']).toEqual([false, 0]);
  await customer('jan@example.test');
  await source().readContactPage({ ...pair.step, kind: 'customer', by: 'sweep' });
  expect(await read('shop')).toMatchObject({ 'client.create': [false, 1], 'client.edit': [false, 1], 'client.delete': [false, null], 'subscriber.edit': [false, 0] });
  await source().readContacts({ ...pair.step, changes: [{ kind: 'customer', sourceId: id, event: 'changed' }], heard: ['client.edit'] });
  expect(await read('shop')).toMatchObject({ 'client.create': [false, 0], 'client.edit': [true, 0] });
});

test('S10 N22 a refusal that only the sweep found is counted, until an unsubscribe is told of', async () => {
  for (const email of ['ola@example.test', 'jan@example.test']) await customer(email);
  await pair.walk();
  await account.act('unsubscribe', { email: 'ola@example.test' });
  await target().readContactStatuses({ ...pair.step, by: 'sweep' });
  await target().readContactStatuses({ ...pair.step, by: 'sweep' }); // known by now
  expect(await read('mail')).toEqual({ unsubscribe: [false, 1], bounce: [false, null] });
  await target().readContactStatuses({ ...pair.step, addresses: ['jan@example.test'], heard: ['unnamed'] });
  expect(await read('mail')).toEqual({ unsubscribe: [false, 0], bounce: [false, null], unnamed: [true, 0] });
});
