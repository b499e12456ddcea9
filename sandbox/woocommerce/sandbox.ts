/** A simulated WooCommerce shop (contract woocommerce): its API, its webhooks, its panel's actions, its truth. */
import { createClock } from '../kernel/clock.ts';
import { createDeliveries } from '../kernel/deliveries.ts';
import type { Deliveries } from '../kernel/deliveries.ts';
import type { SandboxClock, SandboxDefinition } from '../kernel/sandbox.ts';
import { ordersTypedByHand } from '../scenario.ts';
import { createActions } from './actions.ts';
import type { Gate } from './auth.ts';
import { customerRoutes } from './customers.ts';
import { refusal } from './errors.ts';
import { limits } from './limits.ts';
import { defaultKey } from './options.ts';
import type { WoocommerceOptions } from './options.ts';
import { createRouter } from './router.ts';
import { catalogueRoutes } from './routes-catalogue.ts';
import { categoryRoutes } from './routes-categories.ts';
import { orderRoutes } from './routes-orders.ts';
import { shopRoutes } from './routes-shop.ts';
import { webhookRoutes } from './routes-webhooks.ts';
import { seedShop } from './seed.ts';
import { createStore } from './store.ts';
import type { Store } from './store.ts';
import { truthOf } from './truth.ts';
import { countAttempt, createWebhookQueue, isTaken } from './webhook-queue.ts';
import type { Senders, WebhookQueue } from './webhook-queue.ts';

/** A shop of its own; several may run beside each other. */
export function createWoocommerceSandbox(options: WoocommerceOptions = {}): SandboxDefinition {
  const clock = options.clock ?? createClock();
  const senders: Senders = new WeakMap();
  const deliveries = createDeliveries({
    clock,
    timeoutMs: options.webhookTimeoutMs ?? limits.webhookTimeoutMs,
    retryDelaysMs: [], // what is not taken is lost
    isAccepted: isTaken,
    onAttempt(delivery, accepted) {
      const webhook = senders.get(delivery);
      if (webhook !== undefined) countAttempt(webhook, accepted, shop.store.now());
    },
  });
  const open = (): OpenShop => openShop(options, clock, (store) => createWebhookQueue(store, deliveries, senders));
  const reopen = (): void => {
    shop.queue.clear();
    shop = open();
  };
  let shop = open();
  const state = {
    get store() {
      return shop.store;
    },
    get keys() {
      return shop.gate.keys;
    },
  };
  return {
    name: 'woocommerce',
    clock,
    handle: (request) => shop.handle(request),
    reset() {
      reopen();
      deliveries.reset();
    },
    seed(input) {
      reopen();
      return seedShop(shop.store, input);
    },
    truth: () => truthOf(shop.store),
    actions: { ...createActions(state), ...deliveryActions(deliveries, () => shop.queue), 'orders-typed-by-hand': () => ordersTypedByHand(truthOf(shop.store)) },
    refuse: refusal,
  };
}

/** Faults and log of the kernel; `webhook-flush` empties the shop's own queue first. */
function deliveryActions(deliveries: Deliveries, queue: () => WebhookQueue): SandboxDefinition['actions'] {
  return {
    ...deliveries.actions,
    'webhook-queue': (input) => queue().set(input),
    'webhook-flush': async (input) => {
      queue().run();
      await deliveries.actions['webhook-flush']?.(input);
    },
  };
}

interface OpenShop {
  store: Store;
  queue: WebhookQueue;
  gate: Gate;
  handle(request: Request): Promise<Response>;
}

function openShop(options: WoocommerceOptions, clock: SandboxClock, queueOf: (store: Store) => WebhookQueue): OpenShop {
  const store = createStore(options, clock);
  const queue = queueOf(store);
  store.listener = queue;
  const site = options.siteUrl?.replace(/\/$/, '');
  const folder = site === undefined ? '' : new URL(site).pathname.replace(/\/$/, '');
  const siteOf = (url: URL) => site ?? url.origin;
  const https = options.https ?? (options.treatAsHttps ? true : undefined);
  const gate: Gate = {
    keys: (options.keys ?? [defaultKey]).map((key) => ({ ...key })),
    nonces: new Map(),
    isHttps: (url) => https ?? url.protocol === 'https:',
    addressOf: (url) => siteOf(url) + url.pathname.slice(folder.length),
    now: () => clock.now(),
  };
  const routes = [...orderRoutes, ...categoryRoutes, ...catalogueRoutes, ...customerRoutes, ...webhookRoutes, ...shopRoutes];
  return { store, queue, gate, handle: createRouter({ store, gate, routes, siteOf, base: `${folder}/wp-json/wc/v3` }) };
}
