/** A simulated WooCommerce shop (contract woocommerce): its API, its panel's actions, its truth. Webhooks are not part of it yet. */
import { createClock } from '../kernel/clock.ts';
import type { SandboxClock, SandboxDefinition } from '../kernel/sandbox.ts';
import { ordersTypedByHand } from '../scenario.ts';
import { createActions } from './actions.ts';
import type { Gate } from './auth.ts';
import { customerRoutes } from './customers.ts';
import { refusal } from './errors.ts';
import { defaultKey } from './options.ts';
import type { WoocommerceOptions } from './options.ts';
import { createRouter } from './router.ts';
import { catalogueRoutes } from './routes-catalogue.ts';
import { categoryRoutes } from './routes-categories.ts';
import { orderRoutes } from './routes-orders.ts';
import { shopRoutes } from './routes-shop.ts';
import { seedShop } from './seed.ts';
import { createStore } from './store.ts';
import type { Store } from './store.ts';
import { truthOf } from './truth.ts';

/** A shop of its own; several may run beside each other. */
export function createWoocommerceSandbox(options: WoocommerceOptions = {}): SandboxDefinition {
  const clock = options.clock ?? createClock();
  let shop = openShop(options, clock);
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
    reset: () => void (shop = openShop(options, clock)),
    seed(input) {
      shop = openShop(options, clock);
      return seedShop(shop.store, input);
    },
    truth: () => truthOf(shop.store),
    actions: { ...createActions(state), 'orders-typed-by-hand': () => ordersTypedByHand(truthOf(shop.store)) },
    refuse: refusal,
  };
}

interface OpenShop {
  store: Store;
  gate: Gate;
  handle(request: Request): Promise<Response>;
}

function openShop(options: WoocommerceOptions, clock: SandboxClock): OpenShop {
  const store = createStore(options, clock);
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
  const routes = [...orderRoutes, ...categoryRoutes, ...catalogueRoutes, ...customerRoutes, ...shopRoutes];
  return { store, gate, handle: createRouter({ store, gate, routes, siteOf, base: `${folder}/wp-json/wc/v3` }) };
}
