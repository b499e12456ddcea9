/** `waybill init`: two systems are joined. Credentials are asked for and tested at once, settings asked for with their defaults, the file written (S1, A20). */
import { existsSync } from 'node:fs';
import { parse } from 'yaml';
import { parseConfig, type Config } from '../worker/config.ts';
import { openProber, type Probe } from '../worker/probe.ts';
import { readText, type Environs } from '../worker/secrets.ts';
import { sayCheck } from './check-table.ts';
import type { Asker } from './init/asker.ts';
import { askCompany } from './init/company.ts';
import { describeConnection, freeId, idForm, idWords, refusalOf } from './init/connection.ts';
import { askOffered, type Draft, type Setting } from './init/connection-settings.ts';
import { askPopulations, populations } from './init/contacts.ts';
import { createDialogue, type Dialogue } from './init/dialogue.ts';
import { entriesOf, type Plan } from './init/entries.ts';
import { askFlow, choosePair, type Pair } from './init/flows.ts';
import { readGiven } from './init/given.ts';
import type { Keeping } from './init/secret-answer.ts';
import { addEntries, newFile, renderEntry, sections, type Additions } from './init/settings-file.ts';
import { writeAll } from './init/write.ts';
import { bold, Complaint, dim, exitCodes, say } from './print.ts';

export interface InitOptions {
  /** systems */
  source?: string;
  target?: string;
  /** "source.baseUrl=https://…" */
  set: readonly string[];
  /** "source.token=env:NAME" */
  secret: readonly string[];
  /** where typed secrets go */
  keeping: Keeping;
  /** write without asking */
  isYes: boolean;
  configPath: string;
  /** where secrets that are named lie */
  environs: Environs;
  /** undefined: there is no terminal, every answer is a flag */
  asker: Asker | undefined;
}

/** @throws Complaint, ConfigError when the file that is there has mistakes */
export async function init(options: InitOptions): Promise<number> {
  const { configPath, asker } = options;
  const before = readText(configPath);
  if (before === undefined && existsSync(configPath)) throw new Complaint(`${configPath} is there and cannot be read`);
  const config = configOf(before, configPath);
  const dialogue = createDialogue(readGiven(options), asker);
  const pair = await choosePair(dialogue, options);
  refuseStrangers(dialogue, pair);
  const prober = await openProber();
  try {
    const plan = await describe({ dialogue, prober, config, configPath, environs: options.environs, keeping: options.keeping }, pair);
    return await write(plan, { ...options, before });
  } finally {
    await prober.close();
  }
}

