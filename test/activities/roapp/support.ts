/** A RO App sandbox over HTTP, a ledger, and steps that are repeated as the engine repeats them. */
import type { z } from 'zod';
import type { ConnectorContext } from '../../../activities/call.ts';
import { BudgetBusyError, PerhapsRecordError, RetryableError } from '../../../activities/errors.ts';
import { createRoappActivities } from '../../../activities/roapp/activities.ts';
import { settingsSchema, type RoappSettings } from '../../../activities/roapp/settings.ts';
import type { LineItem, Order } from '../../../domain/order.ts';
import type { IntegrationRef } from '../../../domain/ports.ts';
import type { ImportOrdersSettings } from '../../../domain/settings.ts';
import { BusyKeyError, DeadlineError, StaleFenceError } from '../../../ledger/errors.ts';
import type { Ledger } from '../../../ledger/ledger.ts';
import { startSandbox } from '../../../sandbox/kernel/start.ts';
import { createRoappSandbox, type RoappSandboxOptions } from '../../../sandbox/roapp/sandbox.ts';
import { openTestLedger } from '../../setup/ledger.ts';

export const integration: IntegrationRef = { id: 'shop-to-books', company: 'acme', source: 'shop', target: 'books' };
export const at = { integration, lane: 'live' } as const;
export const marker = (order: Order): string => `shop-to-books:${order.sourceId}`;

const pairDefaults: ImportOrdersSettings = { identifyProductsBy: 'sku', prices: 'with-tax', articles: {}, backfillMonths: 2, excludeStatuses: [], codeOf: 'variant', everyMinutes: 5, statuses: [], afterWriteOff: ['completed'] };

export interface StepsOptions {
  settings?: Partial<z.input<typeof settingsSchema>>;
  pair?: Partial<ImportOrdersSettings>;
  /** another worker's run */
  holder?: string;
  ledger?: Ledger;
}

export async function startBooks(options: RoappSandboxOptions = {}) {
  const definition = createRoappSandbox({ requestsPerSecond: Infinity, ...options });
  const sandbox = await startSandbox(definition);
  const test = await openTestLedger('sqlite', { clock: 'real' });
  const { ledger } = test;
  const settingsOf = (settings: StepsOptions['settings']): RoappSettings =>
    settingsSchema.parse({
      baseUrl: `${sandbox.url}/v2`, apiKey: 'roapp-key', country: 'PL', language: 'en', location: 1201, orderType: 77, assignee: 31, orderMarkerField: 'f5501',
      share: 1, requestsPerSecond: 200, abortMs: 1_500, settleMs: 100, ...settings,
    });

  function steps(given: StepsOptions = {}) {
    const settings = settingsOf(given.settings);
    const context: ConnectorContext<RoappSettings> = {
      connection: 'books',
      company: 'acme',
      ledger: given.ledger ?? ledger,
      settings: () => Promise.resolve({ settings, version: 'v1' }),
      integrationSettings: () => Promise.resolve({ settings: { ...pairDefaults, ...given.pair }, version: 'v1' }),
      call: (about) => ({ ...about, ledger: given.ledger ?? ledger, connection: 'books', company: 'acme', run: 'run-1', holder: `${given.holder ?? 'run-1'}/${about.record}/${about.step}`, heartbeat: () => {}, signal: new AbortController().signal }),
    };
    return createRoappActivities(context);
  }

  return {
    sandbox,
    ledger,
    openAgain: test.openAgain,
    definition,
    truth: () => definition.truth(),
    /** without the account's services */
    products: () => definition.truth().products.filter((product) => product.type === 'product'),
    seed: (input: unknown) => definition.seed(input),
    act: (name: string, input: unknown): unknown => definition.actions[name]?.(input),
    steps,
    /** Method and path without query of every call since the last clear. */
    calls: () => sandbox.requests().map((request) => `${request.method} ${request.path.split('?')[0]}`),
    /** Every page of the index, from the beginning or since the last time. */
    async index(given: StepsOptions = {}, since?: 'last time'): Promise<string[]> {
      const kinds: string[] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await steps(given).readIndexPage({ ...at, ...(cursor === undefined ? {} : { cursor }), ...(since === undefined ? {} : { since }) });
        kinds.push(`${page.of} ${page.count}`);
        cursor = page.nextCursor;
        if (cursor === undefined) return kinds;
      }
    },
    async close() {
      await sandbox.close();
      await test.close();
    },
  };
}
export type Books = Awaited<ReturnType<typeof startBooks>>;

const isRepeated = (error: unknown): boolean =>
  [RetryableError, PerhapsRecordError, BusyKeyError, BudgetBusyError, StaleFenceError, DeadlineError].some((kind) => error instanceof kind);

/** Repeats a step after what the engine would repeat it after; everything else is thrown. */
export async function repeated<T>(step: () => Promise<T>, onTrouble: (error: unknown) => void = () => {}): Promise<T> {
  for (let left = 60; ; left -= 1) {
    try {
      return await step();
    } catch (error) {
      if (!isRepeated(error) || left === 0) throw error;
      onTrouble(error);
      await new Promise((resolve) => setTimeout(resolve, error instanceof BusyKeyError ? 50 : error instanceof BudgetBusyError ? error.retryAfterMs : 5));
    }
  }
}

/** Both writing steps of an import, each repeated as the engine would. */
export async function importOrder(books: Books, order: Order, given: StepsOptions = {}, onTrouble?: (error: unknown) => void) {
  const steps = books.steps(given);
  const parties = await repeated(() => steps.ensureParties({ ...at, order }), onTrouble);
  return repeated(() => steps.createOrder({ ...at, order, parties, digest: `digest-${order.sourceId}` }), onTrouble);
}

export const cable: LineItem = {
  key: '11',
  product: { sourceId: '501', name: 'Cable 1 m', sku: 'A-1', code: '501', description: 'A cable', category: ['Parts', 'Cables'] },
  quantity: '2',
  total: { net: '131.70', tax: '30.30' },
};
export const charger: LineItem = { key: '12', product: { sourceId: '502', name: 'Charger', sku: 'B-2', code: '502', category: ['Parts'] }, quantity: '1', total: { net: '40.65', tax: '9.35' } };

export const anna = { firstName: 'Anna', lastName: 'Testowa', email: 'anna.testowa@example.com', phone: '+48601234567', phoneAsWritten: '601 234 567' };

/** Two products, 212.00 PLN. */
export const orderOf = (changes: Partial<Order> = {}): Order => ({
  sourceId: '1045', number: '1045', status: 'processing', platform: 'WooCommerce', createdAt: '2026-09-01T08:15:00Z', modifiedAt: '2026-09-01T08:15:00Z', currency: 'PLN',
  customer: anna, lineItems: [cable, charger], charges: [], total: '212.00', totalTax: '39.65', ...changes,
});
