/** Every record has an outcome (promise 6): the reading and the creating step write theirs into the ledger before they answer. */
import { activityInfo } from '@temporalio/activity';
import type { Note, Step } from '../domain/outcome.ts';
import type { OrderImport, OrderReading, OrderSource, OrderTarget, ReadOrderInput } from '../domain/ports.ts';
import type { ParkReason } from '../domain/reasons.ts';
import { readAdoption } from '../ledger/adoption.ts';
import { noteHeard, noteUntold } from '../ledger/heard.ts';
import type { Ledger, OrderRecord, RecordKey } from '../ledger/ledger.ts';
import type { ConnectorContext } from './call.ts';
import { PausedError } from './errors.ts';
import { importOrder } from './import-order.ts';

/** The source's steps, skips recorded. Safe to repeat: the latest outcome of a record is the one that counts. */
export function recordingSource<Source extends OrderSource>(source: Source, { ledger }: Pick<ConnectorContext<unknown>, 'ledger'>): Source {
  return {
    ...source,
    async readOrder(input) {
      const reading = await source.readOrder(input);
      if (!input.dryRun && !(reading.kind === 'skip' && reading.reason === 'already-imported')) await noteWay(ledger, input, reading);
      if (input.dryRun || input.follow) return reading;
      const key = orderKey(input.integration.id, input.sourceId);
      if (reading.kind === 'skip' && reading.reason === 'already-imported') await ledger.records.close(key);
      else if (reading.kind === 'skip') await recordSkip(ledger, key, { ...reading, number: reading.number ?? null, run: currentRun() });
      return reading;
    },
    async setStatus(input) {
      const written = await source.setStatus(input);
      const row = await ledger.follows.find(input.integration.id, input.sourceId);
      if (row) {
        const { withheld: _sent, ...state } = row.state;
        // not written: what stood there before goes on standing, and is no change when it is seen again
        const isThere = written.kind === 'written' || written.kind === 'unchanged';
        const platform = isThere ? input.status : (state.agreed?.platform ?? input.status);
        await ledger.follows.put({ ...row, state: { ...state, agreed: { platform, books: input.books } }, isOpen: !input.isLast });
      }
      await ledger.records.close(orderKey(input.integration.id, input.sourceId), input.digest);
      return written;
    },
  };
}

/**
 * The target's steps, what following did recorded; what was created, the step itself records with the completion. Nothing is written before the
 * ledger knows what stands in the target already (N21).
 */
export function recordingTarget<Target extends OrderTarget>(target: Target, context: Pick<ConnectorContext<unknown>, 'ledger' | 'integrationSettings'>): Target & OrderImport {
  return {
    ...target,
    async importOrder(input) {
      await assertAdopted(context.ledger, input.integration.id);
      return importOrder(target, input);
    },
    async ensureParties(input) {
      await assertAdopted(context.ledger, input.integration.id);
      return target.ensureParties(input);
    },
    async createOrder(input) {
      await assertAdopted(context.ledger, input.integration.id);
      return target.createOrder(input);
    },
    async followOrder(input) {
      await assertAdopted(context.ledger, input.integration.id);
      const key = orderKey(input.integration.id, input.sourceId);
      const followed = await target.followOrder(input);
      if (followed.kind === 'needs parties') return followed;
      // one that was parked is settled by a look that found nothing left to do
      if (followed.kind === 'followed' && (followed.isChanged || (await context.ledger.parked.find(key)) !== undefined)) {
        const { version } = await context.integrationSettings(input.integration.id);
        await recordUpdated(context.ledger, key, { ...followed, run: currentRun(), version });
      }
      // with a status still to be written to the platform, the record is under way until that is done
      const isUnderWay = followed.kind === 'followed' && followed.writeBack !== undefined;
      if (!isUnderWay) await context.ledger.records.close(key, input.digest);
      return followed;
    },
  };
}

/** When the platform's webhooks spoke last, and how many changes only the sweep has found since: silence is noticed by it (N22). */
async function noteWay(ledger: Ledger, { integration, sourceId, by, heard }: ReadOrderInput, reading: OrderReading): Promise<void> {
  const subject = `integration:${integration.id}`;
  if (by === 'webhook') {
    await ledger.marks.set(subject, 'webhook-heard', new Date(await ledger.clock.now()).toISOString());
    await ledger.marks.set(subject, 'found-by-sweep', '0');
    await noteHeard(ledger, { connection: integration.source, integration: integration.id }, heard);
    return;
  }
  const record = by === 'sweep' && reading.kind !== 'park' ? await ledger.records.find(orderKey(integration.id, sourceId)) : undefined;
  if (record === undefined || reading.kind === 'park' || record.digest === reading.digest) return;
  await ledger.marks.set(subject, 'found-by-sweep', String(Number((await ledger.marks.get(subject, 'found-by-sweep')) ?? '0') + 1));
  await noteUntold(ledger, integration.id, untoldOf(record, reading));
}

/** What a webhook would have told of. */
function untoldOf({ state, digest }: Pick<OrderRecord, 'state' | 'digest'>, reading: OrderReading): 'new' | 'changed' | 'gone' {
  const isGone = (reading.kind === 'skip' && reading.reason === 'gone-from-source') || (reading.kind === 'order' && (reading.order.ending === 'trashed' || reading.order.ending === 'deleted'));
  if (isGone) return 'gone';
  return state === 'announced' && digest === null ? 'new' : 'changed';
}

async function assertAdopted(ledger: Ledger, integration: string): Promise<void> {
  const { state } = await readAdoption(ledger, integration);
  if (state !== 'done') throw new PausedError(`integration ${integration} waits until its links are rebuilt from the target`);
}

export const orderKey = (integration: string, sourceId: string): RecordKey => ({ integration, kind: 'order', sourceId });

const currentRun = (): string => activityInfo().workflowExecution?.runId ?? '';

/** What following did; its first note is the reason it is counted under, e.g. *ignored after write-off* (N5). */
async function recordUpdated(ledger: Ledger, key: RecordKey, made: { targetId: string; notes: Note[]; run: string; version: string }): Promise<void> {
  const record = await ledger.records.find(key);
  await ledger.parked.remove(key);
  await ledger.outcomes.add({ ...key, number: record?.number ?? null, outcome: 'updated', reason: made.notes[0]?.code ?? '', targetId: made.targetId, detail: JSON.stringify(made.notes), run: made.run, settingsVersion: made.version });
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
  // first: who has seen the outcome asks for its words
  await ledger.parked.put({ ...key, number: park.number, step: park.step, reason: park.reason, words: park.words, run: park.run });
  await ledger.outcomes.add({ ...key, number: park.number, outcome: 'parked', reason: park.reason, targetId: null, detail: park.words, run: park.run, settingsVersion: null });
  await ledger.records.park(key, park.digest);
}
