/** Contacts that do not go through: parked one by one, the rest goes on; trouble in bulk pauses; what the first start asks (N8, N18, N19, S7). */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { UnexpectedReplyError } from '../../../activities/errors.ts';
import { openTestLedger, type TestLedger } from '../../setup/ledger.ts';
import { addPath, failing, openPair, startAccount, startShop, type Account, type Pair, type PairOptions, type Shop } from './pair.ts';

let opened: TestLedger;
let shop: Shop;
let account: Account;

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
  return async () => opened.close();
});

const open = async (options: Partial<PairOptions> = {}): Promise<Pair> => openPair(opened.ledger, { shop, account, ...options });
const made = z.object({ id: z.number() }).transform(({ id }) => String(id));
const customer = async (email: string, more: object = {}): Promise<string> => made.parse(await shop.act('create-customer', { email, firstname: 'Ola', newsletter: true, isVerified: true, isRegistered: true, tell: false, ...more }));
const subscriber = async (email: string, active = true): Promise<string> => made.parse(await shop.act('subscribe', { email, active, tell: false }));
const crowd = async (count: number): Promise<string[]> => Promise.all(Array.from({ length: count }, async (_, n) => customer(`person${n}@example.test`)));
const parkedIn = async (pair: Pair) => (await pair.ledger.parked.list(pair.ref.id)).map(({ kind, sourceId, reason }) => `${kind} ${sourceId} ${reason}`);
const isPaused = async (pair: Pair): Promise<boolean> => (await pair.ledger.states.get(`integration:${pair.ref.id}`)).state === 'paused';
const person = (n: number): string => `person${n}@example.test`;

describe('N8 refused contacts', () => {
  test.each([['named by the account', true], ['not named, found by halving', false]])('%s: parked by their rows, the rest goes on', async (_, rejectedAddress) => {
    const pair = await open();
    const ids = await crowd(9);
    for (const n of [2, 7]) await account.act('add-contact', { email: person(n), status: 8 }).then(async () => account.act('block', { email: person(n) }));
    await account.act('switches', { rejectedAddress });
    expect(await pair.walk()).toMatchObject({ sent: 7, parked: 2 });
    expect((await parkedIn(pair)).toSorted()).toEqual([`customer ${ids[2]} refused`, `customer ${ids[7]} refused`].toSorted());
    expect(account.contactOf(person(8))?.status).toBe(8);
  });

  test('a request that is refused whole for one malformed address', async () => {
    const pair = await open();
    await crowd(5);
    const bad = await customer('(bad)@example.test');
    await account.act('switches', { malformedAddress: 'request' });
    expect(await pair.walk()).toMatchObject({ sent: 5, parked: 1 });
    expect(await parkedIn(pair)).toEqual([`customer ${bad} refused`]);
  });

  test('after it was mended a retry takes it, and nothing waits any more; also where it was acknowledged before', async () => {
    const pair = await open();
    const id = await customer(person(0));
    await pair.walk();
    await account.act('remove-group', { id: 12 });
    await pair.walk({ isForced: true });
    expect(await parkedIn(pair)).toEqual([`customer ${id} refused`]);
    await account.act('add-group', { id: 12, name: 'Shop' });
    expect(await pair.sync({ kind: 'customer', sourceId: id })).toMatchObject({ sent: 1 });
    expect(await parkedIn(pair)).toEqual([]);
    expect(await pair.ledger.outcomes.count(pair.ref.id)).toEqual([{ outcome: 'updated', reason: '', count: 1 }]);
  });

  test('a parked row that is gone from the shop waits for nobody', async () => {
    const pair = await open();
    const id = await customer('(bad)@example.test');
    await pair.walk();
    expect(await parkedIn(pair)).toHaveLength(1);
    await shop.act('delete-customer', { email: '(bad)@example.test', tell: false });
    await pair.sync({ kind: 'customer', sourceId: id });
    expect(await parkedIn(pair)).toEqual([]);
  });

  test('a trait that the account would refuse is left out, counted and named without its value, until it is sent', async () => {
    const pair = await open({ settings: { customers: { group: '12', traits: [{ trait: 'gsm', from: 'comment' }] } } });
    const id = await customer(person(0), { comment: '123' });
    expect(await pair.walk()).toMatchObject({ sent: 1, parked: 0 });
    expect(await pair.ledger.outcomes.count(pair.ref.id)).toEqual([{ outcome: 'updated', reason: 'trait-left-out', count: 1 }]);
    const [noted] = await pair.ledger.outcomes.list(pair.ref.id, { sourceId: id, limit: 1 });
    expect(noted?.detail).toMatch(/gsm: SARE takes phone numbers/);
    expect(noted?.detail).not.toContain('123');
    await shop.act('edit-customer', { id: Number(id), comment: '+48600700800', tell: false });
    await pair.walk();
    expect(await pair.ledger.outcomes.count(pair.ref.id)).toEqual([{ outcome: 'updated', reason: '', count: 1 }]);
  });

  test('a status that nobody documented is told of by itself, and refusals of the others are read', async () => {
    const odd = new UnexpectedReplyError({ system: 'sare', endpoint: 'statuses', sent: 'no', field: 'response.status' });
    const pair = await open({ changed: (driver) => ({ ...driver, readStatuses: async (emails) => (emails.includes(person(1)) ? Promise.reject(odd) : driver.readStatuses(emails)) }) });
    const ids = await crowd(4);
    await pair.walk();
    for (const n of [0, 3]) await account.act('unsubscribe', { email: person(n) });
    await pair.sweep();
    const standing = await pair.ledger.consents.standing('acme', [0, 1, 3].map((n) => pair.personOf(person(n))), 'email');
    expect([...standing.values()]).toEqual(['refused', 'granted', 'refused']);
    expect(await parkedIn(pair)).toEqual([`customer ${ids[1]} unexpected-reply`]);
  });
});

