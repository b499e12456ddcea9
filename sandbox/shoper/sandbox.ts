/** A simulated Shoper shop (contract shoper): its API, its webhooks, the App Store around it, its panel's actions, its truth. */
import { createClock } from '../kernel/clock.ts';
import type { SandboxClock, SandboxDefinition } from '../kernel/sandbox.ts';
import { createAccess } from './access.ts';
import { createActions } from './actions.ts';
import { handle } from './api.ts';
import { createBucket } from './bucket.ts';
import { defaults } from './options.ts';
import type { ShoperOptions } from './options.ts';
import { codeOf, render } from './replies.ts';
import { seedShop } from './seed.ts';
import type { SeedSummary } from './seed.ts';
import { createSender } from './sender.ts';
import { createStore } from './store.ts';
import type { World } from './store.ts';
import { switchesSchema } from './switches.ts';
import { readTruth } from './truth.ts';
import type { ShoperTruth } from './truth.ts';

export interface ShoperSandbox extends SandboxDefinition {
  clock: SandboxClock;
  truth(): ShoperTruth;
  seed(input: unknown): SeedSummary;
}

/** A shop of its own; several may run beside each other. */
export function createShoperSandbox(options: ShoperOptions = {}): ShoperSandbox {
  const clock = options.clock ?? createClock();
  const deliveries = createSender(clock, () => world);
  const switches = (): World['switches'] => world.switches;
  const open = (): World => openShop(options, { clock, deliveries, bucket: createBucket(clock, switches) });
  const world = open();
  return {
    name: 'shoper',
    clock,
    handle: (request) => handle(world, request),
    reset() {
      deliveries.reset();
      Object.assign(world, open());
    },
    seed(input) {
      deliveries.reset();
      return seedShop(world, input);
    },
    truth: () => readTruth(world),
    actions: createActions(world),
    refuse: (status, text) => render({ status, body: { error: codeOf(status), error_description: text }, headers: status === 429 ? { 'Retry-After': '1' } : {} }),
  };
}

function openShop(options: ShoperOptions, lasting: Pick<World, 'clock' | 'deliveries' | 'bucket'>): World {
  const { host, license, admin, panel, app: given, billingUrl, timeZone, clock: _, ...switches } = options;
  const app = { ...defaults.app, ...given };
  return {
    ...lasting,
    shop: { host: host ?? defaults.host, license: license ?? defaults.license, timeZone: timeZone ?? defaults.timeZone },
    switches: switchesSchema.parse(switches),
    store: createStore(),
    access: createAccess({ clock: lasting.clock, admin: admin ?? defaults.admin, panel: panel ?? [defaults.panel], app }),
    app,
    billingUrl,
  };
}
