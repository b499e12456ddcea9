/** The export while it runs: how many contacts the account acknowledged, and when the first one was; and waiting until nothing is on its way. */
import { setTimeout as wait } from 'node:timers/promises';
import { exportWorkflowId, syncContactsWorkflow, syncOptOutsWorkflow, type ExportProgress } from '../../../workflows/messages.ts';
import { isRunning } from '../../backfill.ts';
import { findProgress, inWords } from '../../follow-export.ts';
import type { progressLine } from '../../print.ts';
import type { Session } from '../../session.ts';
import { until } from '../until.ts';

/** Until it ends. @throws the export's own error */
export async function watchExport(session: Session, integration: string, line: ReturnType<typeof progressLine>): Promise<void> {
  const { client } = session;
  let progress: ExportProgress | undefined;
  let isFirstTold = false;
  for (;;) {
    const isOn = await isRunning(session, exportWorkflowId(integration));
    progress = (await findProgress(session, integration)) ?? progress;
    if (progress !== undefined && progress.sent > 0 && !isFirstTold) {
      line.above(`The first contacts were acknowledged ${(performance.now() / 1_000).toFixed(1)} seconds after the start.`);
      isFirstTold = true;
    }
    if (progress !== undefined) line.show(inWords(progress));
    if (!isOn) break;
    await wait(250);
  }
  await client.workflow.getHandle(exportWorkflowId(integration)).result();
}

/** The list of runs lags a moment behind: twice nobody is nobody. */
export async function untilCarried({ client }: Session, patienceMs: number): Promise<void> {
  const atWork = `WorkflowType IN ('${syncContactsWorkflow}', '${syncOptOutsWorkflow}') AND ExecutionStatus = 'Running'`;
  let quiet = 0;
  await until('all changes and refusals are carried over', patienceMs, async () => {
    quiet = (await client.workflow.count(atWork)).count === 0 ? quiet + 1 : 0;
    await wait(quiet === 1 ? 500 : 0);
    return quiet === 2 ? true : undefined;
  });
}
