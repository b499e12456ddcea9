/** Starts the walks that an operator asks for, one at a time for each integration, and tells whether a run is there. */
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import type { IntegrationRef } from '../domain/ports.ts';
import { backfillWorkflowId, importOrdersWorkflow, priorities, searchAttributes, workflowQueue, type ImportOrdersInput } from '../workflows/messages.ts';
import type { Session } from './session.ts';

type Reach = Pick<Session, 'client' | 'ledger'>;

export interface BackfillOptions {
  mode?: 'backfill' | 'adopt';
  /** only this many orders */
  limit?: number;
  /** ends one that is running */
  isReplacing?: boolean;
}

/** False: one is running already. One that began with another ledger is replaced: it knows nothing of this one (N21). */
export async function startBackfill(reach: Reach, ref: IntegrationRef, { mode = 'backfill', limit, isReplacing = false }: BackfillOptions): Promise<boolean> {
  const input: ImportOrdersInput = { integration: ref, mode, ...(limit === undefined ? {} : { limit }) };
  const { incarnation } = reach.ledger;
  if (mode === 'backfill' && limit === undefined) await reach.ledger.marks.set(`integration:${ref.id}`, 'backfill-asked', new Date(await reach.ledger.clock.now()).toISOString());
  try {
    await reach.client.workflow.start(importOrdersWorkflow, {
      taskQueue: workflowQueue,
      workflowId: backfillWorkflowId(ref.id),
      args: [input],
      memo: { incarnation },
      workflowIdConflictPolicy: isReplacing || (await isOfAnotherLedger(reach, ref.id)) ? 'TERMINATE_EXISTING' : 'FAIL',
      searchAttributes: { [searchAttributes.integration]: [ref.id], [searchAttributes.state]: ['walking'], [searchAttributes.reason]: ['none'] },
      priority: { priorityKey: priorities.walk },
    });
    return true;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return false;
  }
}

/** True when a backfill was asked for, and none has come to its end since. */
export async function isUnfinished({ ledger }: Pick<Session, 'ledger'>, integration: string): Promise<boolean> {
  const [asked, done] = await Promise.all(['backfill-asked', 'backfill-done'].map(async (name) => ledger.marks.get(`integration:${integration}`, name)));
  return asked !== undefined && (done === undefined || done < asked);
}

export async function isRunning({ client }: Pick<Session, 'client'>, workflowId: string): Promise<boolean> {
  return (await describeRun({ client }, workflowId))?.status.name === 'RUNNING';
}

async function isOfAnotherLedger({ client, ledger }: Reach, integration: string): Promise<boolean> {
  return (await describeRun({ client }, backfillWorkflowId(integration)))?.memo?.['incarnation'] !== ledger.incarnation;
}

/** Undefined: there is no such run. */
export async function describeRun({ client }: Pick<Session, 'client'>, workflowId: string) {
  try {
    return await client.workflow.getHandle(workflowId).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
