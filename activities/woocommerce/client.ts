/** WooCommerce REST API v3, as far as we use it. Oddities and evidence: README.md beside this file. */
import { z } from 'zod';
import type { CallContext, Refusal } from '../call.ts';
import { createHttp } from '../http.ts';
import { authorize } from './oauth.ts';
import {
  categoriesSchema,
  currencySettingSchema,
  currentCurrencySchema,
  idsSchema,
  listedOrdersSchema,
  orderFields,
  orderSchema,
  probedOrdersSchema,
  productsSchema,
  refundsSchema,
  statusesSchema,
  webhookSchema,
  webhooksSchema,
  writtenSchema,
  type WooCategory,
  type WooWebhook,
} from './schemas.ts';
import type { WoocommerceSettings } from './settings.ts';

const missingObject = ['woocommerce_rest_shop_order_invalid_id', 'woocommerce_rest_product_invalid_id', 'woocommerce_rest_term_invalid', 'wc_user_invalid_id', 'woocommerce_rest_invalid_id'];

/** What a reply means, by status and code only: messages are translated into the site's language (contract 6). */
export const refusals = [
  { status: 429, means: 'rate limited', waitMs: 2_000 },
  { status: 401, means: 'unauthorized' }, // for good, until a person mends the key; also Basic behind a proxy that hides https
  { status: 403, json: true, means: 'forbidden' }, // the key's user lacks a right
  { status: 403, json: false, means: 'retryable' }, // a firewall or security plug-in, not WooCommerce (contract 3)
  { status: 404, code: missingObject, means: 'absent' },
  { status: 400, code: missingObject, means: 'absent' }, // PUT of a missing id answers 400 where GET answers 404
  { status: 404, json: true, means: 'permanent' }, // rest_no_route: the plug-in is off or the address wrong; never "the order is gone"
  { status: [400, 404, 405, 406, 410, 413], json: false, means: 'retryable' }, // the host's page, not WooCommerce's answer
  { status: 500, json: false, means: 'retryable' },
  { status: 500, means: 'perhaps the record' }, // internal_server_error: a few times only
  { status: [502, 503, 504, 520, 521, 522, 523, 524], means: 'retryable' },
] as const satisfies readonly Refusal[];

const errorSchema = z.object({ code: z.string(), message: z.string() }).partial();

function explain(body: unknown): { code?: string; words?: string } {
  const { code, message } = errorSchema.safeParse(body).data ?? {};
  return { ...(code === undefined ? {} : { code }), ...(message === undefined ? {} : { words: message }) };
}

export interface OrderQuery {
  status?: string;
  /** strict bounds, naive GMT together with `dates_are_gmt` */
  after?: string | undefined;
  before?: string | undefined;
  modified_after?: string | undefined;
  modified_before?: string | undefined;
  dates_are_gmt?: true;
  orderby?: 'id' | 'date' | 'modified';
  order?: 'asc' | 'desc';
  page?: number;
  per_page?: number;
  _fields?: string;
}

/** Hosts are slow: a hundred orders may take long to put together. */
const timeoutMs = 30_000;
const maxBytes = 30_000_000;

export function createWoocommerceClient(settings: WoocommerceSettings, call: CallContext) {
  const http = createHttp(
    {
      system: 'woocommerce',
      baseUrl: settings.baseUrl,
      authorize: (request) => authorize(request, settings),
      refusals,
      explain,
      budget: { account: `woocommerce:${call.connection}`, perSecond: settings.requestsPerSecond, share: settings.share, burst: 2 },
      simultaneous: settings.simultaneous + 1, // the ledger keeps one place for opt-outs, and a shop is never sent any
      timeoutMs,
      maxBytes,
    },
    call,
  );
  return {
    /** Total is absent where a host strips the header. */
    async listOrders(query: OrderQuery) {
      const { data, headers } = await http.get('orders', listedOrdersSchema, { query: { ...query } });
      const total = Number(headers['x-wp-total']);
      return { orders: data, ...(headers['x-wp-total'] !== undefined && Number.isInteger(total) ? { total } : {}) };
    },
    /** Undefined: the shop no longer has it. Trashed orders are found. */
    async findOrder(id: string) {
      return (await http.find(`orders/${id}`, orderSchema, { query: { _fields: orderFields } }))?.data;
    },
    async listRefunds(orderId: string) {
      return (await http.get(`orders/${orderId}/refunds`, refundsSchema, { query: { per_page: 100 } })).data;
    },
    async listStatuses() {
      return (await http.get('orders/statuses', statusesSchema)).data;
    },
    /** At most a hundred. Those that are gone or in the trash are left out. */
    async listProducts(ids: number[]) {
      return (await http.get('products', productsSchema, { query: { include: ids.join(','), per_page: 100, _fields: 'id,description,short_description,categories' } })).data;
    },
    /** The whole tree, page after page. */
    async listCategories(): Promise<WooCategory[]> {
      const all: WooCategory[] = [];
      for (let page = 1; ; page += 1) {
        const { data } = await http.get('products/categories', categoriesSchema, { query: { per_page: 100, page, orderby: 'id', order: 'asc', _fields: 'id,name,slug,parent' } });
        all.push(...data);
        if (data.length < 100) return all;
      }
    },
    /** The newest order, for what it shows of the shop's settings. */
    async probeOrders() {
      const { data, headers } = await http.get('orders', probedOrdersSchema, { query: { per_page: 1, _fields: 'id,currency,date_created,date_created_gmt' } });
      return { newest: data[0], total: headers['x-wp-total'] };
    },
    /** Needs an administrator's key. */
    async getCurrencySetting() {
      return (await http.get('settings/general/woocommerce_currency', currencySettingSchema)).data.value;
    },
    async getCurrentCurrency() {
      return (await http.get('data/currencies/current', currentCurrencySchema)).data.code;
    },
    /** The shop may mail the customer, also when the status is the same again (contract 4). */
    async setStatus(id: string, status: string) {
      await http.send('PUT', `orders/${id}`, writtenSchema, { body: { status }, query: { _fields: 'id' }, objectId: id });
    },
    /** All of them, page after page. */
    async listWebhooks(): Promise<WooWebhook[]> {
      const all: WooWebhook[] = [];
      for (let page = 1; ; page += 1) {
        const { data } = await http.get('webhooks', webhooksSchema, { query: { per_page: 100, page, _fields: 'id,topic,delivery_url,status' } });
        all.push(...data);
        if (data.length < 100) return all;
      }
    },
    async createWebhook(webhook: { name: string; topic: string; delivery_url: string; secret: string; status: 'active' }) {
      await http.send('POST', 'webhooks', webhookSchema, { body: webhook });
    },
    /** Active again, and under the secret that is valid now. */
    async mendWebhook(id: number, secret: string) {
      await http.send('PUT', `webhooks/${id}`, webhookSchema, { body: { status: 'active', secret }, objectId: String(id) });
    },
    async hasVariants() {
      return (await http.get('products', idsSchema, { query: { type: 'variable', per_page: 1, _fields: 'id' } })).data.length > 0;
    },
  };
}

export type WoocommerceClient = ReturnType<typeof createWoocommerceClient>;
