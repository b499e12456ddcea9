/** A seeded account, small and large, also over its control surface. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectSandbox } from '../../sandbox/kernel/remote.ts';
import { sareTruthSchema } from '../../sandbox/sare/truth.ts';
import { rowsIn, startSare } from './sare-account.ts';
import type { TestAccount } from './sare-account.ts';

let account: TestAccount;
beforeEach(async () => {
  account = await startSare();
});
afterEach(() => account.running.close());

test('has people in every status, all under example domains, the same for the same seed', () => {
  const summary = account.sare.seed({ seed: 3, contacts: 200 });
  expect(summary.contacts).toBe(200);
  expect(Object.keys(summary.statuses).toSorted()).toEqual(['2', '3', '4', '5', '6', '7', '8', 'forgotten']);
  const first = account.sare.truth();
  expect(first.contacts.filter(({ email }) => !/@(example\.com|example\.org|shop\.test)$/.test(email))).toEqual([]);
  expect(account.contact(summary.examples['7'] ?? '').status).toBe(7);
  account.sare.seed({ seed: 3, contacts: 200 });
  expect(account.sare.truth()).toEqual(first);
  account.sare.seed({ seed: 4, contacts: 200 });
  expect(account.sare.truth().contacts).not.toEqual(first.contacts);
});

test('takes groups, traits and particular people', async () => {
  account.sare.seed({ contacts: 0, groups: [{ id: 412, name: 'Sklep' }], props: [{ name: 'shoe' }], known: [{ email: 'Ola@example.org', status: 3, groups: [412], name: 'Ola', prop_cust: { shoe: '38' } }] });
  expect((await account.get('/email/by_email/ola%40example.org')).response).toMatchObject({ status: 3, groups: [412], prop_cust: { shoe: '38' } });
  expect(() => account.sare.seed({ contacts: 0, known: [{ email: 'a@example.org' }, { email: 'A@example.org' }] })).toThrow('twice');
  expect(() => account.sare.seed({ contacts: 0, known: [{ email: 'a@example.org', groups: [412] }] })).toThrow('group 412');
});

test('the control surface tells the truth in its schema, and acts', async () => {
  const remote = connectSandbox(account.running.controlUrl);
  await remote.seed({ contacts: 20 });
  const [one] = sareTruthSchema.parse(await remote.truth()).contacts.filter(({ status }) => status === 8);
  await remote.action('unsubscribe', { email: one?.email });
  const after = sareTruthSchema.parse(await remote.truth()).contacts.find(({ email }) => email === one?.email);
  expect(after).toMatchObject({ status: 3, history: [{ by: 'seed', to: 8 }, { by: 'person', from: 8, to: 3 }] });
  await account.add({ email: 'new@example.org', status: 8 });
  expect((await remote.requests()).at(-1)).toMatchObject({ number: 1, handledAt: account.running.clock.now() });
});

test('holds a hundred thousand contacts, and finds its way to the last page of a group', async () => {
  const { contacts, groups } = account.sare.seed({ contacts: 100_000 });
  expect(contacts).toBe(100_000);
  const members = groups.find(({ id }) => id === 12)?.contacts ?? 0;
  expect(members).toBeGreaterThan(30_000);
  const last = Math.ceil(members / 50) - 1;
  const lengthOf = async (page: number): Promise<number> => rowsIn(await account.get(`/group/emails/12/${page}`)).length;
  expect([await lengthOf(0), await lengthOf(last), await lengthOf(last + 1)]).toEqual([50, members - last * 50, 0]);
});
