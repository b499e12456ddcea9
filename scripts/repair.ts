/**
 * `waybill repair`: after the loss of Temporal's store, whatever the ledger knows as under way or parked gets a run again, and so do an
 * unfinished backfill and the schedules (N21, design 3). Safe to repeat: what runs is left alone.
 */
import type { IntegrationRef } from '../domain/ports.ts';
import { forgottenRecords } from '../ledger/forgotten.ts';
import { announceOrder } from '../worker/temporal-client.ts';
import { backfillWorkflowId, orderWorkflowId } from '../workflows/messages.ts';
import { recordAct } from './act.ts';
import { isRunning, isUnfinished, startBackfill } from './backfill.ts';
import { getConfigured, integrationsFor } from './integration.ts';
import { bold, exitCodes, say, sayJson } from './print.ts';
import { describeSchedule, ensureSchedules } from './schedule.ts';
import type { Session } from './session.ts';

interface Repaired {
  integration: string;
  /** runs started for records under way */
  records: number;
  /** runs started for parked records */
  parked: number;
  backfill: boolean;
  schedule: boolean;
}

export async function repair(session: Session, id: string | undefined): Promise<number> {
  const repaired: Repaired[] = [];
  for (const ref of integrationsFor(session, id)) if ((await session.ledger.states.connected(ref.id)) !== undefined) repaired.push(await repairOne(session, ref));
  if (session.asJson) sayJson(repaired);
  else for (const one of repaired) sayRepaired(one);
  return exitCodes.done;
}

async function repairOne(session: Session, ref: IntegrationRef): Promise<Repaired> {
  await session.ensureApplied(ref.id);
  const [underWay, parked] = await Promise.all([forgottenRecords(session.ledger, ref.id, 0), session.ledger.parked.list(ref.id)]);
  const repaired: Repaired = {
    integration: ref.id,
    schedule: await repairSchedule(session, ref),
    backfill: await repairBackfill(session, ref),
    records: await startMissing(session, ref, underWay),
    parked: await startMissing(session, ref, parked.map(({ sourceId }) => sourceId)),
  };
  await recordAct(session, { verb: 'repair', subject: `integration:${ref.id}`, after: JSON.stringify(repaired) });
  return repaired;
}

/** An integration whose schedule was ended by an operator stays without. */
async function repairSchedule(session: Session, ref: IntegrationRef): Promise<boolean> {
  const isWanted = (await session.ledger.marks.get(`integration:${ref.id}`, 'scheduled')) === 'yes';
  if (!isWanted || (await describeSchedule(session, ref.id)) !== undefined) return false;
  await ensureSchedules(session, ref, getConfigured(session, ref.id).settings.everyMinutes);
  return true;
}

async function repairBackfill(session: Session, ref: IntegrationRef): Promise<boolean> {
  const isWanted = (await session.ledger.marks.get(`integration:${ref.id}`, 'scheduled')) !== 'no' && (await isUnfinished(session, ref.id));
  if (!isWanted || (await isRunning(session, backfillWorkflowId(ref.id)))) return false;
  return startBackfill(session, ref, {});
}

async function startMissing(session: Session, ref: IntegrationRef, sourceIds: string[]): Promise<number> {
  const announce = announceOrder(session.client);
  let started = 0;
  for (const sourceId of sourceIds) {
    if (await isRunning(session, orderWorkflowId(ref.id, sourceId))) continue;
    await announce({ integration: ref, sourceId, by: (await wasAskedFor(session, ref.id, sourceId)) ? 'operator' : 'sweep', lane: 'live' });
    started += 1;
  }
  return started;
}

/** Brought in by hand: its age and status do not count this time either. */
async function wasAskedFor({ ledger }: Session, integration: string, sourceId: string): Promise<boolean> {
  const acts = await ledger.acts.list({ subject: orderWorkflowId(integration, sourceId), limit: 50 });
  return acts.some(({ verb }) => verb === 'import');
}

function sayRepaired({ integration, records, parked, backfill, schedule }: Repaired): void {
  say(bold(integration));
  say(`  runs started: ${records} of orders under way, ${parked} of parked ones`);
  say(`  backfill ${backfill ? 'started anew' : 'left as it is'}, schedule ${schedule ? 'made anew' : 'left as it is'}`);
}
