/** Shopify as a source of orders: canonical words in and out. Every step reads only, but for registering webhooks, and is safe to repeat. */
import type { OrderSource, OrderSummary, ReadPageInput, ReconcilableSource, StepInput } from '../../domain/ports.ts';
import type { PageEntry } from '../../ledger/ledger.ts';
import type { ConnectorContext } from '../call.ts';
import { BadDataError } from '../errors.ts';
import { readOrderOnce } from '../order-reading.ts';
import { checkShop } from './check.ts';
import { readComparedPage } from './compared.ts';
import { createShopifyClient, restoreRateMark, smallestRate, type ShopifyClient } from './client.ts';
import { parseOrder, statuses, statusOf, toOrder, type MapSettings } from './map.ts';
import { toCustomer } from './parties.ts';
import { parcelsSince, withParcelsSince } from './parcels.ts';
import { personDigests, readPersons, settleReturn } from './persons.ts';
import { createPlatform, digestOf } from './platform.ts';
import type { ListedOrder, ShopifyPerson } from './schemas.ts';
import { signingSecretOf, type ShopifySettings } from './settings.ts';
import { createTokenKeeper } from './token.ts';
import { firstCursor, isWanted, markOf, parseCursor, walkOn } from './walks.ts';
import { ensureShopWebhooks, topics } from './webhooks.ts';

