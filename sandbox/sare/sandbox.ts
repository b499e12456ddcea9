/** A simulated SARE account (contract sare): its API with the reporting webhook, its people's and panel's actions, its truth. */
import { createClock } from '../kernel/clock.ts';
import { createDeliveries } from '../kernel/deliveries.ts';
import type { SandboxClock, SandboxDefinition } from '../kernel/sandbox.ts';
import { createActions } from './actions.ts';
import { handle } from './api.ts';
import { createRateLimiter, limits } from './limits.ts';
import { defaultAccount, defaultGroups, defaultProps } from './options.ts';
import type { SareOptions } from './options.ts';
import { refuse } from './replies.ts';
import { seedAccount } from './seed.ts';
import type { SeedSummary } from './seed.ts';
import { createStore } from './store.ts';
import type { World } from './store.ts';
import { switchesSchema } from './switches.ts';
import { readTruth } from './truth.ts';
import type { SareTruth } from './truth.ts';
import { createWebhookSender } from './webhooks.ts';
import type { WebhookSender } from './webhooks.ts';

export interface SareSandbox extends SandboxDefinition {
  clock: SandboxClock;
  truth(): SareTruth;
  seed(input: unknown): SeedSummary;
}

/** An account of its own; several may run beside each other. */
export function createSareSandbox(options: SareOptions = {}): SareSandbox {
  const clock = options.clock ?? createClock();
  const deliveries = createDeliveries({ clock, timeoutMs: options.webhookTimeoutMs ?? limits.webhookTimeoutMs, retryDelaysMs: [...limits.webhookRetryDelaysMs] });
  const world = openAccount(options, clock, createWebhookSender(clock, deliveries));
  const limiter = createRateLimiter(clock);
  return {
    name: 'sare',
    clock,
    handle: (request, arrival = { number: 0, at: clock.now() }) => handle(world, limiter, request, arrival),
    reset() {
      deliveries.reset();
      Object.assign(world, openAccount(options, clock, createWebhookSender(clock, deliveries)));
    },
    seed: (input) => seedAccount(world, input),
    truth: () => readTruth(world),
    actions: { ...createActions(world), ...deliveries.actions },
    refuse,
  };
}

function openAccount(options: SareOptions, clock: SandboxClock, webhooks: WebhookSender): World {
  const { uid, key, salt, groups = defaultGroups, props = defaultProps, webhookTimeoutMs: _timeout, clock: _clock, ...switches } = options;
  return {
    clock,
    uid: uid ?? defaultAccount.uid,
    key: key ?? defaultAccount.key,
    salt: salt ?? defaultAccount.salt,
    switches: switchesSchema.parse(switches),
    store: createStore(groups, props),
    webhooks,
  };
}
