/** Who dies when: a seeded schedule of moments, counted in writes that have reached the books, so that every machine kills in the middle of the work. */
import { setTimeout as wait } from 'node:timers/promises';
import { createRandom } from '../../sandbox/kernel/random.ts';
import type { Stage } from './stage.ts';

export interface Kill {
  who: 'worker' | 'server' | 'database';
  /** which of the workers */
  worker: number;
  /** when this many of these have reached the books */
  at: number;
  of: string;
  /** and this much later, ms */
  delayMs: number;
}

export interface KillPlan {
  import: Kill[];
  follow: Kill[];
}

const newOrder = 'POST /v2/orders';
/** What the books are told of changes on the platform. */
const changedLine = 'PATCH /v2/orders/*';

/** Each in turn, spread over the import, none in its first or last tenth; where changes are followed, the later half over those. */
export function planKills({ kills, orders, seed, database, changes }: { kills: number; orders: number; seed: number; database: boolean; changes: number }): KillPlan {
  const random = createRandom(seed * 7_919 + 13);
  const turns: Kill['who'][] = database ? ['worker', 'server', 'database'] : ['worker', 'server'];
  const all = Array.from({ length: kills }, () => turns).flat();
  const first = Math.floor(random() * turns.length);
  const inImport = changes === 0 ? all.length : Math.ceil(all.length / 2);
  const drawn = all.map((_, index): Kill => {
    const [of, size, place, places] = index < inImport ? [newOrder, orders, index, inImport] : [changedLine, changes, index - inImport, all.length - inImport];
    return {
      who: turns[(first + index) % turns.length] ?? 'worker',
      worker: Math.floor(random() * 2),
      at: Math.max(1, Math.round(size * (0.1 + (0.75 * (place + random())) / places))),
      of,
      delayMs: Math.floor(random() * 150),
    };
  });
  return { import: drawn.slice(0, inImport), follow: drawn.slice(inImport) };
}

/** Carries the schedule out; once the import is over, what is left is done at once. */
export async function carryOut(stage: Stage, schedule: readonly Kill[], ended: Promise<unknown>, say: (line: string) => void): Promise<void> {
  for (const kill of schedule) {
    await Promise.race([stage.books.arrived(kill.of, kill.at), ended]);
    await wait(kill.delayMs);
    const role = roleOf(stage, kill);
    const killedAt = performance.now();
    await role.replace();
    say(`${role.name} killed at ${kill.of === newOrder ? 'order' : 'change'} ${kill.at}, serving again after ${((performance.now() - killedAt) / 1_000).toFixed(1)} s`);
  }
}

function roleOf({ workers, server, database }: Stage, { who, worker }: Kill) {
  const role = who === 'worker' ? workers[worker] : who === 'server' ? server : database;
  if (role === undefined) throw new Error(`there is no ${who} to kill`);
  return role;
}