export function createShopifyActivities(context: ConnectorContext<ShopifySettings>) {
  const tokens = createTokenKeeper();
  const subject = `connection:${context.connection}`;

  return {
    /** Credentials, version, scopes, currency, zone, customers' data; failures are rows too. */
    async checkSource(input) {
      const { client, settings } = await begin(input, 'check');
      const [{ settings: integration }, connected, booksCurrency, now] = await Promise.all([
        context.integrationSettings(input.integration.id),
        context.ledger.states.connected(input.integration.id),
        context.ledger.marks.get(`connection:${input.integration.target}`, 'currency'),
        context.ledger.clock.now(),
      ]);
      return checkShop(client, { shop: settings, integration, now, ...(connected === undefined ? {} : { backfillFrom: connected.backfillFrom }), ...(booksCurrency === undefined ? {} : { booksCurrency }) });
    },

    /** One page of the shop's list, without those that the walk leaves out. A repeat stores another page that expires. */
    async readPage(input) {
      const { client } = await begin(input, 'read a page');
      const cursor = (input.cursor === undefined ? undefined : parseCursor(input.cursor)) ?? (await firstCursor(context, input));
      if (input.walk === 'backfill' && input.cursor === undefined && input.dryRun !== true) await context.ledger.marks.remove(`integration:${input.integration.id}`, 'backfill-paged');
      const now = await context.ledger.clock.now();
      const { orders, next, paged } = await walkOn(client, input.walk, { ...cursor, givenAt: cursor.after === undefined ? now : cursor.givenAt }, now);
      if (paged !== undefined) await context.ledger.marks.set(`integration:${input.integration.id}`, 'backfill-paged', paged);
      const { settings } = await context.integrationSettings(input.integration.id);
      const listed = orders.filter((order) => isWanted(input.walk, order, settings.excludeStatuses));
      const wanted = input.limit === undefined ? listed : listed.slice(0, input.limit);
      const hasMore = next !== undefined && (input.limit === undefined || wanted.length < input.limit);
      const kept = await keep(input, client, wanted);
      if (cursor.isReread && next === undefined) await settleReturn(context);
      return { ...kept, count: wanted.length, ...(hasMore ? { nextCursor: JSON.stringify(next) } : {}) };
    },

    /** Orders that cannot be read are left out: their import says why. */
    async summarisePage({ integration, page }) {
      const settings = await mapSettings(integration.id);
      const stored = await context.ledger.pages.entries(page);
      const summaries: OrderSummary[] = [];
      for (const { sourceId, skip } of stored?.entries ?? []) {
        const listed = skip ? undefined : await context.ledger.pages.body(page, sourceId);
        const summary = listed && summarise(listed.body, settings);
        if (summary) summaries.push(summary);
      }
      return summaries;
    },

    /** One order with its customer where the shop tells it, and descriptions and categories of the products that the target does not know. */
    async readOrder(input) {
      const { client } = await begin(input, 'read the order', `order:${input.sourceId}`);
      const reading = await readOrderOnce(context, input, createPlatform({ context, input, client, settings: await mapSettings(input.integration.id) }));
      if (reading.kind !== 'order' || reading.order.status !== 'test' || input.follow || input.byOperator) return reading;
      return { kind: 'skip', reason: 'test-order', digest: reading.digest, number: reading.order.number };
    },

    /** Our words for what three fields of an order say together; no call. */
    listStatuses() {
      return Promise.resolve(statuses.filter((status) => status !== 'test').map((status) => ({ id: status, name: status })));
    },

    /** R8: Shopify has no call that sets a status, and none is asked for. */
    setStatus() {
      return Promise.resolve({ kind: 'never' as const });
    },

    async ensureWebhooks(input) {
      const hooks = await context.hooks?.();
      if (hooks === undefined) return topics.map((topic) => ({ topic, state: 'missing', found: 'no gateway is configured: changes are found by the sweep' }));
      const { client, settings } = await begin(input, 'webhooks');
      if (signingSecretOf(settings) === undefined) return topics.map((topic) => ({ topic, state: 'missing', found: 'apiSecret is not set: what the shop sends could not be verified' }));
      const addressDigest = context.ledger.crypto.digest(context.company, 'webhook address', hooks.address);
      return ensureShopWebhooks(client, hooks.address, {
        wasRegistered: async (topic) => (await context.ledger.marks.get(subject, `webhook ${topic}`)) === addressDigest,
        noteRegistered: async (topic) => context.ledger.marks.set(subject, `webhook ${topic}`, addressDigest),
      });
    },

    async readWindow(input) {
      const { client } = await begin(input, 'reconcile');
      return readComparedPage({ context, client, settings: await mapSettings(input.integration.id) }, input);
    },
  } satisfies OrderSource & ReconcilableSource;

  async function begin({ integration, lane }: StepInput, step: string, record = '') {
    const { settings } = await context.settings();
    const noted = Number(await context.ledger.marks.get(subject, restoreRateMark));
    const rate = settings.pointsPerSecond ?? (noted > 0 ? noted : smallestRate);
    return { settings, client: createShopifyClient({ settings, call: context.call({ integration, lane, record, step }), tokens, rate }) };
  }

  async function mapSettings(integration: string): Promise<MapSettings> {
    const [connection, pair] = await Promise.all([context.settings(), context.integrationSettings(integration)]);
    return { connection: connection.settings, integration: pair.settings };
  }

  async function keep({ walk, integration, dryRun }: ReadPageInput, client: ShopifyClient, orders: ListedOrder[]): Promise<{ page?: string; sourceIds?: string[] }> {
    if (dryRun) return { sourceIds: orders.map((order) => order.legacyResourceId) };
    const entries = walk === 'excluded' ? orders.map(leftOut) : await entriesOf(client, orders, await parcelsSince(context, integration.id));
    if (entries.length === 0) return {};
    const mark = walk === 'changed' ? markOf(orders) : undefined;
    return { page: await context.ledger.pages.put({ integration: integration.id, walk, entries, ...(mark === undefined ? {} : { mark }) }) };
  }

  function leftOut(order: ListedOrder): PageEntry {
    const status = statusOf(order);
    const skip = status === 'test' ? { reason: 'test-order' } : { reason: 'status-excluded', detail: status };
    return { sourceId: order.legacyResourceId, number: order.name, digest: digestOf(context, order), body: JSON.stringify(order), skip };
  }

  /** Orders that went while the page was read are left out. */
  async function entriesOf(client: ShopifyClient, orders: ListedOrder[], sinceMs: number): Promise<PageEntry[]> {
    const told = await readPersons(context, client, orders.map((order) => order.legacyResourceId));
    const { settings } = await context.settings();
    return orders.flatMap((order) => {
      const person = told.get(order.legacyResourceId);
      return person === undefined ? [] : [entryOf(withParcelsSince(order, sinceMs), person.person, settings.country)];
    });
  }

  function entryOf(order: ListedOrder, person: ShopifyPerson | null, country: string): PageEntry {
    const raw = { order, person };
    return { sourceId: order.legacyResourceId, number: order.name, digest: digestOf(context, raw), body: JSON.stringify(raw), persons: Object.values(personDigests(context, toCustomer(person, country))) };
  }

  function summarise(body: string, settings: MapSettings): OrderSummary | undefined {
    try {
      const { sourceId, number, createdAt, total, customer } = toOrder(parseOrder(body), settings);
      return { sourceId, number, createdAt, total, ...personDigests(context, customer) };
    } catch (error) {
      if (error instanceof BadDataError) return undefined;
      throw error;
    }
  }
}
