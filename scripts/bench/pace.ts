/** How much of our part of the account's rate a backfill uses with two workers, and whether the account ever refuses a call. */
import { setTimeout as wait } from 'node:timers/promises';
import type { LoggedRequest } from '../../sandbox/kernel/sandbox.ts';
import { dim, say, sayTable } from '../print.ts';
import { openBench, type Bench } from './harness.ts';
import type { BenchOptions } from './options.ts';
import { realLimit } from './settings.ts';
import { connectPair, startBackfill } from './walk.ts';

const defaultMinutes = 10;
/** An imported order needs two calls at least; as many more orders as are left out by their status. */
const ordersPerCall = 1;

export async function bench({ minutes = defaultMinutes, seed, profile }: BenchOptions): Promise<string> {
  const seconds = minutes * 60;
  const ours = realLimit.perSecond * realLimit.share;
  const world = await openBench({ realLimit: true, profile });
  try {
    await world.shop.seed({ seed, orders: Math.ceil(seconds * ours * ordersPerCall), specials: false });
    const workers = [await world.addWorker(), await world.addWorker()];
    await connectPair(world);
    await startBackfill(world);
    await world.books.arrived('GET /v2/contacts/people?phones=*', 1); // the first order's turn has come
    say(dim(`${workers.length} workers, ${seconds} s, ${realLimit.perSecond} calls a second allowed, ${realLimit.share * 100} % of them ours`));
    const measured = await measure(world, seconds * 1_000);
    const refused = measured.filter(({ status }) => status === 429).length;
    const share = measured.length / seconds / ours;
    sayTable(
      ['', 'calls', 'per second', 'allowed to us', 'share', 'most in one second', '429'],
      [['backfill', measured.length, (measured.length / seconds).toFixed(3), ours.toFixed(2), `${(share * 100).toFixed(1)} %`, mostInASecond(measured), refused]],
    );
    return `${(share * 100).toFixed(1)} % of our ${ours.toFixed(1)} calls a second over ${minutes} minutes, ${refused} refused (at least 95 %, none)`;
  } finally {
    await world.close();
  }
}

/** From now on, so that starting up does not count. */
async function measure({ books }: Bench, ms: number): Promise<LoggedRequest[]> {
  const from = await books.clock.now();
  await wait(ms);
  const until = from + ms;
  return (await books.requests()).filter(({ at }) => at > from && at <= until);
}

/** Over every window of one second, not only whole ones. */
function mostInASecond(requests: readonly LoggedRequest[]): number {
  const instants = requests.map(({ at }) => at).toSorted((a, b) => a - b);
  let most = 0;
  for (let last = 0, first = 0; last < instants.length; last += 1) {
    while ((instants[last] ?? 0) - (instants[first] ?? 0) >= 1_000) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
