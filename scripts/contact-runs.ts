/** Starts and tells the runs of an integration that brings contacts; its schedules. */
import { ScheduleNotFoundError, WorkflowExecutionAlreadyStartedError, type ScheduleOptionsAction } from '@temporalio/client';
import type { ContactKind } from '../domain/contact.ts';
import type { ContactChange } from '../domain/contact-ports.ts';
import type { IntegrationRef } from '../domain/ports.ts';
import type { ExportContactsSettings } from '../domain/settings.ts';
import type { ExportConfig } from '../worker/contact-config.ts';
import {
  contactsChanged,
  exportContactsWorkflow,
  exportScheduleId,
  exportWorkflowId,
  optOutsScheduleId,
  priorities,
  searchAttributes,
  syncContactsWorkflow,
  syncContactsWorkflowId,
  syncOptOutsWorkflow,
  syncOptOutsWorkflowId,
  wishesRecorded,
  workflowQueue,
  type ExportContactsInput,
  type SyncContactsInput,
  type SyncOptOutsInput,
} from '../workflows/messages.ts';
import { findMemory } from '../worker/contact-memory.ts';
import type { Session } from './session.ts';
import { ensure, nightly } from './schedule.ts';

export const kindsOf = ({ customers, subscribers }: ExportContactsSettings): ContactKind[] => [...(customers === undefined ? [] : ['customer' as const]), ...(subscribers === undefined ? [] : ['subscriber' as const])];

const attributes = (integration: string) => ({ [searchAttributes.integration]: [integration], [searchAttributes.state]: ['walking'], [searchAttributes.reason]: ['none'] });

/** False: one is running already. */
export async function startExport({ client }: Pick<Session, 'client'>, { ref, settings }: ExportConfig, mode: ExportContactsInput['mode']): Promise<boolean> {
  const last = await findMemory(client, ref.id);
  const input: ExportContactsInput = { integration: ref, mode, kinds: kindsOf(settings), ...(last === undefined ? {} : { last }) };
  try {
    await client.workflow.start(exportContactsWorkflow, { taskQueue: workflowQueue, workflowId: exportWorkflowId(ref.id), args: [input], workflowIdConflictPolicy: 'FAIL', searchAttributes: attributes(ref.id), priority: { priorityKey: priorities.walk } });
    return true;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return false;
  }
}

/** A wish that stands in the ledger is carried to both sides ahead of everything else. */
export async function tellWishes({ client }: Pick<Session, 'client'>, integration: IntegrationRef, persons: string[]): Promise<void> {
  const input: SyncOptOutsInput = { integration };
  await client.workflow.signalWithStart<(input: SyncOptOutsInput) => Promise<unknown>, [{ persons: string[] }]>(syncOptOutsWorkflow, { taskQueue: workflowQueue, workflowId: syncOptOutsWorkflowId(integration.id), args: [input], signal: wishesRecorded, signalArgs: [{ persons }], priority: { priorityKey: priorities.optOut } });
}

/** Rows that are to be read again: retried ones. */
export async function tellChanges({ client }: Pick<Session, 'client'>, integration: IntegrationRef, changes: ContactChange[]): Promise<void> {
  const input: SyncContactsInput = { integration };
  await client.workflow.signalWithStart<(input: SyncContactsInput) => Promise<unknown>, [{ changes: ContactChange[] }]>(syncContactsWorkflow, { taskQueue: workflowQueue, workflowId: syncContactsWorkflowId(integration.id), args: [input], signal: contactsChanged, signalArgs: [{ changes }], priority: { priorityKey: priorities.live } });
}

/** The nightly sweep of all rows, and the regular look at the statuses of all known addresses. Made, or brought to these settings. */
export async function ensureContactSchedules({ client, config }: Pick<Session, 'client' | 'config'>, { ref, settings }: ExportConfig): Promise<void> {
  const zone = config.connections.find(({ id }) => id === ref.source)?.settings['timeZone'];
  const sweep: ExportContactsInput = { integration: ref, mode: 'sweep', kinds: kindsOf(settings) };
  const statuses: SyncOptOutsInput = { integration: ref, sweep: true, kinds: kindsOf(settings) };
  const start = (id: string, workflowType: string, input: unknown): ScheduleOptionsAction => ({ type: 'startWorkflow', workflowType, workflowId: id, taskQueue: workflowQueue, args: [input], searchAttributes: attributes(ref.id) });
  const policies = { overlap: 'SKIP', pauseOnFailure: false } as const;
  await ensure({ client }, { scheduleId: exportScheduleId(ref.id), spec: { calendars: [{ ...nightly, comment: 'nightly' }], timezone: typeof zone === 'string' ? zone : 'Europe/Warsaw' }, policies: { ...policies, catchupWindow: '6 hours' }, action: start(exportScheduleId(ref.id), exportContactsWorkflow, sweep) });
  await ensure({ client }, { scheduleId: optOutsScheduleId(ref.id), spec: { intervals: [{ every: settings.statusesEveryMinutes * 60_000 }] }, policies: { ...policies, catchupWindow: '10 minutes' }, action: start(optOutsScheduleId(ref.id), syncOptOutsWorkflow, statuses) });
}

export async function deleteContactSchedules({ client }: Pick<Session, 'client'>, integration: string): Promise<void> {
  for (const id of [exportScheduleId(integration), optOutsScheduleId(integration)]) {
    await client.schedule.getHandle(id).delete().catch((error: unknown) => {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
    });
  }
}
