/** Token buckets in memory, one a key: what exceeds its rate is refused at once, so that a storm costs nothing but the refusal. */
import type { Rate } from './senders.ts';

export interface Buckets {
  /** False when the key's bucket is empty; nothing is taken then. */
  take: (key: string, rate: Rate) => boolean;
}

const mostKeys = 10_000;

/** `now` in ms, of a clock that never goes back. */
export function createBuckets(now: () => number): Buckets {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    take: (key, { perSecond, burst }) => {
      const at = now();
      const bucket = buckets.get(key) ?? { tokens: burst, at };
      const tokens = Math.min(burst, bucket.tokens + ((at - bucket.at) / 1_000) * perSecond);
      buckets.delete(key); // the one used longest ago stands first
      buckets.set(key, { tokens: tokens < 1 ? tokens : tokens - 1, at });
      const oldest = buckets.size > mostKeys ? buckets.keys().next().value : undefined;
      if (oldest !== undefined) buckets.delete(oldest);
      return tokens >= 1;
    },
  };
}
