/** A clock that a test or a judge owns: it runs with real time from its set instant unless frozen. */
import type { SandboxClock } from './sandbox.ts';

/** Starts at `startMs` (default: now) and runs. Between settings it is monotonic, whatever the machine's clock does. */
export function createClock(startMs: number = Date.now()): SandboxClock {
  let base = startMs;
  let since: number | null = performance.now();
  const now = (): number => Math.floor(since === null ? base : base + (performance.now() - since));
  const restartFrom = (ms: number): void => {
    base = ms;
    if (since !== null) since = performance.now();
  };
  return {
    now,
    set: restartFrom,
    advance: (ms) => restartFrom(now() + ms),
    freeze: () => {
      base = now();
      since = null;
    },
    run: () => {
      since ??= performance.now();
    },
  };
}
