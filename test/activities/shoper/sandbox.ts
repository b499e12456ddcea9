/** The simulated shop for tests of the connector: frozen clock, no limit unless a test asks for one. */
import { z } from 'zod';
import type { CallContext } from '../../../activities/call.ts';
import type { Wanted } from '../../../activities/contact-drivers.ts';
import { createShoperDriver } from '../../../activities/shoper/driver.ts';
import type { Sessions } from '../../../activities/shoper/session.ts';
import type { ContactKind, SourceContact } from '../../../domain/contact.ts';
import type { Ledger } from '../../../ledger/ledger.ts';
import { createClock } from '../../../sandbox/kernel/clock.ts';
import type { RunningSandbox } from '../../../sandbox/kernel/sandbox.ts';
import { startSandbox } from '../../../sandbox/kernel/start.ts';
import { defaults, type ShoperOptions } from '../../../sandbox/shoper/options.ts';
import { createShoperSandbox, type ShoperSandbox } from '../../../sandbox/shoper/sandbox.ts';
import { callOf, shopSettings, wanted } from './setup.ts';

export type Special = Record<string, { customer?: number | undefined; subscriber?: number | undefined }>;

export interface SimulatedShop {
  running: RunningSandbox;
  definition: ShoperSandbox;
  special: Special;
  act: (name: string, input?: unknown) => Promise<unknown>;
  /** method and path without ids and query, oldest first; those that hand out tokens left out */
  calls: () => string[];
}

export async function startSimulatedShop(options: ShoperOptions = {}, seed: unknown = {}): Promise<SimulatedShop> {
  const clock = createClock(Date.UTC(2026, 8, 1, 10));
  clock.freeze();
  const definition = createShoperSandbox({ rateLimit: false, apiLimit: 10_000, clock, ...options });
  const running = await startSandbox(definition);
  const { special } = definition.seed(seed);
  return {
    running,
    definition,
    special,
    act: async (name, input = {}) => definition.actions[name]?.(input),
    calls: () => running.requests().map(({ method, path }) => `${method} ${(path.split('?')[0] ?? '').replace('/webapi/rest', '').replaceAll(/\/\d+/g, '/{id}')}`),
  };
}

export type SettingsInput = Partial<Parameters<typeof shopSettings>[0]>;

export const settingsOf = (shop: SimulatedShop, more: SettingsInput = {}) => shopSettings({ baseUrl: shop.running.url, ...('login' in more || 'clientId' in more ? {} : { token: defaults.panel.token }), ...more });

export const driverOf = (shop: SimulatedShop, ledger: Ledger, { call = callOf(ledger), sessions, ...more }: SettingsInput & { call?: CallContext; sessions?: Sessions } = {}) => createShoperDriver(settingsOf(shop, more), call, sessions);

/** All rows, page after page. */
export async function listAll(driver: ReturnType<typeof createShoperDriver>, kind: ContactKind, properties: Wanted = wanted(), between: (page: number) => unknown = () => undefined): Promise<SourceContact[]> {
  const all: SourceContact[] = [];
  for (let cursor: string | undefined, page = 1; page === 1 || cursor !== undefined; page += 1) {
    const { contacts, nextCursor } = await driver.list(kind, cursor, properties);
    all.push(...contacts);
    cursor = nextCursor;
    await between(page);
  }
  return all;
}

const personSchema = z.object({ customers: z.array(z.object({ id: z.number(), newsletter: z.boolean(), consent: z.boolean().nullable() })), subscribers: z.array(z.object({ id: z.number(), active: z.boolean() })) });
export const personIn = async (shop: SimulatedShop, email: string) => personSchema.parse(await shop.act('person', { email }));
