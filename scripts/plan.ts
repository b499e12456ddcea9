/** `waybill plan`: what would be created, skipped and why, field by field. Writes nothing (N12). */
import { planWorkflow, type PlanInput, type PlannedRecord, type PlanResult } from '../workflows/messages.ts';
import { parkReasons, skipReasons } from '../domain/reasons.ts';
import { askSystems } from './ask-systems.ts';
import { parsePlanResult } from './answers.ts';
import { getIntegration } from './integration.ts';
import { bad, bold, dim, exitCodes, say, sayJson } from './print.ts';
import type { Session } from './session.ts';
import { findRecord, parseTarget } from './target.ts';

export interface PlanOptions {
  limit: number;
}

export async function plan(session: Session, text: string, { limit }: PlanOptions): Promise<number> {
  const target = parseTarget(text);
  const integration = getIntegration(session, target.integration);
  await session.ensureApplied(integration.id);
  const { number } = target;
  const sourceIds = number === undefined ? undefined : [(await findRecord(session, { integration: target.integration, number }))?.sourceId ?? number];
  const input: PlanInput = { integration, limit, ...(sourceIds === undefined ? {} : { sourceIds }) };
  const result = await askSystems(session.client, { kind: 'plan', workflow: planWorkflow, integration: integration.id, input, timeout: 60_000 + limit * 20_000 }, parsePlanResult);
  if (session.asJson) sayJson(result);
  else sayPlan(result);
  return exitCodes.done;
}

function sayPlan({ records, total }: PlanResult): void {
  for (const record of records) sayRecord(record);
  const count = (kind: PlannedRecord['plan']['kind']) => records.filter((record) => record.plan.kind === kind).length;
  say(`\n${records.length} orders looked at${total === undefined ? '' : ` of ${total} in the window`}: ${count('create')} would be created, ${count('skip')} skipped, ${count('park')} parked. Nothing was written.`);
}

function sayRecord({ sourceId, number, plan: planned }: PlannedRecord): void {
  const name = bold(`order ${number ?? sourceId}`);
  if (planned.kind === 'skip') return say(`${name}  skipped: ${skipReasons[planned.reason].words}${planned.detail === undefined ? '' : ` (${planned.detail})`}`);
  if (planned.kind === 'park') return say(`${name}  ${bad('would be parked')}: ${Object.entries(parkReasons).find(([code]) => code === planned.reason)?.[1].words ?? planned.reason} ${planned.detail}`);
  const { writes, uses, missing, notes } = planned.order;
  say(`${name}  ${missing.length > 0 ? bad(`would be parked: products missing: ${missing.join(', ')}`) : 'would be created'}`);
  for (const use of uses) say(dim(`    uses ${use}`));
  for (const { what, fields } of writes) say(`    ${what}: ${Object.entries(fields).map(([field, value]) => `${field}=${JSON.stringify(value)}`).join(' ')}`);
  for (const note of notes) say(`    note: ${note.text}`);
  return undefined;
}
