/** What earlier walks of an integration remember the ledger by, so that a walk started by hand, and a worker that starts, notice an older copy, too (N21). */
import { ScheduleNotFoundError, type Client } from '@temporalio/client';
import { noticeRestored } from '../activities/contact-restored.ts';
import { SettingsError } from '../activities/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { latestMemory, memoryOf, type LedgerMemory } from '../domain/ledger-memory.ts';
import { exportScheduleId, exportWorkflowId, optOutsScheduleId } from '../workflows/messages.ts';
import type { Log } from './log.ts';
import type { SettingsReader } from './settings-versions.ts';

const prefix = 'integration:';

/**
 * Before anything is served: a ledger that was put back holds everything of contacts until refusals are re-read, which begins at once. Later would be too
 * late, since a webhook may be the first to send.
 */
export async function holdWhatWasRestored({ client, ledger, settings, log }: { client: Client; ledger: Ledger; settings: Pick<SettingsReader, 'contactIntegration'>; log: Log }): Promise<void> {
  for (const { subject } of await ledger.settings.listCurrent(prefix)) {
    const integration = subject.slice(prefix.length);
    if (!(await bringsContacts(settings, integration))) continue;
    if (!(await noticeRestored(ledger, integration, await findMemory(client, integration)))) continue;
    log.warn('the ledger is older than the last walk remembers it: nothing of contacts leaves until refusals are re-read', { integration });
    await client.schedule.getHandle(optOutsScheduleId(integration)).trigger('SKIP').catch(ignoreMissing); // its walk re-reads
  }
}

async function bringsContacts(settings: Pick<SettingsReader, 'contactIntegration'>, integration: string): Promise<boolean> {
  try {
    await settings.contactIntegration(integration);
    return true;
  } catch (error) {
    if (error instanceof SettingsError) return false;
    throw error;
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof ScheduleNotFoundError)) throw error;
}

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
