/** `waybill import <integration>/<number>`: brings in one order by hand, whatever its age and status (decision on R1). */
import { setTimeout as wait } from 'node:timers/promises';
import { announceOrder } from '../worker/temporal-client.ts';
import { backfillWorkflowId, orderWorkflowId } from '../workflows/messages.ts';
import type { IntegrationRef } from '../domain/ports.ts';
import { parkReasons, skipReasons } from '../domain/reasons.ts';
import { readAdoption } from '../ledger/adoption.ts';
import { recordAct } from './act.ts';
import { startBackfill } from './backfill.ts';
import { getIntegration } from './integration.ts';
import { bad, Complaint, exitCodes, good, say, sayJson } from './print.ts';
import type { Session } from './session.ts';
import { findRecord, keyOf, parseRecordTarget } from './target.ts';

export async function importOne(session: Session, text: string): Promise<number> {
  const target = parseRecordTarget(text);
  const integration = getIntegration(session, target.integration);
  await session.ensureApplied(integration.id);
  const sourceId = (await findRecord(session, target))?.sourceId ?? target.number;
  await recordAct(session, { verb: 'import', subject: orderWorkflowId(integration.id, sourceId) });
  await adoptFirst(session, integration);
  const since = await session.ledger.clock.now();
  await announceOrder(session.client)({ integration, sourceId, by: 'operator', lane: 'live' });
  return sayResult(session, integration, sourceId, since);
}

/** A ledger that does not know the target's orders of ours learns of them before one is made by hand (N21). */
async function adoptFirst(session: Session, integration: IntegrationRef): Promise<void> {
  if ((await readAdoption(session.ledger, integration.id)).state !== 'needed') return;
  if (await startBackfill(session, integration, { mode: 'adopt' })) await session.client.workflow.getHandle(backfillWorkflowId(integration.id)).result();
}

/** Waits for the order's outcome in the ledger, which is also where a parked one shows. */
async function sayResult(session: Session, integration: IntegrationRef, sourceId: string, since: number): Promise<number> {
  const key = keyOf({ integration: integration.id, sourceId });
  for (;;) {
    const record = await session.ledger.records.find(key);
    const [outcome] = await session.ledger.outcomes.list(integration.id, { sourceId, since, limit: 1 });
    if (record?.state === 'erased') throw new Complaint(`${integration.id}/${record.number ?? sourceId} was erased with its customer; it is not brought in again`, exitCodes.foundWrong);
    const done = outcome ?? (record?.state === 'completed' ? { outcome: 'skipped', reason: 'already-imported', targetId: record.targetId, detail: null } : undefined);
    if (done !== undefined) return sayOutcome(session, `${integration.id}/${record?.number ?? sourceId}`, done);
    await wait(200);
  }
}

function sayOutcome(session: Session, name: string, outcome: { outcome: string; reason: string; targetId: string | null; detail: string | null }): number {
  const { outcome: kind, reason, targetId } = outcome;
  if (session.asJson) sayJson({ order: name, outcome: kind, reason, targetId });
  else if (kind === 'parked') say(`${name}: ${bad('parked')}: ${wordsFor(parkReasons, reason)}  See waybill show ${name}`);
  else if (kind === 'skipped') say(`${name}: skipped: ${wordsFor(skipReasons, reason)}`);
  else say(`${name}: ${good(kind)} in the target as ${targetId}`);
  return kind === 'parked' ? exitCodes.foundWrong : exitCodes.done;
}

const wordsFor = (reasons: Record<string, { words: string }>, code: string): string => reasons[code]?.words ?? code;
