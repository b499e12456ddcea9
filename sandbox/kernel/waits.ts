/** Requests that stand still: held until released, or slowed down. A reset lets them vanish unhandled, so that they cannot write into a fresh state. */
import { setTimeout as delay } from 'node:timers/promises';

export type AfterWait = 'go on' | 'vanish';

export interface Waits {
  /** Waits until `release`, or until `until` requests are held by the same fault. */
  hold(fault: number, until: number | undefined): Promise<AfterWait>;
  slow(ms: number): Promise<AfterWait>;
  release(): void;
  vanish(): void;
  /** Resolves when this many requests are held at the same time. */
  held(count: number): Promise<void>;
}

interface Held {
  fault: number;
  resolve: (after: AfterWait) => void;
}

export function createWaits(): Waits {
  let holding: Held[] = [];
  let watchers: { count: number; resolve: () => void }[] = [];
  let vanishing = new AbortController();

  function tellWatchers(): void {
    const reached = watchers.filter(({ count }) => holding.length >= count);
    watchers = watchers.filter((watcher) => !reached.includes(watcher));
    for (const { resolve } of reached) resolve();
  }
  function endHolds(after: AfterWait, which: (held: Held) => boolean): void {
    const ending = holding.filter(which);
    holding = holding.filter((held) => !ending.includes(held));
    for (const { resolve } of ending) resolve(after);
  }

  return {
    hold: (fault, until) =>
      new Promise((resolve) => {
        holding.push({ fault, resolve });
        tellWatchers();
        const isOfFault = (held: Held): boolean => held.fault === fault;
        if (until !== undefined && holding.filter(isOfFault).length >= until) endHolds('go on', isOfFault);
      }),
    slow: (ms) =>
      delay(ms, 'go on' as const, { signal: vanishing.signal }).catch(() => 'vanish' as const),
    release: () => endHolds('go on', () => true),
    vanish() {
      endHolds('vanish', () => true);
      vanishing.abort();
      vanishing = new AbortController();
    },
    held: (count) =>
      new Promise((resolve) => {
        watchers.push({ count, resolve });
        tellWatchers();
      }),
  };
}
