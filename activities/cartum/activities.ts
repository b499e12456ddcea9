/** Cartum as a source of orders: canonical words in and out. Every step but the two that say so reads only, and all are safe to repeat. */
import type { OrderSource, OrderSummary, ReadOrderInput, ReadPageInput, ReconcilableSource, StepInput } from '../../domain/ports.ts';
import type { ConnectorContext } from '../call.ts';
import { BadDataError, SettingsError } from '../errors.ts';
import { readOrderOnce, rulesOf } from '../order-reading.ts';
import { personDigests } from '../persons.ts';
import { createCategoryCache, type CategoryCache } from './categories.ts';
import { maySendCancelled } from './check-rows.ts';
import { checkShop } from './check.ts';
import { createCartumClient, type CartumClient } from './client.ts';
import { readComparedPage } from './compared.ts';
import { goneBody } from './followed.ts';
import { parseOrder, toOrder, type MapSettings } from './map.ts';
import { assertNumber, createPlatform } from './platform.ts';
import type { ListedOrder } from './schemas.ts';
import { createSessions, type Sessions } from './session.ts';
import type { CartumSettings } from './settings.ts';
import { cancelled, createStatusCache, excludedOf, readStatuses, type StatusCache } from './statuses.ts';
import { beginWalk, goneEntry, markOf, pageEntry, readOn } from './walks.ts';
import { ensureShopWebhooks, events, findSubscription } from './webhooks.ts';
import { parseCursor, type Plan } from './windows.ts';

