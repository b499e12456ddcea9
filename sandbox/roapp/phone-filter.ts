/** The phone filters of people and orders, found unreliable by integrators (contract roapp 4.4): how, is a switch. */
import { digitsOf, type Contact, type Store } from './store.ts';
import type { Switches } from './switches.ts';

const nationalDigits = 9;
const unrelatedRows = 2;

/** Ids of the contacts that the filter finds; undefined: the filter does nothing. */
export function findByPhones(store: Store, phones: readonly string[] | undefined, how: Switches['phoneFilter']): Set<number> | undefined {
  if (!phones || how === 'ignored') return undefined;
  const found = new Set(phones.flatMap((phone) => (how === 'suffix' ? bySuffix(store, phone) : byDigits(store, phone, how))));
  if (how === 'unrelated') for (const id of strangers(store, found)) found.add(id);
  return found;
}

function byDigits(store: Store, phone: string, how: Switches['phoneFilter']): number[] {
  const digits = digitsOf(phone);
  const isWanted = how === 'exact' ? (own: string) => own === phone : (own: string) => digitsOf(own) === digits;
  // the index may still hold contacts that have gone or changed their phone
  return [...(store.contactsByDigits.get(digits) ?? [])].filter((id) => hasPhone(store.contacts.get(id), isWanted));
}

function bySuffix(store: Store, phone: string): number[] {
  const ending = digitsOf(phone).slice(-nationalDigits);
  if (ending === '') return [];
  return [...store.contacts.values()].filter((contact) => hasPhone(contact, (own) => digitsOf(own).endsWith(ending))).map(({ id }) => id);
}

const hasPhone = (contact: Contact | undefined, isWanted: (phone: string) => boolean): boolean => contact?.phones.some(({ phone }) => isWanted(phone)) ?? false;

/** The first few contacts that nobody asked for. */
function strangers(store: Store, found: Set<number>): number[] {
  const ids: number[] = [];
  for (const id of store.contacts.keys()) {
    if (ids.length === unrelatedRows) break;
    if (!found.has(id)) ids.push(id);
  }
  return ids;
}
