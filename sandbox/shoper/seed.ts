/** Fills a shop from a seed: the same input gives the same shop. Ordinary people come first, special ones (seed-specials.ts) after them. */
import { z } from 'zod';
import { emptyAddress } from './addresses.ts';
import { crowdSources } from './seed-people.ts';
import { specialList } from './seed-specials.ts';
import type { SpecialPerson } from './seed-specials.ts';
import { createStore } from './store.ts';
import type { Store, World } from './store.ts';
import { newSubscriber } from './subscribers.ts';
import { newCustomer } from './users.ts';

const count = z.number().int().min(0).max(1_000_000);

export const seedSchema = z.strictObject({
  seed: z.number().int().default(7),
  /** special ones included */
  customers: count.default(200),
  subscribers: count.default(120),
  /** as many as fit */
  specials: z.boolean().default(true),
  /** ISO 8601; default: the sandbox's clock */
  now: z.iso.datetime({ offset: true }).optional(),
  /** over how many days before `now` people came */
  days: z.number().int().min(1).default(700),
});
export type SeedInput = z.input<typeof seedSchema>;

export interface SeedSummary {
  customers: number;
  subscribers: number;
  /** ids of the special people by name */
  special: Record<string, { customer?: number; subscriber?: number }>;
}

/** Replaces everybody, and webhooks with them. No webhook tells of it. */
export function seedShop(world: World, input: unknown): SeedSummary {
  const wish = seedSchema.parse(input ?? {});
  const now = wish.now === undefined ? world.clock.now() : Date.parse(wish.now);
  const specials = wish.specials ? fitting(wish.customers, wish.subscribers) : [];
  const specialCustomers = specials.filter(([, { customer }]) => customer !== undefined).length;
  const specialSubscribers = specials.filter(([, { subscriber }]) => subscriber !== undefined).length;
  const crowd = { seed: wish.seed, customers: wish.customers - specialCustomers, subscribers: wish.subscribers - specialSubscribers, now, days: wish.days };
  world.store = createStore(crowdSources(crowd));
  const special = Object.fromEntries(specials.map(([name, person]) => [name, fileSpecial(world.store, { name, person, at: now - 3_600_000 })]));
  return { customers: wish.customers, subscribers: wish.subscribers, special };
}

function fitting(customers: number, subscribers: number): (readonly [string, SpecialPerson])[] {
  let left = { customers, subscribers };
  return specialList.filter(([, { customer, subscriber }]) => {
    const after = { customers: left.customers - Number(customer !== undefined), subscribers: left.subscribers - Number(subscriber !== undefined) };
    if (after.customers < 0 || after.subscribers < 0) return false;
    left = after;
    return true;
  });
}

function fileSpecial(store: Store, { name, person, at }: { name: string; person: SpecialPerson; at: number }): SeedSummary['special'][string] {
  const addedAt = Math.floor(at / 1_000) * 1_000;
  const email = `${name}@example.org`;
  const ids: SeedSummary['special'][string] = {};
  if (person.customer !== undefined) {
    const id = store.customers.nextId();
    store.customers.put({ ...newCustomer(addedAt), email, firstname: 'Alex', lastname: 'Przykład', newsletter: true, isVerified: true, ...person.customer, id });
    ids.customer = id;
    for (const address of person.addresses ?? []) store.addresses.put({ ...emptyAddress, street1: 'ul. Krótka 1', city: 'Toruń', zip: '87-100', ...address, id: store.addresses.nextId(), userId: id });
  }
  if (person.subscriber !== undefined) {
    const id = store.subscribers.nextId();
    store.subscribers.put({ ...newSubscriber(store, addedAt), email, ...person.subscriber, id });
    ids.subscriber = id;
  }
  return ids;
}
