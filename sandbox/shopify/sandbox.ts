/** A simulated Shopify shop (contract shopify): its Admin API, its webhooks, its panel's actions, its truth. */
import { createClock } from '../kernel/clock.ts';
import { createDeliveries } from '../kernel/deliveries.ts';
import type { SandboxClock, SandboxDefinition } from '../kernel/sandbox.ts';
import { createActions } from './actions.ts';
import { advanceBulk } from './bulk-run.ts';
import { refusal } from './errors.ts';
import { noteAttempt } from './events.ts';
import { neededScopes, plans, webhookRetryDelaysMs, webhookTimeoutMs } from './limits.ts';
import { standardClient, standardToken, switchesSchema, type ShopifyOptions } from './options.ts';
import { answer } from './routes.ts';
import { seedShop, type SeedSummary } from './seed.ts';
import { createStore } from './store.ts';
import { truthOf, type ShopifyTruth } from './truth.ts';
import type { World } from './world.ts';

export interface ShopifySandbox extends SandboxDefinition {
  clock: SandboxClock;
  truth(): ShopifyTruth;
  seed(input: unknown): SeedSummary;
  /** Resolves when no webhook is on its way. */
  quiet(): Promise<void>;
}

const bulkCheckMs = 100;

/** A shop of its own; several may run beside each other. */
export function createShopifySandbox(options: ShopifyOptions = {}): ShopifySandbox {
  const clock = options.clock ?? createClock();
  const deliveries = createDeliveries({ clock, timeoutMs: webhookTimeoutMs, retryDelaysMs: webhookRetryDelaysMs, onAttempt: (delivery, accepted) => noteAttempt(world, delivery, accepted) });
  const world: World = { ...freshState(options, clock), clock, deliveries };
  const reset = (): void => {
    deliveries.reset();
    Object.assign(world, freshState(options, clock));
  };
  setInterval(() => void advanceBulk(world), bulkCheckMs).unref();
  return {
    name: 'shopify',
    clock,
    handle: (request) => answer(world, request),
    reset,
    seed(input) {
      const { store } = freshState(options, clock);
      world.store = store;
      return seedShop(world, input);
    },
    truth: () => truthOf(world),
    quiet: () => deliveries.quiet(),
    actions: createActions(world),
    refuse: refusal,
  };
}

function freshState(options: ShopifyOptions, clock: SandboxClock): Omit<World, 'clock' | 'deliveries'> {
  const { domain = 'waybill-test.myshopify.com', token = standardToken, scopes = neededScopes, app = 'admin-custom', plan = 'grow', currency = 'PLN', timeZone = 'Europe/Warsaw', taxesIncluded = true, vatPercent = 23 } = options;
  const { rateLimit, refusedData, protectedDataApproved, searchLagMs, httpWebhooks, refuseInternalWebhooks, bulkMs, internalErrors } = options;
  const now = clock.now();
  return {
    shop: { id: 954_889, name: 'Sklep Przykładowy', domain, email: 'shop@example.com', currency, timeZone, taxesIncluded, vatPercent, plan, createdAt: Math.floor(now / 1000) * 1000 - 400 * 86_400_000 },
    account: {
      state: 'active',
      app,
      tokens: [{ token, scopes: [...scopes], expiresAt: null }],
      scopes: [...scopes],
      client: { id: options.clientId ?? standardClient.id, secret: options.clientSecret ?? standardClient.secret },
      privacyAddress: null,
      routes: [],
    },
    switches: switchesSchema.parse({ rateLimit, refusedData, protectedDataApproved, searchLagMs, httpWebhooks, refuseInternalWebhooks, bulkMs, internalErrors }),
    store: createStore(),
    bucket: { available: plans[plan].maximumAvailable, at: now },
    failures: new Map(),
    event: null,
    counters: { event: 0, webhook: 0, request: 0 },
  };
}
