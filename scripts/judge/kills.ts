/** Who dies when: a seeded schedule of moments, counted in orders that have reached the books, so that every machine kills in the middle of the work. */
import { setTimeout as wait } from 'node:timers/promises';
import { createRandom } from '../../sandbox/kernel/random.ts';
import type { Stage } from './stage.ts';

export interface Kill {
  who: 'worker' | 'server' | 'database';
  /** which of the workers */
  worker: number;
  /** when this many orders have been sent to the books */
  atOrder: number;
  /** and this much later, ms */
  delayMs: number;
}

/** Each in turn, spread over the import, none in its first or last tenth. */
export function scheduleKills({ kills, orders, seed, database }: { kills: number; orders: number; seed: number; database: boolean }): Kill[] {
  const random = createRandom(seed * 7_919 + 13);
  const turns: Kill['who'][] = database ? ['worker', 'server', 'database'] : ['worker', 'server'];
  const all = Array.from({ length: kills }, () => turns).flat();
  const first = Math.floor(random() * turns.length);
  return all.map((_, index) => ({
    who: turns[(first + index) % turns.length] ?? 'worker',
    worker: Math.floor(random() * 2),
    atOrder: Math.max(1, Math.round(orders * (0.1 + (0.75 * (index + random())) / all.length))),
    delayMs: Math.floor(random() * 150),
  }));
}

/** Carries the schedule out; once the import is over, what is left is done at once. */
export async function carryOut(stage: Stage, schedule: readonly Kill[], ended: Promise<unknown>, say: (line: string) => void): Promise<void> {
  for (const kill of schedule) {
    await Promise.race([stage.books.arrived('POST /v2/orders', kill.atOrder), ended]);
    await wait(kill.delayMs);
    const role = roleOf(stage, kill);
    const killedAt = performance.now();
    await role.replace();
    say(`${role.name} killed at order ${kill.atOrder}, serving again after ${((performance.now() - killedAt) / 1_000).toFixed(1)} s`);
  }
}

function roleOf({ workers, server, database }: Stage, { who, worker }: Kill) {
  const role = who === 'worker' ? workers[worker] : who === 'server' ? server : database;
  if (role === undefined) throw new Error(`there is no ${who} to kill`);
  return role;
}
