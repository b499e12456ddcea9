/** The demo's own judge: what the account holds, compared with what the rules demand of each person of the shop. */
import { groups } from './settings.ts';
import { isRefusal, type Contact, type MailTruth, type Person, type ShopTruth } from './systems.ts';

export interface Truths {
  /** as the shop was before the export */
  before: ShopTruth;
  shop: ShopTruth;
  mail: MailTruth;
  /** addresses that refused otherwise than in one of the two systems */
  optedOut: readonly string[];
  /** rows that wait for a person: "customer 17" */
  parked: ReadonlySet<string>;
}

export interface ContactReckoning {
  customers: number;
  subscribers: number;
  /** addresses that are to be in the account */
  contacts: number;
  acknowledged: number;
  parked: number;
  refused: number;
  unexplained: number;
  /** what is unexplained, in words */
  riddles: string[];
}

/** Persons whose contact disagrees with the rules, and refused persons who could get mail, are unexplained. */
export function reckonContacts({ before, shop, mail, optedOut, parked }: Truths): ContactReckoning {
  const contacts = new Map(mail.contacts.map((contact) => [contact.email.toLowerCase(), contact]));
  const earlier = new Map(before.people.map((person) => [person.email, person]));
  const now = new Map(shop.people.map((person) => [person.email, person]));
  const rows = (kind: 'customers' | 'subscribers'): number => shop.people.reduce((sum, person) => sum + person[kind].length, 0);
  const reckoning: ContactReckoning = { customers: rows('customers'), subscribers: rows('subscribers'), contacts: 0, acknowledged: 0, parked: 0, refused: 0, unexplained: 0, riddles: [] };
  const riddle = (email: string, words: string): void => {
    reckoning.unexplained += 1;
    reckoning.riddles.push(`${email}: ${words}`);
  };

  for (const person of shop.people) {
    const contact = contacts.get(person.email);
    const wanted = demanded(person);
    if (wanted === undefined) {
      if (contact !== undefined && isOurs(contact)) riddle(person.email, 'was exported and should not be');
      continue;
    }
    reckoning.contacts += 1;
    if (contact !== undefined && isRefusal(contact.status)) reckoning.refused += 1;
    const isParked = [...person.customers.map(({ id }) => `customer ${id}`), ...person.subscribers.map(({ id }) => `subscriber ${id}`)].some((row) => parked.has(row));
    const isThere = contact !== undefined && wanted.groups.every((group) => contact.groups.includes(group));
    const hasRefused = optedOut.includes(person.email) || hasRefusedHere(earlier.get(person.email), person);
    const fault = contact === undefined ? undefined : faultOf(contact, { person, hasRefused, status: wanted.status });
    if (fault !== undefined) riddle(person.email, fault);
    else if (isThere) reckoning.acknowledged += 1;
    else if (isParked) reckoning.parked += 1;
    else riddle(person.email, contact === undefined ? 'is not in SARE' : 'is not in its groups');
  }
  for (const person of before.people) {
    const contact = contacts.get(person.email);
    if (!now.has(person.email) && person.subscribers.length > 0 && contact !== undefined && !isRefusal(contact.status)) riddle(person.email, 'left the shop and could get mail');
  }
  for (const [email, contact] of contacts) if (isOurs(contact) && !now.has(email) && !isRefusal(contact.status) && isInOurGroups(contact)) riddle(email, 'is in our groups, and not in the shop');
  for (const { email } of mail.confirmationMails) riddle(email, 'got a mail that asks for a confirmation');
  for (const { email, kind, by } of mail.incidents) if (by === 'api') riddle(email, kind);
  return reckoning;
}

/** Which groups, and which status for an address that the account did not know. Undefined: it is not to be exported. */
function demanded({ customers, subscribers }: Person): { groups: number[]; status: number } | undefined {
  const exported = customers.filter((row) => row.isRegistered || row.newsletter || row.consent === true);
  if (exported.length + subscribers.length === 0) return undefined;
  const isConfirmed = exported.some((row) => (row.newsletter || row.consent === true) && row.isVerified) || subscribers.some(({ active }) => active);
  return { groups: [...(exported.length > 0 ? [groups.customers] : []), ...(subscribers.length > 0 ? [groups.subscribers] : [])], status: isConfirmed ? 8 : 6 };
}

/** A box that was ticked and is not any more, a subscription that is inactive (so the demo answered) or gone. */
function hasRefusedHere(before: Person | undefined, now: Person): boolean {
  const unticked = before?.customers.some((row) => {
    const after = now.customers.find(({ id }) => id === row.id);
    return after !== undefined && ((row.newsletter && !after.newsletter) || (row.consent === true && after.consent !== true));
  });
  const ended = [...(before?.subscribers ?? []), ...now.subscribers].some(({ id }) => now.subscribers.find((row) => row.id === id)?.active !== true);
  return unticked === true || ended;
}

function faultOf(contact: Contact, { person, hasRefused, status }: { person: Person; hasRefused: boolean; status: number }): string | undefined {
  const last = contact.history.at(-1);
  if (hasRefused) return isRefusal(contact.status) ? undefined : `refused, and could get mail with status ${contact.status}`;
  if (last !== undefined && isRefusal(last.to) && last.by !== 'api') return person.subscribers.some(({ active }) => active) ? 'refused in SARE, and active in the shop' : undefined;
  if (!isOurs(contact)) return contact.history.some(({ by }) => by === 'api') ? 'was known to SARE, and its status was changed' : undefined;
  return contact.status === status ? undefined : `stands with status ${contact.status} instead of ${status}`;
}

const isOurs = ({ history }: Contact): boolean => history[0]?.by === 'api';
const isInOurGroups = (contact: Contact): boolean => contact.groups.includes(groups.customers) || contact.groups.includes(groups.subscribers);

export const sayContacts = ({ customers, subscribers, contacts, acknowledged, parked, refused, unexplained }: ContactReckoning): string =>
  `demo: customers ${customers} subscribers ${subscribers} contacts ${contacts} acknowledged ${acknowledged} parked ${parked} refused ${refused} unexplained ${unexplained}`;
