/** The longest gap without a finished order after the only worker, the server, both, or one of two workers were killed and started again at once. */
import { setTimeout as wait } from 'node:timers/promises';
import { sayTable } from '../print.ts';
import { buildWorker } from './built.ts';
import { longestGap, mean } from './figures.ts';
import { openBench, type Bench, type Part } from './harness.ts';
import type { BenchOptions } from './options.ts';
import { connectPair, startBackfill, untilDone } from './walk.ts';

const defaultRounds = 5;
/** Between two kills, and before the first one: what is killed must be at full work. */
const calmMs = 10_000;
/** Orders enough for the whole run on a fast machine. */
const ordersPerSecond = 60;

const limits = { worker: 3_000, server: 4_000, both: undefined, 'one of two workers': 3_000 } as const;
type Kind = keyof typeof limits;
const kinds = ['worker', 'server', 'both', 'one of two workers'] as const satisfies readonly Kind[];
/** While there is one worker only. */
const alone = ['worker', 'server', 'both'] as const satisfies readonly Kind[];

interface Kill {
  kind: Kind;
  at: number;
  /** from the kill until what was killed serves again: the machine's share of the gap */
  startMs: number;
  /** until which its consequences are looked for */
  until: number;
}

export async function bench({ rounds = defaultRounds, orders: wished, seed, profile }: BenchOptions): Promise<string> {
  const orders = wished ?? Math.ceil((rounds * kinds.length + 1) * (calmMs / 1_000 + 2) * ordersPerSecond);
  const built = await buildWorker();
  const world = await openBench({ profile, worker: built.worker }).catch(async (error: unknown) => {
    await built.remove();
    throw error;
  });
  try {
    await world.shop.seed({ seed, orders: orders * 2, specials: false });
    const worker = await world.addWorker();
    await connectPair(world);
    await startBackfill(world);
    await untilDone(world, 20);
    const calmFrom = Date.now();
    await wait(calmMs);
    const kills: Kill[] = [];
    for (let round = 0; round < rounds; round += 1) for (const kind of alone) kills.push(await killOnce(world, worker, kind));
    await world.addWorker();
    await wait(calmMs);
    for (let round = 0; round < rounds; round += 1) kills.push(await killOnce(world, worker, 'one of two workers'));
    const finished = await finishedAt(world);
    const calm = longestGap(finished, calmFrom, calmFrom + calmMs);
    const gaps = kinds.map((kind) => {
      const ofKind = kills.filter((kill) => kill.kind === kind);
      return { kind, startMs: mean(ofKind.map(({ startMs }) => startMs)), each: ofKind.map(({ at, until }) => longestGap(finished, at, until)) };
    });
    sayTable(
      ['killed', 'times', 'mean gap s', 'of it until it serves', 'longest gap s', 'at most s'],
      [['nothing', '', '', '', inSeconds(calm), ''], ...gaps.map(({ kind, each, startMs }) => [kind, each.length, inSeconds(mean(each)), inSeconds(startMs), inSeconds(Math.max(...each)), limits[kind] === undefined ? '' : inSeconds(limits[kind])])],
    );
    return `${gaps.map(({ kind, each }) => `${kind} ${inSeconds(Math.max(...each))} s`).join(', ')} (worker at most 3, server at most 4; without a kill ${inSeconds(calm)} s)`;
  } finally {
    await world.close();
    await built.remove();
  }
}

const inSeconds = (ms: number): string => (ms / 1_000).toFixed(2);

async function killOnce(world: Bench, worker: Part, kind: Kind): Promise<Kill> {
  const parts = { worker: [worker], server: [world.server], both: [worker, world.server], 'one of two workers': [worker] }[kind];
  const at = Date.now();
  await Promise.all(parts.map(async (part) => part.kill()));
  await Promise.all(parts.map(async (part) => part.start()));
  const startMs = Date.now() - at;
  await wait(calmMs);
  return { kind, at, startMs, until: Date.now() };
}

/** The ledger runs by this machine's clock. */
async function finishedAt({ session, ref }: Bench): Promise<number[]> {
  const outcomes = await session.ledger.outcomes.list(ref.id, { outcome: 'created', limit: 1_000_000 });
  return outcomes.map(({ at }) => at).toSorted((a, b) => a - b);
}
