/** What a command works with: the settings file, the ledger, Temporal, and who is acting. Opened only as far as the command needs it. */
import { userInfo } from 'node:os';
import { confirm as askConfirm, isCancel, select } from '@clack/prompts';
import type { Client } from '@temporalio/client';
import type { Ledger } from '../ledger/ledger.ts';
import { openLedger } from '../ledger/open.ts';
import { readConfig, type Config } from '../worker/config.ts';
import { readEnvironment, type Environment } from '../worker/environment.ts';
import { identifyConnections } from '../worker/identity.ts';
import { settingsBodies } from '../worker/settings-versions.ts';
import { lazyClient } from '../worker/temporal-client.ts';
import { Complaint, exitCodes } from './print.ts';
import { variablesOf, type GlobalOptions } from './variables.ts';

export interface Session {
  config: Config;
  environment: Environment;
  ledger: Ledger;
  client: Client;
  operator: string;
  asJson: boolean;
  /** Yes by --yes; else asked; without a terminal the answer is no. */
  confirm: (question: string) => Promise<boolean>;
  /** @throws Complaint without a terminal: the flag has to say it */
  choose: <Answer extends string>(question: string, answers: Answer[]) => Promise<Answer>;
  /** Makes the file's settings current where the ledger has none of this integration yet; later changes need `apply`. */
  ensureApplied: (integration: string) => Promise<void>;
  /** Does the file say something else than what is in force. */
  differsFromApplied: (integration: string) => Promise<boolean>;
  close: () => Promise<void>;
}

/** @throws ConfigError, Complaint */
export async function openSession(options: GlobalOptions): Promise<Session> {
  const environment = readEnvironment(variablesOf(options));
  const config = readConfig(environment.configPath);
  const ledger = await openLedger({ url: environment.ledgerUrl, secrets: environment.secrets });
  const { client, close } = lazyClient(environment);
  return {
    config,
    environment,
    ledger,
    client,
    operator: options.operator ?? process.env['WAYBILL_OPERATOR'] ?? userInfo().username,
    asJson: options.json ?? false,
    confirm: async (question) => options.yes === true || (process.stdin.isTTY && (await askConfirm({ message: question })) === true),
    choose: async (question, answers) => choose(question, answers),
    ensureApplied: async (integration) => ensureApplied(ledger, config, integration),
    differsFromApplied: async (integration) => (await bodiesOf(ledger, config, integration)).some(({ body, current }) => current !== undefined && current !== body),
    close: async () => {
      await ledger.close();
      await close();
    },
  };
}

async function choose<Answer extends string>(question: string, answers: Answer[]): Promise<Answer> {
  if (!process.stdin.isTTY) throw new Complaint(`${question} Answer by flag: ${answers.join(' or ')}`);
  const answer = await select<string>({ message: question, options: answers.map((value) => ({ value, label: value })) });
  const chosen = answers.find((candidate) => !isCancel(answer) && candidate === answer);
  if (chosen === undefined) throw new Complaint('stopped', exitCodes.foundWrong);
  return chosen;
}

const refOf = (config: Config, integration: string) => [...config.integrations, ...config.exports].find((candidate) => candidate.ref.id === integration)?.ref;

/** The settings that an integration stands on, as the file has them and as they are in force. */
async function bodiesOf(ledger: Ledger, config: Config, integration: string) {
  const ref = refOf(config, integration);
  const subjects = ref === undefined ? [] : [`integration:${ref.id}`, `connection:${ref.source}`, `connection:${ref.target}`, `company:${ref.company}`];
  const bodies = settingsBodies(config).filter(({ subject }) => subjects.includes(subject));
  return Promise.all(bodies.map(async (entry) => ({ ...entry, current: (await ledger.settings.current(entry.subject))?.body })));
}

async function ensureApplied(ledger: Ledger, config: Config, integration: string): Promise<void> {
  const ref = refOf(config, integration);
  await identifyConnections(ledger, config, (connection) => connection === ref?.source || connection === ref?.target);
  for (const { subject, body, current } of await bodiesOf(ledger, config, integration)) if (current === undefined) await ledger.settings.apply(subject, body);
}
