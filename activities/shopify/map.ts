/** An order of the shop in canonical words (contract shopify 10). Pure. */
import type { Ending, LineItem, Order } from '../../domain/order.ts';
import type { Product } from '../../domain/product.ts';
import type { ImportOrdersSettings } from '../../domain/settings.ts';
import { BadDataError } from '../errors.ts';
import { chargesOf, lineAmount, shippingCharges } from './amounts.ts';
import { numbersOf } from './parcels.ts';
import { toCustomer, toDelivery } from './parties.ts';
import { rawOrderSchema, type ListedOrder, type RawOrder, type ShopifyLine, type ShopifyOrder } from './schemas.ts';
import type { ShopifySettings } from './settings.ts';

export interface MapSettings {
  connection: Pick<ShopifySettings, 'country' | 'language'>;
  integration: Pick<ImportOrdersSettings, 'codeOf'>;
}

/** What `Order.status` and the setting excludeStatuses say; `test` orders are never imported. */
export const statuses = ['open', 'fulfilled', 'cancelled', 'refunded', 'test'] as const;
export type Status = (typeof statuses)[number];

/** R7: what the backfill leaves out. */
export const finished: readonly Status[] = ['fulfilled', 'cancelled', 'refunded'];

/** One word of three fields: *cancelled* is a time, *refunded* a financial and *fulfilled* a fulfilment status (contract 4). PARTIALLY_… stay open. */
export function statusOf({ test, cancelledAt, displayFinancialStatus, displayFulfillmentStatus }: Pick<ListedOrder, 'test' | 'cancelledAt' | 'displayFinancialStatus' | 'displayFulfillmentStatus'>): Status {
  if (test) return 'test';
  if (cancelledAt !== null) return 'cancelled';
  if (displayFinancialStatus === 'REFUNDED') return 'refunded';
  return displayFulfillmentStatus === 'FULFILLED' ? 'fulfilled' : 'open';
}

/** Decision on R8, R16. An order that is gone has none: it cannot be read. */
const endings: Partial<Record<Status, Ending>> = { cancelled: 'cancelled', refunded: 'refunded' };

/** Throws BadDataError that names the first field which cannot be used. */
export function parseOrder(body: string): RawOrder {
  const parsed = rawOrderSchema.safeParse(JSON.parse(body));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new BadDataError(issue?.path.join('.') ?? 'order', issue?.message ?? 'cannot be read');
}

export function toOrder({ order, person }: RawOrder, { connection, integration }: MapSettings): Order {
  if (!/^[A-Z]{3}$/.test(order.currencyCode)) throw new BadDataError('currencyCode', 'must be a currency code');
  if (order.currentTotalPriceSet.currencyCode !== order.currencyCode) throw new BadDataError('currentTotalPriceSet', 'must be in the currency of the order');
  if (order.shippingLines.pageInfo.hasNextPage) throw new BadDataError('shippingLines', 'must be ten at most');
  const status = statusOf(order);
  const ending = endings[status];
  const lineItems = currentLines(order).map((line) => toLineItem(line, order.taxesIncluded, integration.codeOf));
  const delivery = toDelivery(shippingCharges(order, connection.language), person, numbersOf(order.fulfillments));
  return {
    sourceId: order.legacyResourceId,
    platform: 'Shopify',
    number: order.name,
    status,
    ...(ending === undefined ? {} : { ending }),
    createdAt: toInstant(order.createdAt),
    modifiedAt: toInstant(order.updatedAt),
    currency: order.currencyCode,
    customer: toCustomer(person, connection.country),
    lineItems,
    charges: chargesOf(order, lineItems, connection.language),
    ...(delivery === undefined ? {} : { delivery }),
    total: order.currentTotalPriceSet.amount,
    totalTax: order.currentTotalTaxSet.amount,
  };
}

/** R16: lines of which nothing is left are left out, unless nothing is left of any: then the order shows as fully refunded. */
function currentLines({ lineItems }: ShopifyOrder): ShopifyLine[] {
  const left = lineItems.nodes.filter(({ currentQuantity }) => currentQuantity > 0);
  return left.length > 0 ? left : lineItems.nodes;
}

const toLineItem = (line: ShopifyLine, taxesIncluded: boolean, codeOf: ImportOrdersSettings['codeOf']): LineItem => ({
  key: lineKey(line),
  product: toProduct(line, codeOf),
  quantity: String(line.currentQuantity),
  total: lineAmount(line, taxesIncluded),
});

/** The numeric part of the line's id, which stays the same through edits (contract 7). */
export const lineKey = ({ id }: Pick<ShopifyLine, 'id'>): string => /(\d+)(\?.*)?$/.exec(id)?.[1] ?? id;

/** R17. What was typed in, or deleted since, has neither product nor variant: it comes by its SKU or name, without code (contract 9). */
export function toProduct({ title, variantTitle, sku, product, variant }: ShopifyLine, codeOf: ImportOrdersSettings['codeOf']): Product {
  const sourceId = variant?.legacyResourceId ?? product?.legacyResourceId;
  const code = codeOf === 'product' ? product?.legacyResourceId : sourceId;
  const options = variantTitle?.trim() ?? '';
  const ownSku = sku?.trim() ?? '';
  return {
    ...(sourceId === undefined ? {} : { sourceId }),
    name: options === '' || options === onlyVariant ? title.trim() : `${title.trim()} - ${options}`,
    ...(ownSku === '' ? {} : { sku: ownSku }),
    ...(code === undefined ? {} : { code }),
  };
}

/** The name of the one variant of a product that has no options. */
const onlyVariant = 'Default Title';

/** As the rest of the program writes instants: with milliseconds, so that texts compare like times. */
export const toInstant = (utc: string): string => new Date(utc).toISOString();

/** Quoted in a filter: unquoted times are split at their colons and filter something else (contract 4). Whole seconds, rounded down. */
export const toQuotedSecond = (instantMs: number): string => `'${new Date(instantMs).toISOString().slice(0, 19)}Z'`;
