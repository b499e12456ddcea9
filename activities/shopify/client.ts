/** Shopify's Admin API (GraphQL), as far as we use it. Oddities and evidence: README.md beside this file. */
import { z } from 'zod';
import type { CallContext } from '../call.ts';
import { UnauthorizedError, UnexpectedReplyError } from '../errors.ts';
import { createHttp, type Reply } from '../http.ts';
import { createBulkCalls } from './bulk-client.ts';
import { emptyForMs } from './cost.ts';
import * as documents from './documents.ts';
import {
  connectionOf,
  costSchema,
  createdWebhookSchema,
  errorSchema,
  lineSchema,
  listedOrderSchema,
  orderSchema,
  personSchema,
  probedOrdersSchema,
  productSchema,
  shopInfoSchema,
  variantCountsSchema,
  webhookSchema,
  type GraphqlError,
  type ListedOrder,
  type ShopifyLine,
  type ShopifyOrder,
  type ShopifyPerson,
  type ShopifyProduct,
  type ShopifyWebhook,
} from './schemas.ts';
import type { ShopifySettings } from './settings.ts';
import type { TokenKeeper } from './token.ts';
import { explain, isProtectedData, judgeBody, refusals } from './verdict.ts';

/** A hundred orders with their lines take the shop a while. */
const timeoutMs = 30_000;
const maxBytes = 30_000_000;

/** Where the rate that the shop's plan restores is remembered. */
export const restoreRateMark = 'restore-rate';
/** What the smallest plan restores in a second. */
export const smallestRate = 100;

export interface ClientParts {
  settings: ShopifySettings;
  call: CallContext;
  tokens: TokenKeeper;
  /** points per second, as the settings or earlier replies say */
  rate: number;
}

export interface OrdersPage {
  orders: ListedOrder[];
  /** absent: the last page */
  next?: string;
}

interface Asked<T> {
  data: T;
  /** refusals of protected customer data beside the data */
  withheld: GraphqlError[];
  headers: Record<string, string>;
}

