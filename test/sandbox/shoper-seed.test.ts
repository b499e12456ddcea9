/** The seeded shop: the same each time, any size, every oddity in it; what people do; what judges read. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createClock } from '../../sandbox/kernel/clock.ts';
import { createShoperSandbox } from '../../sandbox/shoper/sandbox.ts';
import type { SeedInput, SeedSummary } from '../../sandbox/shoper/seed.ts';
import { specialPeople } from '../../sandbox/shoper/seed-specials.ts';
import type { SpecialName } from '../../sandbox/shoper/seed-specials.ts';
import { shoperTruthSchema } from '../../sandbox/shoper/truth.ts';
import type { ShoperTruth, TruePerson } from '../../sandbox/shoper/truth.ts';
import { filters, startShoper } from './shoper-shop.ts';

const now = '2026-11-22T09:00:00Z';
const input: SeedInput = { seed: 7, customers: 300, subscribers: 200, now };
const shopOf = () => createShoperSandbox({ clock: createClock(Date.parse(now)), rateLimit: false });

function seeded(wish: SeedInput = input): { truth: ShoperTruth; summary: SeedSummary } {
  const sandbox = shopOf();
  const summary = sandbox.seed(wish);
  return { truth: sandbox.truth(), summary };
}

const { truth, summary } = seeded();
const person = (name: SpecialName): TruePerson => {
  const found = truth.people.find(({ email }) => email === `${name}@example.org`);
  if (found === undefined) throw new Error(`nobody is ${name}`);
  return found;
};
const customers = truth.people.flatMap((one) => one.customers);
const subscribers = truth.people.flatMap((one) => one.subscribers);

test('the same seed gives the same shop, another seed another', () => {
  expect(seeded().truth).toEqual(truth);
  expect(seeded({ ...input, seed: 8 }).truth).not.toEqual(truth);
});

test('the truth is plain JSON that fits its schema, and the counts are those asked for', () => {
  expect(shoperTruthSchema.parse(JSON.parse(JSON.stringify(truth)))).toEqual(truth);
  expect([summary.customers, summary.subscribers, customers.length, subscribers.length]).toEqual([300, 200, 300, 200]);
  expect([new Set(customers.map(({ id }) => id)).size, new Set(subscribers.map(({ id }) => id)).size]).toEqual([300, 200]);
  expect(truth.changes).toEqual([]);
});

test('no two customers share an address, nor two subscribers; some people are both, in different case', () => {
  expect(truth.people.every((one) => one.customers.length <= 1 && one.subscribers.length <= 1)).toBe(true);
  const both = truth.people.filter((one) => one.customers.length === 1 && one.subscribers.length === 1);
  expect(both.length).toBeGreaterThan(20);
  expect(both.some((one) => one.customers[0]?.email !== one.subscribers[0]?.email)).toBe(true);
});

test('ordinary people differ in everything that decides', () => {
  for (const field of ['newsletter', 'active', 'isVerified', 'isRegistered'] as const) expect(new Set(customers.map((one) => one[field])).size).toBe(2);
  expect(new Set(subscribers.map(({ active }) => active)).size).toBe(2);
  expect(new Set(customers.map(({ addresses }) => addresses.length))).toEqual(new Set([0, 1, 2]));
  expect([...customers, ...subscribers].every(({ email }) => /@example\.(com|org|test)$/i.test(email))).toBe(true);
  expect(customers.every(({ addedAt }) => addedAt < now)).toBe(true);
});

test('all special people are in a shop of that size; in a smaller one as many as fit', () => {
  expect(Object.keys(summary.special)).toEqual(Object.keys(specialPeople));
  const small = seeded({ ...input, customers: 3, subscribers: 1 });
  expect(Object.keys(small.summary.special)).toEqual(['guest-ticked', 'guest-unticked', 'both-populations']);
  expect(seeded({ ...input, specials: false }).summary.special).toEqual({});
  expect(seeded({ customers: 0, subscribers: 0 }).truth.people).toEqual([]);
});

const flags = (name: SpecialName) => person(name).customers.map(({ newsletter, active, isVerified, isRegistered, consent }) => ({ newsletter, active, isVerified, isRegistered, consent }));

describe('special people', () => {
  const plain = { newsletter: true, active: true, isVerified: true, isRegistered: true, consent: null };

  test.each<[SpecialName, object]>([
    ['guest-ticked', { isRegistered: false, isVerified: false }],
    ['guest-unticked', { isRegistered: false, isVerified: false, newsletter: false }],
    ['account-inactive', { active: false }],
    ['unverified', { isVerified: false }],
    ['unticked', { newsletter: false }],
    ['consent-field-ticked', { newsletter: false, consent: true }],
    ['consent-field-unticked', { consent: false }],
    ['consent-field-unanswered', { newsletter: false }],
  ])('%s', (name, difference) => expect(flags(name)).toEqual([{ ...plain, ...difference }]));

  test('in both populations', () => {
    expect(person('both-populations')).toMatchObject({ customers: [{}], subscribers: [{ active: true }] });
    expect(person('case-differs')).toMatchObject({ customers: [{ email: 'Case-Differs@Example.ORG' }], subscribers: [{ email: 'case-differs@example.org' }] });
    expect(person('unticked-but-subscribed')).toMatchObject({ customers: [{ newsletter: false }], subscribers: [{ active: true }] });
    expect(person('ticked-but-unsubscribed')).toMatchObject({ customers: [{ newsletter: true }], subscribers: [{ active: false }] });
    expect(person('subscriber-inactive')).toMatchObject({ customers: [], subscribers: [{ active: false }] });
  });

  test('with odd phones, addresses, names and tags', () => {
    expect(person('phone-words').customers[0]?.addresses).toMatchObject([{ phone: 'brak' }]);
    expect(person('phone-german').customers[0]?.addresses).toMatchObject([{ phone: '030 1234567', countryCode: 'DE' }]);
    expect(person('no-address').customers[0]?.addresses).toEqual([]);
    expect(person('two-addresses').customers[0]?.addresses).toMatchObject([{ isDefault: false, city: 'Radom' }, { isDefault: true, city: 'Opole' }]);
    expect(person('no-name')).toMatchObject({ customers: [{ firstname: '', lastname: '' }] });
    expect(person('polish-letters')).toMatchObject({ customers: [{ lastname: 'Gęślą-Jaźń' }] });
    expect(person('tagged')).toMatchObject({ customers: [{ tags: ['vip', 'klub 50+'], groupId: 3, discount: '12.50' }] });
    expect(person('subscriber-without-groups')).toMatchObject({ subscribers: [{ groups: [] }] });
  });
});

describe('what people do', () => {
  test('is seen in the truth of the person, by id or address', () => {
    const shop = shopOf();
    shop.seed(input);
    const act = (name: string, what: object): unknown => shop.actions[name]?.(what);
    const seen = (email: string) => act('person', { email });
    act('set-newsletter', { email: 'both-populations@example.org', newsletter: false });
    act('set-subscriber', { email: 'BOTH-populations@example.org', active: false });
    act('set-consent-field', { email: 'both-populations@example.org', value: '0' });
    act('set-address', { email: 'both-populations@example.org', phone: '700100200' });
    expect(seen('both-populations@example.org')).toMatchObject({ customers: [{ newsletter: false, consent: false, addresses: [{ phone: '700100200', isDefault: true }] }], subscribers: [{ active: false }] });
    act('set-consent-field', { email: 'both-populations@example.org', value: null });
    act('edit-customer', { email: 'both-populations@example.org', newEmail: 'Other@example.org', fields: { 3: 'Reks' } });
    act('delete-subscriber', { email: 'both-populations@example.org' });
    expect(seen('both-populations@example.org')).toEqual({ email: 'both-populations@example.org', customers: [], subscribers: [] });
    expect(seen('other@example.org')).toMatchObject({ customers: [{ email: 'Other@example.org', consent: null, fields: { 3: 'Reks' } }] });
    const { changes } = shop.truth();
    expect(changes.map(({ event }) => event)).toEqual(['client.edit', 'subscriber.edit', 'client.edit', 'client.edit', 'client.edit', 'subscriber.delete']);
    expect(() => act('delete-customer', { email: 'nobody@example.org' })).toThrow('not there');
    expect(() => act('delete-customer', { emial: 'x' })).toThrow('emial');
  });

  test('a reset gives the shop back as it was opened', () => {
    const shop = shopOf();
    shop.seed(input);
    shop.actions['switches']?.({ pagePastEnd: 'empty' });
    shop.reset();
    expect(shop.truth()).toMatchObject({ people: [], tokens: { 'panel-1': 1 } });
    expect(shop.actions['switches']?.({})).toMatchObject({ pagePastEnd: '404' });
  });
});

test('a shop of 100,000 is walked page by page, each row once, and people are found in it', async () => {
  const shop = await startShoper();
  shop.shoper.seed({ seed: 3, customers: 12_500, subscribers: 87_500 });
  const ids = new Set<unknown>();
  for (let first = 1; first <= 250; first += 25) {
    const items = Array.from({ length: 25 }, (_, at) => ({ id: `p${first + at}`, path: '/webapi/rest/users', method: 'GET', params: { limit: '50', page: String(first + at) } }));
    for (const { body } of pages.parse((await shop.call('POST', '/bulk', items)).body).items) for (const row of body.list) ids.add(row.user_id);
  }
  const [last] = await shop.list('/users?limit=1&order=-user_id&page=5000');
  const found = await shop.list(`/users?${filters({ email: String(last?.['email']).toUpperCase() })}`);
  const counts = await shop.act('counts');
  await shop.running.close();
  expect(ids.size).toBe(12_500);
  expect(found).toEqual([last]);
  expect(counts).toMatchObject({ customers: 12_500, subscribers: 87_500 });
});

const pages = z.object({ items: z.array(z.object({ body: z.object({ list: z.array(z.object({ user_id: z.string() })) }) })) });
