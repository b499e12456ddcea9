/** What grows with a long backfill: memory of the worker, size of the ledger, length of histories. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { dim, progressLine, say, sayTable } from '../print.ts';
import { slopeOf, type Slope } from './figures.ts';
import { openBench, type Bench } from './harness.ts';
import type { BenchOptions } from './options.ts';
import { usageOf } from './usage.ts';
import { connectPair, followWalk, startBackfill } from './walk.ts';

const defaultOrders = 20_000;
/** Until caches are full and the code is compiled. */
const warmUp = 0.25;
const sampleMs = 2_000;

interface Sample {
  done: number;
  memory: number | undefined;
  ledger: number;
}

export async function bench({ orders = defaultOrders, seed, profile }: BenchOptions): Promise<string> {
  const count = Math.ceil(orders);
  const world = await openBench({ profile });
  try {
    // a small catalogue: after the first orders each brings a customer at most
    await world.shop.seed({ seed, orders: count * 2, specials: false, products: 20 });
    const worker = await world.addWorker();
    await connectPair(world);
    await startBackfill(world, count);
    const samples: Sample[] = [];
    const line = progressLine();
    await followWalk(
      world,
      async ({ done, aside }) => {
        samples.push({ done: done + aside, memory: (await usageOf(worker.pid())).memory, ledger: await ledgerBytes(world.home) });
        line.show(`${done} of ${count} orders`);
      },
      sampleMs,
    );
    line.end();
    const warm = samples.filter(({ done }) => done >= count * warmUp && done < count);
    const memory = slopeOf(warm.flatMap((sample) => (sample.memory === undefined ? [] : [{ x: sample.done, y: sample.memory }])));
    const ledger = slopeOf(warm.map((sample) => ({ x: sample.done, y: sample.ledger })));
    const longest = await longestHistories(world);
    const last = samples.at(-1);
    if (last?.memory === undefined) say(dim('Memory of other processes cannot be read on this system.'));
    sayTable(
      ['', 'at the end', 'bytes per order after warm-up'],
      [
        ['memory of the worker', inMegabytes(last?.memory), inBytes(memory)],
        ['ledger on disk', inMegabytes(last?.ledger), inBytes(ledger)],
        ['longest history of an order', `${longest.order} events`, ''],
        ['longest history of the walk', `${longest.walk} events`, ''],
      ],
    );
    const verdict = memory.within === Infinity ? 'too short to tell' : Math.abs(memory.perX) <= memory.within ? 'not to be told from 0' : memory.perX < 0 ? 'falling' : 'rising';
    return `memory ${inBytes(memory)} bytes per order: ${verdict}; ledger ${ledger.perX.toFixed(0)} bytes per order; longest history ${Math.max(longest.order, longest.walk)} events (at most 5000) after ${last?.done ?? 0} orders`;
  } finally {
    await world.close();
  }
}

const inMegabytes = (bytes: number | undefined): string => (bytes === undefined ? 'unknown' : `${(bytes / 1e6).toFixed(1)} MB`);
const inBytes = ({ perX, within }: Slope): string => `${perX.toFixed(1)} ± ${within.toFixed(1)}`;

/** The file with what stands beside it until the next checkpoint. */
export async function ledgerBytes(home: string): Promise<number> {
  const names = (await readdir(home)).filter((name) => name.startsWith('ledger.db'));
  const sizes = await Promise.all(names.map(async (name) => stat(join(home, name)).then(({ size }) => size, () => 0)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Of everything that ran, in the server's own count. */
async function longestHistories({ session }: Bench): Promise<{ order: number; walk: number }> {
  const longest = { order: 0, walk: 0 };
  for await (const run of session.client.workflow.list()) {
    const kind = run.type === 'order' ? 'order' : 'walk';
    longest[kind] = Math.max(longest[kind], run.historyLength);
  }
  return longest;
}