describe('N19 trouble in bulk', () => {
  test('twenty refused in a row, over batches and steps, pause the integration; the next call waits', async () => {
    const pair = await open();
    const ids = await crowd(22);
    await account.act('remove-group', { id: 12 });
    for (const sourceId of ids.slice(0, 19)) await pair.sync({ kind: 'customer', sourceId });
    expect(await isPaused(pair)).toBe(false);
    await pair.sync({ kind: 'customer', sourceId: ids[19] ?? '' });
    expect(await isPaused(pair)).toBe(true);
    expect(await failing(pair.sync({ kind: 'customer', sourceId: ids[20] ?? '' }))).toBe('PausedError');
    expect(await parkedIn(pair)).toHaveLength(20);
  });

  test('one that is taken between ends the row; those that wait already are no news', async () => {
    const pair = await open();
    const bad = await Promise.all(Array.from({ length: 15 }, async (_, n) => customer(`(bad${n})@example.test`)));
    const good = await customer(person(0));
    for (const sourceId of bad) await pair.sync({ kind: 'customer', sourceId });
    for (const sourceId of bad) await pair.sync({ kind: 'customer', sourceId });
    expect(await isPaused(pair)).toBe(false);
    await pair.sync({ kind: 'customer', sourceId: good });
    for (let n = 15; n < 24; n += 1) await pair.sync({ kind: 'customer', sourceId: await customer(`(bad${n})@example.test`) });
    expect(await isPaused(pair)).toBe(false);
  });

  test('blocked contacts are the account’s rule and no trouble', async () => {
    const pair = await open();
    await crowd(25);
    for (let n = 0; n < 25; n += 1) await account.act('add-contact', { email: person(n), status: 8 }).then(async () => account.act('block', { email: person(n) }));
    await pair.walk();
    expect([await isPaused(pair), (await parkedIn(pair)).length]).toEqual([false, 25]);
  });

  test('nothing leaves while the integration is paused', async () => {
    const pair = await open();
    await customer(person(0));
    const page = await pair.readPage('customer');
    await pair.ledger.states.pause(`integration:${pair.ref.id}`, 'by-operator');
    account.running.clearRequests();
    expect(await failing(pair.target.sendContacts({ ...pair.step, page }))).toBe('PausedError');
    expect(account.running.requests()).toEqual([]);
    await pair.ledger.states.resume(`integration:${pair.ref.id}`);
    expect(await pair.target.sendContacts({ ...pair.step, page })).toMatchObject({ sent: 1 });
  });
});

