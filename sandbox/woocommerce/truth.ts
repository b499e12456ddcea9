/** The shop's state as judges read it: plain JSON, every order whatever its status, names as stored (HTML-encoded). */
import { amountText } from './amount.ts';
import type { Address, BillingAddress, ChangeEvent, Mail, Meta, Note, OrderLine, StoredOrder, Webhook } from './model.ts';
import type { Shop, Store } from './store.ts';

export interface TrueLine {
  id: number;
  name: string;
  productId: number;
  variationId: number;
  sku: string | null;
  quantity: number;
  /** net, 2 decimals */
  total: string;
  totalTax: string;
  /** how many of the quantity were refunded */
  refunded: number;
}

export interface TrueOrder {
  id: number;
  number: string;
  status: string;
  currency: string;
  /** ISO 8601 UTC */
  createdAt: string;
  modifiedAt: string;
  pricesIncludeTax: boolean;
  customerId: number;
  billing: BillingAddress;
  shipping: Address;
  customerNote: string;
  createdVia: string;
  total: string;
  totalTax: string;
  shippingTotal: string;
  discountTotal: string;
  lines: TrueLine[];
  shippingLines: { id: number; title: string; total: string }[];
  fees: { id: number; name: string; total: string }[];
  coupons: { id: number; code: string; discount: string }[];
  refunds: { id: number; amount: string; createdAt: string }[];
  notes: Note[];
  /** what the shop wrote to the customer */
  mails: { kind: Mail['kind']; at: string }[];
  meta: Meta[];
}

export interface WoocommerceTruth {
  shop: Shop;
  orders: TrueOrder[];
  products: { id: number; type: string; name: string; sku: string; parentId: number; categoryIds: number[]; price: string; stockQuantity: number | null; status: string }[];
  categories: { id: number; name: string; parent: number }[];
  customers: { id: number; email: string; firstName: string; lastName: string }[];
  events: readonly ChangeEvent[];
  webhooks: Pick<Webhook, 'id' | 'name' | 'topic' | 'status' | 'deliveryUrl' | 'failures'>[];
}

export function truthOf(store: Store): WoocommerceTruth {
  return {
    shop: store.shop,
    orders: store.orders.byId.rows.map((order) => trueOrder(order, store)),
    products: [...store.products.values()].map(({ id, type, name, sku, parentId, categoryIds, regularPrice, salePrice, stockQuantity, status }) => ({
      id,
      type,
      name,
      sku,
      parentId,
      categoryIds,
      price: salePrice || regularPrice,
      stockQuantity,
      status,
    })),
    categories: [...store.categories.values()].map(({ id, name, parent }) => ({ id, name, parent })),
    customers: [...store.customers.values()].map(({ id, email, firstName, lastName }) => ({ id, email, firstName, lastName })),
    events: store.events,
    webhooks: [...store.webhooks.values()].map(({ id, name, topic, status, deliveryUrl, failures }) => ({ id, name, topic, status, deliveryUrl, failures })),
  };
}

function trueOrder(order: StoredOrder, store: Store): TrueOrder {
  const { id, number, status, currency, pricesIncludeTax, customerId, billing, shipping, customerNote, createdVia, totals, notes, meta } = order;
  return {
    id,
    number,
    status,
    currency,
    createdAt: new Date(order.createdAt).toISOString(),
    modifiedAt: new Date(order.modifiedAt).toISOString(),
    pricesIncludeTax,
    customerId,
    billing,
    shipping,
    customerNote,
    createdVia,
    total: amountText(totals.total, 2),
    totalTax: amountText(totals.totalTax, 2),
    shippingTotal: amountText(totals.shipping, 2),
    discountTotal: amountText(totals.discount, 2),
    lines: order.lines.map((line) => trueLine(line, order, store)),
    shippingLines: order.shippingLines.map((line) => ({ id: line.id, title: line.methodTitle, total: amountText(line.total, 2) })),
    fees: order.feeLines.map((line) => ({ id: line.id, name: line.name, total: amountText(line.total, 2) })),
    coupons: order.couponLines.map((line) => ({ id: line.id, code: line.code, discount: amountText(line.discount, 2) })),
    refunds: order.refunds.map((refund) => ({ id: refund.id, amount: amountText(refund.amount, 2), createdAt: new Date(refund.createdAt).toISOString() })),
    notes,
    mails: order.mails.map(({ kind, at }) => ({ kind, at: new Date(at).toISOString() })),
    meta,
  };
}

function trueLine(line: OrderLine, order: StoredOrder, store: Store): TrueLine {
  const product = store.products.get(line.productId);
  const variation = store.products.get(line.variationId);
  const taken = order.refunds.flatMap((refund) => refund.lines).filter((back) => back.meta.some(({ key, value }) => key === '_refunded_item_id' && value === String(line.id)));
  return {
    id: line.id,
    name: line.name,
    productId: product?.id ?? 0,
    variationId: product === undefined ? 0 : (variation?.id ?? 0),
    sku: product === undefined ? null : (variation ?? product).sku,
    quantity: line.quantity,
    total: amountText(line.total, 2),
    totalTax: amountText(line.totalTax, 2),
    refunded: taken.reduce((count, back) => count - back.quantity, 0),
  };
}
