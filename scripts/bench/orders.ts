/** Orders per second with limits off and what each costs, beside the same workflows with steps that do nothing. */
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { announceOrder } from '../../worker/temporal-client.ts';
import { orderWorkflowId } from '../../workflows/messages.ts';
import { dim, say, sayTable } from '../print.ts';
import { mean } from './figures.ts';
import { openBench, type Bench, type Part } from './harness.ts';
import type { BenchOptions } from './options.ts';
import { usageOf } from './usage.ts';
import { connectPair, progressOf, startBackfill } from './walk.ts';

const defaultOrders = 1_200;
const defaultRounds = 3;
/** Starting and ending are left out: what counts is the middle. */
const [from, until] = [0.15, 0.85];
const sampled = 20;
const windowOfOpenOrders = 200;
const chunk = 10;

interface Config {
  name: string;
  workers: number;
  isEmpty: boolean;
}

const configs: Config[] = [1, 2].flatMap((workers) => [
  { name: `import, ${workers} worker${workers > 1 ? 's' : ''}`, workers, isEmpty: false },
  { name: `empty, ${workers} worker${workers > 1 ? 's' : ''}`, workers, isEmpty: true },
]);

/** CPU in ms per order; undefined where the system does not tell. */
interface Figures {
  perSecond: number;
  cpu: Record<'server' | 'workers' | 'sandboxes', number | undefined>;
  activities: number;
  events: number;
  mostEvents: number;
  callsPerOrder: number;
}

/** In turns, since many a machine is faster in one minute than in the next: a ratio of two long runs would say more about that. */
export async function bench({ orders = defaultOrders, rounds = defaultRounds, seed, profile }: BenchOptions): Promise<string> {
  const measured = new Map<Config, Figures[]>(configs.map((config) => [config, []]));
  for (let round = 0; round < rounds; round += 1) for (const [config, all] of measured) all.push(await measure(config, { orders: Math.ceil(orders / rounds), seed: seed + round, profile }));
  const figures = new Map([...measured].map(([config, all]) => [config, meanOf(all)]));
  sayTable(
    ['', 'orders/s', 'CPU ms per order: server', 'workers', 'sandboxes', 'activities', 'events', 'most', 'calls'],
    [...figures].map(([{ name }, one]) => [name, one.perSecond.toFixed(1), inMs(one.cpu.server), inMs(one.cpu.workers), inMs(one.cpu.sandboxes), one.activities.toFixed(2), one.events.toFixed(1), one.mostEvents, one.callsPerOrder.toFixed(1)]),
  );
  if ([...figures.values()].some(({ cpu }) => cpu.server === undefined)) say(dim('CPU of other processes cannot be read on this system.'));
  const [real, best] = [of(figures, false), of(figures, true)];
  const ratios = real.map((one, index) => one.perSecond / (best[index]?.perSecond ?? Infinity));
  const fastest = Math.max(...real.map((one) => one.perSecond));
  const [first] = real;
  return `${fastest.toFixed(1)} orders/s (at least 20), ${ratios.map((ratio) => `${(ratio * 100).toFixed(0)} %`).join(' and ')} of the empty one (at least 60 %), ${first?.activities.toFixed(2)} activities (at most 3), ${first?.mostEvents} events (at most 26)`;
}

/** Of runs with as many orders each: the rate is that of all orders in all the time. */
function meanOf(all: readonly Figures[]): Figures {
  const cpu = (part: keyof Figures['cpu']) => {
    const known = all.flatMap((one) => one.cpu[part] ?? []);
    return known.length < all.length ? undefined : mean(known);
  };
  return {
    perSecond: 1 / mean(all.map((one) => 1 / one.perSecond)),
    cpu: { server: cpu('server'), workers: cpu('workers'), sandboxes: cpu('sandboxes') },
    activities: mean(all.map((one) => one.activities)),
    events: mean(all.map((one) => one.events)),
    mostEvents: Math.max(...all.map((one) => one.mostEvents)),
    callsPerOrder: mean(all.map((one) => one.callsPerOrder)),
  };
}

const of = (figures: ReadonlyMap<Config, Figures>, isEmpty: boolean): Figures[] => [...figures].filter(([config]) => config.isEmpty === isEmpty).map(([, one]) => one);

const inMs = (value: number | undefined): string => (value === undefined ? 'unknown' : value.toFixed(1));

