/** `waybill pause`, `resume` and `cancel`: nothing is lost by any of them, and they hold over restarts. */
import { WorkflowNotFoundError } from '@temporalio/client';
import { backfillWorkflowId, cancelWalk, exportWorkflowId } from '../workflows/messages.ts';
import { recordAct } from './act.ts';
import { deleteContactSchedules } from './contact-runs.ts';
import { findExport, getIntegration } from './integration.ts';
import { Complaint, exitCodes, say, sayJson } from './print.ts';
import { deleteSchedule } from './schedule.ts';
import type { Session } from './session.ts';

export interface PauseOptions {
  all: boolean;
  because?: string;
}

/** Within five seconds nothing is written outside any more; steps wait where they are. */
export async function pause(session: Session, name: string | undefined, { all, because }: PauseOptions): Promise<number> {
  const subject = subjectOf(session, name, all);
  await recordAct(session, { verb: 'pause', subject, ...(because === undefined ? {} : { reason: because }) });
  await session.ledger.states.pause(subject, 'by-operator');
  return sayDone(session, subject, 'paused: no call leaves any more');
}

export async function resume(session: Session, name: string | undefined, { all }: PauseOptions): Promise<number> {
  const subject = subjectOf(session, name, all);
  const before = await session.ledger.states.get(subject);
  await recordAct(session, { verb: 'resume', subject, before: before.reason });
  await session.ledger.states.resume(subject);
  return sayDone(session, subject, 'resumed');
}

/** Ends the walk at its next page and the schedule; what was announced goes on to its outcome. */
export async function cancel(session: Session, id: string): Promise<number> {
  const contacts = findExport(session, id);
  const ref = contacts?.ref ?? getIntegration(session, id);
  await recordAct(session, { verb: 'cancel', subject: `integration:${id}` });
  if (contacts) await deleteContactSchedules(session, ref.id);
  else await deleteSchedule(session, ref.id);
  await session.ledger.marks.set(`integration:${id}`, 'scheduled', 'no');
  try {
    await session.client.workflow.getHandle(contacts ? exportWorkflowId(ref.id) : backfillWorkflowId(ref.id)).signal(cancelWalk);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
  return sayDone(session, `integration:${id}`, `cancelled: no new ${contacts ? 'contacts are read' : 'orders are announced'}; what is under way goes on. waybill connect starts it again`);
}

function subjectOf(session: Session, name: string | undefined, all: boolean): string {
  if (all) return 'all';
  if (name === undefined) throw new Complaint('name an integration or a connection, or use --all');
  if ([...session.config.integrations, ...session.config.exports].some(({ ref }) => ref.id === name)) return `integration:${name}`;
  if (session.config.connections.some(({ id }) => id === name)) return `connection:${name}`;
  throw new Complaint(`"${name}" is neither an integration nor a connection of the settings`);
}

function sayDone(session: Session, subject: string, what: string): number {
  if (session.asJson) sayJson({ subject, done: what });
  else say(`${subject}: ${what}`);
  return exitCodes.done;
}
