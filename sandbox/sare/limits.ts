/** Numbers of the platform, and the account's rate limit (contract sare 3, 4, 8). None but the trait count is published. */
import type { SandboxClock } from '../kernel/sandbox.ts';

export const limits = {
  /** prop1 … prop9 */
  basicTraits: 9,
  /** group numbers that `group/free` chooses from */
  groupNumbers: 500,
  /** how long the platform waits for an answer to a webhook */
  webhookTimeoutMs: 10_000,
  /** three attempts in all */
  webhookRetryDelaysMs: [60_000, 300_000],
  retryAfterSeconds: 1,
} as const;

const windowMs = 1_000;

export interface RateLimiter {
  /** false: too many in the last second of the sandbox's clock. What is refused does not count. */
  admit(perSecond: number): boolean;
}

/** A sliding window over one account. */
export function createRateLimiter(clock: SandboxClock): RateLimiter {
  let admittedAt: number[] = [];
  return {
    admit(perSecond) {
      if (perSecond === Infinity) return true;
      const now = clock.now();
      // an instant ahead of now was noted before the clock was set back
      admittedAt = admittedAt.filter((at) => at <= now && now - at < windowMs);
      const admitted = admittedAt.length < perSecond;
      if (admitted) admittedAt.push(now);
      return admitted;
    },
  };
}
