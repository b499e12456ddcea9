/** Nobody who refused is subscribed again: each way in which it could happen, at the steps of the flow. */
import { copyFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { demandAdoption, setAdopted } from '../../../ledger/adoption.ts';
import { openLedger } from '../../../ledger/open.ts';
import { openTestLedger, testSecrets, type TestLedger } from '../../setup/ledger.ts';
import { addPath, failing, openPair, startAccount, startShop, type Account, type Pair, type PairOptions, type Shop } from './pair.ts';

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
  pair = await open();
  return async () => opened.close();
});

const open = async (options: Partial<PairOptions> = {}): Promise<Pair> => openPair(opened.ledger, { shop, account, ...options });
const made = z.object({ id: z.number() }).transform(({ id }) => String(id));
const ola = 'ola@example.test';
const customer = async (email = ola, more: object = {}): Promise<string> => made.parse(await shop.act('create-customer', { email, firstname: 'Ola', newsletter: true, isVerified: true, isRegistered: true, tell: false, ...more }));
const subscriber = async (email = ola, active = true): Promise<string> => made.parse(await shop.act('subscribe', { email, active, tell: false }));
const untick = async (email = ola): Promise<unknown> => shop.act('set-newsletter', { email, newsletter: false, tell: false });
const refuse = async (email = ola, by: Pair = pair): Promise<void> => {
  const at = await by.ledger.clock.now();
  await by.ledger.consents.add({ company: by.ref.company, person: by.personOf(email), channel: 'email', source: 'operator', state: 'refused', by: 'operator', earliest: at, latest: at });
};
const standingOf = async (email = ola, by: Pair = pair): Promise<string | undefined> => (await by.ledger.consents.standing(by.ref.company, [by.personOf(email)], 'email')).get(by.personOf(email));
const addBody = z.looseObject({ only_add_to_groups: z.boolean(), update_on_duplicate: z.boolean(), update_status_on_duplicate: z.boolean(), send_confirmation: z.boolean(), emails: z.array(z.looseObject({ email: z.string(), status: z.number() })) });
const writes = () => account.running.requests(addPath).map(({ body }) => addBody.parse(JSON.parse(body)));
/** Every write that could make somebody a receiver of mail: of this address, with a status that is no refusal, or one that keeps none. */
const confirmations = (email = ola) => writes().flatMap(({ update_status_on_duplicate: overwrites, emails }) => emails.filter((item) => item.email === email && item.status !== 2).map(({ status }) => `${status}${overwrites ? ' over what was there' : ''}`));

