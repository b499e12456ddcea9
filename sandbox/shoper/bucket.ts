/** The leaky bucket per application (contract shoper 3), by the sandbox's clock. */
import type { SandboxClock } from '../kernel/sandbox.ts';
import type { Switches } from './switches.ts';

export interface Bucket {
  /** Adds one call; undefined: it fits. Else whole seconds until one would. What is refused adds nothing. */
  take(application: string): number | undefined;
  /** The three headers as they are now. */
  headers(application: string): Record<string, string>;
}

export function createBucket(clock: SandboxClock, switches: () => Switches): Bucket {
  const levels = new Map<string, { calls: number; at: number }>();
  const levelOf = (application: string): number => {
    const known = levels.get(application);
    if (known === undefined) return 0;
    const elapsedMs = Math.max(0, clock.now() - known.at); // the clock may have been set back
    return Math.max(0, known.calls - (elapsedMs / 1_000) * switches().apiBandwidth);
  };
  return {
    take(application) {
      const { rateLimit, apiLimit, apiBandwidth } = switches();
      const calls = levelOf(application) + 1;
      if (rateLimit && calls > apiLimit) return Math.max(1, Math.ceil((calls - apiLimit) / apiBandwidth));
      levels.set(application, { calls: Math.min(calls, apiLimit), at: clock.now() });
      return undefined;
    },
    headers(application) {
      const { apiLimit, apiBandwidth } = switches();
      return { 'X-Shop-Api-Calls': String(Math.ceil(levelOf(application))), 'X-Shop-Api-Limit': String(apiLimit), 'X-Shop-Api-Bandwidth': String(apiBandwidth) };
    },
  };
}
