/** `waybill reconcile <integration>`: both sides read anew and compared; what is unexplained is shown first and repaired only then (N6). */
import type { IntegrationRef } from '../domain/ports.ts';
import type { UnexplainedCode } from '../domain/reconcile.ts';
import { unexplainedIn } from '../domain/reconciliation.ts';
import { accept } from '../ledger/reconciled.ts';
import { announceOrder } from '../worker/temporal-client.ts';
import { orderWorkflowId, reconcileWorkflow, type ReconcileInput, type ReconcileResult } from '../workflows/messages.ts';
import { recordAct } from './act.ts';
import { askSystems } from './ask-systems.ts';
import { getConfigured } from './integration.ts';
import { Complaint, exitCodes, say, sayJson } from './print.ts';
import { sayReconciliation, sayReconciliationCsv } from './reconcile-report.ts';
import { lastFindings, lastReconciliation, resultSchema, type Finding } from './reconcile-result.ts';
import { graceMinutesOf } from './schedule.ts';
import type { Session } from './session.ts';
import { keyOf } from './target.ts';

export interface ReconcileOptions {
  /** a date, or ISO 8601; default: 62 days back */
  since?: string;
  csv: boolean;
  /** announce anew what is missing or not followed */
  repair: boolean;
  /** what becomes of orders that were deleted in the target, or changed there by staff */
  gone?: 'again' | 'accept';
}

const day = 24 * 60 * 60_000;

export async function reconcile(session: Session, id: string, options: ReconcileOptions): Promise<number> {
  const { ref, settings } = getConfigured(session, id);
  await session.ensureApplied(ref.id);
  const input: ReconcileInput = { integration: ref, graceMinutes: graceMinutesOf(settings.everyMinutes), ...(options.since === undefined ? {} : { since: readSince(options.since) }) };
  const result = await askSystems(session.client, { kind: 'reconcile', workflow: reconcileWorkflow, integration: ref.id, input, timeout: day }, parseResult);
  if (result.kind === 'not possible') throw new Complaint(result.because === 'not connected' ? `${ref.id} is not connected yet: waybill connect ${ref.id}` : `the platform of ${ref.id} cannot be compared order by order yet`, exitCodes.foundWrong);
  const [summary, findings] = [await lastReconciliation(session, ref.id), await lastFindings(session, ref.id)];
  if (summary === undefined) throw new Complaint('the result was not remembered');
  if (session.asJson) sayJson({ integration: ref.id, ...summary, orders: findings });
  else if (options.csv) sayReconciliationCsv(summary, findings);
  else sayReconciliation(ref.id, summary, findings);
  if (options.repair || options.gone !== undefined) await repairAll(session, ref, findings, options);
  return unexplainedIn(summary) === 0 ? exitCodes.done : exitCodes.foundWrong;
}

function parseResult(answer: unknown): ReconcileResult {
  const parsed = resultSchema.safeParse(answer);
  if (!parsed.success) throw new Complaint('the worker answered in a form this program does not know; is it of another version?', exitCodes.unreachable);
  return parsed.data;
}

function readSince(text: string): string {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw new Complaint(`--since ${text}: expected a date, e.g. 2026-09-01`);
  return at.toISOString();
}

/** A new look at them is all they need. */
const announceable = new Set<UnexplainedCode>(['missing', 'skipped-but-wanted', 'not-finished', 'change-not-followed']);

async function repairAll(session: Session, ref: IntegrationRef, findings: Finding[], options: ReconcileOptions): Promise<void> {
  const tell = session.asJson || options.csv ? () => undefined : say;
  const missing = findings.filter(({ code }) => announceable.has(code));
  if (options.repair && missing.length > 0 && (await session.confirm(`Look at ${missing.length} orders again, and bring in what is missing?`))) {
    for (const finding of missing) await lookAgain(session, ref, finding, 'sweep');
    tell(`${missing.length} orders are looked at again: ${missing.map(nameOf).join(', ')}`);
  }
  const theirs = findings.filter(({ code }) => code === 'gone-from-target' || code === 'changed-in-target');
  if (theirs.length > 0) await settleTheirs(session, ref, theirs, options, tell);
  const left = findings.filter((finding) => !missing.includes(finding) && !theirs.includes(finding));
  if (left.length > 0) tell(`${left.length} need a person: ${left.map((finding) => `${nameOf(finding)} (${finding.code})`).join(', ')}`);
}

const nameOf = ({ number, sourceId }: Finding): string => number || sourceId;

/** What staff deleted or changed in the target is theirs to decide: never by --yes alone. */
async function settleTheirs(session: Session, ref: IntegrationRef, findings: Finding[], { gone }: ReconcileOptions, tell: (text: string) => void): Promise<void> {
  const answer = gone ?? (process.stdin.isTTY ? await session.choose<'again' | 'accept' | 'leave'>(`${findings.length} orders were deleted or changed in the target. Make deleted ones anew, accept all as they are, or leave them?`, ['again', 'accept', 'leave']) : 'leave');
  if (answer === 'leave') return tell(`${findings.length} were deleted or changed in the target: --gone again makes deleted ones anew, --gone accept leaves all as they are for good`);
  const settled = answer === 'accept' ? findings : findings.filter(({ code }) => code === 'gone-from-target');
  for (const finding of settled) await (answer === 'again' ? makeAnew(session, ref, finding) : acceptOne(session, ref, finding));
  tell(`${answer === 'again' ? 'made anew' : 'accepted'}: ${settled.map(nameOf).join(', ')}`);
}

async function lookAgain(session: Session, ref: IntegrationRef, finding: Finding, by: 'sweep' | 'operator'): Promise<void> {
  await recordAct(session, { verb: 'reconcile', subject: orderWorkflowId(ref.id, finding.sourceId), reason: finding.code });
  await announceOrder(session.client)({ integration: ref, sourceId: finding.sourceId, by, lane: 'live' });
}

/** The links to what is gone are dropped first, else a run would take the order for the one that it has made. */
async function makeAnew(session: Session, ref: IntegrationRef, finding: Finding): Promise<void> {
  if (finding.targetId !== undefined) await session.ledger.index.drop(ref.target, ['item', 'comment'], finding.targetId);
  await session.ledger.records.reopen(keyOf({ integration: ref.id, sourceId: finding.sourceId }));
  await lookAgain(session, ref, finding, 'operator');
}

async function acceptOne(session: Session, ref: IntegrationRef, { sourceId, number, code, fingerprint, targetId }: Finding): Promise<void> {
  const key = keyOf({ integration: ref.id, sourceId });
  await recordAct(session, { verb: 'accept', subject: orderWorkflowId(ref.id, sourceId), reason: code });
  if (code === 'gone-from-target') await session.ledger.outcomes.add({ ...key, number, outcome: 'skipped', reason: 'left-out-by-operator', targetId: targetId ?? null, detail: null, run: '', settingsVersion: null });
  else if (fingerprint !== undefined) await accept(session.ledger, ref.id, sourceId, fingerprint);
}
