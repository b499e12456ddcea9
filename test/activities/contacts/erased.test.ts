/** People who were erased and give their address to the shop anew; and what the shop had of them before (N23). */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { noteErased } from '../../../ledger/erased.ts';
import { openTestLedger, type TestLedger } from '../../setup/ledger.ts';
import { openPair, startAccount, startShop, type Account, type Pair, type Shop } from './pair.ts';

const ola = 'ola@example.test';

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
  shop.running.clock.advance(Date.now() - shop.running.clock.now());
  account.empty();
  opened = await openTestLedger('sqlite', { clock: 'real' });
  pair = await openPair(opened.ledger, { shop, account });
  return async () => opened.close();
});

const made = z.object({ id: z.number() }).transform(({ id }) => String(id));
const customer = async (email: string): Promise<string> => made.parse(await shop.act('create-customer', { email, firstname: 'Ola', newsletter: true, isVerified: true, isRegistered: true, tell: false }));
const subscriber = async (email: string): Promise<string> => made.parse(await shop.act('subscribe', { email, tell: false }));
/** as `waybill person erase` does it; the shop's own clock has gone on when it returns */
async function erase(email: string): Promise<void> {
  await noteErased(opened.ledger, 'acme', [pair.personOf(email)]);
  await opened.ledger.people.erase({ digests: [pair.personOf(email)] });
  shop.running.clock.advance(2_000);
}
const addressOf = async (email: string) => (await opened.ledger.contacts.findAddresses(pair.ref.id, [pair.personOf(email)]))[0];
const unsubscribe = async (email: string): Promise<unknown> => shop.act('delete-subscriber', { email, tell: false });

test('N23 S9 who subscribes anew after it is a contact again, and the subscription they end is a refusal in the mailing system', async () => {
  await customer(ola);
  await pair.walk();
  await erase(ola);
  await account.act('delete-contact', { email: ola });
  expect(await pair.walk({ isForced: true })).toMatchObject({ sent: 0 });
  expect(account.contactOf(ola)).toBeUndefined();

  const id = await subscriber(ola);
  expect(await pair.sync({ kind: 'subscriber', sourceId: id })).toMatchObject({ sent: 1 });
  expect(account.contactOf(ola)?.status).toBe(8);
  expect(await addressOf(ola)).toMatchObject({ email: ola });
  expect(await pair.walk()).toMatchObject({ sent: 0 });

  await unsubscribe(ola);
  await pair.sync({ kind: 'subscriber', sourceId: id });
  expect(account.contactOf(ola)?.status).toBe(2);
});

test('N23 N3 what they said before it still holds: who refused and registers anew is refused in the mailing system', async () => {
  const old = await subscriber(ola);
  await pair.walk();
  await unsubscribe(ola);
  await pair.sync({ kind: 'subscriber', sourceId: old });
  expect(account.contactOf(ola)?.status).toBe(2);
  await erase(ola);
  await account.act('delete-contact', { email: ola });
  await pair.sync({ kind: 'customer', sourceId: await customer(ola) });
  expect(account.contactOf(ola)?.status).not.toBe(8);
  expect(account.resubscribed()).toEqual([]);
});

test('N23 a row that stood in the shop before it stays out, although nothing was noted of it, in a walk and beside a newer one', async () => {
  const id = await subscriber(ola);
  await erase(ola);
  expect(await pair.walk({ isForced: true })).toMatchObject({ sent: 0 });
  expect(await pair.sync({ kind: 'subscriber', sourceId: id })).toMatchObject({ sent: 0 });
  expect(account.contactOf(ola)).toBeUndefined();
  expect(await addressOf(ola)).toBeUndefined();
  expect((await opened.ledger.contacts.findRows(pair.ref.id, 'subscriber', [id]))[0]).toMatchObject({ state: 'erased', email: '' });

  await pair.sync({ kind: 'customer', sourceId: await customer(ola) });
  expect(account.contactOf(ola)?.groups).toEqual([12]);
});

test('N23 another’s row that takes the address after it is theirs from now on, and the refusal it brings is carried', async () => {
  await subscriber(ola);
  const other = await customer('jan@example.test');
  await pair.walk();
  await erase(ola);
  await pair.walk(); // Jan's row is seen once more, with the address it had
  await unsubscribe(ola);
  await shop.act('edit-customer', { email: 'jan@example.test', newEmail: ola, tell: false });
  await pair.sync({ kind: 'customer', sourceId: other });
  expect(await addressOf(ola)).toMatchObject({ email: ola });
  await shop.act('set-newsletter', { email: ola, newsletter: false, tell: false });
  await pair.sync({ kind: 'customer', sourceId: other });
  expect(account.contactOf(ola)?.status).toBe(2);
});
