/** What every step of this connector works with: the call's context, the client, the settings of this moment. */
import type { StepInput } from '../../domain/ports.ts';
import type { ImportOrdersSettings } from '../../domain/settings.ts';
import type { Holder, Ledger } from '../../ledger/ledger.ts';
import type { CallContext, ConnectorContext } from '../call.ts';
import { createRoappClient, type RoappClient } from './client.ts';
import type { RoappSettings } from './settings.ts';
import { texts, type Texts } from './texts.ts';

export interface RoappStep {
  call: CallContext;
  ledger: Ledger;
  client: RoappClient;
  connection: string;
  company: string;
  /** id of the connection that orders come from */
  source: string;
  settings: RoappSettings;
  pair: ImportOrdersSettings;
  /** of the pair's settings */
  version: string;
  texts: Texts;
}

export async function openStep(context: ConnectorContext<RoappSettings>, input: StepInput, about: { record: string; step: string }): Promise<RoappStep> {
  const call = context.call({ integration: input.integration, lane: input.lane, ...about });
  const [{ settings }, { settings: pair, version }] = await Promise.all([context.settings(), context.integrationSettings(input.integration.id)]);
  return {
    call,
    ledger: context.ledger,
    client: createRoappClient(settings, call),
    connection: context.connection,
    company: context.company,
    source: input.integration.source,
    settings,
    pair,
    version,
    texts: texts[settings.language],
  };
}

const leaseMs = 30_000;
/** What the ledger may need around the longest call. */
const leaseMarginMs = 10_000;

/** Keys stay held at least as long as one call may run. */
export const holderOf = ({ call, settings }: RoappStep): Holder => ({ name: call.holder, leaseMs: Math.max(leaseMs, settings.abortMs + leaseMarginMs), heartbeat: call.heartbeat });

/** How long a create may take and when it can no longer take effect; RO App has no id or key that makes a repeat harmless. */
export const timesOf = ({ settings }: RoappStep) => ({ abortMs: settings.abortMs, settleMs: settings.settleMs });

/** The digest under which a value is compared; the same for everybody who asks this company's ledger. */
export const digestOf = ({ ledger, company }: RoappStep, kind: string, value: string): string => ledger.crypto.digest(company, kind, value);

/** Account-wide facts are remembered under this subject. */
export const subjectOf = (connection: string): string => `connection:${connection}`;

/** Ids of RO App are numbers; the lowest of several is the oldest. */
export const byId = (a: string, b: string): number => Number(a) - Number(b);
