/** Looking for changes once, as the schedules do every few minutes, and waiting until nobody is at work. */
import { setTimeout as wait } from 'node:timers/promises';
import { incrementalScheduleId, orderWorkflow, searchAttributes } from '../../workflows/messages.ts';
import type { Session } from '../session.ts';
import { until } from './until.ts';

type Reach = Pick<Session, 'client'>;

/** One look of each integration, to its end. */
export async function sweepOnce(reach: Reach, integrations: readonly string[], patienceMs: number): Promise<void> {
  await Promise.all(integrations.map(async (integration) => sweepOne(reach, integration, patienceMs)));
}

async function sweepOne({ client }: Reach, integration: string, patienceMs: number): Promise<void> {
  const schedule = client.schedule.getHandle(incrementalScheduleId(integration));
  const isQuiet = async () => ((await schedule.describe()).info.runningActions.length === 0 ? true : undefined);
  await until(`the look of ${integration} that was under way ends`, patienceMs, isQuiet);
  const before = (await schedule.describe()).info.numActionsTaken;
  await schedule.trigger('SKIP');
  const run = await until(`${integration} is looked at once more`, patienceMs, async () => {
    const { info } = await schedule.describe();
    return info.numActionsTaken > before ? info.recentActions.at(-1)?.action.workflow : undefined;
  });
  await client.workflow.getHandle(run.workflowId).result();
}

/** Parked runs stay open and do not count. The list of runs lags a moment behind: twice nobody is nobody. */
export async function untilQuiet({ client }: Reach, patienceMs: number): Promise<void> {
  const atWork = `WorkflowType = '${orderWorkflow}' AND ExecutionStatus = 'Running' AND ${searchAttributes.state} = 'importing'`;
  let quiet = 0;
  await until('all orders come to rest', patienceMs, async () => {
    quiet = (await client.workflow.count(atWork)).count === 0 ? quiet + 1 : 0;
    await wait(quiet === 1 ? 500 : 0);
    return quiet === 2 ? true : undefined;
  });
}
