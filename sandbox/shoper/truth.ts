/** The shop as judges read it: every person with all rows, always in the same form. The schema is for readers in other processes. */
import { z } from 'zod';
import type { Address, Customer, Subscriber } from './model.ts';
import { consentFieldId, personKey } from './store.ts';
import type { World } from './store.ts';

/** ISO 8601 UTC */
const instant = z.string();

const address = z.object({ id: z.number(), isDefault: z.boolean(), phone: z.string(), city: z.string(), zip: z.string(), street: z.string(), company: z.string(), countryCode: z.string() });

const customer = z.object({
  id: z.number(),
  /** as typed */
  email: z.string(),
  firstname: z.string(),
  lastname: z.string(),
  newsletter: z.boolean(),
  active: z.boolean(),
  isVerified: z.boolean(),
  isRegistered: z.boolean(),
  groupId: z.number().nullable(),
  langId: z.number(),
  discount: z.string(),
  comment: z.string(),
  /** the additional field that is a consent; null: never answered */
  consent: z.boolean().nullable(),
  fields: z.record(z.string(), z.string()),
  tags: z.array(z.string()),
  addedAt: instant,
  addresses: z.array(address),
});

const subscriber = z.object({ id: z.number(), email: z.string(), active: z.boolean(), langId: z.number(), groups: z.array(z.number()), addedAt: instant });

const person = z.object({
  /** in lower case, without space around it */
  email: z.string(),
  customers: z.array(customer),
  subscribers: z.array(subscriber),
});

export const shoperTruthSchema = z.object({
  shop: z.object({ host: z.string(), license: z.string(), timeZone: z.string(), registrationConfirm: z.boolean(), consentFieldId: z.number() }),
  people: z.array(person),
  webhooks: z.array(z.object({ id: z.number(), url: z.string(), active: z.boolean(), events: z.array(z.string()), madeBy: z.enum(['api', 'app store', 'system']) })),
  /** the last 10,000 changes of people, oldest first */
  changes: z.array(z.object({ at: instant, event: z.string(), id: z.number(), email: z.string(), by: z.enum(['api', 'people']) })),
  /** how many tokens of each application are good now */
  tokens: z.record(z.string(), z.number()),
});

export type ShoperTruth = z.output<typeof shoperTruthSchema>;
export type TruePerson = ShoperTruth['people'][number];

export function readTruth(world: World): ShoperTruth {
  const { store, shop, switches, access } = world;
  return {
    shop: { ...shop, registrationConfirm: switches.registrationConfirm, consentFieldId },
    people: peopleOf(world),
    webhooks: store.webhooks.ids().flatMap((id) => store.webhooks.get(id) ?? []).map(({ id, url, active, events, madeBy }) => ({ id, url, active, events, madeBy })),
    changes: store.changes.map((change) => ({ ...change, at: iso(change.at) })),
    tokens: access.alive(),
  };
}

/** By address; customers first. */
function peopleOf({ store }: World): TruePerson[] {
  const people = new Map<string, TruePerson>();
  const personOf = (email: string): TruePerson => {
    const key = personKey(email);
    const known = people.get(key) ?? { email: key, customers: [], subscribers: [] };
    people.set(key, known);
    return known;
  };
  const addressesOf = new Map<number, Address[]>();
  for (const id of store.addresses.ids()) {
    const one = store.addresses.get(id);
    if (one !== undefined) addressesOf.set(one.userId, [...(addressesOf.get(one.userId) ?? []), one]);
  }
  for (const row of store.customers.ids().flatMap((id) => store.customers.get(id) ?? [])) personOf(row.email).customers.push(trueCustomer(row, addressesOf.get(row.id) ?? []));
  for (const row of store.subscribers.ids().flatMap((id) => store.subscribers.get(id) ?? [])) personOf(row.email).subscribers.push(trueSubscriber(row));
  return [...people.values()];
}

/** One person, without reading the others. */
export function truthOf({ store }: World, email: string): TruePerson {
  const key = personKey(email);
  const customers = store.customers.find(key).map((row) => trueCustomer(row, store.addresses.find(String(row.id))));
  return { email: key, customers, subscribers: store.subscribers.find(key).map(trueSubscriber) };
}

const iso = (ms: number): string => new Date(ms).toISOString();

function trueCustomer(row: Customer, addresses: Address[]): TruePerson['customers'][number] {
  const { id, email, firstname, lastname, newsletter, active, isVerified, isRegistered, groupId, langId, discount, comment, fields, tags, addedAt } = row;
  const answer = fields[consentFieldId];
  return {
    id,
    email,
    firstname,
    lastname,
    newsletter,
    active,
    isVerified,
    isRegistered,
    groupId,
    langId,
    discount,
    comment,
    consent: answer === undefined ? null : answer === '1',
    fields,
    tags,
    addedAt: iso(addedAt),
    addresses: addresses.map((one) => ({ id: one.id, isDefault: one.isDefault, phone: one.phone, city: one.city, zip: one.zip, street: one.street1, company: one.company, countryCode: one.countryCode })),
  };
}

const trueSubscriber = ({ id, email, active, langId, groups, addedAt }: Subscriber): TruePerson['subscribers'][number] => ({ id, email, active, langId, groups, addedAt: iso(addedAt) });
