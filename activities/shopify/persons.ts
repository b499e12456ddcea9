/** Who ordered, where a shop tells it (R19, contract shopify 9): read beside the orders, and not asked for again for a day where it is withheld. */
import { normaliseEmail, type Customer } from '../../domain/customer.ts';
import type { OrderSummary } from '../../domain/ports.ts';
import type { ConnectorContext } from '../call.ts';
import type { ShopifyClient } from './client.ts';
import { mostAliases } from './documents.ts';
import type { GraphqlError, ShopifyPerson } from './schemas.ts';

/** A person, that the shop withholds it, or nothing: the order is gone. */
export type Told = { person: ShopifyPerson | null } | undefined;

const mark = 'customer-data';
const askAgainAfterMs = 24 * 60 * 60_000;

/** Of the E.164 phone and the lower-case e-mail, the same that the target's index holds (N9, N16). */
export function personDigests({ ledger, company }: Pick<ConnectorContext<unknown>, 'ledger' | 'company'>, customer: Customer | undefined): Pick<OrderSummary, 'phoneDigest' | 'emailDigest'> {
  return {
    ...(customer?.phone?.startsWith('+') ? { phoneDigest: ledger.crypto.digest(company, 'phone', customer.phone) } : {}),
    ...(customer?.email === undefined ? {} : { emailDigest: ledger.crypto.digest(company, 'email', normaliseEmail(customer.email)) }),
  };
}

type Memory = Pick<ConnectorContext<unknown>, 'ledger' | 'connection'>;

/** Persons of any number of orders, in as few calls as there can be. */
export async function readPersons(memory: Memory, client: Pick<ShopifyClient, 'readPersons'>, ids: string[]): Promise<Map<string, Told>> {
  const told = new Map<string, Told>();
  let isWithheld = await wasJustWithheld(memory);
  for (let start = 0; start < ids.length; start += mostAliases) {
    const wanted = ids.slice(start, start + mostAliases);
    if (!isWithheld) {
      const { persons, withheld } = await client.readPersons(wanted);
      isWithheld = withheld.some(hidesThePerson);
      await note(memory, isWithheld);
      for (const id of wanted) told.set(id, isWithheld ? { person: null } : toldOf(persons.get(id)));
    } else for (const id of wanted) told.set(id, { person: null });
  }
  return told;
}

const toldOf = (person: ShopifyPerson | undefined): Told => (person === undefined ? undefined : { person });

/** Fields of an address alone: then the customer is known, and only where the goods go is not. */
const placeFields = new Set(['billingAddress', 'shippingAddress', 'defaultAddress', 'address1', 'address2', 'city', 'zip', 'provinceCode', 'countryCodeV2', 'company']);

/** A refused name, e-mail or phone: what is left names perhaps somebody else, so nobody is taken from it. */
export function hidesThePerson({ path }: Pick<GraphqlError, 'path'>): boolean {
  const field = path?.findLast((part) => typeof part === 'string');
  return field === undefined || !placeFields.has(field);
}

async function wasJustWithheld({ ledger, connection }: Memory): Promise<boolean> {
  const noted = await ledger.marks.get(`connection:${connection}`, mark);
  const since = noted?.startsWith('withheld ') ? Date.parse(noted.slice('withheld '.length)) : undefined;
  return since !== undefined && (await ledger.clock.now()) - since < askAgainAfterMs;
}

/** After an upgrade orders that came without a person are read again (decision on R19): see `takeReturn`. */
async function note({ ledger, connection }: Memory, isWithheld: boolean): Promise<void> {
  const subject = `connection:${connection}`;
  const before = await ledger.marks.get(subject, mark);
  if (isWithheld) await ledger.marks.set(subject, mark, `withheld ${new Date(await ledger.clock.now()).toISOString()}`);
  else if (before?.startsWith('withheld ')) await ledger.marks.set(subject, mark, returned);
}

const returned = 'returned';

/** The shop tells again what it withheld: the next walk of changes lists the whole window anew. */
export const hasReturned = async ({ ledger, connection }: Memory): Promise<boolean> => (await ledger.marks.get(`connection:${connection}`, mark)) === returned;

/** That walk has come to its end. */
export async function settleReturn(memory: Memory): Promise<void> {
  if (await hasReturned(memory)) await memory.ledger.marks.set(`connection:${memory.connection}`, mark, 'told');
}
