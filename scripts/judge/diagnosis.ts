/** Where an import that does not end stands still: printed, so that a stuck run can be understood afterwards. */
import type { Session } from '../session.ts';
import { integration } from './settings.ts';

const shownRuns = 8;

export async function sayWhereItStands({ client, ledger }: Session, say: (line: string) => void): Promise<void> {
  const states = await ledger.records.countByState(integration);
  say(`records: ${Object.entries(states).map(([state, count]) => `${count} ${state}`).join(', ')}`); // prettier-ignore
  await sayRuns(client, say);
}

/** Each run that is under way with its steps, their attempts and last failures. */
export async function sayRuns(client: Session['client'], say: (line: string) => void): Promise<void> {
  let shown = 0;
  for await (const run of client.workflow.list({ query: "ExecutionStatus = 'Running'" })) {
    const { raw } = await client.workflow.getHandle(run.workflowId).describe();
    const steps = (raw.pendingActivities ?? []).map((step) => `${step.activityType?.name ?? ''}, attempt ${step.attempt ?? 0}, ${step.lastFailure?.applicationFailureInfo?.type ?? (step.lastStartedTime ? 'at work' : 'never started')}`);
    say(`running: ${run.workflowId}: ${steps.join('; ') || (raw.pendingWorkflowTask ? `workflow task, attempt ${raw.pendingWorkflowTask.attempt ?? 0}` : 'waits')}`);
    shown += 1;
    if (shown === shownRuns) return;
  }
}
