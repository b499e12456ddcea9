/** Which contacts go where: the target group of each population (S7) and the rows of its mapping (S5, S6), out of what both accounts have. */
import type { ContactKind } from '../../domain/contact.ts';
import type { FieldName, GroupName } from '../../domain/contact-ports.ts';
import type { ContactPopulation } from '../../domain/settings.ts';
import type { Probe } from '../../worker/probe.ts';
import { Complaint } from '../print.ts';
import { listOf, type Dialogue } from './dialogue.ts';

export const populations = ['customers', 'subscribers'] as const;
type Population = (typeof populations)[number];
const kindOf: Record<Population, ContactKind> = { customers: 'customer', subscribers: 'subscriber' };

export type Populations = Partial<Record<Population, ContactPopulation>>;

interface Accounts {
  source: Pick<Probe, 'properties'>;
  target: Pick<Probe, 'groups' | 'traits'>;
}

/** @throws Complaint listing the groups there are, when none was chosen (S7) */
export async function askPopulations(dialogue: Dialogue, { source, target }: Accounts): Promise<Populations> {
  const groups = target.groups ?? [];
  const chosen: Populations = {};
  for (const population of populations) {
    const group = await askGroup(dialogue, population, groups);
    if (group === undefined) {
      for (const name of rowNames(dialogue, population)) dialogue.note(`--set ${name}: ${population} are not exported as long as --set ${population}.group=… does not name their group (S7)`);
      continue;
    }
    chosen[population] = { group, traits: await askTraits(dialogue, population, { traits: target.traits, properties: source.properties?.[kindOf[population]] }) };
  }
  dialogue.assertComplete();
  if (Object.keys(chosen).length === 0) throw new Complaint(`nothing was written; no target group was chosen (S7): --set customers.group=<id>, --set subscribers.group=<id>, or both. ${groupsText(groups)}`);
  return chosen;
}

const groupsText = (groups: readonly GroupName[]): string => (groups.length === 0 ? 'The account has no group: make one there first.' : `There is ${listOf(choicesOf(groups))}.`);

const choicesOf = (groups: readonly GroupName[]) => groups.map(({ id, name }) => ({ value: id, label: name }));

async function askGroup(dialogue: Dialogue, population: Population, groups: readonly GroupName[]): Promise<string | undefined> {
  const name = `${population}.group`;
  if (groups.length === 0) throw new Complaint(`nothing was written; ${groupsText(groups)} (S7)`);
  return dialogue.answer({ name, ask: `Target group for ${population}`, why: `The group must exist in the mailing system; without one ${population} are not exported.`, choices: choicesOf(groups), isOptional: true });
}

interface Fields {
  /** undefined: the account does not let us read them */
  traits: readonly FieldName[] | undefined;
  properties: readonly FieldName[] | undefined;
}

async function askTraits(dialogue: Dialogue, population: Population, fields: Fields): Promise<ContactPopulation['traits']> {
  const given = rowNames(dialogue, population).map((name) => ({ name, trait: name.slice(prefixOf(population).length), from: dialogue.given.answers.get(name) ?? '' }));
  for (const { name, trait, from } of given) {
    for (const [field, known, what] of [[trait, fields.traits, 'trait'], [from, fields.properties, 'property']] as const) {
      if (known?.every((one) => one.name !== field)) dialogue.note(`--set ${name}: there is no ${what} ${field}; there is ${listOf(known.map(({ name: value, label }) => ({ value, label })))}`);
    }
  }
  const rows = given.map(({ trait, from }) => ({ trait, from }));
  while (dialogue.asker && fields.traits && fields.properties) {
    const free = fields.traits.filter(({ name }) => rows.every(({ trait }) => trait !== name));
    const trait = await dialogue.asker.choose(`Another trait to fill for ${population}`, [{ value: '', label: 'no more' }, ...free.map(asChoice)]);
    if (trait === '') break;
    rows.push({ trait, from: await dialogue.asker.choose(`Trait ${trait} is filled from`, fields.properties.map(asChoice)) });
  }
  return rows;
}

const asChoice = ({ name, label }: FieldName) => ({ value: name, label });

const prefixOf = (population: Population): string => `${population}.traits.`;

const rowNames = ({ given }: Dialogue, population: Population): string[] => [...given.answers.keys()].filter((name) => name.startsWith(prefixOf(population)));
