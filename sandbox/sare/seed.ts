/** Fills an account: people in all statuses, in some of the groups, with traits; and the very people a judge wants to meet. */
import { z } from 'zod';
import { createRandom } from '../kernel/random.ts';
import { addContact, forget } from './changes.ts';
import { isAddress } from './items.ts';
import { isStatus, statuses } from './model.ts';
import type { ContactStatus, Hand } from './model.ts';
import { defaultGroups, defaultProps } from './options.ts';
import { personAt } from './seed-people.ts';
import { createStore } from './store.ts';
import type { World } from './store.ts';

const traits = z.record(z.string(), z.string());
export const statusSchema = z.union([z.number().refine(isStatus, 'a status from 2 to 8'), z.literal('forgotten')]).transform((value): ContactStatus => (isStatus(value) ? value : 'forgotten'));

export const seedSchema = z.strictObject({
  seed: z.number().int().default(7),
  /** how many invented ones, beside the known ones */
  contacts: z.number().int().min(0).max(500_000).default(300),
  /** default: 12 Klienci, 13 Subskrybenci, 305 Archiwum */
  groups: z.array(z.strictObject({ id: z.number().int().min(1), name: z.string() })).default([...defaultGroups]),
  /** custom traits */
  props: z.array(z.strictObject({ name: z.string(), type: z.string().default('text') })).default([...defaultProps]),
  /** particular people, e.g. those that a shop knows too; status default 8, groups default none */
  known: z
    .array(
      z.strictObject({
        email: z.string().refine(isAddress, 'an e-mail address'),
        status: statusSchema.default(8),
        groups: z.array(z.number().int()).default([]),
        gsm: z.string().optional(),
        name: z.string().optional(),
        prop: traits.optional(),
        prop_cust: traits.optional(),
      }),
    )
    .default([]),
});
export type SeedInput = z.input<typeof seedSchema>;

export interface SeedSummary {
  contacts: number;
  groups: { id: number; name: string; contacts: number }[];
  props: string[];
  /** how many have which status */
  statuses: Record<string, number>;
  /** an address in each status */
  examples: Record<string, string>;
}

const hand: Hand = { by: 'seed', request: null };
const dayMs = 86_400_000;

/** Replaces what was there. No webhook tells of it. */
export function seedAccount(world: World, input: unknown): SeedSummary {
  const { seed, contacts, groups, props, known } = seedSchema.parse(input ?? {});
  world.store = createStore(groups, props);
  for (const { prop_cust: propCust, status, ...person } of known) enter(world, { ...person, propCust, status });
  const random = createRandom(seed);
  for (let index = 0; index < contacts; index += 1) enter(world, inventedAt(world, index, random));
  return summaryOf(world);
}

type Wish = Parameters<typeof addContact>[1];

/** One who was forgotten has been somebody before. */
function enter(world: World, wish: Wish): void {
  if (world.store.contacts.has(wish.email.toLowerCase())) throw new Error(`${wish.email} is there twice`);
  const missing = wish.groups.find((id) => !world.store.groups.has(id));
  if (missing !== undefined) throw new Error(`group ${missing} is not there`);
  const contact = addContact(world, { ...wish, status: wish.status === 'forgotten' ? 8 : wish.status }, hand);
  if (wish.status === 'forgotten') forget(world, contact, hand);
}

/** The first eight have a status each, so that every account has an example; the rest are mostly confirmed. */
function inventedAt(world: World, index: number, random: () => number): Wish {
  const person = personAt(index);
  const examples: readonly ContactStatus[] = [...statuses, 'forgotten'];
  const groups = [...world.store.groups.keys()].filter(() => random() < 0.4);
  const hasGsm = random() < 0.6;
  const custom = { city: person.city, birthday: person.birthday };
  return {
    email: person.email,
    status: examples[index] ?? statusFor(random()),
    groups,
    name: person.name,
    gsm: hasGsm ? person.gsm : '',
    prop: random() < 0.3 ? { prop1: 'Zimna' } : {},
    propCust: Object.fromEntries(Object.entries(custom).filter(([name]) => world.store.traits.has(name))),
    at: world.clock.now() - Math.floor(random() * 900 * dayMs) - dayMs,
  };
}

const shares: readonly (readonly [ContactStatus, number])[] = [
  [8, 0.72],
  [6, 0.1],
  [5, 0.03],
  [3, 0.08],
  [2, 0.03],
  [4, 0.01],
  [7, 0.02],
  ['forgotten', 0.01],
];

function statusFor(random: number): ContactStatus {
  let left = random;
  return shares.find(([, share]) => (left -= share) < 0)?.[0] ?? 8;
}

function summaryOf({ store }: World): SeedSummary {
  const counts: Record<string, number> = {};
  const examples: Record<string, string> = {};
  for (const { status, email } of store.contacts.values()) {
    counts[status] = (counts[status] ?? 0) + 1;
    examples[status] ??= email;
  }
  const groups = [...store.groups.values()].map(({ id, name, members }) => ({ id, name, contacts: members.size }));
  return { contacts: store.contacts.size, groups, props: [...store.traits.keys()], statuses: counts, examples };
}
