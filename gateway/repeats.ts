/**
 * Deliveries that Temporal holds already, for a while: senders repeat one whose answer was lost. Only what was held is remembered, so a repeat is never
 * answered well without effect; forgetting one costs a run that finds nothing to do.
 */
export interface Repeats {
  has: (key: string) => boolean;
  add: (key: string) => void;
}

const keptMs = 600_000;
const mostKeys = 20_000;

/** `now` in ms, of a clock that never goes back. */
export function createRepeats(now: () => number): Repeats {
  const heldAt = new Map<string, number>();
  return {
    has: (key) => now() - (heldAt.get(key) ?? -Infinity) < keptMs,
    add: (key) => {
      heldAt.delete(key);
      heldAt.set(key, now());
      for (const [oldest, at] of heldAt) {
        if (heldAt.size <= mostKeys && now() - at < keptMs) break;
        heldAt.delete(oldest);
      }
    },
  };
}