export function createShopifyClient({ settings, call, tokens, rate }: ClientParts) {
  const account = `shopify:${call.connection}`;
  let token = '';
  const http = createHttp(
    {
      system: 'shopify',
      baseUrl: settings.baseUrl,
      authorize: () => ({ headers: { 'x-shopify-access-token': token } }),
      refusals,
      explain,
      judgeBody,
      // the bucket holds twenty seconds; half of it may be used at once, so that one more large document still fits
      budget: { account, perSecond: rate, share: settings.share, burst: rate * 10 },
      timeoutMs,
      maxBytes,
    },
    call,
  );

  return {
    /** For many orders at once. */
    bulk: createBulkCalls({ call, settings, ask }),

    /** Orders by creation or by change, the earliest first; all that an import reads but persons, lines complete. */
    async listOrders(by: 'created' | 'changed', q: string, after: string | undefined): Promise<OrdersPage> {
      const operation = by === 'created' ? documents.ordersByCreation : documents.ordersByChange;
      const page = await pageOf(operation, 'orders', listedOrderSchema, { q, after: after ?? null });
      const orders: ListedOrder[] = [];
      for (const order of page.nodes) orders.push(await withAllLines(order));
      return { orders, ...nextOf(page) };
    },

    /** Only what names and counts orders. */
    async listOrderNames(q: string, after: string | undefined): Promise<OrdersPage> {
      const page = await pageOf(documents.orderNames, 'orders', listedOrderSchema, { q, after: after ?? null });
      return { orders: page.nodes, ...nextOf(page) };
    },

    /** Undefined: not there for this token; without `read_all_orders` that may only mean that it is older than sixty days. */
    async findOrder(id: string): Promise<ShopifyOrder | undefined> {
      const { order } = (await ask(documents.orderById, z.object({ order: orderSchema.nullable() }), { id: gid('Order', id) })).data;
      return order === null ? undefined : completeLines(order);
    },

    /** Persons of up to `mostAliases` orders, by order id; those that are gone are left out. `withheld`: what the shop refused to tell. */
    async readPersons(ids: string[]): Promise<{ persons: Map<string, ShopifyPerson>; withheld: GraphqlError[] }> {
      const { data, withheld } = await askAliased(documents.orderPersons(ids.length), personSchema, 'Order', ids);
      return { persons: new Map(data.map((person) => [person.legacyResourceId, person])), withheld };
    },

    /** Up to `mostAliases`; those that are gone are left out. */
    async listProducts(ids: string[]): Promise<ShopifyProduct[]> {
      return (await askAliased(documents.productDetails(ids.length), productSchema, 'Product', ids)).data;
    },

    /** The shop, the granted scopes and the version that answered. */
    async getShop() {
      const { data, headers } = await ask(documents.shopInfo, shopInfoSchema, {});
      return { ...data, version: headers['x-shopify-api-version'] };
    },

    /** The first or the last order that the token may read. */
    async probeOrder(which: 'oldest' | 'newest'): Promise<{ id: string; createdAt: string } | undefined> {
      const { orders } = (await ask(which === 'oldest' ? documents.oldestOrder : documents.newestOrder, probedOrdersSchema, {})).data;
      const found = orders.nodes[0];
      return found && { id: found.legacyResourceId, createdAt: found.createdAt };
    },

    /** Some product has more than one variant. */
    async hasVariants(): Promise<boolean> {
      const { productsCount, productVariantsCount } = (await ask(documents.variantCounts, variantCountsSchema, {})).data;
      return (productVariantsCount?.count ?? 0) > (productsCount?.count ?? 0);
    },

    /** All of this app's. */
    async listWebhooks(): Promise<ShopifyWebhook[]> {
      const all: ShopifyWebhook[] = [];
      for (let after: string | null = null; ; ) {
        const page: Page<ShopifyWebhook> = await pageOf(documents.listWebhooks, 'webhookSubscriptions', webhookSchema, { after });
        all.push(...page.nodes);
        const { next } = nextOf(page);
        if (next === undefined) return all;
        after = next;
      }
    },

    /** Refuses a second one for the same topic and address. */
    async createWebhook(topic: string, uri: string): Promise<void> {
      await ask(documents.createWebhook, createdWebhookSchema, { topic, uri }, { isWrite: true });
    },
  };

  /** The odd ones stay as they are: their import says what is wrong. */
  async function withAllLines(order: ListedOrder): Promise<ListedOrder> {
    const read = orderSchema.safeParse(order);
    return read.success ? completeLines(read.data) : order;
  }

  /** Nested connections truncate silently (contract 5). */
  async function completeLines(order: ShopifyOrder): Promise<ShopifyOrder> {
    const nodes: ShopifyLine[] = [...order.lineItems.nodes];
    const schema = z.object({ order: z.object({ lineItems: connectionOf(lineSchema) }).nullable() });
    for (let after = nextOf(order.lineItems).next; after !== undefined; ) {
      const { data } = await ask(documents.moreLines, schema, { id: order.id, after });
      nodes.push(...(data.order?.lineItems.nodes ?? []));
      after = data.order ? nextOf(data.order.lineItems).next : undefined;
    }
    return { ...order, lineItems: { nodes, pageInfo: { hasNextPage: false } } };
  }

  async function pageOf<T>(operation: documents.Operation, field: string, node: z.ZodType<T>, variables: Record<string, unknown>): Promise<Page<T>> {
    const { data } = await ask(operation, z.record(z.string(), connectionOf(node)), variables);
    const page = data[field];
    if (!page) throw new UnexpectedReplyError({ system: 'shopify', endpoint: endpointOf(operation), sent: 'maybe', field });
    return page;
  }

  async function askAliased<T>(operation: documents.Operation, schema: z.ZodType<T>, type: 'Order' | 'Product', ids: string[]): Promise<{ data: T[]; withheld: GraphqlError[] }> {
    const variables = Object.fromEntries(ids.map((id, at) => [`id${at}`, gid(type, id)]));
    const { data, withheld } = await ask(operation, z.record(z.string(), schema.nullable()), variables);
    return { data: Object.values(data).filter((found) => found !== null), withheld };
  }

  async function ask<T>(operation: documents.Operation, schema: z.ZodType<T>, variables: Record<string, unknown>, { isWrite = false } = {}): Promise<Asked<T>> {
    const envelope = z.object({ data: schema, errors: z.array(errorSchema).nullish(), extensions: z.object({ cost: costSchema.nullish().catch(undefined) }).nullish() });
    const send = async () =>
      http.send('POST', `admin/api/${documents.apiVersion}/graphql.json`, envelope, {
        body: { query: operation.text, variables, operationName: operation.name },
        endpoint: `graphql ${operation.name}`,
        cost: operation.cost,
        isRead: !isWrite,
      });
    const { data: reply, headers } = await withToken(send);
    await notePace(reply.extensions?.cost?.throttleStatus ?? undefined);
    return { data: reply.data, withheld: (reply.errors ?? []).filter(isProtectedData), headers };
  }

  /** A 401 was executed by nobody: once more with a new token, where there can be one. */
  async function withToken<T>(send: () => Promise<Reply<T>>): Promise<Reply<T>> {
    token = await tokens.tokenFor(settings, call);
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof UnauthorizedError) || settings.accessToken !== undefined) throw error;
      token = await tokens.tokenFor(settings, call, token);
      return send();
    }
  }

  /** Each reply says what is left of the bucket and how fast the plan fills it: that moves the budget for everybody (contract 3). */
  async function notePace(status: NonNullable<z.output<typeof costSchema>['throttleStatus']> | undefined): Promise<void> {
    if (!status) return;
    const waitMs = emptyForMs(status);
    try {
      if (waitMs > 0) await call.ledger.budgets.holdUntil(account, waitMs);
      if (status.restoreRate > 0 && status.restoreRate !== rate) await call.ledger.marks.set(`connection:${call.connection}`, restoreRateMark, String(status.restoreRate));
    } catch {
      // the reply must not be lost because a figure could not be written; the next one brings it again
    }
  }
}

export type ShopifyClient = ReturnType<typeof createShopifyClient>;

interface Page<T> {
  nodes: T[];
  pageInfo: { hasNextPage: boolean; endCursor?: string | null | undefined };
}

const nextOf = ({ pageInfo }: Pick<Page<unknown>, 'pageInfo'>): { next?: string } => (pageInfo.hasNextPage && typeof pageInfo.endCursor === 'string' ? { next: pageInfo.endCursor } : {});

const gid = (type: 'Order' | 'Product', id: string): string => `gid://shopify/${type}/${id}`;

const endpointOf = (operation: documents.Operation): string => `POST graphql ${operation.name}`;
