/** RO App's limits (contract roapp 3 and 5). */
import type { SandboxClock } from '../kernel/sandbox.ts';

export const pageSize = 50;
export const largestPageSize = 100;
const windowMs = 1_000;

export interface RateLimiter {
  /** false: too many in the last second of the sandbox's clock. What is refused does not count. */
  admit(key: string, perSecond: number): boolean;
  clear(): void;
}

/** A sliding window per API key. */
export function createRateLimiter(clock: SandboxClock): RateLimiter {
  const admittedAt = new Map<string, number[]>();
  return {
    admit(key, perSecond) {
      if (perSecond === Infinity) return true;
      const now = clock.now();
      // an instant ahead of now was noted before the clock was set back
      const recent = (admittedAt.get(key) ?? []).filter((at) => at <= now && now - at < windowMs);
      const admitted = recent.length < perSecond;
      if (admitted) recent.push(now);
      admittedAt.set(key, recent);
      return admitted;
    },
    clear: () => admittedAt.clear(),
  };
}
