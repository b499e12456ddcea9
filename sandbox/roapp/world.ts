/** Everything a route needs, in one object; a reset replaces its parts. */
import type { Deliveries, Delivery } from '../kernel/deliveries.ts';
import type { SandboxClock } from '../kernel/sandbox.ts';
import { wholeSecond } from './dates.ts';
import type { RateLimiter } from './limits.ts';
import type { Store, Webhook } from './store.ts';
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
  /** seeded history is not told to anybody */
  isSeeding: boolean;
  deliveries: Deliveries;
  /** which webhook a delivery belongs to */
  senders: WeakMap<Delivery, Webhook>;
}

/** RO App's own clock, as fine as it stores. */
export const nowOf = (world: World): number => wholeSecond(world.clock.now());
