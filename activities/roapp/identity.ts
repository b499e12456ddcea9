/** Who is the same person (R18): digests of phone and e-mail, and what to do when several contacts match. */
import { namesShareAWord, nameWords, normaliseEmail, type Customer } from '../../domain/customer.ts';
import type { Note } from '../../domain/outcome.ts';
import type { IndexEntry } from '../../ledger/ledger.ts';
import { normalisePhone } from '../phone.ts';
import type { Person } from './schemas.ts';
import { byId, digestOf, type RoappStep } from './step.ts';
import { isUnspecified } from './texts.ts';

export interface Identity {
  phone?: { digest: string; value: string; writtenForms: string[] };
  email?: { digest: string; value: string };
  /** digests of the words of the name */
  words: string[];
}

/** E.164 by the connection's country, else the digits alone; undefined when the text holds none. */
function comparablePhone(text: string, country: string): { value: string; writtenForms: string[] } | undefined {
  const { e164, writtenForms } = normalisePhone(text, country);
  const value = e164 ?? writtenForms[0];
  return value === undefined ? undefined : { value, writtenForms };
}

export function identityOf(step: RoappStep, customer: Customer): Identity {
  const phone = comparablePhone(customer.phone ?? customer.phoneAsWritten ?? '', step.settings.country);
  const asWritten = customer.phoneAsWritten?.trim();
  const email = normaliseEmail(customer.email ?? '');
  return {
    ...(phone === undefined ? {} : { phone: { digest: digestOf(step, 'phone', phone.value), value: phone.value, writtenForms: [...new Set([...phone.writtenForms, ...(asWritten ? [asWritten] : [])])] } }),
    ...(email === '' ? {} : { email: { digest: digestOf(step, 'email', email), value: email } }),
    words: wordDigests(step, customer),
  };
}

/** A contact of the account as the index holds it. */
export function entriesOf(step: RoappStep, person: Person): IndexEntry[] {
  const words = isUnspecified(person.firstName) ? [] : wordDigests(step, person);
  const entry = (kind: 'phone' | 'email', value: string): IndexEntry => ({ connection: step.connection, kind, digest: digestOf(step, kind, value), targetId: String(person.id), words });
  const phones = person.phones.flatMap((phone) => comparablePhone(phone, step.settings.country)?.value ?? []);
  const email = normaliseEmail(person.email);
  return [...new Set(phones)].map((phone) => entry('phone', phone)).concat(email === '' ? [] : [entry('email', email)]);
}

/** By these an order's summary names its customer (N16). */
export function contactDigests(step: RoappStep, phones: string[], email: string): string[] {
  const values = phones.flatMap((phone) => comparablePhone(phone, step.settings.country)?.value ?? []);
  const address = normaliseEmail(email);
  return [...values.map((phone) => digestOf(step, 'phone', phone)), ...(address === '' ? [] : [digestOf(step, 'email', address)])];
}

const wordDigests = (step: RoappStep, name: Pick<Customer, 'firstName' | 'lastName' | 'company'>): string[] => nameWords(name).map((word) => digestOf(step, 'word', word)).sort();

/** What the index is asked for. */
export const lookupsOf = ({ phone, email }: Identity) => [
  ...(phone ? [{ kind: 'phone' as const, digest: phone.digest }] : []),
  ...(email ? [{ kind: 'email' as const, digest: email.digest }] : []),
];

export interface Chosen {
  id: string;
  notes: Note[];
}

/**
 * The phone decides, then the e-mail (R18). Several contacts with the phone: the one with the same e-mail, else the lowest id.
 * @param entries of any contacts; only those with this identity's phone or e-mail count
 */
export function chooseContact(identity: Identity, entries: IndexEntry[]): Chosen | undefined {
  const byPhone = idsOf(entries, 'phone', identity.phone?.digest);
  const byEmail = idsOf(entries, 'email', identity.email?.digest);
  const withBoth = byPhone.find((id) => byEmail.includes(id));
  const id = withBoth ?? byPhone[0] ?? byEmail[0];
  if (id === undefined) return undefined;
  const notes: Note[] = [];
  const candidates = byPhone.length > 0 ? byPhone : byEmail;
  if (withBoth === undefined && candidates.length > 1) notes.push({ code: 'several-contacts', text: `several contacts match: ${candidates.join(', ')}; taken: ${id}` });
  const words = entries.find((entry) => entry.targetId === id)?.words ?? [];
  if (withBoth === undefined && byPhone.length > 0 && byEmail.length > 0) notes.push({ code: 'contacts-differ', text: `phone names contact ${id}, e-mail names ${byEmail.join(', ')}; taken: ${id}` });
  else if (!namesShareAWord(identity.words, words)) notes.push({ code: 'contacts-differ', text: `contact ${id} matches, but its name and the order’s share no word` });
  return { id, notes };
}

function idsOf(entries: IndexEntry[], kind: 'phone' | 'email', digest: string | undefined): string[] {
  return [...new Set(entries.filter((entry) => entry.kind === kind && entry.digest === digest).map((entry) => entry.targetId))].sort(byId);
}
