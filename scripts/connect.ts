/**
 * `waybill connect`: checks, asks about orders that already stand in the target (N16), shows counts, asks, and starts backfill and schedule.
 * Connecting twice is harmless: the moment of connecting is kept, and what is imported is left alone. With a ledger that does not know the
 * target yet, the backfill first finds what stands there already (N21).
 */
import type { IntegrationRef, Lookalike } from '../domain/ports.ts';
import { leftOutDigest } from '../domain/eligibility.ts';
import type { Connected } from '../domain/settings.ts';
import { backfillStart } from '../domain/high-water-mark.ts';
import { backfillWorkflowId, lookalikesWorkflow, type LookalikesResult } from '../workflows/messages.ts';
import { recordAct } from './act.ts';
import { parseLookalikes } from './answers.ts';
import { findSystem } from '../worker/systems.ts';
import { askSystems } from './ask-systems.ts';
import { startBackfill } from './backfill.ts';
import { isAllOk, runCheck } from './check.ts';
import { sayCheck } from './check-table.ts';
import { followBackfill } from './follow.ts';
import { getConfigured } from './integration.ts';
import { bold, Complaint, exitCodes, say, sayJson, sayTable } from './print.ts';
import { ensureSchedules } from './schedule.ts';
import type { Session } from './session.ts';
import { keyOf } from './target.ts';

export interface ConnectOptions {
  /** import only this many orders, to try it; no schedule is made */
  limit?: number;
  /** "now": no backfill; an ISO date: backfill from there */
  since?: string;
  /** what becomes of target orders that look like source orders */
  lookalikes?: 'link' | 'leave-out';
  /** do not wait for the backfill */
  detach: boolean;
  /** says nothing but what is not ok: for whoever connects several and tells of them together (the demo). Default: false */
  quiet?: boolean;
}

export async function connect(session: Session, id: string, options: ConnectOptions): Promise<number> {
  const { ref, settings } = getConfigured(session, id);
  const checked = await runCheck(session, ref);
  const isTold = !session.asJson && !options.quiet;
  if (isTold || (options.quiet && !isAllOk(checked))) sayCheck(`${id}: check`, checked);
  if (!isAllOk(checked)) throw new Complaint('not connected: mend what is not ok first', exitCodes.foundWrong);

  const connected = await momentOfConnecting(session, ref, options.since, settings.backfillMonths);
  const timeZone = timeZoneOf(session, ref);
  if (isTold) say(`\nNew means created from ${connected.connectedAt} on; the backfill reads orders from ${connected.backfillFrom} on (${timeZone}).`);
  if (connected.backfillFrom < connected.connectedAt) await settleLookalikes(session, ref, options);
  if (!(await session.confirm(`Start${options.limit === undefined ? '' : ` with ${options.limit} orders`}?`))) throw new Complaint('not started', exitCodes.foundWrong);

  await recordAct(session, { verb: 'connect', subject: `integration:${id}`, after: JSON.stringify({ ...connected, limit: options.limit }) });
  const isStarted = await startBackfill(session, ref, options.limit === undefined ? {} : { limit: options.limit });
  if (!isStarted) say('A backfill of this integration is running already; it is shown here.');
  if (options.limit === undefined) {
    await ensureSchedules(session, ref, settings.everyMinutes);
    await session.ledger.marks.set(`integration:${id}`, 'scheduled', 'yes');
  }
  if (options.detach) return options.quiet ? exitCodes.done : sayStarted(session, ref);
  return followBackfill(session, ref);
}

/** Kept from the first time on: an order is never new twice (decision on R1). */
async function momentOfConnecting(session: Session, ref: IntegrationRef, since: string | undefined, months: number): Promise<Connected> {
  const earlier = await session.ledger.states.connected(ref.id);
  if (earlier !== undefined && since === undefined) return earlier;
  const now = new Date(await session.ledger.clock.now());
  const connectedAt = earlier?.connectedAt ?? seconds(now);
  const connected = { connectedAt, backfillFrom: since === 'now' ? connectedAt : since === undefined ? seconds(new Date(backfillStart(now.toISOString(), months, timeZoneOf(session, ref)))) : readDate(since) };
  await session.ledger.states.setConnected(ref.id, connected);
  return connected;
}

const seconds = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

function readDate(text: string): string {
  const date = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (Number.isNaN(date.getTime())) throw new Complaint(`--since ${text}: expected "now" or a date such as 2026-10-01`);
  return seconds(date);
}

function timeZoneOf(session: Session, ref: IntegrationRef): string {
  const source = session.config.connections.find((connection) => connection.id === ref.source);
  const zone = source?.settings['timeZone'] ?? findSystem(source?.system ?? '')?.defaultOf('timeZone');
  return typeof zone === 'string' ? zone : 'UTC';
}

/** N16: linked or left out by the operator's answer, never imported unasked. */
async function settleLookalikes(session: Session, ref: IntegrationRef, options: ConnectOptions): Promise<void> {
  const found: LookalikesResult = await askSystems(session.client, { kind: 'lookalikes', workflow: lookalikesWorkflow, integration: ref.id, input: { integration: ref }, timeout: 3_600_000 }, parseLookalikes);
  const open = await withoutKnown(session, ref, found.lookalikes);
  if (!session.asJson && !options.quiet) sayLookalikes(session, found.compared, open);
  if (open.length === 0) return;
  const answer = options.lookalikes ?? (await session.choose<'link' | 'leave-out'>('These stand in the target already. Link them to their source orders, or leave them out?', ['link', 'leave-out']));
  for (const lookalike of open) await settleOne(session, ref, lookalike, answer);
}

async function withoutKnown(session: Session, ref: IntegrationRef, lookalikes: Lookalike[]): Promise<Lookalike[]> {
  const known = new Set((await session.ledger.records.findMany(ref.id, lookalikes.map((lookalike) => lookalike.sourceId))).filter((record) => record.state !== 'announced').map((record) => record.sourceId));
  return lookalikes.filter((lookalike) => !known.has(lookalike.sourceId));
}

function sayLookalikes(session: Session, compared: number, lookalikes: Lookalike[]): void {
  say(`\n${compared} source orders compared with the target by customer, total and day: ${lookalikes.length} stand there already.`);
  if (lookalikes.length > 0) sayTable(['source order', 'target order', 'created', 'total'], lookalikes.slice(0, 50).map((one) => [one.number, one.targetNumber, one.createdAt, one.total]));
  say('If another connector brings these orders in, switch it off before you go on: two live connectors make two of each order.');
}

async function settleOne(session: Session, ref: IntegrationRef, lookalike: Lookalike, answer: 'link' | 'leave-out'): Promise<void> {
  const key = keyOf({ integration: ref.id, sourceId: lookalike.sourceId });
  const reason = answer === 'link' ? 'linked-by-operator' : 'left-out-by-operator';
  await recordAct(session, { verb: answer, subject: `order:${ref.id}:${lookalike.sourceId}`, after: answer === 'link' ? lookalike.targetId : undefined });
  await session.ledger.outcomes.add({ ...key, number: lookalike.number, outcome: 'skipped', reason, targetId: answer === 'link' ? lookalike.targetId : null, detail: null, run: '', settingsVersion: null });
  if (answer === 'link') await session.ledger.records.complete(key, lookalike.targetId, reason);
  else await session.ledger.records.skip(key, leftOutDigest, lookalike.number);
}

function sayStarted(session: Session, ref: IntegrationRef): number {
  if (session.asJson) sayJson({ started: backfillWorkflowId(ref.id) });
  else say(`${bold('Started.')} waybill status ${ref.id} shows how far it is.`);
  return exitCodes.done;
}
