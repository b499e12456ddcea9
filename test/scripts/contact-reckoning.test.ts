/** What the demo of contacts counts as unexplained: a judge that finds nothing must be able to find something. */
import { describe, expect, test } from 'vitest';
import type { Contact, Person } from '../../scripts/demo/contacts/systems.ts';
import { reckonContacts, sayContacts, type Truths } from '../../scripts/demo/contacts/truth.ts';

const customer = { id: 1, firstname: 'Ada', newsletter: true, isVerified: true, isRegistered: true, consent: null };
const person = (email: string, rows: Partial<Person>): Person => ({ email, customers: [], subscribers: [], ...rows });
const contact = (email: string, status: Contact['status'], more: Partial<Contact> = {}): Contact => ({ email, status, groups: [12], name: '', history: [{ to: status, by: 'api' }], ...more });

const ada = person('ada@example.test', { customers: [customer] });
const bo = person('bo@example.test', { subscribers: [{ id: 2, active: true }] });
const boThere = contact(bo.email, 8, { groups: [13] });

const shop = (people: Person[]): Truths['shop'] => ({ people, webhooks: [], changes: [] });

function reckon({ before = [ada, bo], now = [ada, bo], contacts, mail = {}, ...rest }: { before?: Person[]; now?: Person[]; contacts: Contact[]; mail?: Partial<Truths['mail']>; optedOut?: string[]; parked?: Set<string> }) {
  return reckonContacts({ before: shop(before), shop: shop(now), mail: { contacts, confirmationMails: [], incidents: [], webhooks: { active: true, urls: {} }, ...mail }, optedOut: [], parked: new Set(), ...rest });
}

describe('the closing count of the demo of contacts', () => {
  test('S2 S8 everybody as the rules demand: nothing is unexplained', () => {
    expect(sayContacts(reckon({ contacts: [contact(ada.email, 8), boThere] }))).toBe('demo: customers 1 subscribers 1 contacts 2 acknowledged 2 parked 0 refused 0 unexplained 0');
  });

  const unticked = person(ada.email, { customers: [{ ...customer, newsletter: false }] });
  const inactive = person(bo.email, { subscribers: [{ id: 2, active: false }] });
  const refusedThere = contact(bo.email, 3, { groups: [13], history: [{ to: 8, by: 'api' }, { to: 3, by: 'person' }] });
  test.each<[string, Parameters<typeof reckon>[0], string[]]>([
    ['S2 somebody is missing', { contacts: [boThere] }, ['is not in SARE']],
    ['S6 a group is missing', { contacts: [contact(ada.email, 8, { groups: [13] }), boThere] }, ['is not in its groups']],
    ['S8 a new address has another status than in the shop', { contacts: [contact(ada.email, 6), boThere] }, ['stands with status 6 instead of 8']],
    ['S8 a known address has another status than before', { contacts: [contact(ada.email, 8, { history: [{ to: 6, by: 'seed' }, { to: 8, by: 'api' }] }), boThere] }, ['was known to SARE, and its status was changed']],
    ['S9 a box was unticked, and mail could come', { now: [unticked, bo], contacts: [contact(ada.email, 8), boThere] }, ['refused, and could get mail with status 8']],
    ['S9 a subscription is gone, and mail could come', { now: [ada], contacts: [contact(ada.email, 8), boThere] }, ['left the shop and could get mail', 'is in our groups, and not in the shop']],
    ['S10 refused in SARE, and active in the shop', { contacts: [contact(ada.email, 8), refusedThere] }, ['refused in SARE, and active in the shop']],
    ['N3 an operator’s word did not arrive', { contacts: [contact(ada.email, 8), boThere], optedOut: [ada.email] }, ['refused, and could get mail with status 8']],
    ['S8 a confirmation was asked for', { contacts: [contact(ada.email, 8), boThere], mail: { confirmationMails: [{ email: ada.email }] } }, ['got a mail that asks for a confirmation']],
    ['a guest without the newsletter was exported', { now: [person(ada.email, { customers: [{ ...customer, newsletter: false, isRegistered: false }] }), bo], contacts: [contact(ada.email, 6), boThere] }, ['was exported and should not be']],
  ])('%s: unexplained', (_, truths, words) => {
    const { unexplained, riddles } = reckon(truths);
    expect(riddles.map((riddle) => riddle.split(': ')[1])).toEqual(words);
    expect(unexplained).toBe(words.length);
  });

  test('S9 S10 refusals that arrived are counted, and so is what waits for a person', () => {
    const { refused, parked, unexplained } = reckon({ now: [unticked, inactive], contacts: [contact(ada.email, 2), refusedThere] });
    expect({ refused, parked, unexplained }).toEqual({ refused: 2, parked: 0, unexplained: 0 });
    expect(reckon({ contacts: [boThere], parked: new Set(['customer 1']) })).toMatchObject({ parked: 1, acknowledged: 1, unexplained: 0 });
  });
});
