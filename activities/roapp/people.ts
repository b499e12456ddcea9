/** The order's customer in RO App: found by phone or e-mail, or created, under the keys of both (R18, N1). */
import type { Customer } from '../../domain/customer.ts';
import type { Order } from '../../domain/order.ts';
import type { IndexEntry } from '../../ledger/ledger.ts';
import { BadDataError } from '../errors.ts';
import { allPages, type Query } from './client.ts';
import { createdOrFound } from './created.ts';
import { chooseContact, entriesOf, identityOf, lookupsOf, type Chosen, type Identity } from './identity.ts';
import { toNewPerson } from './map.ts';
import type { Person } from './schemas.ts';
import { createdSince } from './sent.ts';
import { holderOf, timesOf, type RoappStep } from './step.ts';
import { ensureUnspecified } from './unspecified.ts';

/** A known customer costs no call. Safe to repeat: keys, and an intent on each of them. */
export async function ensureCustomer(step: RoappStep, order: Order): Promise<Chosen> {
  if (order.customer?.isUnspecified) return ensureUnspecified(step, order);
  const { customer, identity } = whoIs(step, order);
  const known = await findInIndex(step, identity);
  if (known) return known;
  return step.ledger.keys.hold(keysOf(step, identity), holderOf(step), async (hold) => {
    const meanwhile = await findInIndex(step, identity);
    if (meanwhile) return meanwhile;
    const find = () => findUnsettled(step, identity);
    const done = await hold.once<Found>({
      name: 'person',
      ...timesOf(step),
      find,
      send: async (guard) => {
        const found = await lookUpContact(step, identity);
        if (found) return found;
        const id = await step.client.createPerson(toNewPerson(customer, identity, step), guard);
        return createdOrFound(id === undefined ? undefined : newContact(step, identity, id), find, 'POST /contacts/people');
      },
      record: ({ entries }, write) => write.putIndex(entries),
    });
    if (done.kind === 'unknown') throw new Error('a person can be looked up: unknown does not happen');
    return { id: done.result.id, notes: done.result.notes };
  });
}

/** The same questions, nothing written: for plans (N12). */
export async function findCustomer(step: RoappStep, order: Order): Promise<{ customer: Customer; identity: Identity; found: Chosen | undefined }> {
  const { customer, identity } = whoIs(step, order);
  return { customer, identity, found: (await findInIndex(step, identity)) ?? (await lookUpContact(step, identity)) };
}

interface Found extends Chosen {
  entries: IndexEntry[];
}

function whoIs(step: RoappStep, order: Order): { customer: Customer; identity: Identity } {
  const { customer } = order;
  const identity = customer && identityOf(step, customer);
  if (!customer || !identity || (!identity.phone && !identity.email)) throw new BadDataError('customer', 'an e-mail address or a phone number is needed');
  return { customer, identity };
}

const keysOf = ({ company, connection }: RoappStep, identity: Identity): string[] => lookupsOf(identity).map(({ kind, digest }) => `person:${company}:${connection}:${kind}:${digest}`);

const findInIndex = async ({ ledger, connection }: RoappStep, identity: Identity): Promise<Chosen | undefined> => chooseContact(identity, await ledger.index.findMany(connection, lookupsOf(identity)));

/**
 * One look-up with the phone in each written form, one with the e-mail. Neither filter is trusted (contract roapp 4.4, 6): what comes back
 * is compared by us, and where a filter is ignored the newest contacts come back, which the index may not have yet.
 */
async function lookUpContact(step: RoappStep, identity: Identity): Promise<Found | undefined> {
  const queries = queriesOf(identity);
  const pages = [];
  for (const query of queries) pages.push(await step.client.people({ ...query, sort: '-id' }));
  return chooseAmong(step, identity, pages.flatMap((page) => page.data));
}

/** After a lost reply: everything created since it was sent is gone through, so that an ignored filter hides nothing. */
async function findUnsettled(step: RoappStep, identity: Identity): Promise<Found | undefined> {
  const created_at = await createdSince(step, keysOf(step, identity), 'person');
  for (const query of queriesOf(identity)) {
    const found = chooseAmong(step, identity, await allPages(step.client.people, { ...query, created_at, sort: 'id' }));
    if (found) return found;
  }
  return undefined;
}

const queriesOf = ({ phone, email }: Identity): Query[] => [...(phone ? [{ phones: phone.writtenForms }] : []), ...(email ? [{ emails: [email.value] }] : [])];

function chooseAmong(step: RoappStep, identity: Identity, people: Person[]): Found | undefined {
  const isSame = (entry: IndexEntry) => entry.digest === (entry.kind === 'phone' ? identity.phone?.digest : identity.email?.digest);
  const entries = people.map((person) => entriesOf(step, person)).filter((person) => person.some(isSame)).flat();
  const chosen = chooseContact(identity, entries);
  return chosen && { ...chosen, entries };
}

function newContact(step: RoappStep, identity: Identity, id: string): Found {
  return { id, notes: [], entries: lookupsOf(identity).map((lookup) => ({ connection: step.connection, ...lookup, targetId: id, words: identity.words })) };
}