describe('N3 S8 the mailing that must not be', () => {
  test('every write names its status and all four flags; none overwrites a status but the refusal', async () => {
    await customer();
    await subscriber('jan@example.test', false);
    await pair.walk();
    await untick();
    await pair.walk();
    expect(writes().length).toBeGreaterThan(2);
    const flags = writes().map(({ only_add_to_groups: only, update_on_duplicate: fill, update_status_on_duplicate: over, send_confirmation: mails, emails }) => ({ only, fill, mails, isWrong: over && emails.some(({ status }) => status !== 2) }));
    expect(new Set(flags.map((flag) => JSON.stringify(flag)))).toEqual(new Set([JSON.stringify({ only: true, fill: true, mails: false, isWrong: false })]));
  });

  test('an address that refused enters as refused, whatever its row says', async () => {
    await customer();
    await refuse();
    await pair.walk();
    expect(account.contactOf(ola)?.history.map(({ to }) => to)).toEqual([2]);
  });

  test('two rows of one address, one of them refused: one item, refused', async () => {
    await subscriber();
    await pair.walk();
    await shop.act('delete-subscriber', { email: ola, tell: false });
    await account.act('delete-contact', { email: ola });
    await customer();
    await pair.walk();
    await pair.walk({ isForced: true });
    expect(account.contactOf(ola)?.history.map(({ to }) => to)).toEqual([2]);
  });

  test.each([
    { told: 'the customer alone is told of', first: async (id: string) => pair.sync({ kind: 'customer', sourceId: id }) },
    {
      told: 'the sweep finds the customer first',
      first: async () => {
        const { page } = await pair.source.readContactPage({ ...pair.step, kind: 'customer', by: 'sweep' });
        return pair.target.sendContacts({ ...pair.step, page: page ?? '' });
      },
    },
  ])('S8 a new person made in both kinds enters with one status over both rows: $told', async ({ first }) => {
    const id = await customer(ola, { newsletter: false });
    const row = await subscriber();
    expect(await first(id)).toMatchObject({ sent: 1 });
    expect(account.contactOf(ola)).toMatchObject({ status: 8, groups: expect.arrayContaining([12, 13]) });
    expect(await pair.sync({ kind: 'subscriber', sourceId: row })).toMatchObject({ sent: 0 });
  });

  test('a forced resync after a refusal, also of a contact that was deleted in the account', async () => {
    await customer();
    await pair.walk();
    await untick();
    await pair.walk();
    await account.act('delete-contact', { email: ola });
    account.running.clearRequests();
    await pair.walk({ isForced: true });
    expect(confirmations()).toEqual([]);
    expect(account.contactOf(ola)?.status).toBe(2);
  });

  test('an account made anew with the box ticked lifts no refusal', async () => {
    await customer();
    await pair.walk();
    await untick();
    await pair.walk();
    await shop.act('delete-customer', { email: ola, tell: false });
    await pair.walk();
    await account.act('delete-contact', { email: ola });
    await customer();
    await pair.walk();
    expect(await standingOf()).toBe('refused');
    expect(account.contactOf(ola)?.status).toBe(2);
  });

  test('the case of the address makes no second person', async () => {
    await refuse('Ola@Example.TEST');
    await customer('OLA@example.test');
    await pair.walk();
    expect(account.contactOf(ola)?.status).toBe(2);
  });

  test('a second integration of the company, into the same account and into another one', async () => {
    const other = await startAccount();
    await customer();
    await pair.walk();
    await untick();
    await pair.walk();
    const again = await open({ id: 'again-to-mail' });
    const elsewhere = await open({ id: 'shop-to-other', account: other, connections: { shop: 'shop', account: 'other' } });
    await shop.act('set-newsletter', { email: ola, newsletter: true, tell: false });
    account.running.clearRequests();
    await again.walk({ isForced: true });
    await elsewhere.walk({ isForced: true });
    expect(confirmations()).toEqual([]);
    expect([account.contactOf(ola)?.status, other.contactOf(ola)?.status]).toEqual([2, 2]);
    await other.running.close();
  });

  test('N17 two companies do not know each other’s refusals', async () => {
    const [otherShop, otherAccount] = [await startShop(), await startAccount()];
    const theirs = await open({ id: 'theirs', company: 'bakery', shop: otherShop, account: otherAccount, connections: { shop: 'bakery-shop', account: 'bakery-mail' } });
    await customer();
    await otherShop.act('create-customer', { email: ola, firstname: 'Ola', newsletter: true, isVerified: true, isRegistered: true, tell: false });
    await refuse();
    await pair.walk();
    await theirs.walk();
    await theirs.sweep();
    expect([account.contactOf(ola)?.status, otherAccount.contactOf(ola)?.status]).toEqual([2, 8]);
    expect(await theirs.ledger.contacts.counts('theirs')).toMatchObject({ refusalsDue: 0, withdrawalsDue: 0, notWritable: 0 });
    expect(pair.personOf(ola)).not.toBe(theirs.personOf(ola));
    await Promise.all([otherShop.running.close(), otherAccount.running.close()]);
  });

  test('S9 a page that was read before the refusal and sent after it', async () => {
    await customer();
    const page = await pair.readPage('customer');
    await refuse();
    await pair.target.sendContacts({ ...pair.step, page });
    expect(account.contactOf(ola)?.history.map(({ to }) => to)).toEqual([2]);
  });

  test('S9 a batch that is on its way while the person refuses is followed by the refusal in the same step', async () => {
    await customer();
    const page = await pair.readPage('customer');
    account.running.fault({ on: addPath, kind: 'hold' });
    const sending = pair.target.sendContacts({ ...pair.step, page });
    await account.running.held(1);
    await refuse();
    account.running.release();
    expect(await sending).toMatchObject({ refusalsWritten: 1 });
    expect(account.contactOf(ola)?.status).toBe(2);
  });

  test('S9 a batch whose reply was lost and which takes effect late: the refusal waits until it no longer can', async () => {
    const slow = await open({ callTimes: { abortMs: 300, settleMs: 900 } });
    await customer();
    const page = await slow.readPage('customer');
    account.running.fault({ on: addPath, kind: 'slow-before-storing', delayMs: 800 });
    expect(await failing(slow.target.sendContacts({ ...slow.step, page }))).toBe('RetryableError');
    await refuse(ola, slow);
    await slow.ledger.contacts.putAddresses(slow.ref.id, [{ person: slow.personOf(ola), email: ola, isRefusalThere: false }]);
    await slow.target.refuseContacts({ ...slow.step, persons: [slow.personOf(ola)] });
    expect(account.contactOf(ola)?.history.map(({ to }) => to)).toEqual([8, 2]);
  });

  test('S9 a refusal whose write was lost is still due, and written by the next look', async () => {
    await customer();
    await pair.walk();
    await untick();
    account.running.fault({ on: addPath, kind: 'refuse', status: 503 });
    await failing(pair.walk());
    expect(account.contactOf(ola)?.status).toBe(8);
    await pair.sweep();
    expect(account.contactOf(ola)?.status).toBe(2);
  });

  test('a changed address takes the refusal along, also where one of two boxes was cleared by the same change', async () => {
    const id = await customer();
    await shop.act('set-consent-field', { id: Number(id), value: '1' });
    await pair.walk();
    await shop.act('edit-customer', { id: Number(id), newEmail: 'nowa@example.test', newsletter: false, tell: false });
    await pair.walk();
    expect(await standingOf('nowa@example.test')).toBe('refused');
    expect(account.contactOf('nowa@example.test')?.status).toBe(2);
    expect(account.contactOf(ola)?.groups).toEqual([]);
  });

  test('a refusal of the old address holds for the new one, ticked or not', async () => {
    const id = await customer();
    await pair.walk();
    await untick();
    await pair.walk();
    await shop.act('edit-customer', { id: Number(id), newEmail: 'nowa@example.test', newsletter: true, tell: false });
    await pair.walk();
    expect(account.contactOf('nowa@example.test')?.history.map(({ to }) => to)).toEqual([2]);
  });

  test('a page that is older than the row: an account deleted since is not made anew, an address changed since not put back into its group', async () => {
    const [gone, moved] = [await customer('gone@example.test'), await customer('moved@example.test')];
    const page = await pair.readPage('customer');
    await shop.act('delete-customer', { email: 'gone@example.test', tell: false });
    await shop.act('edit-customer', { email: 'moved@example.test', newEmail: 'new@example.test', tell: false });
    await pair.sync({ kind: 'customer', sourceId: gone }, { kind: 'customer', sourceId: moved });
    await pair.target.sendContacts({ ...pair.step, page });
    expect([account.contactOf('gone@example.test'), account.contactOf('moved@example.test')]).toEqual([undefined, undefined]);
    expect(account.contactOf('new@example.test')?.status).toBe(8);
  });

  test('blocked there is a refusal: neither overwritten nor filled in, learned although the contact was never taken, and carried to the shop', async () => {
    await account.act('add-contact', { email: ola, status: 8 });
    await account.act('block', { email: ola });
    await subscriber();
    expect(await pair.walk()).toMatchObject({ sent: 0, parked: 1 });
    expect(await standingOf()).toBe('refused');
    await pair.sweep();
    expect(shop.personOf(ola)?.subscribers.map(({ active }) => active)).toEqual([false]);
    expect(account.contactOf(ola)).toMatchObject({ status: 7, groups: [], name: '' });
  });

  test('forgotten there stays so, as far as the account tells', async () => {
    await account.act('switches', { forgotten: 'shown' });
    await account.act('add-contact', { email: ola, status: 8 });
    await account.act('forget', { email: ola });
    await customer();
    await pair.walk();
    await pair.walk({ isForced: true });
    expect(await standingOf()).toBe('refused');
    expect(account.contactOf(ola)?.status).toBe('forgotten');
  });

  test('a confirmation is written only while the ledger has the person as granted', async () => {
    await customer();
    await pair.walk();
    await untick();
    await pair.walk();
    expect(await pair.target.confirmContacts({ ...pair.step, persons: [pair.personOf(ola)] })).toEqual({ written: 0 });
    expect(account.contactOf(ola)?.status).toBe(2);
    expect(account.resubscribed()).toEqual([]);
  });

  test('what we wrote is no news: a person who asked again in the shop stays subscribed there, and the older refusal there stays', async () => {
    await customer();
    await pair.walk();
    await untick();
    await pair.walk();
    await shop.act('set-newsletter', { email: ola, newsletter: true, tell: false });
    await pair.walk();
    await pair.sweep();
    expect(await standingOf()).toBe('granted');
    expect(account.contactOf(ola)?.status).toBe(2);
    await account.act('set-status', { email: ola, status: 8 });
    await pair.sweep();
    await account.act('unsubscribe', { email: ola });
    await pair.sweep();
    expect(await standingOf()).toBe('refused'); // and the next refusal is news
  });

  test('an opt-out is written although refusals of addresses that the account does not know are due before it', async () => {
    for (let n = 0; n < 520; n += 1) await refuse(`unknown${n}@example.test`);
    await pair.ledger.contacts.putAddresses(pair.ref.id, Array.from({ length: 520 }, (_, n) => ({ person: pair.personOf(`unknown${n}@example.test`), email: `unknown${n}@example.test`, isRefusalThere: false })));
    await customer();
    await pair.walk();
    await refuse();
    await pair.sweep();
    expect(account.contactOf(ola)?.status).toBe(2);
  });

  test('a shop that refuses one withdrawal does not keep the others from theirs', async () => {
    const [first] = [await subscriber(), await subscriber('jan@example.test')];
    await pair.walk();
    for (const email of [ola, 'jan@example.test']) await account.act('unsubscribe', { email });
    shop.running.fault({ on: `PUT /webapi/rest/subscribers/${first}`, kind: 'refuse', status: 400, times: 0 });
    await pair.sweep();
    shop.running.clearFaults();
    expect(shop.personOf('jan@example.test')?.subscribers.map(({ active }) => active)).toEqual([false]);
    expect(await pair.ledger.contacts.counts(pair.ref.id)).toMatchObject({ notWritable: 1 });
  });

  test('S10 one call that fails in the shop keeps nobody else waiting; the step is tried again for that one', async () => {
    const people = ['anna@example.test', 'jan@example.test', 'ewa@example.test'];
    for (const email of people) await subscriber(email);
    await pair.walk();
    for (const email of people) await account.act('unsubscribe', { email });
    const { refused } = await pair.target.readContactStatuses(pair.step);
    const active = (): number => people.filter((email) => shop.personOf(email)?.subscribers.some((row) => row.active)).length;
    shop.running.fault({ on: 'PUT /webapi/rest/subscribers/*', kind: 'refuse', status: 503, times: 1 });
    expect(await failing(pair.source.withdrawContacts({ ...pair.step, persons: refused }))).toBe('RetryableError');
    expect(active()).toBe(1);
    expect(await pair.source.withdrawContacts({ ...pair.step, persons: refused })).toMatchObject({ withdrawn: 1 });
    expect(active()).toBe(0);
  });
});

