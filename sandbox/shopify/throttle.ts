/** The leaky bucket of one app in one shop, by the sandbox's clock (contract shopify 3). */
import { plans } from './limits.ts';
import type { World } from './world.ts';

export interface ThrottleStatus {
  maximumAvailable: number;
  currentlyAvailable: number;
  restoreRate: number;
}

/** Refills for the time that has gone by; a plan change moves the rim. */
export function throttleStatus(world: World): ThrottleStatus {
  const { restoreRate, maximumAvailable } = plans[world.shop.plan];
  const now = world.clock.now();
  const { bucket } = world;
  const gone = Math.max(0, now - bucket.at) / 1000;
  bucket.available = Math.min(maximumAvailable, bucket.available + gone * restoreRate);
  bucket.at = now;
  return { maximumAvailable, currentlyAvailable: Math.floor(bucket.available), restoreRate };
}

/** Admission is by the requested cost; false: throttled, and nothing is taken. */
export function admits(world: World, requested: number): boolean {
  return world.switches.rateLimit === 'none' || throttleStatus(world).currentlyAvailable >= requested;
}

/** The bucket is charged what the query turned out to cost. */
export function charge(world: World, actual: number): ThrottleStatus {
  throttleStatus(world);
  if (world.switches.rateLimit === 'by-plan') world.bucket.available = Math.max(0, world.bucket.available - actual);
  return throttleStatus(world);
}
