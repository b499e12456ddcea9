/** Who dies when: a seeded schedule of moments, counted in batches that have reached the account; and how long each was away. */
import { setTimeout as wait } from 'node:timers/promises';
import { createRandom } from '../../../sandbox/kernel/random.ts';
import { times } from '../settings.ts';
import type { ContactsStage } from './stage.ts';
import type { Outage } from './writes.ts';

export const upserts = 'POST /api/v1/*/email/add';

interface Kill {
  who: 'worker' | 'server';
  worker: number;
  at: number;
  delayMs: number;
}

/** Each in turn, spread over all batches that are expected, none in their first or last tenth. */
export function planKills({ kills, batches, seed }: { kills: number; batches: number; seed: number }): Kill[] {
  const random = createRandom(seed * 7_919 + 13);
  const first = Math.floor(random() * 2);
  return Array.from({ length: kills * 2 }, (_, index) => ({
    who: (first + index) % 2 === 0 ? 'worker' : 'server',
    worker: Math.floor(random() * 2),
    at: Math.max(1, Math.round(batches * (0.1 + (0.75 * (index + random())) / (kills * 2)))),
    delayMs: Math.floor(random() * 150),
  }));
}

/** A step that a killed worker had begun is begun again after its heartbeat; then what it had sent is waited for until it can no longer take effect. */
const takenUpMs = 5_000 + 1_000 + times.abortMs + times.settleMs;

/** Carries the schedule out; once the work is over, what is left is done at once. */
export async function carryOut({ mail, workers, server }: ContactsStage, schedule: readonly Kill[], ended: Promise<unknown>, say: (line: string) => void): Promise<Outage[]> {
  const outages: Outage[] = [];
  for (const { who, worker, at, delayMs } of schedule) {
    await Promise.race([mail.arrived(upserts, at), ended]);
    await wait(delayMs);
    const role = who === 'worker' ? workers[worker] : server;
    if (role === undefined) throw new Error(`there is no ${who} to kill`);
    const from = Date.now();
    await role.replace();
    const until = Date.now();
    outages.push({ from, until: until + takenUpMs });
    say(`${role.name} killed at batch ${at}, serving again after ${((until - from) / 1_000).toFixed(1)} s`);
  }
  return outages;
}
