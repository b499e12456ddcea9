/** The shop as judges read it: plain JSON, whatever the token or the plan may see. Amounts are decimal text with two digits. */
import { utcOrNull, utcText } from './dates.ts';
import { orderName } from './filters.ts';
import { gid } from './gid.ts';
import type { Address, Order } from './model.ts';
import { amountText, share } from './money.ts';
import { currentQuantity, currentTotals, financialStatus, fulfillmentStatus, lineTotal, originalTotals, refundedAmount, shippingPrice } from './totals.ts';
import type { World } from './world.ts';

export interface TrueLine {
  id: number;
  title: string;
  variantTitle: string | null;
  sku: string | null;
  productId: number | null;
  variantId: number | null;
  quantity: number;
  currentQuantity: number;
  /** of one unit, without and with all discounts */
  price: string;
  discountedPrice: string;
  total: string;
}

export interface TrueOrder {
  id: number;
  gid: string;
  name: string;
  createdAt: string;
  updatedAt: string;
  cancelledAt: string | null;
  financialStatus: string;
  fulfillmentStatus: string;
  test: boolean;
  edited: boolean;
  currency: string;
  presentmentCurrency: string;
  email: string | null;
  phone: string | null;
  customerId: number | null;
  billing: Address | null;
  shipping: Address | null;
  note: string | null;
  tags: string[];
  total: string;
  currentTotal: string;
  refunded: string;
  tax: string;
  discounts: string;
  taxesIncluded: boolean;
  lines: TrueLine[];
  shippingLines: { title: string; carrier: string | null; price: string }[];
  refunds: { id: number; amount: string; createdAt: string }[];
  tracking: { company: string | null; number: string | null }[];
}

export interface ShopifyTruth {
  shop: World['shop'];
  account: { app: string; state: string; scopes: string[] };
  orders: TrueOrder[];
  deletedOrders: number[];
  customers: { id: number; firstName: string | null; lastName: string | null; email: string | null; phone: string | null; tags: string[]; emailConsent: string; smsConsent: string; orders: number }[];
  products: { id: number; title: string; status: string; categoryId: string | null; variants: { id: number; title: string; sku: string | null; price: string; available: number }[] }[];
  subscriptions: { id: number; topic: string; uri: string }[];
}

export function truthOf({ shop, account, store }: World): ShopifyTruth {
  const ordered = new Map<number, number>();
  for (const { customerId } of store.orders.all()) if (customerId !== null) ordered.set(customerId, (ordered.get(customerId) ?? 0) + 1);
  const known = new Set(store.products.all().map(({ id }) => id));
  const available = new Map<number, number>();
  for (const level of store.levels.values()) available.set(level.itemId, (available.get(level.itemId) ?? 0) + level.available);
  return {
    shop: { ...shop },
    account: { app: account.app, state: account.state, scopes: [...account.scopes] },
    orders: store.orders.sorted('id', ({ id }) => id).map((order) => trueOrder(order, known)),
    deletedOrders: [...store.deletedOrders],
    customers: store.customers.all().map(({ id, firstName, lastName, email, phone, tags, emailConsent, smsConsent }) => ({ id, firstName, lastName, email, phone, tags, emailConsent: emailConsent.state, smsConsent: smsConsent.state, orders: ordered.get(id) ?? 0 })),
    products: store.products.all().map(({ id, title, status, categoryId, variantIds }) => ({
      id,
      title,
      status,
      categoryId,
      variants: variantIds.flatMap((one) => store.variants.get(one) ?? []).map((variant) => ({ id: variant.id, title: variant.title, sku: variant.sku, price: amountText(variant.price), available: available.get(variant.inventoryItemId) ?? 0 })),
    })),
    subscriptions: store.subscriptions.all().map(({ id, topic, uri }) => ({ id, topic, uri })),
  };
}

function trueOrder(order: Order, products: ReadonlySet<number>): TrueOrder {
  const { id, test, edited, currency, presentmentCurrency, email, phone, customerId, billing, shipping, note, tags, taxesIncluded } = order;
  const first = originalTotals(order);
  return {
    id,
    gid: gid('Order', id),
    name: orderName(order),
    createdAt: utcText(order.createdAt),
    updatedAt: utcText(order.updatedAt),
    cancelledAt: utcOrNull(order.cancelledAt),
    financialStatus: financialStatus(order),
    fulfillmentStatus: fulfillmentStatus(order),
    test,
    edited,
    currency,
    presentmentCurrency,
    email,
    phone,
    customerId,
    billing,
    shipping,
    note,
    tags,
    total: amountText(first.total),
    currentTotal: amountText(currentTotals(order).total),
    refunded: amountText(refundedAmount(order)),
    tax: amountText(first.tax),
    discounts: amountText(first.discounts),
    taxesIncluded,
    lines: order.lines.map((line) => ({
      id: line.id,
      title: line.title,
      variantTitle: line.variantTitle,
      sku: line.sku,
      productId: line.productId !== null && products.has(line.productId) ? line.productId : null,
      variantId: line.productId !== null && products.has(line.productId) ? line.variantId : null,
      quantity: line.quantity,
      currentQuantity: currentQuantity(line),
      price: amountText(line.price),
      discountedPrice: amountText(share(lineTotal(line), 1, line.quantity)),
      total: amountText(lineTotal(line)),
    })),
    shippingLines: order.shippingLines.map((line) => ({ title: line.title, carrier: line.carrier, price: amountText(shippingPrice(line)) })),
    refunds: order.refunds.map((refund) => ({ id: refund.id, amount: amountText(refund.amount), createdAt: utcText(refund.createdAt) })),
    tracking: order.fulfillments.flatMap(({ tracking }) => tracking.map(({ company, number }) => ({ company, number }))),
  };
}
