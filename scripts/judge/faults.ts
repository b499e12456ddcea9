/** Trouble at random, at given rates, from a seeded generator: what any system on the internet does now and then. */
import type { Fault, LoggedRequest } from '../../sandbox/kernel/sandbox.ts';
import type { Rates } from './options.ts';
import type { Stage } from './stage.ts';

/** Longer than a call may take, shorter than call and settle time together: stored after the caller has given up, before he looks. */
export const slowMs = 2_400;

export async function armFaults({ shop, books }: Pick<Stage, 'shop' | 'books'>, rates: Rates, seed: number): Promise<void> {
  const at = (fault: Fault, rate: number, index: number) => ({ ...fault, times: 0, rate, seed: seed * 31 + index });
  const anywhere: [Fault, number][] = [
    [{ on: '*', kind: 'throttle' }, rates.throttle],
    [{ on: '*', kind: 'refuse', status: 500, text: 'Internal error' }, rates.error],
    [{ on: '*', kind: 'garbage' }, rates.garbage],
  ];
  const writes: [Fault, number][] = [
    [{ on: 'POST *', kind: 'lost-reply' }, rates.lost],
    [{ on: 'POST *', kind: 'slow-before-storing', delayMs: slowMs }, rates.slow],
  ];
  const changes: [Fault, number][] = [[{ on: 'PATCH *', kind: 'lost-reply' }, rates.lost]];
  for (const [index, [fault, rate]] of [...writes, ...anywhere, ...changes].entries()) if (rate > 0) await books.fault(at(fault, rate, index));
  for (const [index, [fault, rate]] of anywhere.entries()) if (rate > 0) await shop.fault(at(fault, rate, index + 10));
}

/** Writes whose sender could not know whether they took effect. */
export const countLostReplies = (requests: readonly LoggedRequest[]): number => requests.filter(({ method, fault }) => method === 'POST' && fault !== null && fault !== 'throttle').length;

/** Seconds of the longest time between two writes that the books acknowledged. */
export function longestStall(requests: readonly LoggedRequest[]): number {
  const at = requests.filter(({ method, status }) => method === 'POST' && status !== null && status < 300).map((request) => request.at).sort((a, b) => a - b);
  return Math.max(0, ...at.map((instant, index) => instant - (at[index - 1] ?? instant))) / 1_000;
}
