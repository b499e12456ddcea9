/** The shop's people and the account before the export, and both sides' truths as the judge reads them. */
import { createRandom } from '../../../sandbox/kernel/random.ts';
import { sareTruthSchema, type SareTruth } from '../../../sandbox/sare/truth.ts';
import { shoperTruthSchema, type TruePerson } from '../../../sandbox/shoper/truth.ts';
import type { ContactsStage } from './stage.ts';

export type { TruePerson } from '../../../sandbox/shoper/truth.ts';
export type Mailed = SareTruth['contacts'][number];

export interface Truths {
  /** people of the shop by address in lower case */
  people: ReadonlyMap<string, TruePerson>;
  /** contacts of the account by address in lower case */
  mailed: ReadonlyMap<string, Mailed>;
}

type Systems = Pick<ContactsStage, 'shop' | 'mail'>;

/** Each reply of the shop says how full its bucket is, also where nobody is throttled: this one never fills. */
export const wideBucket = { apiLimit: 10_000, apiBandwidth: 10_000 } as const;

/** Every this many people of the shop stand in the account already, in all its statuses in turn. */
const known = 8;
const statuses = [8, 6, 3, 8, 2, 5, 7, 8, 4] as const;
/** Of the account's own, whom the shop does not know. */
const strangers = 40;

export async function readTruths({ shop, mail }: Systems): Promise<Truths> {
  const [{ people }, { contacts }] = [shoperTruthSchema.parse(await shop.truth()), sareTruthSchema.parse(await mail.truth())];
  return { people: new Map(people.map((person) => [person.email, person])), mailed: new Map(contacts.map((contact) => [contact.email.toLowerCase(), contact])) };
}

/** Seeds both systems: customers and subscribers four to one. */
export async function prepare(systems: Systems, { contacts, seed }: { contacts: number; seed: number }): Promise<Truths> {
  const subscribers = Math.floor(contacts / 5);
  await systems.shop.action('switches', wideBucket);
  await systems.shop.seed({ seed, customers: contacts - subscribers, subscribers });
  const { people } = await readTruths(systems);
  const random = createRandom(seed * 6_151 + 3);
  const there = [...people.keys()].filter((_, index) => index % known === seed % known);
  await systems.mail.seed({ seed, contacts: strangers, known: there.map((email, index) => ({ email, status: statuses[index % statuses.length], groups: random() < 0.3 ? [305] : [] })) });
  return readTruths(systems);
}
