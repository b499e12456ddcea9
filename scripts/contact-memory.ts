/** What earlier walks of an integration remember the ledger by, so that one started by hand notices an older copy, too (N21). */
import type { Session } from './session.ts';
import { latestMemory, memoryOf, type LedgerMemory } from '../domain/ledger-memory.ts';
import { exportScheduleId, exportWorkflowId, optOutsScheduleId } from '../workflows/messages.ts';

type Client = Session['client'];

/** Undefined: no walk has ended yet, or Temporal keeps none any more. */
export async function findMemory(client: Client, integration: string): Promise<LedgerMemory | undefined> {
  const scheduled = await Promise.all([exportScheduleId(integration), optOutsScheduleId(integration)].map(async (id) => latestRun(client, id)));
  return latestMemory(...(await Promise.all([exportWorkflowId(integration), ...scheduled].map(async (id) => (id === undefined ? undefined : memoryOfRun(client, id))))));
}

async function latestRun(client: Client, schedule: string): Promise<string | undefined> {
  try {
    const { info } = await client.schedule.getHandle(schedule).describe();
    return info.recentActions.at(-1)?.action.workflow.workflowId;
  } catch {
    return undefined; // not made yet
  }
}

async function memoryOfRun(client: Client, workflowId: string): Promise<LedgerMemory | undefined> {
  try {
    const handle = client.workflow.getHandle(workflowId);
    if ((await handle.describe()).status.name !== 'COMPLETED') return undefined;
    return memoryOf(await handle.result());
  } catch {
    return undefined; // never run, or no longer kept
  }
}
