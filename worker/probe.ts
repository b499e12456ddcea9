/**
 * Asks an account before there is anything of it in a ledger or in a running worker: `waybill init` tests credentials with it and offers what the
 * account has (A20). Reads only. The ledger that steps want is a throw-away, its secrets are made for it and forgotten with it.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { CallContext } from '../activities/call.ts';
import { BudgetBusyError, SettingsError } from '../activities/errors.ts';
import type { CheckRow, IntegrationRef } from '../domain/ports.ts';
import type { ImportOrdersSettings } from '../domain/settings.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { openLedger } from '../ledger/open.ts';
import { importOrdersSchema } from './order-config.ts';
import { askSystem, credentialsOf, type Answered, type Side } from './probe-checks.ts';
import { findSystem, type RawContext } from './systems.ts';

export type { Choice, Side } from './probe-checks.ts';

export interface ProbeInput {
  system: string;
  side: Side;
  /** secrets resolved; those of no matter to the log-in may be missing */
  settings: Record<string, unknown>;
  /** of the flow import orders, where they are known; default: those of the file */
  orders?: ImportOrdersSettings;
}

/** What the account answered. Lists are absent where the system has none, or they could not be read. */
export interface Probe extends Answered {
  /** the row that says whether the account lets us in */
  credentials: CheckRow;
}

export interface Prober {
  /** Trouble becomes a row that says so; it throws nothing that is to be expected. */
  ask: (input: ProbeInput) => Promise<Probe>;
  close: () => Promise<void>;
}

/** One ledger for both sides, so that currencies are compared and limits kept over all questions. */
export async function openProber(): Promise<Prober> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-probe-'));
  const ledger = await openLedger({ url: `file:${join(folder, 'ledger.db')}`, secrets: { digestSecret: randomBytes(32).toString('hex'), keys: [{ id: 'probe', key: randomBytes(32) }] } });
  return {
    ask: async (input) => patiently(async () => ask(ledger, input)),
    close: async () => {
      await ledger.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a question of log-in and lists does not depend on, but a connector's schema asks for. */
const standIns: Readonly<Record<string, Record<string, unknown>>> = {
  woocommerce: { country: 'PL', timeZone: 'UTC' },
  shopify: { country: 'PL', timeZone: 'UTC' },
  cartum: { country: 'UA', language: 'ua' },
  shoper: { country: 'PL' },
  roapp: { country: 'PL', language: 'en', location: 1, orderType: 1, assignee: 1 },
};

const integration: IntegrationRef = { id: 'probe', company: 'probe', source: 'source', target: 'target' };

async function ask(ledger: Ledger, { system, side, settings, orders }: ProbeInput): Promise<Probe> {
  const full = { ...standIns[system], ...settings };
  const call = callOf(ledger, side);
  const answered = await askSystem({ system, side, settings: full, call, context: contextOf({ ledger, side, settings: full, system, orders }), step: { integration, lane: 'live' } });
  return { ...answered, credentials: credentialsOf(answered.rows) };
}

const callOf = (ledger: Ledger, connection: string): CallContext => ({ ledger, connection, company: integration.company, integration: null, lane: 'live', record: '', run: '', holder: 'probe', heartbeat: () => undefined, signal: new AbortController().signal });

function contextOf({ ledger, side, settings, system, orders }: { ledger: Ledger; side: Side; settings: Record<string, unknown>; system: string; orders: ImportOrdersSettings | undefined }): RawContext {
  const version = 'probe';
  return {
    ledger,
    connection: side,
    company: integration.company,
    settings: () => Promise.resolve({ settings, version }),
    integrationSettings: () => Promise.resolve({ settings: orders ?? importOrdersSchema.parse({ ...findSystem(system)?.orderDefaults }), version }),
    contactSettings: () => Promise.resolve({ settings: { statusesEveryMinutes: 60 }, version }),
    call: () => callOf(ledger, side),
  };
}

const longestWaitMs = 10_000;

/** An account's budget may be taken by the question before. */
async function patiently(work: () => Promise<Probe>): Promise<Probe> {
  for (let waited = 0; ; ) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof SettingsError) return refused(error.message, 'Correct the settings named.');
      if (!(error instanceof BudgetBusyError)) throw error;
      if (waited > longestWaitMs) return refused('the account asks for fewer calls at the moment', 'Try again in a minute.');
      const ms = Math.min(error.retryAfterMs, longestWaitMs) + 50;
      await wait(ms);
      waited += ms;
    }
  }
}

function refused(found: string, step: string): Probe {
  const credentials: CheckRow = { what: 'credentials', state: 'not ok', found, step };
  return { credentials, rows: [credentials], choices: {} };
}
