/** The schedules of an integration, made and changed here only: the incremental window, the look after imported orders, the nightly reconciliation. */
import { ScheduleAlreadyRunning, ScheduleNotFoundError, type ScheduleOptions, type ScheduleOptionsAction } from '@temporalio/client';
import type { IntegrationRef } from '../domain/ports.ts';
import { followOrdersWorkflow, followScheduleId, importOrdersWorkflow, incrementalScheduleId, reconcileScheduleId, reconcileWorkflow, searchAttributes, workflowQueue, type FollowOrdersInput, type ImportOrdersInput, type ReconcileInput } from '../workflows/messages.ts';
import type { Session } from './session.ts';

/** All schedules of an integration: new and changed orders of the platform, imported orders in the target, and the nightly reconciliation. */
export async function ensureSchedules(session: Pick<Session, 'client' | 'config'>, ref: IntegrationRef, everyMinutes: number): Promise<void> {
  await ensureSchedule(session, ref, everyMinutes);
  await ensureFollowing(session, ref, everyMinutes);
  await ensure(session, reconcilingOf(ref, { everyMinutes, timeZone: timeZoneOf(session, ref) }));
}

/** Makes the schedule or brings an existing one to this interval. Windows never overlap; missed ones are made up for by the next, since the mark stays. */
export async function ensureSchedule({ client }: Pick<Session, 'client'>, ref: IntegrationRef, everyMinutes: number): Promise<void> {
  await ensure({ client }, scheduleOf(ref, everyMinutes));
}

/** The look after imported orders of the target's account: one schedule for all integrations into it. */
export async function ensureFollowing({ client }: Pick<Session, 'client'>, ref: IntegrationRef, everyMinutes: number): Promise<void> {
  await ensure({ client }, followingOf(ref, everyMinutes));
}

type Schedule = ScheduleOptions & { action: ScheduleOptionsAction };

/** Makes the schedule, or brings an existing one to what is said here. */
export async function ensure({ client }: Pick<Session, 'client'>, schedule: Schedule): Promise<void> {
  try {
    await client.schedule.create(schedule);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule.getHandle(schedule.scheduleId).update((previous) => ({ ...previous, spec: schedule.spec, action: schedule.action }));
  }
}

/** The shop's zone, where its settings name one. */
function timeZoneOf({ config }: Pick<Session, 'config'>, ref: IntegrationRef): string {
  const zone = config.connections.find(({ id }) => id === ref.source)?.settings['timeZone'];
  return typeof zone === 'string' ? zone : 'UTC';
}

/** Ends the windows and the reconciliation of an integration; what is under way goes on. */
export async function deleteSchedule({ client }: Pick<Session, 'client'>, integration: string): Promise<void> {
  for (const id of [incrementalScheduleId(integration), reconcileScheduleId(integration)]) {
    try {
      await client.schedule.getHandle(id).delete();
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
    }
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

function scheduleOf(ref: IntegrationRef, everyMinutes: number): Schedule {
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

function followingOf(ref: IntegrationRef, everyMinutes: number): Schedule {
  const input: FollowOrdersInput = { integration: ref };
  const id = followScheduleId(ref.target);
  return {
    ...scheduleOf(ref, everyMinutes),
    scheduleId: id,
    action: { type: 'startWorkflow', workflowType: followOrdersWorkflow, workflowId: id, taskQueue: workflowQueue, args: [input], searchAttributes: { [searchAttributes.state]: ['walking'], [searchAttributes.reason]: ['none'] } },
  };
}

/** What two windows have not brought in is not on its way any more; an hour at least, for slow days. */
export const graceMinutesOf = (everyMinutes: number): number => Math.max(60, 2 * everyMinutes);

/** Of the shop's night. Clocks are put forward between 22:00 and 04:00: this time exists on every day in every zone. */
export const nightly = { hour: 4, minute: 30 } as const;


function reconcilingOf(ref: IntegrationRef, { everyMinutes, timeZone }: { everyMinutes: number; timeZone: string }): Schedule {
  const input: ReconcileInput = { integration: ref, graceMinutes: graceMinutesOf(everyMinutes) };
  const id = reconcileScheduleId(ref.id);
  return {
    scheduleId: id,
    spec: { calendars: [{ ...nightly, comment: 'nightly' }], timezone: timeZone },
    policies: { overlap: 'SKIP', catchupWindow: '6 hours', pauseOnFailure: false },
    action: {
      type: 'startWorkflow',
      workflowType: reconcileWorkflow,
      workflowId: id,
      taskQueue: workflowQueue,
      args: [input],
      searchAttributes: { [searchAttributes.integration]: [ref.id], [searchAttributes.state]: ['walking'], [searchAttributes.reason]: ['none'] },
    },
  };
}
