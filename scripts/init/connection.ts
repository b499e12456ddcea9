/** One side: a connection that is there already, or a new one, asked for and tested at once (S1, A20). */
import type { Config } from '../../worker/config.ts';
import type { Probe, Side } from '../../worker/probe.ts';
import { resolveSecrets } from '../../worker/secrets.ts';
import { findSystem } from '../../worker/systems.ts';
import { Complaint, say } from '../print.ts';
import { askOffered, askOthers, askSetting, findKnown, refuseUnknown, type Draft, type Setting } from './connection-settings.ts';
import type { Dialogue } from './dialogue.ts';
import { questionsOf, type Question, type SystemQuestions } from './questions.ts';

export interface Described {
  side: Side;
  system: string;
  company: string;
  /** id of the other side */
  taken: string | undefined;
  /** what is probably right, shown at the terminal */
  suggestions: Record<string, unknown>;
}

/** @throws Complaint when a connection that is there cannot be used */
export async function describeConnection(setting: Setting, { side, system, company, taken, suggestions }: Described): Promise<Draft> {
  const known = findKnown(system);
  const id = await askId(setting, { side, company, taken }, known);
  const existing = setting.config.connections.find((connection) => connection.id === id);
  if (existing) return useExisting(setting, side, system, existing);
  const draft: Draft = { side, id, system, isThere: false, settings: {}, resolved: {}, secrets: [] };
  refuseUnknown(setting.dialogue, draft);
  await askOthers(setting, draft);
  const probe = await askAccount(setting, draft);
  for (const question of known.settings.filter(({ isOffered }) => !isOffered)) await askSetting(setting, draft, question, { suggestions });
  if (probe) await askOffered(setting, draft, probe);
  return draft;
}

async function askId({ dialogue, config }: Setting, { side, company, taken }: Pick<Described, 'side' | 'company' | 'taken'>, known: SystemQuestions): Promise<string> {
  const fallback = freeId(known.id, new Set([taken ?? '', ...config.connections.map(({ id }) => id)]));
  const there = config.connections.filter((connection) => questionsOf[connection.system] === known && connection.company === company).map(({ id }) => id);
  const why = there.length === 0 ? 'It stays for good: records are remembered under it.' : `A new id, or one that is there, to use it as it is: ${there.join(', ')}.`;
  const mistake = (text: string): string | undefined => {
    const other = config.connections.find(({ id }) => id === text);
    if (text === taken) return 'both sides cannot have one id';
    if (other && !there.includes(text)) return `is there already, to ${other.system} of company ${other.company}; nothing that is there is changed: choose another id`;
    return idForm.test(text) ? undefined : idWords;
  };
  return (await dialogue.answer({ name: `${side}.id`, ask: `Id of the connection to ${known.title}`, why, fallback, mistake })) ?? fallback;
}

export const idWords = 'an id is 1 to 40 of a-z, 0-9 and -';
export const idForm = /^[a-z0-9-]{1,40}$/;

/** "shop", else "shop-2" … */
export function freeId(wanted: string, used: ReadonlySet<string>): string {
  for (let count = 1; ; count += 1) {
    const id = count === 1 ? wanted : `${wanted}-${count}`;
    if (!used.has(id)) return id;
  }
}

function useExisting({ dialogue, environs }: Setting, side: Side, system: string, existing: Config['connections'][number]): Draft {
  const { id } = existing;
  const given = [...dialogue.given.answers.keys(), ...dialogue.given.secrets.keys()].filter((name) => name.startsWith(`${side}.`) && name !== `${side}.id`);
  if (given.length > 0) throw new Complaint(`connection ${id} is there already and is not changed by init: leave ${given.join(', ')} out to use it as it is, or choose another id by --set ${side}.id=…`);
  const resolved = resolveSecrets(existing.settings, findSystem(system)?.secrets ?? [], environs);
  if (resolved.missing.length > 0) throw new Complaint(`connection ${id} cannot be tested: ${resolved.missing.map(({ place }) => `${place} is not set`).join(', ')}`);
  return { side, id, system, isThere: true, settings: existing.settings, resolved: resolved.settings, secrets: [] };
}

/** Asked again as long as the account does not let us in. Without a terminal it is tested later, with everything else known. */
async function askAccount(setting: Setting, draft: Draft): Promise<Probe | undefined> {
  const { dialogue } = setting;
  for (;;) {
    const questions = await accountQuestions(dialogue, draft);
    for (const question of questions) await askSetting(setting, draft, question, {});
    refuseSameAccount(setting, draft);
    if (!dialogue.asker) return undefined;
    say(`Asking ${findKnown(draft.system).title} …`);
    const probe = await setting.prober.ask({ system: draft.system, side: draft.side, settings: draft.resolved });
    if (probe.credentials.state === 'ok') {
      say(`${findKnown(draft.system).title}: ${probe.credentials.found}`);
      return probe;
    }
    say(refusalOf(draft, probe));
    forget(dialogue, draft, questions);
  }
}

export const refusalOf = ({ side, id, system }: Pick<Draft, 'side' | 'id' | 'system'>, { credentials }: Probe): string =>
  `${findKnown(system).title} (${side}, connection ${id}) does not let us in: ${credentials.found}${credentials.step === undefined ? '' : `. ${credentials.step}`}`;

/** Answers that led to a refusal are not tried again. */
function forget({ given }: Dialogue, draft: Draft, questions: readonly Question[]): void {
  for (const { field } of questions) {
    given.answers.delete(`${draft.side}.${field}`);
    given.secrets.delete(`${draft.side}.${field}`);
    delete draft.settings[field];
    delete draft.resolved[field];
  }
  draft.secrets = [];
}

async function accountQuestions(dialogue: Dialogue, { side, system }: Draft): Promise<readonly Question[]> {
  const { account, ways = [] } = findKnown(system);
  const isGiven = ({ field }: Question): boolean => dialogue.given.answers.has(`${side}.${field}`) || dialogue.given.secrets.has(`${side}.${field}`);
  const [begun, other] = ways.filter(({ questions }) => questions.some(isGiven));
  if (other) dialogue.note(`answers for ${side} belong to several ways to log in: give ${ways.map(({ questions }) => questions.map(({ field }) => field).join(' and ')).join(', or ')}`);
  if (begun || ways.length === 0) return [...account, ...(begun?.questions ?? [])];
  const chosen = dialogue.asker === undefined ? undefined : await dialogue.asker.choose('How is the account entered?', ways.map(({ name, label }) => ({ value: name, label })));
  return [...account, ...((ways.find(({ name }) => name === chosen) ?? ways[0])?.questions ?? [])];
}

/** Under two ids its records would come in twice (design 4). */
function refuseSameAccount({ config }: Setting, { side, system, settings }: Draft): void {
  const row = findSystem(system);
  const identity = row?.identityOf(settings);
  const same = identity === undefined ? undefined : config.connections.find((connection) => connection.system === system && row?.identityOf(connection.settings) === identity);
  if (same) throw new Complaint(`this account is connection ${same.id} already: use it by --set ${side}.id=${same.id}, without other ${side} answers`);
}
