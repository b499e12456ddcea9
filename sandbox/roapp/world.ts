/** Everything a route needs, in one object; a reset replaces its parts. */
import type { SandboxClock } from '../kernel/sandbox.ts';
import { wholeSecond } from './dates.ts';
import type { RateLimiter } from './limits.ts';
import type { Store } from './store.ts';
import type { Switches } from './switches.ts';
import type { Variety } from './variety.ts';

export interface World {
  clock: SandboxClock;
  /** empty: revoked */
  apiKey: string;
  switches: Switches;
  store: Store;
  variety: Variety;
  limiter: RateLimiter;
}

/** RO App's own clock, as fine as it stores. */
export const nowOf = (world: World): number => wholeSecond(world.clock.now());