/** @param sessions the tokens of this process; one for all steps of the connection */
export function createCartumActivities(context: ConnectorContext<CartumSettings>, sessions: Sessions = createSessions()) {
  const caches = new Map<string, { categories: CategoryCache; statuses: StatusCache }>();
  const now = async () => context.ledger.clock.now();
  const cachesOf = ({ baseUrl }: CartumSettings) => {
    const cache = caches.get(baseUrl) ?? { categories: createCategoryCache(now), statuses: createStatusCache(now) };
    caches.set(baseUrl, cache);
    return cache;
  };

  return {
    /** Log-in, currency, time zone, statuses, language; failures are rows too. */
    async checkSource(input) {
      const { client, settings } = await begin(input, 'check');
      const { settings: integration } = await context.integrationSettings(input.integration.id);
      const booksCurrency = await context.ledger.marks.get(`connection:${input.integration.target}`, 'currency');
      const subscribed = await subscribedEvents();
      return checkShop(client, { shop: settings, integration, now: await now(), ...(booksCurrency === undefined ? {} : { booksCurrency }), ...(subscribed === undefined ? {} : { subscribed }) });
    },

    /** A page of orders, gathered over quiet days. A repeat stores another page that expires. */
    async readPage(input) {
      const { client, settings } = await begin(input, 'read a page');
      const cursor = (input.cursor === undefined ? undefined : parseCursor(input.cursor)) ?? (await beginWalk(context, input, async () => readStatuses(client, settings.language)));
      if (!cursor) return { count: 0 };
      const { orders, gone = [], next } = await readOn(context, client, input.integration.id, cursor);
      const wanted = input.limit === undefined ? orders : orders.slice(0, input.limit);
      const hasMore = next !== undefined && (input.limit === undefined || wanted.length < input.limit);
      const isEnd = next === undefined && wanted.length === orders.length;
      return { ...(await keep(input, { orders: wanted, gone, plan: cursor.plan, isEnd })), count: wanted.length + gone.length, ...(hasMore ? { nextCursor: JSON.stringify({ plan: cursor.plan, at: next }) } : {}) };
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

    /** One order, with names, descriptions and categories of the products that the target does not know. */
    async readOrder(input) {
      const { client, settings } = await begin(input, 'read the order', `order:${input.sourceId}`);
      const platform = createPlatform({ context, input, client, settings, categories: cachesOf(settings).categories }, await mapSettings(input.integration.id));
      return readOrderOnce(withDelivered(client, settings), await withoutGonePage(input), platform);
    },

    async listStatuses(input) {
      const { client, settings } = await begin(input, 'statuses');
      return (await readStatuses(client, settings.language)).statuses.map(({ id, name }) => ({ id, name }));
    },

    /**
     * R6. Writes. Reads first: a status may mail the customer even when it is the same again.
     * @throws SettingsError where status 4 is not mapped explicitly; PermanentError with the vendor's words
     */
    async setStatus(input) {
      assertNumber(input.sourceId);
      const { client } = await begin(input, 'set the status', `order:${input.sourceId}`);
      const current = await client.findOrder(input.sourceId);
      if (current === undefined) return { kind: 'gone' };
      if (current.stat_status === input.status) return { kind: 'unchanged' };
      const { settings } = await context.integrationSettings(input.integration.id);
      if (input.status === cancelled && !maySendCancelled(settings)) throw new SettingsError('status 4 locks the order for good: it is sent only where a row of the status table leads to it');
      if (!/^\d+$/.test(input.status)) throw new SettingsError('the status table names a status that is no id of the shop');
      await client.setStatus(input.sourceId, input.status);
      return { kind: 'written' };
    },

    /** Writes: subscriptions that are not remembered. One whose reply was lost is made twice, and told of twice: hints may come twice. */
    async ensureWebhooks(input) {
      const hooks = await context.hooks?.();
      if (hooks === undefined) return events.map((topic) => ({ topic, state: 'missing', found: 'no gateway is configured: changes are found by the sweep' }));
      const { client } = await begin(input, 'webhooks');
      return ensureShopWebhooks(context, client, hooks.address);
    },

    /** Writes to the ledger alone: since when a change waits to be followed. */
    async readWindow(input) {
      const { client, settings } = await begin(input, 'reconcile');
      const rules = await rulesOf(withDelivered(client, settings), input);
      return readComparedPage({ context, client, settings: await mapSettings(input.integration.id), rules }, input);
    },
  } satisfies OrderSource & ReconcilableSource;

  async function begin({ integration, lane }: StepInput, step: string, record = '') {
    const { settings } = await context.settings();
    return { settings, client: createCartumClient(settings, context.call({ integration, lane, record, step }), sessions) };
  }

  /** R5: which statuses mean "Delivered" is the shop's to say, not the settings'. */
  function withDelivered(client: CartumClient, shop: CartumSettings): typeof context {
    const integrationSettings: typeof context.integrationSettings = async (id) => {
      const [pair, found] = await Promise.all([context.integrationSettings(id), cachesOf(shop).statuses(async () => readStatuses(client, shop.language))]);
      return { ...pair, settings: { ...pair.settings, excludeStatuses: excludedOf(found, pair.settings) } };
    };
    return { ...context, integrationSettings };
  }

  async function mapSettings(integration: string): Promise<MapSettings> {
    const [connection, pair] = await Promise.all([context.settings(), context.integrationSettings(integration)]);
    return { connection: connection.settings, integration: pair.settings };
  }

  /** A page says that the shop did not list an order, not that it is gone: it is read. */
  async function withoutGonePage(input: ReadOrderInput): Promise<ReadOrderInput> {
    if (input.page === undefined || (await context.ledger.pages.body(input.page, input.sourceId))?.body !== goneBody) return input;
    return { ...input, fresh: true };
  }

  async function subscribedEvents(): Promise<string[] | undefined> {
    const hooks = await context.hooks?.();
    if (hooks === undefined) return undefined;
    const known = await Promise.all(events.map(async (event) => ({ event, id: await findSubscription(context, event, hooks.address) })));
    return known.flatMap(({ event, id }) => (id === undefined ? [] : [event]));
  }

  /** The last page of a whole sweep is kept even when it is empty: it carries the mark. */
  async function keep({ walk, integration, dryRun }: ReadPageInput, { orders, gone, plan, isEnd }: { orders: ListedOrder[]; gone: string[]; plan: Plan; isEnd: boolean }): Promise<{ page?: string; sourceIds?: string[] }> {
    if (dryRun) return { sourceIds: [...orders.map((order) => order.order_id), ...gone] };
    const mark = markOf(walk, plan, isEnd);
    if (orders.length + gone.length === 0 && mark === undefined) return {};
    const { settings } = await context.settings();
    const entries = [...orders.map((order) => pageEntry(context, walk, order, settings)), ...gone.map(goneEntry)];
    return { page: await context.ledger.pages.put({ integration: integration.id, walk, entries, ...(mark === undefined ? {} : { mark }) }) };
  }

  function summarise(body: string, settings: MapSettings): OrderSummary | undefined {
    try {
      const { sourceId, number, createdAt, total, customer } = toOrder(parseOrder(JSON.parse(body)), settings);
      return { sourceId, number, createdAt, total, ...personDigests(context, customer) };
    } catch (error) {
      if (error instanceof BadDataError) return undefined;
      throw error;
    }
  }
}
