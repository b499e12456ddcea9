/** The settings of one new connection: each answered, judged by the system's own schema, kept where it differs from its default. */
import type { Config } from '../../worker/config.ts';
import type { Probe, Prober, Side } from '../../worker/probe.ts';
import type { Environs } from '../../worker/secrets.ts';
import { findSystem } from '../../worker/systems.ts';
import { Complaint } from '../print.ts';
import { listOf, type Dialogue } from './dialogue.ts';
import { notAskedHere, questionsOf, type Question, type SystemQuestions } from './questions.ts';
import { answerSecret, type Keeping, type SecretAnswer } from './secret-answer.ts';
import { mistakeIn, mistakeOf, readValue } from './values.ts';

export interface Draft {
  side: Side;
  id: string;
  system: string;
  /** stands in the file already and is left as it is */
  isThere: boolean;
  /** as the file has them: secrets are references */
  settings: Record<string, unknown>;
  /** with secrets resolved */
  resolved: Record<string, unknown>;
  secrets: SecretAnswer[];
}

export interface Setting {
  dialogue: Dialogue;
  prober: Prober;
  config: Config;
  configPath: string;
  environs: Environs;
  keeping: Keeping;
}

/** @throws Complaint */
export function findKnown(system: string): SystemQuestions {
  const known = questionsOf[system];
  if (!known) throw new Complaint(`${system} is not known to init; there is ${Object.keys(questionsOf).join(', ')}`);
  return known;
}

export interface Asking {
  suggestions?: Record<string, unknown>;
  choices?: Probe['choices'][string];
}

export async function askSetting(setting: Setting, draft: Draft, question: Question, { suggestions = {}, choices }: Asking): Promise<void> {
  const { dialogue } = setting;
  const { field } = question;
  const name = `${draft.side}.${field}`;
  const row = findSystem(draft.system);
  if (!row) return;
  if (row.secrets.includes(field)) {
    const answer = await answerSecret(dialogue, { ...setting, name, question, connection: draft.id, mistake: (value) => mistakeOf(row.check, field, value) });
    if (answer) {
      draft.secrets.push(answer);
      draft.settings[field] = answer.reference;
      draft.resolved[field] = answer.value;
    }
    return;
  }
  const fallback = textOf(row.defaultOf(field));
  const suggestion = textOf(suggestions[field]);
  const text = await dialogue.answer({
    name,
    ask: question.ask,
    why: question.why,
    isOptional: question.isOptional === true,
    mistake: (typed) => mistakeIn(readValue(row.check, field, typed)),
    ...(question.example === undefined ? {} : { example: question.example }),
    ...(fallback === undefined ? {} : { fallback }),
    ...(suggestion === undefined ? {} : { suggestion }),
    ...(choices === undefined ? {} : { choices }),
  });
  keep(draft, field, text, { isDefault: text === fallback && !dialogue.given.answers.has(name) });
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined);

/** What is as its default is not written down. */
function keep(draft: Draft, field: string, text: string | undefined, { isDefault }: { isDefault: boolean }): void {
  const row = findSystem(draft.system);
  if (text === undefined || isDefault || !row) return;
  const read = readValue(row.check, field, text);
  if ('mistake' in read) return;
  draft.settings[field] = read.value;
  draft.resolved[field] = read.value;
}

/** What the account offers for a setting is chosen from the list. */
export async function askOffered(setting: Setting, draft: Draft, { choices }: Pick<Probe, 'choices'>): Promise<void> {
  if (draft.isThere) return;
  for (const question of findKnown(draft.system).settings) {
    const offered = choices[question.field];
    if (question.isOffered !== true) continue;
    if (offered?.length === 0 && question.isOptional !== true) setting.dialogue.note(`--set ${draft.side}.${question.field}: the account has none; make one there first (${question.ask})`);
    else await askSetting(setting, draft, question, offered === undefined || offered.length === 0 ? {} : { choices: offered });
  }
}

/** Settings that are not asked for can still be given. */
export async function askOthers(setting: Setting, draft: Draft): Promise<void> {
  const asked = new Set(questionFields(draft.system));
  const given = [...setting.dialogue.given.answers.keys(), ...setting.dialogue.given.secrets.keys()].flatMap((name) => (name.startsWith(`${draft.side}.`) ? [name.slice(draft.side.length + 1)] : []));
  const others = given.filter((field) => field !== 'id' && !asked.has(field) && (findSystem(draft.system)?.allowedKeys ?? []).includes(field));
  for (const field of others) await askSetting(setting, draft, { field, ask: field, why: 'See the README.', isOptional: true }, {});
}

const questionFields = (system: string): string[] => {
  const { account, ways = [], settings } = findKnown(system);
  return [...account, ...ways.flatMap(({ questions }) => questions), ...settings].map(({ field }) => field);
};

export function refuseUnknown({ given, note }: Dialogue, { side, system }: Draft): void {
  const allowed = findSystem(system)?.allowedKeys ?? [];
  const secrets = findSystem(system)?.secrets ?? [];
  const closed = notAskedHere[system] ?? [];
  const choices = ['id', ...allowed.filter((key) => !closed.includes(key))].map((value) => ({ value, label: value }));
  for (const [flag, names] of [['--set', given.answers.keys()], ['--secret', given.secrets.keys()]] as const) {
    for (const name of names) {
      const field = name.startsWith(`${side}.`) ? name.slice(side.length + 1) : 'id';
      if (closed.includes(field)) note(`${flag} ${name}: an App Store application is set up by hand in the settings file, since its code is good for one exchange only`);
      else if (flag === '--secret' && field !== 'id' && !secrets.includes(field)) note(`--secret ${name}: this is no secret: --set ${name}=…`);
      else if (choices.every(({ value }) => value !== field)) note(`${flag} ${name}: ${findKnown(system).title} has no such setting; there is ${listOf(choices)}`);
    }
  }
}
