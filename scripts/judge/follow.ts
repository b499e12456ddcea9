/** The second part of a trial: imported orders are changed on both sides while processes are killed, and followed until nobody has anything left to do. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { followScheduleId, incrementalScheduleId, orderWorkflow } from '../../workflows/messages.ts';
import type { LoggedRequest } from '../../sandbox/kernel/sandbox.ts';
import { getIntegration } from '../integration.ts';
import type { Session } from '../session.ts';
import { play, type Change } from './changes.ts';
import { integration } from './settings.ts';
import type { Stage } from './stage.ts';

/** Plays each change as soon as its order is imported; ends when all are played, or no more orders come. Returns those that were played. */
export async function playChanges(stage: Stage, session: Pick<Session, 'ledger'>, plan: readonly Change[], isOver: () => boolean): Promise<Change[]> {
  const played: Change[] = [];
  for (let waiting = [...plan]; waiting.length > 0; await wait(200)) {
    const isLastLook = isOver();
    const records = await session.ledger.records.findMany(integration, waiting.map(({ order }) => String(order.id))).catch(() => []);
    const targets = new Map(records.flatMap(({ sourceId, state, targetId }) => (state === 'completed' && targetId !== null ? [[sourceId, targetId] as const] : [])));
    const ready = waiting.filter(({ order }) => targets.has(String(order.id)));
    for (const change of ready) {
      await play(stage, change, targets.get(String(change.order.id)) ?? '');
      played.push(change);
    }
    waiting = waiting.filter((change) => !ready.includes(change));
    if (isLastLook && ready.length === 0) return played;
  }
  return played;
}

/** Looks for changes on both sides, as the schedules do, until a whole look leads to no write. False when that takes too long. */
export async function followUntilQuiet(stage: Stage, session: Session, patienceMs: number): Promise<boolean> {
  const until = performance.now() + patienceMs;
  for (let before = await countWrites(stage); performance.now() < until; ) {
    const hasLooked = await lookOnce(session).catch(() => false); // cut off by a kill
    const writes = await countWrites(stage);
    if (hasLooked && writes === before) return true;
    before = writes;
  }
  return false;
}

async function lookOnce(session: Session): Promise<boolean> {
  const ids = [incrementalScheduleId(integration), followScheduleId(getIntegration(session, integration).target)];
  const looks = await Promise.all(ids.map(async (id) => lookBy(session.client, id)));
  return looks.every(Boolean) && (await untilNobodyIsAtWork(session));
}

const lookMs = 60_000;

/** One run of the schedule's workflow from now on. */
async function lookBy(client: Client, scheduleId: string): Promise<boolean> {
  const schedule = client.schedule.getHandle(scheduleId);
  const { numActionsTaken } = (await schedule.describe()).info;
  await schedule.trigger('SKIP');
  for (const until = performance.now() + lookMs; performance.now() < until; await wait(150)) {
    const { info } = await schedule.describe();
    if (info.numActionsTaken > numActionsTaken && info.runningActions.length === 0) return true;
    if (info.numActionsTaken === numActionsTaken && info.runningActions.length === 0) await schedule.trigger('SKIP'); // another run was just ending
  }
  return false;
}

/** Parked ones wait for a person. The list of runs lags a moment behind: twice nobody is nobody. */
async function untilNobodyIsAtWork({ client, ledger }: Session): Promise<boolean> {
  const until = performance.now() + lookMs;
  for (let nobody = 0; performance.now() < until; await wait(250)) {
    const [running, { parked }] = await Promise.all([client.workflow.count(`ExecutionStatus = 'Running' AND WorkflowType = '${orderWorkflow}'`), ledger.records.countByState(integration)]);
    nobody = running.count <= parked ? nobody + 1 : 0;
    if (nobody === 2) return true;
  }
  return false;
}

/** To the books, and statuses to the shop. */
async function countWrites({ shop, books }: Stage): Promise<number> {
  return (await books.requests()).filter(({ method }) => method !== 'GET').length + (await shop.requests()).filter(isStatus).length;
}

const isStatus = ({ method, path }: LoggedRequest): boolean => method === 'PUT' || path.includes('/orders/update');
