/** Connecting and walking as `waybill connect` does, without its talk. */
import { setTimeout as wait } from 'node:timers/promises';
import { backfillWorkflowId, importOrdersWorkflow, priorities, searchAttributes, workflowQueue, type ImportOrdersInput } from '../../workflows/messages.ts';
import { isAllOk, runCheck } from '../check.ts';
import { isWalking } from '../follow.ts';
import type { Bench } from './harness.ts';

const dayMs = 86_400_000;

/** Checks both systems, which also teaches the ledger currency and time zone, and sets the moment of connecting. */
export async function connectPair({ session, ref }: Pick<Bench, 'session' | 'ref'>): Promise<void> {
  if (!isAllOk(await runCheck(session, ref))) throw new Error('the simulated systems do not pass the check');
  const now = await session.ledger.clock.now();
  await session.ledger.states.setConnected(ref.id, { connectedAt: new Date(now - 1_000).toISOString(), backfillFrom: new Date(now - 100 * dayMs).toISOString() });
}

/** Starts the walk of all orders of the window, or of as many as `limit`. */
export async function startBackfill({ session, ref }: Pick<Bench, 'session' | 'ref'>, limit?: number): Promise<void> {
  const input: ImportOrdersInput = { integration: ref, mode: 'backfill', ...(limit === undefined ? {} : { limit }) };
  await session.client.workflow.start(importOrdersWorkflow, {
    taskQueue: workflowQueue,
    workflowId: backfillWorkflowId(ref.id),
    args: [input],
    searchAttributes: { [searchAttributes.integration]: [ref.id], [searchAttributes.state]: ['walking'], [searchAttributes.reason]: ['none'] },
    priority: { priorityKey: priorities.walk },
  });
}

export interface Progress {
  /** stand in the target by our import */
  done: number;
  /** skipped or parked: not what is measured */
  aside: number;
  open: number;
}

export async function progressOf({ session, ref }: Pick<Bench, 'session' | 'ref'>): Promise<Progress> {
  const states = await session.ledger.records.countByState(ref.id);
  return { done: states.completed, aside: states.skipped + states.parked, open: states.announced + states.begun };
}

/** Until the walk has ended and nothing is open. `seen` is told about every look. */
export async function followWalk(bench: Bench, seen: (progress: Progress) => void | Promise<void>, everyMs = 250): Promise<Progress> {
  for (;;) {
    const walking = await isWalking(bench.session, bench.ref.id);
    const progress = await progressOf(bench);
    await seen(progress);
    if (!walking && progress.open === 0) return progress;
    await wait(everyMs);
  }
}

/** Until this many orders stand in the target. */
export async function untilDone(bench: Bench, count: number, everyMs = 100): Promise<void> {
  while ((await progressOf(bench)).done < count) await wait(everyMs);
}
