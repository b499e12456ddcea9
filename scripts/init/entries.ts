/** What is written: entries of the settings file, with the reason of each setting above it and what was left to its default below. */
import type { CompanyConfig } from '../../worker/config.ts';
import { findSystem } from '../../worker/systems.ts';
import { findKnown, type Draft } from './connection-settings.ts';
import type { Populations } from './contacts.ts';
import type { Flow } from './flows.ts';
import type { Question } from './questions.ts';
import type { Additions, Entry } from './settings-file.ts';

export interface Plan {
  company: CompanyConfig & { isThere: boolean };
  source: Draft;
  target: Draft;
  flow: Flow;
  integration: string;
  settings: Record<string, unknown>;
  populations: Populations | undefined;
}

/** A list of one section's entries, each added in turn. */
export function entriesOf({ company, source, target, flow, integration, settings, populations }: Plan): Additions[] {
  const connections = [source, target].filter(({ isThere }) => !isThere).map((draft) => ({ connections: connectionEntry(draft, company.id) }));
  return [
    ...(company.isThere ? [] : [{ companies: { values: { id: company.id, name: company.name }, whys: {} } }]),
    ...connections,
    {
      integrations: {
        values: { id: integration, flow: flow.name, source: source.id, target: target.id, ...populationValues(populations), ...settings },
        whys: whysOf(flow.questions),
        ...closing({ ...flow.defaults, ...findSystem(source.system)?.orderDefaults }, [...Object.keys(settings), 'customers', 'subscribers']),
      },
    },
  ];
}

function connectionEntry({ id, system, settings }: Draft, company: string): Entry {
  const { account, ways = [], settings: questions } = findKnown(system);
  const row = findSystem(system);
  const defaults = Object.fromEntries((row?.allowedKeys ?? []).map((key) => [key, row?.secrets.includes(key) ? undefined : row?.defaultOf(key)]));
  return { values: { id, company, system, ...settings }, whys: whysOf([...account, ...ways.flatMap((way) => way.questions), ...questions]), ...closing(defaults, Object.keys(settings)) };
}

const whysOf = (questions: readonly Question[]): Record<string, string> => Object.fromEntries(questions.map(({ field, why }) => [field, why]));

function closing(defaults: Record<string, unknown>, said: readonly string[]): { closing?: string } {
  const left = Object.entries(defaults).flatMap(([field, value]) => (said.includes(field) || isNothing(value) ? [] : [`${field}: ${typeof value === 'string' ? value : JSON.stringify(value)}`]));
  return left.length === 0 ? {} : { closing: `left to their defaults:\n${left.map((line) => `  ${line}`).join('\n')}` };
}

const isNothing = (value: unknown): boolean => value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);

function populationValues(populations: Populations | undefined): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(populations ?? {}).map(([name, { group, traits }]) => [name, { group: /^[1-9]\d{0,14}$/.test(group) ? Number(group) : group, ...(traits.length === 0 ? {} : { traits: traits.map(({ trait, from }) => ({ trait, from })) }) }]),
  );
}
