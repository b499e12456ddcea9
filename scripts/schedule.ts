/** The incremental window of an integration: one schedule, made and changed here only. */
import { ScheduleAlreadyRunning, ScheduleNotFoundError, type ScheduleOptions, type ScheduleOptionsAction } from '@temporalio/client';
import type { IntegrationRef } from '../domain/ports.ts';
import { importOrdersWorkflow, incrementalScheduleId, searchAttributes, workflowQueue, type ImportOrdersInput } from '../workflows/messages.ts';
import type { Session } from './session.ts';

/** Makes the schedule or brings an existing one to this interval. Windows never overlap; missed ones are made up for by the next, since the mark stays. */
export async function ensureSchedule({ client }: Pick<Session, 'client'>, ref: IntegrationRef, everyMinutes: number): Promise<void> {
  const schedule = scheduleOf(ref, everyMinutes);
  try {
    await client.schedule.create(schedule);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule.getHandle(schedule.scheduleId).update((previous) => ({ ...previous, spec: schedule.spec, action: schedule.action }));
  }
}

export async function deleteSchedule({ client }: Pick<Session, 'client'>, integration: string): Promise<void> {
  try {
    await client.schedule.getHandle(incrementalScheduleId(integration)).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}

/** When it ran last and runs next, ISO 8601; undefined: there is none. */
export async function describeSchedule({ client }: Pick<Session, 'client'>, integration: string): Promise<{ last?: string; next?: string } | undefined> {
  try {
    const { info } = await client.schedule.getHandle(incrementalScheduleId(integration)).describe();
    const last = info.recentActions.at(-1)?.takenAt.toISOString();
    const next = info.nextActionTimes[0]?.toISOString();
    return { ...(last === undefined ? {} : { last }), ...(next === undefined ? {} : { next }) };
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

function scheduleOf(ref: IntegrationRef, everyMinutes: number): ScheduleOptions & { action: ScheduleOptionsAction } {
  const input: ImportOrdersInput = { integration: ref, mode: 'incremental' };
  return {
    scheduleId: incrementalScheduleId(ref.id),
    spec: { intervals: [{ every: everyMinutes * 60_000 }] },
    policies: { overlap: 'SKIP', catchupWindow: '10 minutes', pauseOnFailure: false },
    action: {
      type: 'startWorkflow',
      workflowType: importOrdersWorkflow,
      workflowId: incrementalScheduleId(ref.id),
      taskQueue: workflowQueue,
      args: [input],
      searchAttributes: { [searchAttributes.integration]: [ref.id], [searchAttributes.state]: ['walking'], [searchAttributes.reason]: ['none'] },
    },
  };
}
