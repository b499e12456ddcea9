/** `waybill retry`, `skip` and `edit`: the three ways to mend a parked record, singly or all together (N8). */
import { WorkflowNotFoundError } from '@temporalio/client';
import { editOrder, formatEdits, parseEdits, type Edit } from '../domain/edit.ts';
import type { ParkedEntry } from '../ledger/ledger.ts';
import { digestOfRows } from '../ledger/contact-digests.ts';
import { announceOrder } from '../worker/temporal-client.ts';
import { orderWorkflowId, readOrderWorkflow, retry as retrySignal, skip as skipSignal } from '../workflows/messages.ts';
import { recordAct } from './act.ts';
import { parseReading } from './answers.ts';
import { askSystems } from './ask-systems.ts';
import type { ContactKind } from '../domain/contact.ts';
import { tellChanges } from './contact-runs.ts';
import { findExport, getExport, getIntegration } from './integration.ts';
import { Complaint, exitCodes, say, sayJson } from './print.ts';
import type { Session } from './session.ts';
import { getRecord, keyOf, nameOf, parseRecordTarget, parseTarget } from './target.ts';

export async function retry(session: Session, text: string, { reason }: { reason?: string }): Promise<number> {
  return mendAll(session, text, reason, 'retry', undefined);
}

export async function skip(session: Session, text: string, { because, reason }: { because: string; reason?: string }): Promise<number> {
  return mendAll(session, text, reason, 'skip', because);
}

async function mendAll(session: Session, text: string, reason: string | undefined, verb: 'retry' | 'skip', because: string | undefined): Promise<number> {
  const entries = await parkedUnder(session, text, reason);
  for (const entry of entries) await signal(session, entry, verb, because);
  if (session.asJson) sayJson(entries.map(nameOf));
  else say(entries.length === 0 ? 'Nothing is parked there.' : `${verb === 'retry' ? 'Trying again' : 'Leaving out'}: ${entries.map(nameOf).join(', ')}`);
  return entries.length === 0 ? exitCodes.foundWrong : exitCodes.done;
}

async function parkedUnder(session: Session, text: string, reason: string | undefined): Promise<ParkedEntry[]> {
  const target = parseTarget(text);
  const integration = findExport(session, target.integration)?.ref ?? getIntegration(session, target.integration);
  const entries = await session.ledger.parked.list(integration.id, reason);
  return target.number === undefined ? entries : entries.filter((entry) => entry.number === target.number || entry.sourceId === target.number);
}

async function signal(session: Session, entry: ParkedEntry, verb: 'retry' | 'skip', because: string | undefined): Promise<void> {
  if (entry.kind === 'customer' || entry.kind === 'subscriber') return mendContact(session, entry, entry.kind, verb, because);
  const workflowId = orderWorkflowId(entry.integration, entry.sourceId);
  await recordAct(session, { verb, subject: workflowId, ...(because === undefined ? {} : { reason: because }), before: `parked: ${entry.reason}` });
  const send = async () => session.client.workflow.getHandle(workflowId).signal(verb === 'retry' ? retrySignal : skipSignal);
  try {
    await send();
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    // its run is gone (Temporal's store was lost, or it was terminated): a new one reads the order again
    await announceOrder(session.client)({ integration: getIntegration(session, entry.integration), sourceId: entry.sourceId, by: 'operator', lane: 'live' });
    if (verb === 'skip') await send();
  }
}

/** A contact has no run of its own: it is read and sent again with the next batch, or left out. */
async function mendContact(session: Session, entry: ParkedEntry, kind: ContactKind, verb: 'retry' | 'skip', because: string | undefined): Promise<void> {
  const { integration, sourceId } = entry;
  await recordAct(session, { verb, subject: `${kind}:${integration}:${sourceId}`, ...(because === undefined ? {} : { reason: because }), before: `parked: ${entry.reason}` });
  if (verb === 'retry') return tellChanges(session, getExport(session, integration).ref, [{ kind, sourceId, event: 'changed' }]);
  await leaveOut(session, entry, kind);
  await session.ledger.outcomes.add({ integration, kind, sourceId, number: entry.number, outcome: 'skipped', reason: 'left-out-by-operator', targetId: null, detail: null, run: '', settingsVersion: null });
  return session.ledger.parked.remove(entry);
}

/** Until its data change, or a full synchronisation is asked for. */
async function leaveOut({ ledger }: Session, { integration, sourceId }: ParkedEntry, kind: ContactKind): Promise<void> {
  const [row] = await ledger.contacts.findRows(integration, kind, [sourceId]);
  if (row === undefined || row.state === 'erased') return;
  const rows = await ledger.contacts.rowsOf(integration, [row.person]);
  await ledger.contacts.putAddresses(integration, [{ person: row.person, skippedDigest: digestOfRows(rows) }]);
}

/** Corrections of one record: checked against the order as it is, the difference shown and kept, then tried again. */
export async function edit(session: Session, text: string, { set }: { set: string[] }): Promise<number> {
  const record = await getRecord(session, parseRecordTarget(text));
  const edits = set.map(parseSetting);
  const integration = getIntegration(session, record.integration);
  const reading = await askSystems(session.client, { kind: 'read', workflow: readOrderWorkflow, integration: integration.id, input: { integration, sourceId: record.sourceId } }, parseReading);
  if (reading.kind !== 'order') throw new Complaint(`${nameOf(record)} cannot be corrected: ${reading.reason}`, exitCodes.foundWrong);
  const result = editOrder(reading.order, edits);
  if ('mistakes' in result) throw new Complaint(['nothing was changed:', ...result.mistakes.map(({ field, expected }) => `  ${field}: expected ${expected}`)].join('\n'));
  const key = keyOf(record);
  const earlier = await session.ledger.records.edits(key);
  await session.ledger.records.setEdits(key, formatEdits([...(earlier === undefined ? [] : parseEdits(earlier)), ...result.changes.map(({ field, before, after, line }) => ({ field, value: after, was: before, ...(line === undefined ? {} : { line }) }))]));
  for (const change of result.changes) await recordAct(session, { verb: 'edit', subject: orderWorkflowId(record.integration, record.sourceId), reason: change.field, before: change.before, after: change.after });
  if (session.asJson) sayJson(result.changes);
  else for (const { field, before, after } of result.changes) say(`${field}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`);
  const [entry] = await parkedUnder(session, text, undefined);
  if (entry) await signal(session, entry, 'retry', undefined);
  return exitCodes.done;
}

function parseSetting(text: string): Edit {
  const at = text.indexOf('=');
  if (at < 1) throw new Complaint(`--set ${text}: expected field=value, e.g. --set customer.phone=+48600700800`);
  return { field: text.slice(0, at), value: text.slice(at + 1) };
}