function configOf(text: string | undefined, name: string): Config {
  const isEmpty = text === undefined || /^(\s*#.*\n|\s)*$/.test(`${text}\n`) || parse(text) === null;
  return isEmpty ? { companies: [], connections: [], integrations: [], exports: [] } : parseConfig(text, { name });
}

const answerNames = { companies: ['company.id', 'company.name'], prefixes: ['source.', 'target.', 'integration.'], contacts: populations.flatMap((name) => [`${name}.group`, `${name}.traits.`]) } as const;

/** Names of answers that nothing will ask for. */
function refuseStrangers({ given, note }: Dialogue, { flow }: Pair): void {
  const prefixes = [...answerNames.prefixes, ...(flow.name === 'export-contacts' ? answerNames.contacts : [])];
  for (const [flag, names] of [['--set', given.answers.keys()], ['--secret', given.secrets.keys()]] as const) {
    for (const name of names) {
      const isKnown = answerNames.companies.some((known) => known === name) || prefixes.some((prefix) => name === prefix || (prefix.endsWith('.') && name.startsWith(prefix)));
      if (!isKnown) note(`${flag} ${name}: nothing is asked under this name; there is ${[...answerNames.companies, ...prefixes.map((prefix) => (prefix.endsWith('.') ? `${prefix}<name>` : prefix))].join(', ')}`);
    }
  }
}

async function describe(setting: Setting, pair: Pair): Promise<Plan> {
  const { dialogue, config } = setting;
  takeCompanyOfReused(setting);
  const company = await askCompany(dialogue, config);
  const source = await describeConnection(setting, { side: 'source', system: pair.source, company: company.id, taken: undefined, suggestions: { timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone } });
  const target = await describeConnection(setting, { side: 'target', system: pair.target, company: company.id, taken: source.id, suggestions: source.settings });
  const integration = await askIntegrationId(setting, `${source.id}-to-${target.id}`.slice(0, 40));
  const settings = await askFlow(dialogue, pair.flow);
  dialogue.assertComplete();
  const probes = await testBoth(setting, { source, target });
  if (!dialogue.asker) for (const draft of [source, target]) await askOffered(setting, draft, probes[draft.side]);
  const chosen = pair.flow.name === 'export-contacts' ? await askPopulations(dialogue, probes) : undefined;
  dialogue.assertComplete();
  sayCheck(integration, { source: probes.source.rows, target: probes.target.rows });
  return { company, source, target, flow: pair.flow, integration, settings, populations: chosen };
}

/** A connection that is used as it is brings its company along. */
function takeCompanyOfReused({ dialogue: { given }, config }: Setting): void {
  const ids = [given.answers.get('source.id'), given.answers.get('target.id')];
  const reused = config.connections.find(({ id }) => ids.includes(id));
  if (reused && !given.answers.has('company.id') && !given.answers.has('company.name')) given.answers.set('company.id', reused.company);
}

async function askIntegrationId({ dialogue, config }: Setting, wanted: string): Promise<string> {
  const used = new Set([...config.integrations, ...config.exports].map(({ ref }) => ref.id));
  const fallback = freeId(wanted, used);
  const mistake = (text: string): string | undefined => (used.has(text) ? 'is there already and is not changed; choose another id' : idForm.test(text) ? undefined : idWords);
  return (await dialogue.answer({ name: 'integration.id', ask: 'Id of the integration', why: 'Commands name it; it stays for good.', fallback, mistake })) ?? fallback;
}

/** The books first: the shop's currency is compared with theirs. @throws Complaint for both sides together */
async function testBoth({ prober }: Setting, { source, target }: Record<'source' | 'target', Draft>): Promise<Record<'source' | 'target', Probe>> {
  const ask = async ({ system, side, resolved: settings }: Draft): Promise<Probe> => prober.ask({ system, side, settings });
  const probes = { target: await ask(target), source: await ask(source) };
  const refusals = [source, target].flatMap((draft) => (probes[draft.side].credentials.state === 'ok' ? [] : [refusalOf(draft, probes[draft.side])]));
  if (refusals.length > 0) throw new Complaint(['nothing was written:', ...refusals.map((one) => `  ${one}`)].join('\n'), exitCodes.foundWrong);
  return probes;
}

async function write(plan: Plan, { configPath, before, isYes, asker }: InitOptions & { before: string | undefined }): Promise<number> {
  const entries = entriesOf(plan);
  const text = entries.reduce(addEntries, before ?? newFile);
  parseConfig(text, { name: configPath });
  const secrets = [...plan.source.secrets, ...plan.target.secrets];
  const files = secrets.flatMap(({ reference, isTyped }) => (isTyped && 'file' in reference ? [reference.file] : []));
  say(`\n${bold(before === undefined ? `${configPath} will be:` : `To ${configPath} is added:`)}\n`);
  say(before === undefined ? text : entries.map(renderAll).join('\n'));
  for (const file of files) say(dim(`A secret goes into ${file}, readable by you alone.`));
  if (!isYes && (asker === undefined || !(await asker.confirm(`Write this to ${configPath}?`)))) throw new Complaint(`nothing was written${asker === undefined ? ': --yes writes it' : ''}`, exitCodes.foundWrong);
  writeAll({ configPath, before, text, secrets });
  sayNext(plan, configPath);
  return exitCodes.done;
}

const renderAll = (additions: Additions): string => sections.flatMap((section) => (additions[section] === undefined ? [] : [renderEntry(section, additions[section])])).join('\n');

function sayNext({ source, target, integration }: Plan, configPath: string): void {
  const variables = [...source.secrets, ...target.secrets].flatMap(({ reference, isTyped }) => ('env' in reference && isTyped ? [reference.env] : []));
  say(`\nWritten to ${configPath}.`);
  if (variables.length > 0) say(`Set for the worker, they are stored nowhere: ${variables.join(', ')}`);
  say(`Next: waybill check ${integration}, then waybill connect ${integration}`);
}
