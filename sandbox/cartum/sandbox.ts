/** A simulated Cartum shop (contract cartum): its API with hooks, its panel's actions, its truth. */
import { createClock } from '../kernel/clock.ts';
import type { SandboxClock, SandboxDefinition } from '../kernel/sandbox.ts';
import { createActions } from './actions.ts';
import { handle } from './api.ts';
import { createHookQueue } from './hook-queue.ts';
import { defaultLogin } from './options.ts';
import type { CartumOptions } from './options.ts';
import { Refusal, hostingPage, refusalReply } from './replies.ts';
import { seedShop } from './seed.ts';
import type { SeedSummary } from './seed.ts';
import { createStore } from './store.ts';
import type { Shop, World } from './store.ts';
import { switchesSchema } from './switches.ts';
import { readTruth } from './truth.ts';
import type { CartumTruth } from './truth.ts';
import { createVariety } from './variety.ts';

export interface CartumSandbox extends SandboxDefinition {
  clock: SandboxClock;
  truth(): CartumTruth;
  seed(input: unknown): SeedSummary;
}

/** A shop of its own; several may run beside each other. */
export function createCartumSandbox(options: CartumOptions = {}): CartumSandbox {
  const clock = options.clock ?? createClock();
  const queue = createHookQueue(clock, () => world.store.hooks.values());
  const variety = createVariety(() => world.switches.variety === 'plain', options.varietySeed ?? 1);
  const world = openShop(options, { clock, queue, variety });
  const reopen = (): void => {
    queue.reset();
    Object.assign(world, openShop(options, { clock, queue, variety }));
  };
  return {
    name: 'cartum',
    clock,
    handle: (request) => handle(world, request),
    reset: reopen,
    seed(input) {
      world.store = createStore(world.shop);
      queue.reset();
      return seedShop(world, input);
    },
    truth: () => readTruth(world),
    actions: createActions(world),
    refuse: (status, text) => refuse(status, text, world.switches.retryAfterSeconds),
  };
}

function openShop(options: CartumOptions, lasting: Pick<World, 'clock' | 'queue' | 'variety'>): World {
  const { login, password, timeZone, currency, country, languages, varietySeed = 1, clock: _, ...switches } = options;
  const shop = shopOf({ timeZone, currency, country, languages });
  return {
    ...lasting,
    shop,
    login: login ?? defaultLogin.login,
    password: password ?? defaultLogin.password,
    switches: switchesSchema.parse(switches),
    rowSeed: varietySeed,
    store: createStore(shop),
    tokens: new Map(),
    prepared: [],
  };
}

function shopOf({ timeZone = 'Europe/Kyiv', currency = 'UAH', country, languages }: Pick<CartumOptions, 'timeZone' | 'currency' | 'country' | 'languages'>): Shop {
  const lives = country ?? (currency === 'PLN' ? 'PL' : 'UA');
  return { timeZone, currency, country: lives, languages: languages ?? (lives === 'PL' ? ['pl', 'en', 'ua'] : ['ua', 'ru', 'en']) };
}

/** The hosting in front speaks HTML; what the platform itself refuses comes in its envelope. */
function refuse(status: number, text: string, retryAfterSeconds: number | null): Response {
  if (status === 429 || status >= 500) return hostingPage(status, text, retryAfterSeconds);
  return refusalReply(new Refusal(status === 401 ? 'UNAUTHORIZED' : 'ERROR', text, status));
}
