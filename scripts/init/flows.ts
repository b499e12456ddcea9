/** Which systems can be joined, by which flow, and the settings of the pair that are asked for. */
import { importOrdersSchema } from '../../worker/order-config.ts';
import { exportContactsKeys, exportContactsSchema } from '../../worker/contact-config.ts';
import { findSystem, type Role } from '../../worker/systems.ts';
import { Complaint } from '../print.ts';
import { listOf, type Dialogue } from './dialogue.ts';
import { contactsQuestions, ordersQuestions, questionsOf, type Question } from './questions.ts';
import { mistakeIn, readValue, type Judge } from './values.ts';

export interface Flow {
  name: 'import-orders' | 'export-contacts';
  roles: { source: Role; target: Role };
  questions: readonly Question[];
  keys: readonly string[];
  judge: Judge;
  /** settings as the schema has them when nothing is said */
  defaults: Readonly<Record<string, unknown>>;
}

const flows: readonly Flow[] = [
  {
    name: 'import-orders',
    roles: { source: 'source', target: 'target' },
    questions: ordersQuestions,
    keys: Object.keys(importOrdersSchema.shape),
    judge: (settings) => importOrdersSchema.safeParse(settings).error?.issues ?? [],
    defaults: { ...importOrdersSchema.parse({}) },
  },
  {
    name: 'export-contacts',
    roles: { source: 'contact-source', target: 'contact-target' },
    questions: contactsQuestions,
    keys: exportContactsKeys.filter((key) => key !== 'customers' && key !== 'subscribers'),
    judge: (settings) => exportContactsSchema.safeParse({ customers: { group: 'any' }, ...settings }).error?.issues ?? [],
    defaults: { ...exportContactsSchema.parse({ customers: { group: 'any' } }) },
  },
];

export interface Pair {
  flow: Flow;
  source: string;
  target: string;
}

const allPairs: readonly Pair[] = flows.flatMap((flow) => withRole(flow.roles.source).flatMap((source) => withRole(flow.roles.target).map((target) => ({ flow, source, target }))));

function withRole(role: Role): string[] {
  return Object.keys(questionsOf).filter((name) => findSystem(name)?.roles.includes(role));
}

/** @throws Complaint naming the pairs there are */
export async function choosePair({ asker }: Dialogue, wanted: { source?: string; target?: string }): Promise<Pair> {
  const fitting = allPairs.filter(({ source, target }) => (wanted.source ?? source) === source && (wanted.target ?? target) === target);
  const [only, another] = fitting;
  if (only && another === undefined) return only;
  const list = allPairs.map(({ source, target }) => `${source} ${target}`).join(', ');
  if (!only) throw new Complaint(`these two cannot be joined; there is ${list}`);
  if (!asker) throw new Complaint(`name the two systems: waybill init <source> <target>; there is ${list}`);
  const chosen = await asker.choose('What is to be joined?', fitting.map(({ source, target, flow }) => ({ value: `${source} ${target}`, label: `${questionsOf[source]?.title} → ${questionsOf[target]?.title}: ${flow.name}` })));
  return fitting.find(({ source, target }) => `${source} ${target}` === chosen) ?? only;
}

/** Only what differs from its default comes back. */
export async function askFlow(dialogue: Dialogue, flow: Flow): Promise<Record<string, unknown>> {
  const settings: Record<string, unknown> = {};
  const others = [...dialogue.given.answers.keys()].flatMap((name) => (name.startsWith('integration.') && name !== 'integration.id' ? [name.slice('integration.'.length)] : []));
  for (const field of others) if (!flow.keys.includes(field)) dialogue.note(`--set integration.${field}: there is no such setting; there is ${listOf(['id', ...flow.keys].map((value) => ({ value, label: value })))}`);
  const more = others.filter((field) => flow.keys.includes(field) && flow.questions.every((question) => question.field !== field)).map((field): Question => ({ field, ask: field, why: 'See the README.', isOptional: true }));
  for (const { field, ask, why, example } of [...flow.questions, ...more]) {
    const standing = flow.defaults[field];
    const fallback = typeof standing === 'string' || typeof standing === 'number' ? String(standing) : undefined;
    const text = await dialogue.answer({ name: `integration.${field}`, ask, why, isOptional: true, mistake: (typed) => mistakeIn(readValue(flow.judge, field, typed)), ...(example === undefined ? {} : { example }), ...(fallback === undefined ? {} : { fallback }) });
    const read = text === undefined || text === fallback ? undefined : readValue(flow.judge, field, text);
    if (read && 'value' in read) settings[field] = read.value;
  }
  return settings;
}