const body = (company: string): string => JSON.stringify({ flow: 'export-contacts', company });

describe('N21 a ledger that was restored from an older copy', () => {
  test('an integration waits for the others of its company, too: a refusal holds for all of them', async () => {
    await customer();
    const page = await pair.readPage('customer');
    await pair.ledger.settings.apply('integration:rivals', body('rival'));
    await pair.ledger.settings.apply('integration:outlet', body('acme'));
    for (const id of ['rivals', 'outlet']) await demandAdoption(pair.ledger, id, 'restored');
    expect(await failing(pair.target.sendContacts({ ...pair.step, page }))).toBe('PausedError');
    await setAdopted(pair.ledger, 'outlet', '2026-11-01T00:00:00Z');
    expect(await pair.target.sendContacts({ ...pair.step, page })).toMatchObject({ sent: 1 });
  });

  test('sends and confirms nothing until refusals are re-read from both sides', async () => {
    const [dead] = [await customer(), await subscriber('jan@example.test')];
    await pair.walk();
    const person = pair.personOf(ola);
    const at = await pair.ledger.clock.now();
    await pair.ledger.consents.add({ company: 'acme', person, channel: 'email', source: 'operator', state: 'granted', by: 'person', earliest: at, latest: at });
    const { memory: yesterday } = await pair.target.beginContactWalk(pair.step);
    await copyFile(opened.database.file, `${opened.database.file}.copy`);
    await copyFile(`${opened.database.file}-wal`, `${opened.database.file}.copy-wal`).catch(() => undefined);
    await account.act('unsubscribe', { email: ola });
    await shop.act('delete-subscriber', { email: 'jan@example.test', tell: false });
    await pair.walk();
    await pair.sweep();
    const { memory } = await pair.target.beginContactWalk({ ...pair.step, last: yesterday });
    await account.act('delete-contact', { email: 'jan@example.test' });
    const restored = await openLedger({ url: `file:${opened.database.file}.copy`, secrets: testSecrets });
    const after = await openPair(restored, { shop, account });
    expect(await after.target.beginContactWalk({ ...after.step, last: memory })).toMatchObject({ mustReread: true });
    await subscriber('jan@example.test');
    const page = await after.readPage('customer', { isForced: true });
    expect(await failing(after.target.sendContacts({ ...after.step, page }))).toBe('PausedError');
    expect(await failing(after.target.confirmContacts({ ...after.step, persons: [person] }))).toBe('PausedError');
    expect(account.contactOf(ola)?.status).toBe(3);
    const since = await restored.clock.now();
    await after.source.readContactPage({ ...after.step, kind: 'subscriber', isLookOnly: true });
    await after.source.readUnseen({ ...after.step, kind: 'subscriber', since, isLookOnly: true });
    await after.target.readContactStatuses(after.step);
    await after.target.endContactReread(after.step);
    expect(await after.target.confirmContacts({ ...after.step, persons: [person] })).toEqual({ written: 0 });
    await after.walk({ isForced: true });
    expect([account.contactOf(ola)?.status, account.contactOf('jan@example.test')?.status]).toEqual([3, 2]);
    expect(account.resubscribed()).toEqual([]);
    expect(dead).not.toBe('');
    await restored.close();
  });
});
