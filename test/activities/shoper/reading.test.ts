/** Reading customers and subscribers of the simulated shop, over real HTTP: paging, what is read beside rows, and what that costs. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSessions } from '../../../activities/shoper/session.ts';
import { openTestLedger, type TestLedger } from '../../setup/ledger.ts';
import { driverOf, listAll, startSimulatedShop, type SimulatedShop } from './sandbox.ts';
import { callOf, wanted } from './setup.ts';

let opened: TestLedger;
let shop: SimulatedShop;
beforeAll(async () => {
  opened = await openTestLedger('sqlite', { clock: 'real' });
  shop = await startSimulatedShop({}, { customers: 430, subscribers: 120 });
});
beforeEach(() => shop.running.clearRequests());
afterEach(async () => {
  shop.running.clearFaults();
  await shop.act('switches', { pagePastEnd: '404', listForm: 'array', registrationConfirm: true, bulkCountsItems: false, rateLimit: false });
});
afterAll(async () => {
  await shop.running.close();
  await opened.close();
});

const truth = () => shop.definition.truth().people;
const idOf = (name: string, kind: 'customer' | 'subscriber' = 'customer'): string => String(shop.special[name]?.[kind] ?? '');
const readOne = async (name: string, properties = wanted(), more: Parameters<typeof driverOf>[2] = {}) => (await driverOf(shop, opened.ledger, more).read('customer', [idOf(name)], properties))[0];

describe('a whole walk', () => {
  test('S2 every customer once, by ascending id, in a third of the pages’ calls', async () => {
    const rows = await listAll(driverOf(shop, opened.ledger), 'customer');
    const ids = rows.map(({ sourceId }) => Number(sourceId));
    expect(ids).toEqual(truth().flatMap(({ customers }) => customers.map(({ id }) => id)).toSorted((a, b) => a - b));
    expect(ids).toHaveLength(430);
    // the first page, then two bulk calls of four; whether a ticked customer who is not verified counts as confirmed is asked once
    expect(shop.calls()).toEqual(['GET /users', 'GET /application-config', 'POST /bulk', 'POST /bulk']);
  });

  test('S2 every subscriber once, with the total', async () => {
    const rows = await listAll(driverOf(shop, opened.ledger), 'subscriber');
    expect(rows.map(({ sourceId }) => Number(sourceId))).toEqual(truth().flatMap(({ subscribers }) => subscribers.map(({ id }) => id)).toSorted((a, b) => a - b));
    expect(shop.calls()).toEqual(['GET /subscribers', 'POST /bulk']);
    expect((await driverOf(shop, opened.ledger).list('subscriber', undefined, wanted())).total).toBe(120);
  });

  test.each([{ listForm: 'object' }, { pagePastEnd: 'empty' }])('the same with %j', async (switches) => {
    await shop.act('switches', switches);
    expect(await listAll(driverOf(shop, opened.ledger), 'subscriber')).toHaveLength(120);
  });

  test('a row that is deleted while we walk moves the others up: none is left out', async () => {
    const own = await startSimulatedShop({}, { customers: 0, subscribers: 60, specials: false });
    const ids = own.definition.truth().people.flatMap(({ subscribers }) => subscribers.map(({ id }) => id)).toSorted((a, b) => a - b);
    const rows = await listAll(driverOf(own, opened.ledger), 'subscriber', wanted(), async (page) => page === 1 && own.act('delete-subscriber', { id: ids[0] }));
    expect(new Set(rows.map(({ sourceId }) => Number(sourceId)))).toEqual(new Set(ids));
    await own.running.close();
  });

  test.each(['404', 'empty'])('the last page goes while we walk (%s past the end): none is left out, and the walk ends', async (pagePastEnd) => {
    const own = await startSimulatedShop({}, { customers: 0, subscribers: 51, specials: false });
    await own.act('switches', { pagePastEnd });
    const ids = own.definition.truth().people.flatMap(({ subscribers }) => subscribers.map(({ id }) => id)).toSorted((a, b) => a - b);
    const rows = await listAll(driverOf(own, opened.ledger), 'subscriber', wanted(), async (page) => page === 1 && own.act('delete-subscriber', { id: ids[0] }));
    expect(new Set(rows.map(({ sourceId }) => Number(sourceId)))).toEqual(new Set(ids));
    await own.running.close();
  });

  test('rows that come while we walk are found by it', async () => {
    const own = await startSimulatedShop({}, { customers: 0, subscribers: 60, specials: false });
    const rows = await listAll(driverOf(own, opened.ledger), 'subscriber', wanted(), async (page) => page === 1 && own.act('subscribe', { email: 'new@example.org' }));
    expect(rows.map(({ email }) => email)).toContain('new@example.org');
    await own.running.close();
  });

  test('an empty shop', async () => {
    const own = await startSimulatedShop({}, { customers: 0, subscribers: 0 });
    expect([await listAll(driverOf(own, opened.ledger), 'customer'), await listAll(driverOf(own, opened.ledger), 'subscriber')]).toEqual([[], []]);
    await own.running.close();
  });

  test('exactly one full page is the end', async () => {
    const own = await startSimulatedShop({}, { customers: 0, subscribers: 50, specials: false });
    expect(await listAll(driverOf(own, opened.ledger), 'subscriber')).toHaveLength(50);
    expect(own.calls()).toEqual(['GET /subscribers']);
    await own.running.close();
  });
});

describe('wanted properties', () => {
  test('S5 what no mapping names costs no call', async () => {
    await driverOf(shop, opened.ledger).read('customer', [idOf('company')], wanted('firstname', 'tags', 'additional:7'));
    expect(shop.calls()).toEqual(['GET /users/{id}']);
  });

  test('S5 addresses of 25 customers are one call', async () => {
    const { contacts } = await driverOf(shop, opened.ledger).list('customer', undefined, wanted('address.city'));
    const exported = contacts.filter(({ leftOut }) => leftOut === undefined).length;
    expect(shop.calls().filter((call) => call === 'POST /bulk')).toHaveLength(Math.ceil(exported / 25));
    expect(contacts.filter(({ properties }) => properties['address.city'] !== undefined).length).toBeGreaterThan(0);
  });

  test('languages are asked for once for many steps', async () => {
    const sessions = createSessions();
    for (let step = 0; step < 3; step += 1) expect((await readOne('umlauts', wanted('language'), { sessions }))?.properties['language']).toMatch(/^[a-z]{2}_[A-Z]{2}$/);
    expect(shop.calls().filter((call) => call === 'GET /languages')).toHaveLength(1);
  });

  test.each([
    ['phone-nine-digits', '+48601202303'],
    ['phone-plus-48', '+48601202304'],
    ['phone-00-48', '+48601202305'],
    ['phone-dashes', '+48601202306'],
    ['phone-words', undefined],
    ['phone-german', '+49301234567'],
    ['no-address', undefined],
    ['two-addresses', '+48511000222'],
  ])('phone of %s is %s', async (name, phone) => {
    expect((await readOne(name, wanted('address.phone')))?.properties['address.phone']).toBe(phone);
  });

  test('text as it was typed', async () => {
    expect((await readOne('company', wanted('address.company_name')))?.properties).toMatchObject({ 'address.company_name': 'Kwiaty "U Ani" / Nowak s.c.', 'address.tax_identification_number': '5260001246' });
    expect((await readOne('polish-letters'))?.properties).toMatchObject({ firstname: 'Żółcisława', lastname: 'Gęślą-Jaźń' });
    expect((await readOne('tagged'))?.properties).toMatchObject({ tags: ['vip', 'klub 50+'], group_id: '3', discount: '12.50', comment: 'Stały klient' });
    expect((await readOne('no-name'))?.properties).not.toHaveProperty('firstname');
  });
});

describe('consent', () => {
  test.each([
    ['guest-ticked', { isOptedIn: true, isConfirmed: false }],
    ['guest-unticked', { isOptedIn: false, leftOut: 'guest-without-newsletter' }],
    ['unverified', { isOptedIn: true, isConfirmed: false }],
    ['unticked', { isOptedIn: false, isConfirmed: false }],
    ['both-populations', { isOptedIn: true, isConfirmed: true }],
    ['consent-field-ticked', { isOptedIn: false }],
  ] as const)('S8 %s: %j', async (name, expected) => {
    expect(await readOne(name)).toMatchObject(expected);
  });

  test('S8 where registrations are not confirmed, a ticked newsletter is', async () => {
    await shop.act('switches', { registrationConfirm: false });
    expect(await readOne('unverified')).toMatchObject({ isOptedIn: true, isConfirmed: true });
  });

  test.each([
    ['consent-field-ticked', { isOptedIn: true, boxes: { newsletter: false, consentField: true } }],
    ['consent-field-unticked', { isOptedIn: true, boxes: { newsletter: true, consentField: false } }],
    ['consent-field-unanswered', { isOptedIn: false, boxes: { newsletter: false, consentField: false } }],
  ] as const)('with a consent field, %s: %j', async (name, expected) => {
    expect(await readOne(name, wanted(), { consentField: String(shop.definition.truth().shop.consentFieldId) })).toMatchObject(expected);
  });

  test('an inactive subscriber is neither opted in nor confirmed', async () => {
    expect(await driverOf(shop, opened.ledger).read('subscriber', [idOf('subscriber-inactive', 'subscriber')], wanted())).toMatchObject([{ isOptedIn: false, isConfirmed: false }]);
  });
});

test('read leaves out what is gone, one or several, and makes one call', async () => {
  const driver = driverOf(shop, opened.ledger);
  expect(await driver.read('customer', ['999999'], wanted())).toEqual([]);
  expect((await driver.read('customer', ['999999', idOf('tagged'), idOf('company')], wanted())).map(({ sourceId }) => sourceId)).toEqual([idOf('tagged'), idOf('company')]);
  expect(await driver.read('customer', [], wanted())).toEqual([]);
  expect(shop.calls()).toEqual(['GET /users/{id}', 'POST /bulk']);
});

test('N18 the same row has the same digest, by page and by id', async () => {
  const rows = await listAll(driverOf(shop, opened.ledger), 'customer');
  const listed = rows.find(({ sourceId }) => sourceId === idOf('tagged'));
  expect((await readOne('tagged'))?.digest).toBe(listed?.digest);
});

test('S5 properties that can be mapped: the shop’s own, the default address, additional fields by their names', async () => {
  const driver = driverOf(shop, opened.ledger);
  const names = (await driver.properties('customer')).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['email', 'firstname', 'tags', 'newsletter', 'address.phone', 'address.city', `additional:${shop.definition.truth().shop.consentFieldId}`]));
  expect(new Set(names).size).toBe(names.length);
  expect((await driver.properties('subscriber')).map(({ name }) => name)).toEqual(['email', 'lang_id', 'language', 'groups', 'dateadd', 'dateadd_at', 'active']);
});

test('N13 the bucket: a walk with items that count passes without an error', async () => {
  const own = await startSimulatedShop({ rateLimit: true, apiLimit: 10, apiBandwidth: 20, bulkCountsItems: true }, { customers: 0, subscribers: 260, specials: false });
  own.running.clock.run();
  const call = callOf(opened.ledger);
  expect(await listAll(driverOf(own, opened.ledger, { call }), 'subscriber')).toHaveLength(260);
  expect(await opened.ledger.marks.get(`connection:${call.connection}`, 'bucket')).toBe('10 20');
  await own.running.close();
});
