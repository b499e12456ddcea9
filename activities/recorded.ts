/** Every record has an outcome (promise 6): the reading and the creating step write theirs into the ledger before they answer. */
import { activityInfo } from '@temporalio/activity';
import type { Outcome, Step } from '../domain/outcome.ts';
import type { OrderSource, OrderTarget } from '../domain/ports.ts';
import type { ParkReason } from '../domain/reasons.ts';
import { readAdoption } from '../ledger/adoption.ts';
import type { Ledger, RecordKey } from '../ledger/ledger.ts';
import type { ConnectorContext } from './call.ts';
import { PausedError } from './errors.ts';

/** The source's steps, skips recorded. Safe to repeat: the latest outcome of a record is the one that counts. */
export function recordingSource<Source extends OrderSource>(source: Source, { ledger }: Pick<ConnectorContext<unknown>, 'ledger'>): Source {
  return {
    ...source,
    async readOrder(input) {
      const reading = await source.readOrder(input);
      if (input.dryRun) return reading;
      const key = orderKey(input.integration.id, input.sourceId);
      if (reading.kind === 'skip' && reading.reason === 'already-imported') await ledger.records.close(key);
      else if (reading.kind === 'skip') await recordSkip(ledger, key, { ...reading, number: reading.number ?? null, run: currentRun() });
      return reading;
    },
  };
}

/** The target's steps, what was created recorded. Nothing is written before the ledger knows what stands in the target already (N21). */
export function recordingTarget<Target extends OrderTarget>(target: Target, context: Pick<ConnectorContext<unknown>, 'ledger' | 'integrationSettings'>): Target {
  return {
    ...target,
    async ensureParties(input) {
      await assertAdopted(context.ledger, input.integration.id);
      return target.ensureParties(input);
    },
    async createOrder(input) {
      await assertAdopted(context.ledger, input.integration.id);
      const outcome = await target.createOrder(input);
      if (outcome.kind === 'created') {
        const { version } = await context.integrationSettings(input.integration.id);
        await recordCreated(context.ledger, orderKey(input.integration.id, input.order.sourceId), { outcome, number: input.order.number, run: currentRun(), version });
      }
      return outcome;
    },
  };
}

async function assertAdopted(ledger: Ledger, integration: string): Promise<void> {
  const { state } = await readAdoption(ledger, integration);
  if (state !== 'done') throw new PausedError(`integration ${integration} waits until its links are rebuilt from the target`);
}

export const orderKey = (integration: string, sourceId: string): RecordKey => ({ integration, kind: 'order', sourceId });

const currentRun = (): string => activityInfo().workflowExecution?.runId ?? '';

async function recordCreated(ledger: Ledger, key: RecordKey, made: { outcome: Extract<Outcome, { kind: 'created' }>; number: string; run: string; version: string }): Promise<void> {
  const detail = made.outcome.notes.length > 0 ? JSON.stringify(made.outcome.notes) : null;
  await ledger.outcomes.add({ ...key, number: made.number, outcome: 'created', reason: '', targetId: made.outcome.targetId, detail, run: made.run, settingsVersion: made.version });
}

export interface Skip {
  reason: string;
  detail?: string;
  digest?: string;
  number: string | null;
  run: string;
}

/** The record is settled as skipped, with its reason; a parked entry of it goes. */
export async function recordSkip(ledger: Ledger, key: RecordKey, skip: Skip): Promise<void> {
  await ledger.outcomes.add({ ...key, number: skip.number, outcome: 'skipped', reason: skip.reason, targetId: null, detail: skip.detail ?? null, run: skip.run, settingsVersion: null });
  await ledger.records.skip(key, skip.digest ?? null, skip.number);
  await ledger.parked.remove(key);
}

export interface Park {
  reason: ParkReason;
  step: Step;
  /** the vendor's words and the detail: personal, sealed by the ledger */
  words: string;
  number: string | null;
  digest: string | null;
  run: string;
}

/** The record waits for a person: visible, counted, with the vendor's words. */
export async function recordPark(ledger: Ledger, key: RecordKey, park: Park): Promise<void> {
  await ledger.outcomes.add({ ...key, number: park.number, outcome: 'parked', reason: park.reason, targetId: null, detail: park.words, run: park.run, settingsVersion: null });
  await ledger.parked.put({ ...key, number: park.number, step: park.step, reason: park.reason, words: park.words, run: park.run });
  await ledger.records.park(key, park.digest);
}
