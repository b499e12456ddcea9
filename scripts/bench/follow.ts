/**
 * What a hundred thousand followed orders cost while nothing happens to them, and how long a write-off that nothing tells of stays unnoticed. The ledger
 * is filled directly; the walk over the open orders runs at its share of the account's real rate.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { FollowState } from '../../domain/follow.ts';
import { putFollow } from '../../ledger/follows.ts';
import { openDatabase } from '../../ledger/open.ts';
import { followOrdersWorkflow, followScheduleId, orderWorkflow, orderWorkflowId, workflowQueue, type FollowOrdersInput } from '../../workflows/messages.ts';
import { dim, say, sayTable } from '../print.ts';
import { mean } from './figures.ts';
import { openBench, type Bench } from './harness.ts';
import { startLightBooks, untouched, type LightBooks } from './light-books.ts';
import type { BenchOptions } from './options.ts';
import { realLimit } from './settings.ts';
import { usageOf } from './usage.ts';

const defaultOrders = 100_000;
const defaultMinutes = 10;
/** What one call reads, and which part of our rate the walk may take by default (contract roapp 4.2, activities/roapp/settings.ts). */
const ordersPerCall = 50;
const followShare = 0.1;
const firstId = 1_000_000;
/** By default the next walk begins at the next full interval after the last one's end. */
const everyMinutes = 5;
const rowsAtOnce = 2_000;

export async function bench({ orders: wished = defaultOrders, minutes = defaultMinutes, profile }: BenchOptions): Promise<string> {
  const orders = Math.ceil(wished);
  const books = await startLightBooks();
  const world = await openBench({ realLimit: true, booksUrl: books.url, profile });
  try {
    await fill(world, orders);
    const worker = await world.addWorker();
    const input: FollowOrdersInput = { integration: world.ref };
    await world.session.client.workflow.start(followOrdersWorkflow, { workflowId: followScheduleId(world.ref.target), taskQueue: workflowQueue, args: [input] });
    while (books.calls().length < 3) await wait(100);
    const seen = await watch({ books, pid: worker.pid(), server: world.server.pid(), minutes, orders });
    const allowed = realLimit.perSecond * realLimit.share * followShare * 3_600;
    const callsPerHour = 3_600_000 / seen.betweenMs;
    const roundMs = Math.ceil(orders / ordersPerCall) * seen.betweenMs;
    const longestMs = roundMs + everyMinutes * 60_000;
    sayTable(
      ['followed orders', 'calls per hour', 'allowed', 'CPU of the worker', 'of Temporal', 'memory of the worker', 'one round', 'longest until a write-off is noticed'],
      [[orders, callsPerHour.toFixed(0), allowed.toFixed(0), percent(seen.cpuShare), percent(seen.serverShare), seen.memory === undefined ? 'unknown' : `${(seen.memory / 1e6).toFixed(0)} MB`, inWords(roundMs), inWords(longestMs)]],
    );
    const { noticed, others } = await countRuns(world, seen.writtenOff);
    say(dim(`write-offs that nothing told of: ${noticed} of ${seen.writtenOff.length} noticed as the walk came by; runs of orders that nothing happened to: ${others}`));
    return `${orders} followed orders, ${callsPerHour.toFixed(0)} calls an hour, ratio ${(callsPerHour / allowed).toFixed(3)} of the walk’s share (at most 1), CPU ${percent(seen.cpuShare)}, longest until a write-off is noticed ${inWords(longestMs)}`;
  } finally {
    await world.close();
    await books.close();
  }
}

const percent = (share: number | undefined): string => (share === undefined ? 'unknown' : `${(share * 100).toFixed(1)} %`);
const inWords = (ms: number): string => `${Math.floor(ms / 3_600_000)} h ${Math.round((ms % 3_600_000) / 60_000)} min`;

/** As imports leave them: open, nothing written off, seen once. */
async function fill({ session, ref }: Bench, orders: number): Promise<void> {
  const { db } = await openDatabase({ url: session.environment.ledgerUrl });
  const state: FollowState = { lines: { '1': { quantity: '1', price: '20.00' } }, comments: 0, ignored: 0, touchedAt: untouched.modifiedAt };
  for (let start = 0; start < orders; start += rowsAtOnce) {
    await db.transaction().execute(async (trx) => {
      for (let index = start; index < Math.min(orders, start + rowsAtOnce); index += 1) {
        await putFollow(trx, { integration: ref.id, sourceId: sourceIdOf(firstId + index), connection: ref.target, targetId: String(firstId + index), state, isOpen: true });
      }
    });
  }
  await db.updateTable('follows').set({ seen: `${untouched.status}|true|${untouched.modifiedAt}` }).execute();
  await db.destroy();
}

interface Watched {
  /** from one call of the walk to the next, in ms */
  betweenMs: number;
  cpuShare: number | undefined;
  serverShare: number | undefined;
  memory: number | undefined;
  /** orders in the books */
  writtenOff: number[];
}

/** Write-offs in every twentieth page that the walk reaches meanwhile. */
async function watch({ books, pid, server, minutes, orders }: { books: LightBooks; pid: number; server: number; minutes: number; orders: number }): Promise<Watched> {
  const begun = { calls: books.calls().length, at: performance.now(), worker: await usageOf(pid), server: await usageOf(server) };
  const ahead = Math.floor((minutes * 60 * realLimit.perSecond * realLimit.share * followShare) / 2) * ordersPerCall;
  const victims = [0.3, 0.6, 0.9].map((part) => firstId + begun.calls * ordersPerCall + Math.floor(ahead * part)).filter((id) => id < firstId + orders);
  for (const id of victims) books.writeOff(id);
  await wait(minutes * 60_000);
  const seconds = (performance.now() - begun.at) / 1_000;
  const [worker, temporal] = [await usageOf(pid), await usageOf(server)];
  const share = (before: number | undefined, after: number | undefined): number | undefined => (before === undefined || after === undefined ? undefined : (after - before) / seconds);
  const calls = books.calls().slice(begun.calls - 1);
  return {
    betweenMs: mean(calls.slice(1).map((at, index) => at - (calls[index] ?? at))),
    cpuShare: share(begun.worker.cpuSeconds, worker.cpuSeconds),
    serverShare: share(begun.server.cpuSeconds, temporal.cpuSeconds),
    memory: worker.memory,
    writtenOff: victims,
  };
}

/** Runs of orders: of those that were written off, and of others, to which nothing happened. */
async function countRuns({ session, ref }: Bench, writtenOff: readonly number[]): Promise<{ noticed: number; others: number }> {
  const wanted = new Set(writtenOff.map((id) => orderWorkflowId(ref.id, sourceIdOf(id))));
  const runs = new Set<string>();
  for await (const { workflowId } of session.client.workflow.list({ query: `WorkflowType = '${orderWorkflow}'` })) runs.add(workflowId);
  const noticed = [...runs].filter((id) => wanted.has(id)).length;
  return { noticed, others: runs.size - noticed };
}

const sourceIdOf = (targetId: number): string => String(targetId - firstId + 1);
