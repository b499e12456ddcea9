/** WooCommerce as a source of orders: canonical words in and out. Every step reads only and is safe to repeat. */
import type { OrderSource, OrderSummary, ReadPageInput, ReconcilableSource, StepInput } from '../../domain/ports.ts';
import type { ConnectorContext } from '../call.ts';
import { BadDataError } from '../errors.ts';
import { readOrderOnce } from '../order-reading.ts';
import { createCategoryCache, type CategoryCache } from './categories.ts';
import { checkShop } from './check.ts';
import { readComparedPage } from './compared.ts';
import { createWoocommerceClient } from './client.ts';
import { parseOrder, toOrder, type MapSettings } from './map.ts';
import { personDigests } from './persons.ts';
import { createPlatform } from './platform.ts';
import type { WoocommerceSettings } from './settings.ts';
import { listingOf, markOf, pageEntry } from './walks.ts';
import { ensureShopWebhooks, topics } from './webhooks.ts';
import { firstCursor, parseCursor, readWindow } from './windows.ts';

export function createWoocommerceActivities(context: ConnectorContext<WoocommerceSettings>) {
  const caches = new Map<string, CategoryCache>();
  const cacheOf = (baseUrl: string): CategoryCache => {
    const cache = caches.get(baseUrl) ?? createCategoryCache(async () => context.ledger.clock.now());
    caches.set(baseUrl, cache);
    return cache;
  };

  return {
    /** Credentials, currency, time zone, statuses; failures are rows too. */
    async checkSource(input) {
      const { client, settings } = await begin(input, 'check');
      const { settings: integration } = await context.integrationSettings(input.integration.id);
      const booksCurrency = await context.ledger.marks.get(`connection:${input.integration.target}`, 'currency');
      return checkShop(client, { shop: settings, integration, ...(booksCurrency === undefined ? {} : { booksCurrency }) });
    },

    /** One window of the shop's list. A repeat stores another page that expires. */
    async readPage(input) {
      const { client } = await begin(input, 'read a page');
      const cursor = input.cursor === undefined ? undefined : parseCursor(input.cursor);
      const listing = await listingOf(context, client, input, cursor?.status);
      if (!listing) return { count: 0 };
      const { orders, next, total } = await readWindow(client, listing, cursor ?? firstCursor(listing));
      const wanted = input.limit === undefined ? orders : orders.slice(0, input.limit);
      const hasMore = next !== undefined && (input.limit === undefined || wanted.length < input.limit);
      return {
        ...(await keep(input, wanted)),
        count: wanted.length,
        ...(hasMore ? { nextCursor: JSON.stringify(next) } : {}),
        ...(total === undefined ? {} : { total }),
      };
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

    /** One order with refunds taken off, and descriptions and categories of the products that the target does not know. */
    async readOrder(input) {
      const { client, settings } = await begin(input, 'read the order', `order:${input.sourceId}`);
      const platform = createPlatform({ context, input, client, settings: await mapSettings(input.integration.id), categories: cacheOf(settings.baseUrl) });
      return readOrderOnce(context, input, platform);
    },

    async listStatuses(input) {
      const { client } = await begin(input, 'statuses');
      return (await client.listStatuses()).map(({ slug, name }) => ({ id: slug, name }));
    },

    /** R11. Reads first: a shop mails the customer and bumps the order even when the status is the same again. */
    async setStatus(input) {
      const { client } = await begin(input, 'set the status', `order:${input.sourceId}`);
      const current = await client.findOrder(input.sourceId);
      // writing a status to an order in the trash would take it out of there (contract 4)
      if (current === undefined || current.status === 'trash') return { kind: 'gone' };
      if (current.status === input.status) return { kind: 'unchanged' };
      await client.setStatus(input.sourceId, input.status);
      return { kind: 'written' };
    },

    async ensureWebhooks(input) {
      const hooks = await context.hooks?.();
      if (hooks === undefined) return topics.map((topic) => ({ topic, state: 'missing', found: 'no gateway is configured: changes are found by the sweep' }));
      const { client } = await begin(input, 'webhooks');
      return ensureShopWebhooks(client, hooks);
    },

    async readWindow(input) {
      const { client } = await begin(input, 'reconcile');
      return readComparedPage({ context, client, settings: await mapSettings(input.integration.id) }, input);
    },
  } satisfies OrderSource & ReconcilableSource;

  async function begin({ integration, lane }: StepInput, step: string, record = '') {
    const { settings } = await context.settings();
    return { settings, client: createWoocommerceClient(settings, context.call({ integration, lane, record, step })) };
  }

  async function mapSettings(integration: string): Promise<MapSettings> {
    const [connection, pair] = await Promise.all([context.settings(), context.integrationSettings(integration)]);
    return { connection: connection.settings, integration: pair.settings };
  }

  async function keep({ walk, integration, dryRun }: ReadPageInput, orders: Parameters<typeof markOf>[0]): Promise<{ page?: string; sourceIds?: string[] }> {
    if (dryRun) return { sourceIds: orders.map((order) => String(order.id)) };
    if (orders.length === 0) return {};
    const mark = walk === 'changed' ? markOf(orders) : undefined;
    const { settings } = await context.settings();
    const entries = orders.map((order) => pageEntry(context, walk, order, settings.country));
    return { page: await context.ledger.pages.put({ integration: integration.id, walk, entries, ...(mark === undefined ? {} : { mark }) }) };
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
