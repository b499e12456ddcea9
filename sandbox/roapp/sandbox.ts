/** RO App as contract roapp describes it, as one sandbox: API, webhooks, seed, staff's actions, truth. */
import type { z } from 'zod';
import { createClock } from '../kernel/clock.ts';
import { createDeliveries } from '../kernel/deliveries.ts';
import type { SandboxClock, SandboxDefinition } from '../kernel/sandbox.ts';
import { createActions } from './actions.ts';
import { Refusal, refusalReply, tooManyRequests } from './errors.ts';
import { createRateLimiter } from './limits.ts';
import { createApi } from './routes.ts';
import { seedAccount } from './seed.ts';
import { createStore } from './store.ts';
import { switchesSchema } from './switches.ts';
import { readTruth, type RoappTruth } from './truth.ts';
import { createVariety } from './variety.ts';
import { isEnabled, noteAttempt, webhookLimits } from './webhooks.ts';
import type { World } from './world.ts';

export type RoappSandboxOptions = z.input<typeof switchesSchema> & {
  /** default "roapp-key" */
  apiKey?: string;
  /** default PLN */
  currency?: string;
  /** the clock that stamps records and measures the rate limit */
  clock?: SandboxClock;
  /** chooses the order in which the forms of replies come */
  seed?: number;
};

export interface RoappSandbox extends SandboxDefinition {
  clock: SandboxClock;
  truth(): RoappTruth;
  seed(input: unknown): ReturnType<typeof seedAccount>;
}

export const standardApiKey = 'roapp-key';

export function createRoappSandbox(options: RoappSandboxOptions = {}): RoappSandbox {
  const { apiKey = standardApiKey, currency = 'PLN', clock = createClock(), seed = 1, ...switches } = options;
  const { timeoutMs, retryDelaysMs } = webhookLimits;
  const deliveries = createDeliveries({
    clock,
    timeoutMs,
    retryDelaysMs: [...retryDelaysMs],
    onAttempt: (delivery, accepted) => noteAttempt(world, delivery, accepted),
    isStillWanted: (delivery) => isEnabled(world, delivery),
  });
  const fresh = (): World => ({
    clock,
    apiKey,
    switches: switchesSchema.parse(switches),
    store: createStore(currency),
    variety: createVariety(() => world.switches.replyVariety === 'plain', seed),
    limiter: createRateLimiter(clock),
    isSeeding: false,
    deliveries,
    senders: new WeakMap(),
  });
  const world: World = fresh();
  const api = createApi(world);
  return {
    name: 'roapp',
    clock,
    handle: (request) => api.fetch(request),
    reset() {
      Object.assign(world, fresh());
      deliveries.reset();
    },
    seed: (input) => seedAccount(world, input),
    truth: () => readTruth(world),
    actions: { ...createActions(world), ...deliveries.actions },
    refuse: (status, text) => (status === 429 ? tooManyRequests(world.switches.retryAfterHeader) : refusalReply(new Refusal(status, text), world.variety, world.switches.validationStatus)),
  };
}
