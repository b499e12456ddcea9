/** Watching an export: progress counts what the mailing system acknowledged. */
import { setTimeout as wait } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { IntegrationRef } from '../domain/ports.ts';
import { exportProgress, exportWorkflowId, type ExportProgress } from '../workflows/messages.ts';
import { describeRun } from './backfill.ts';
import { Complaint, exitCodes, progressLine, say, sayJson } from './print.ts';
import type { Session } from './session.ts';

export async function followExport(session: Session, ref: IntegrationRef): Promise<number> {
  const line = progressLine();
  let progress: ExportProgress | undefined;
  let state: string | undefined;
  for (;;) {
    state = (await describeRun(session, exportWorkflowId(ref.id)))?.status.name;
    progress = (await findProgress(session, ref.id)) ?? progress;
    if (progress !== undefined && !session.asJson) line.show(inWords(progress));
    if (state !== 'RUNNING') break;
    await wait(500);
  }
  line.end();
  if (state !== 'COMPLETED') throw new Complaint(`the export of ${ref.id} ended as ${(state ?? 'unknown').toLowerCase()}: see its run in the Temporal UI; waybill resync ${ref.id} begins it anew`, exitCodes.foundWrong);
  if (session.asJson) sayJson({ integration: ref.id, ...progress });
  else if (progress !== undefined && progress.parked > 0) say(`${progress.parked} wait for a person: waybill parked ${ref.id}`);
  return exitCodes.done;
}

/** Undefined: none has run, or no worker answers. */
export async function findProgress({ client }: Pick<Session, 'client'>, integration: string): Promise<ExportProgress | undefined> {
  try {
    return await client.workflow.getHandle(exportWorkflowId(integration)).query(exportProgress);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    return undefined; // a progress line is not worth an error
  }
}

const wordsOf: Record<ExportProgress['phase'], string> = { look: 'looking through subscribers', customer: 'customers', subscriber: 'subscribers', unseen: 'looking for rows that are gone', statuses: 'reading the mailing system’s refusals', done: 'done' };

export const inWords = ({ phase, read, total, sent, parked, leftOut, refusalsWritten }: ExportProgress): string =>
  `${wordsOf[phase]}  read ${read}${total === undefined ? '' : ` of ${total}`}  acknowledged ${sent}  parked ${parked}  left out ${leftOut}  refusals written ${refusalsWritten}`;