describe('the first start', () => {
  test('nothing is read for sending before the answers are recorded; the comparison writes nothing', async () => {
    const pair = await open({ answers: null });
    await customer(person(0));
    await subscriber(person(1), false);
    await account.act('add-contact', { email: person(1), status: 8 });
    await account.act('add-contact', { email: person(2), status: 8 });
    await customer(person(2), { newsletter: false });
    account.running.clearRequests();
    expect(await failing(pair.source.readContactPage({ ...pair.step, kind: 'customer' }))).toBe('SettingsError');
    expect(await failing(pair.sync({ kind: 'customer', sourceId: '1' }))).toBe('SettingsError');
    const lists = [];
    for (const kind of ['customer', 'subscriber'] as const) {
      const { page } = await pair.source.readContactPage({ ...pair.step, kind, dryRun: true });
      lists.push(await pair.target.compareContacts({ ...pair.step, kind, page: page ?? '' }));
    }
    expect(lists[0]).toMatchObject({ unknownHereConfirmedThere: { count: 1, some: [person(2)] }, refusedHereConfirmedThere: { count: 0 } });
    expect(lists[1]).toMatchObject({ refusedHereConfirmedThere: { count: 1, some: [person(1)] }, inactiveSubscribers: 1 });
    expect(account.running.requests(addPath)).toEqual([]);
    expect(await pair.ledger.consents.count('acme', 'email')).toEqual({ granted: 0, unconfirmed: 0, refused: 0 });
  });

  test.each([
    ['refused', 'treat-as-refusal', { known: 2, unknown: 2 }],
    ['refused', 'leave', { known: 8, unknown: 2 }],
    ['unconfirmed', 'treat-as-refusal', { known: 8, unknown: 6 }],
  ] as const)('an inactive subscriber means %s, and a refusal of the shop: %s', async (inactiveSubscribers, sourceRefusals, wanted) => {
    const pair = await open({ answers: { inactiveSubscribers, sourceRefusals } });
    await account.act('add-contact', { email: person(0), status: 8 });
    for (const n of [0, 1]) await subscriber(person(n), false);
    await pair.walk();
    await pair.sweep();
    expect({ known: account.contactOf(person(0))?.status, unknown: account.contactOf(person(1))?.status }).toEqual(wanted);
  });

  test('with `leave`, a refusal that comes after the first look is written all the same', async () => {
    const pair = await open({ answers: { inactiveSubscribers: 'refused', sourceRefusals: 'leave' } });
    await account.act('add-contact', { email: person(0), status: 8 });
    await subscriber(person(0));
    await pair.walk();
    await shop.act('set-subscriber', { email: person(0), active: false, tell: false });
    await pair.walk();
    expect(account.contactOf(person(0))?.status).toBe(2);
  });
});

describe('S7 N18 settings', () => {
  test('S7 a group that is not there is refused, with those that are', async () => {
    const pair = await open({ settings: { customers: { group: '99999', traits: [] } } });
    const { rows } = await pair.target.checkContactTarget(pair.step);
    const row = rows.find(({ what }) => what === 'target group');
    expect(row).toMatchObject({ state: 'not ok' });
    expect(row?.found).toMatch(/no such group: 99999; there are .*12 \(/);
  });

  test('S12 N18 a changed mapping sends nothing by itself; what changes later goes with the new one', async () => {
    const pair = await open();
    const id = await customer(person(0), { lastname: 'Zimna' });
    await customer(person(1));
    await pair.walk();
    pair.settings.customers = { group: '12', traits: [{ trait: 'name', from: 'lastname' }] };
    account.running.clearRequests();
    await pair.walk();
    expect(account.running.requests(addPath)).toEqual([]);
    await shop.act('edit-customer', { id: Number(id), comment: 'called', tell: false });
    expect(await pair.walk()).toMatchObject({ sent: 1 });
    expect(account.contactOf(person(0))?.name).toBe('Zimna');
  });

  test('N18 a mapping that first names addresses sends nothing by itself; an address that changes later goes', async () => {
    const pair = await open();
    const id = await customer(person(0));
    await customer(person(1));
    await shop.act('set-address', { id: Number(id), city: 'Radom' });
    await pair.walk();
    pair.settings.customers = { group: '12', traits: [{ trait: 'prop1', from: 'address.city' }] };
    account.running.clearRequests();
    await pair.walk();
    await pair.walk();
    expect(account.running.requests(addPath)).toEqual([]);
    await shop.act('set-address', { id: Number(id), city: 'Lublin' });
    expect(await pair.walk()).toMatchObject({ sent: 1 });
    expect(account.contactOf(person(0))?.prop).toMatchObject({ prop1: 'Lublin' });
    pair.settings.customers = { group: '12', traits: [] };
    account.running.clearRequests();
    await pair.walk();
    expect(account.running.requests(addPath)).toEqual([]);
  });
});