async function measure({ workers, isEmpty }: Config, { orders, seed, profile }: { orders: number; seed: number; profile: string | undefined }): Promise<Figures> {
  const world = await openBench(isEmpty ? { worker: { args: ['scripts/bench/empty-worker.ts'] } } : { profile });
  try {
    if (!isEmpty) await world.shop.seed({ seed, orders: orders * 2, specials: false });
    const parts = await Promise.all(Array.from({ length: workers }, async () => world.addWorker()));
    if (!isEmpty) await connectPair(world);
    await world.books.clearRequests();
    const announcing = isEmpty ? announceEmpty(world, orders) : startBackfill(world, orders);
    const done = isEmpty ? async () => emptyDone(world) : async () => progressOf(world).then((progress) => progress.done + progress.aside);
    const first = await markAt(world, parts, done, orders * from);
    const last = await markAt(world, parts, done, orders * until);
    while ((await done()) < orders) await wait(200);
    await announcing;
    const calls = (await world.books.requests()).length;
    const count = last.done - first.done;
    const cpu = (part: 'server' | 'workers' | 'sandboxes') => (first[part] === undefined || last[part] === undefined ? undefined : ((last[part] - first[part]) * 1_000) / count);
    return { perSecond: (count * 1_000) / (last.at - first.at), cpu: { server: cpu('server'), workers: cpu('workers'), sandboxes: cpu('sandboxes') }, callsPerOrder: calls / orders, ...(await historiesOf(world, orders, isEmpty)) };
  } finally {
    await world.close();
  }
}

interface Mark {
  at: number;
  done: number;
  server: number | undefined;
  workers: number | undefined;
  sandboxes: number | undefined;
}

async function markAt(world: Bench, workers: Part[], count: () => Promise<number>, wanted: number): Promise<Mark> {
  for (;;) {
    const done = await count();
    if (done >= wanted) {
      const at = performance.now();
      const [server, sandboxes, ...each] = await Promise.all([world.server.pid(), world.sandboxes.pid, ...workers.map((part) => part.pid())].map(async (pid) => (await usageOf(pid)).cpuSeconds));
      return { at, done, server, sandboxes, workers: each.reduce((sum, one) => (sum === undefined || one === undefined ? undefined : sum + one), 0) };
    }
    await wait(100);
  }
}

/** As many open at a time as a backfill keeps; by this process, since there is no page to announce. */
async function announceEmpty(world: Bench, orders: number): Promise<void> {
  const announce = announceOrder(world.session.client);
  for (let announced = 0; announced < orders; announced += chunk) {
    while (announced - (await emptyDone(world)) >= windowOfOpenOrders) await wait(50);
    const sourceIds = Array.from({ length: Math.min(chunk, orders - announced) }, (_, index) => String(announced + index + 1));
    await Promise.all(sourceIds.map(async (sourceId) => announce({ integration: world.ref, sourceId, by: 'backfill', lane: 'bulk', page: 'none' })));
  }
}

const countsSchema = z.object({ done: z.number() });

async function emptyDone({ healthPorts }: Bench): Promise<number> {
  const all = await Promise.all(healthPorts.map(async (port) => fetch(`http://127.0.0.1:${port}`).then(async (reply) => countsSchema.parse(await reply.json()).done, () => 0)));
  return all.reduce((sum, done) => sum + done, 0);
}

/** Of orders from all of the run, since the first ones bring the products. */
async function historiesOf({ session, ref }: Bench, orders: number, isEmpty: boolean): Promise<Pick<Figures, 'activities' | 'events' | 'mostEvents'>> {
  const all = isEmpty ? Array.from({ length: orders }, (_, index) => String(index + 1)) : (await session.ledger.records.list(ref.id, 'completed', undefined, orders)).map((record) => record.sourceId);
  const ids = all.filter((_, index) => index % Math.ceil(all.length / sampled) === 0);
  const histories = await Promise.all(ids.map(async (id) => (await session.client.workflow.getHandle(orderWorkflowId(ref.id, id)).fetchHistory()).events ?? []));
  return {
    events: mean(histories.map((events) => events.length)),
    mostEvents: Math.max(...histories.map((events) => events.length)),
    activities: mean(histories.map((events) => events.filter((event) => event.activityTaskScheduledEventAttributes != null).length)),
  };
}
