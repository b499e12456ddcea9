/** S10: carrying a refusal to the simulated shop, in all its flavours, and again after a lost reply. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestLedger, type TestLedger } from '../../setup/ledger.ts';
import { driverOf, personIn, startSimulatedShop, type SimulatedShop } from './sandbox.ts';

let opened: TestLedger;
let shop: SimulatedShop;
beforeAll(async () => {
  opened = await openTestLedger('sqlite', { clock: 'real' });
  shop = await startSimulatedShop();
});
beforeEach(() => {
  shop.special = shop.definition.seed({ customers: 40, subscribers: 10 }).special;
  shop.running.clearRequests();
});
afterEach(async () => {
  shop.running.clearFaults();
  await shop.act('switches', { newsletterWrites: 'ignored', subscriberFilters: 'work', emailCase: 'any-case' });
  await shop.act('unlock');
});
afterAll(async () => {
  await shop.running.close();
  await opened.close();
});

const email = (name: string): string => `${name}@example.org`;
const subscriberOf = (name: string) => ({ kind: 'subscriber', sourceId: String(shop.special[name]?.subscriber) }) as const;
const customerOf = (name: string) => ({ kind: 'customer', sourceId: String(shop.special[name]?.customer) }) as const;
const withdraw = async (name: string, known: Parameters<ReturnType<typeof driverOf>['withdraw']>[1] = [], settings: Parameters<typeof driverOf>[2] = {}) => driverOf(shop, opened.ledger, settings).withdraw(email(name), known);
const writes = () => shop.calls().filter((call) => !call.startsWith('GET') && call !== 'POST /bulk');
const consentField = () => String(shop.definition.truth().shop.consentFieldId);

describe('S10 subscribers', () => {
  test('deactivated, found by the address; a repeat changes nothing', async () => {
    expect(await withdraw('subscriber-english')).toEqual([{ ...subscriberOf('subscriber-english'), result: 'withdrawn' }]);
    expect((await personIn(shop, email('subscriber-english'))).subscribers).toMatchObject([{ active: false }]);
    expect(await withdraw('subscriber-english')).toEqual([{ ...subscriberOf('subscriber-english'), result: 'already withdrawn' }]);
    expect(writes()).toEqual(['PUT /subscribers/{id}']);
  });

  test('deleted where the settings say so; a repeat finds nobody', async () => {
    expect(await withdraw('subscriber-english', [subscriberOf('subscriber-english')], { unsubscribe: 'delete' })).toMatchObject([{ result: 'withdrawn' }]);
    expect(await withdraw('subscriber-english', [subscriberOf('subscriber-english')], { unsubscribe: 'delete' })).toEqual([]);
    expect((await personIn(shop, email('subscriber-english'))).subscribers).toEqual([]);
  });

  test.each(['ignored', 'refused'])('a shop whose filter is %s: found by the id that is known, nobody else is touched', async (subscriberFilters) => {
    shop.special = shop.definition.seed({ customers: 40, subscribers: 80 }).special; // so that the first page of all does not hold them
    await shop.act('switches', { subscriberFilters });
    expect(await withdraw('subscriber-english')).toEqual([]);
    expect(await withdraw('subscriber-english', [subscriberOf('subscriber-english')])).toMatchObject([{ result: 'withdrawn' }]);
    expect(writes()).toEqual(['PUT /subscribers/{id}']);
  });

  test('a known row that has another address by now is not this person’s', async () => {
    await shop.act('edit-subscriber', { id: shop.special['subscriber-english']?.subscriber, newEmail: 'moved@example.org' });
    expect(await withdraw('subscriber-english', [subscriberOf('subscriber-english')])).toEqual([]);
    expect(writes()).toEqual([]);
  });

  test('addresses compare in lower case', async () => {
    const results = await withdraw('case-differs', [customerOf('case-differs'), subscriberOf('case-differs')]);
    expect(results.map(({ kind }) => kind)).toEqual(['subscriber', 'customer']);
    await shop.act('switches', { emailCase: 'exact', newsletterWrites: 'accepted' });
    expect(await withdraw('case-differs', [customerOf('case-differs')])).toMatchObject([{ kind: 'subscriber' }, { kind: 'customer', result: 'withdrawn' }]);
  });

  test.each(['deactivate', 'delete'] as const)('N11 a lost reply (%s): the repeat finds it done', async (unsubscribe) => {
    shop.running.fault({ on: '* /webapi/rest/subscribers/*', kind: 'lost-reply' });
    await expect(withdraw('subscriber-english', [], { unsubscribe })).rejects.toMatchObject({ name: 'RetryableError', sent: 'maybe' });
    const again = await withdraw('subscriber-english', [], { unsubscribe });
    expect(again.map(({ result }) => result)).toEqual(unsubscribe === 'delete' ? [] : ['already withdrawn']);
    expect(writes()).toHaveLength(1);
  });

  test('deleted by somebody else in between is done, too', async () => {
    shop.running.fault({ on: 'PUT /webapi/rest/subscribers/*', kind: 'hold' });
    const withdrawing = withdraw('subscriber-english');
    await shop.running.held(1);
    await shop.act('delete-subscriber', { email: email('subscriber-english') });
    shop.running.release();
    expect(await withdrawing).toMatchObject([{ result: 'already withdrawn' }]);
  });

  test('locked by another edit: tried again later', async () => {
    await shop.act('lock', { resource: 'subscribers', id: shop.special['subscriber-english']?.subscriber });
    await expect(withdraw('subscriber-english')).rejects.toMatchObject({ name: 'PerhapsRecordError', status: 409, sent: 'no' });
  });
});

describe('S10 customers', () => {
  test('a shop that leaves the newsletter box as it is: not writable, as often as it is tried', async () => {
    for (let times = 0; times < 2; times += 1) expect(await withdraw('both-populations')).toContainEqual({ ...customerOf('both-populations'), result: 'not writable' });
    expect(await personIn(shop, email('both-populations'))).toMatchObject({ customers: [{ newsletter: true }], subscribers: [{ active: false }] });
  });

  test('a shop that takes it: withdrawn, and a repeat writes nothing', async () => {
    await shop.act('switches', { newsletterWrites: 'accepted' });
    expect(await withdraw('tagged')).toEqual([{ ...customerOf('tagged'), result: 'withdrawn' }]);
    expect(await withdraw('tagged')).toEqual([{ ...customerOf('tagged'), result: 'already withdrawn' }]);
    expect(writes()).toEqual(['PUT /users/{id}']);
  });

  test('a refusal of the box itself is "not writable", too', async () => {
    shop.running.fault({ on: 'PUT /webapi/rest/users/*', kind: 'refuse', status: 400, text: 'newsletter is unknown' });
    expect(await withdraw('tagged')).toEqual([{ ...customerOf('tagged'), result: 'not writable' }]);
  });

  test('the consent field is cleared, and other fields stay', async () => {
    await shop.act('edit-customer', { email: email('consent-field-ticked'), fields: { 3: 'kept' } }).catch(() => undefined);
    const before = shop.definition.truth().people.find((one) => one.email === email('consent-field-ticked'))?.customers[0]?.fields;
    expect(await withdraw('consent-field-ticked', [], { consentField: consentField() })).toEqual([{ ...customerOf('consent-field-ticked'), result: 'withdrawn' }]);
    expect(shop.definition.truth().people.find((one) => one.email === email('consent-field-ticked'))?.customers[0]?.fields).toEqual({ ...before, [consentField()]: '0' });
    expect(writes()).toEqual(['PUT /users/{id}']);
  });

  test('consent field cleared, newsletter box left: not writable', async () => {
    await shop.act('set-consent-field', { email: email('tagged'), value: '1' });
    expect(await withdraw('tagged', [], { consentField: consentField() })).toMatchObject([{ result: 'not writable' }]);
    expect((await personIn(shop, email('tagged'))).customers).toMatchObject([{ newsletter: true, consent: false }]);
  });

  test('without the setting a ticked field is no consent, and is left alone', async () => {
    expect(await withdraw('consent-field-ticked')).toMatchObject([{ result: 'already withdrawn' }]);
    expect(writes()).toEqual([]);
  });

  test('N11 a lost reply: the repeat finds it done', async () => {
    await shop.act('switches', { newsletterWrites: 'accepted' });
    shop.running.fault({ on: 'PUT /webapi/rest/users/*', kind: 'lost-reply' });
    await expect(withdraw('tagged')).rejects.toMatchObject({ name: 'RetryableError' });
    expect(await withdraw('tagged')).toMatchObject([{ result: 'already withdrawn' }]);
    expect(writes()).toHaveLength(1);
  });
});

test('S10 nobody of that address: nothing is written', async () => {
  expect(await withdraw('nobody-at-all')).toEqual([]);
  expect(writes()).toEqual([]);
});

test('S10 both rows of an address, in one look and two writes', async () => {
  await shop.act('switches', { newsletterWrites: 'accepted' });
  expect((await withdraw('both-populations', [customerOf('both-populations'), subscriberOf('both-populations')])).map(({ result }) => result)).toEqual(['withdrawn', 'withdrawn']);
  expect(shop.calls()).toEqual(['POST /bulk', 'PUT /subscribers/{id}', 'PUT /users/{id}', 'GET /users/{id}']);
});
