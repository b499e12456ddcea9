/** An order as the API shows it, field by field as recorded (contract woocommerce 4). */
import { amountText, unitPrice } from './amount.ts';
import { currencyOf } from './currencies.ts';
import { gmtText, localText } from './dates.ts';
import { versions } from './limits.ts';
import type { Address, Meta, Note, OrderLine, Refund, ShippingLine, StoredOrder } from './model.ts';
import type { Row } from './reply.ts';
import type { Store } from './store.ts';

/** How a reply is to be rendered. */
export interface ViewOptions {
  store: Store;
  /** the shop's own home address, without slash at its end */
  site: string;
  /** decimals of amounts */
  dp: number;
}

export const itemMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

export function orderView(order: StoredOrder, view: ViewOptions): Row {
  return { ...orderHead(order, view), ...orderLines(order, view), ...orderTail(order, view) };
}

function orderHead(order: StoredOrder, { store, dp }: ViewOptions): Row {
  const zone = store.shop.timeZone;
  const { totals } = order;
  const money = (units: number) => amountText(units, dp);
  return {
    id: order.id,
    parent_id: 0,
    status: order.status,
    currency: order.currency,
    version: versions.woocommerce,
    prices_include_tax: order.pricesIncludeTax,
    date_created: localText(order.createdAt, zone),
    date_modified: localText(order.modifiedAt, zone),
    discount_total: money(totals.discount),
    discount_tax: money(totals.discountTax),
    shipping_total: money(totals.shipping),
    shipping_tax: money(totals.shippingTax),
    cart_tax: money(totals.cartTax),
    total: money(totals.total),
    total_tax: money(totals.totalTax),
    customer_id: order.customerId,
    order_key: order.orderKey,
    billing: { ...addressView(order.billing), email: order.billing.email, phone: order.billing.phone },
    shipping: { ...addressView(order.shipping), phone: order.shipping.phone },
    payment_method: order.paymentMethod,
    payment_method_title: order.paymentMethodTitle,
    transaction_id: order.transactionId,
    customer_ip_address: '',
    customer_user_agent: '',
    created_via: order.createdVia,
    customer_note: order.customerNote,
    date_completed: order.completedAt === null ? null : localText(order.completedAt, zone),
    date_paid: order.paidAt === null ? null : localText(order.paidAt, zone),
    cart_hash: '',
    number: order.number,
    meta_data: metaView(order.meta),
  };
}

function orderLines(order: StoredOrder, view: ViewOptions): Row {
  const money = (units: number) => amountText(units, view.dp);
  return {
    line_items: order.lines.map((line) => lineView(line, order, view)),
    tax_lines: taxLines(order, view),
    shipping_lines: order.shippingLines.map((line) => shippingLineView(line, order, money)),
    fee_lines: order.feeLines.map((line) => ({
      id: line.id,
      name: line.name,
      tax_class: '',
      tax_status: 'taxable',
      amount: money(line.total),
      total: money(line.total),
      total_tax: money(line.totalTax),
      taxes: taxesOf(order, line.totalTax, undefined, money),
      meta_data: itemMeta(line.meta),
    })),
    coupon_lines: order.couponLines.map((line) => ({
      id: line.id,
      code: line.code,
      discount: money(line.discount),
      discount_tax: money(line.discountTax),
      meta_data: itemMeta(line.meta),
      discount_type: 'fixed_cart',
      nominal_amount: line.nominal / 1_000_000,
      free_shipping: false,
    })),
    refunds: order.refunds.map((refund) => ({ id: refund.id, reason: refund.reason, total: money(-refund.amount), total_tax: money(0) })),
  };
}

function orderTail(order: StoredOrder, { store, site }: ViewOptions): Row {
  const needsPayment = (order.status === 'pending' || order.status === 'failed') && order.totals.total > 0;
  const self = `${site}/wp-json/wc/v3/orders/${order.id}`;
  return {
    payment_url: `${site}/checkout/order-pay/${order.id}/?pay_for_order=true&key=${order.orderKey}`,
    is_editable: ['pending', 'on-hold', 'auto-draft'].includes(order.status),
    needs_payment: needsPayment,
    needs_processing: order.lines.some((line) => store.products.has(line.productId)),
    date_created_gmt: gmtText(order.createdAt),
    date_modified_gmt: gmtText(order.modifiedAt),
    date_completed_gmt: order.completedAt === null ? null : gmtText(order.completedAt),
    date_paid_gmt: order.paidAt === null ? null : gmtText(order.paidAt),
    currency_symbol: currencyOf(order.currency).symbol,
    _links: {
      self: [{ href: self, targetHints: { allow: itemMethods } }],
      collection: [{ href: `${site}/wp-json/wc/v3/orders` }],
      email_templates: [{ embeddable: true, href: `${self}/actions/email_templates` }],
    },
  };
}

function addressView(address: Address): Row {
  const { first_name, last_name, company, address_1, address_2, city, state, postcode, country } = address;
  return { first_name, last_name, company, address_1, address_2, city, state, postcode, country };
}

/** `sku` and `product_id` are those of the current product: 0 and null once it is gone, while the name stays. */
function lineView(line: OrderLine, order: StoredOrder, { store, dp }: ViewOptions): Row {
  const money = (units: number) => amountText(units, dp);
  const parent = store.products.get(line.productId);
  const variation = line.variationId === 0 ? undefined : store.products.get(line.variationId);
  const sold = parent === undefined ? undefined : (variation ?? parent);
  return {
    id: line.id,
    name: line.name,
    product_id: parent?.id ?? 0,
    variation_id: parent === undefined ? 0 : (variation?.id ?? 0),
    quantity: line.quantity,
    tax_class: line.taxClass,
    subtotal: money(line.subtotal),
    subtotal_tax: money(line.subtotalTax),
    total: money(line.total),
    total_tax: money(line.totalTax),
    taxes: taxesOf(order, line.totalTax, line.subtotalTax, money),
    meta_data: itemMeta(line.meta),
    sku: sold?.sku ?? null,
    global_unique_id: sold?.globalUniqueId ?? '',
    price: unitPrice(line.total, line.quantity),
    // recorded: a number for variations, a text for everything else
    image: variation === undefined ? { id: '', src: '' } : { id: 0, src: '' },
    parent_name: variation === undefined ? null : (parent?.name ?? null),
  };
}

function shippingLineView(line: ShippingLine, order: StoredOrder, money: (units: number) => string): Row {
  return {
    id: line.id,
    method_title: line.methodTitle,
    method_id: line.methodId,
    instance_id: line.instanceId,
    total: money(line.total),
    total_tax: money(line.totalTax),
    taxes: taxesOf(order, line.totalTax, undefined, money),
    tax_status: 'taxable',
    meta_data: itemMeta(line.meta),
  };
}

function taxesOf(order: StoredOrder, total: number, subtotal: number | undefined, money: (units: number) => string): Row[] {
  return order.vatPercent === null ? [] : [{ id: 1, total: money(total), subtotal: subtotal === undefined ? '' : money(subtotal) }];
}

function taxLines(order: StoredOrder, { dp }: ViewOptions): Row[] {
  if (order.vatPercent === null) return [];
  const { cartTax, shippingTax } = order.totals;
  return [
    {
      id: order.taxLineId,
      rate_code: 'PL-VAT-1',
      rate_id: 1,
      label: 'VAT',
      compound: false,
      tax_total: amountText(cartTax, dp),
      shipping_tax_total: amountText(shippingTax, dp),
      rate_percent: order.vatPercent,
      meta_data: [],
    },
  ];
}

const metaView = (meta: Meta[]): Row[] => meta.map(({ id, key, value }) => ({ id, key, value }));

function itemMeta(meta: Meta[]): Row[] {
  return meta.map(({ id, key, value }) => ({ id, key, value, display_key: key.startsWith('_') ? key : key.charAt(0).toUpperCase() + key.slice(1), display_value: value }));
}

export function refundView(refund: Refund, order: StoredOrder, view: ViewOptions): Row {
  const base = `${view.site}/wp-json/wc/v3/orders/${order.id}`;
  return {
    id: refund.id,
    date_created: localText(refund.createdAt, view.store.shop.timeZone),
    date_created_gmt: gmtText(refund.createdAt),
    amount: amountText(refund.amount, view.dp),
    reason: refund.reason,
    refunded_by: 1,
    refunded_payment: refund.refundedPayment,
    meta_data: metaView(refund.meta),
    line_items: refund.lines.map((line) => lineView(line, order, view)),
    shipping_lines: [],
    tax_lines: [],
    fee_lines: [],
    _links: {
      self: [{ href: `${base}/refunds/${refund.id}`, targetHints: { allow: ['GET', 'DELETE'] } }],
      collection: [{ href: `${base}/refunds` }],
      up: [{ href: base }],
    },
  };
}

export function noteView(note: Note, order: StoredOrder, { store, site }: ViewOptions): Row {
  const base = `${site}/wp-json/wc/v3/orders/${order.id}`;
  return {
    id: note.id,
    author: note.author,
    date_created: localText(note.createdAt, store.shop.timeZone),
    date_created_gmt: gmtText(note.createdAt),
    note: note.note,
    customer_note: note.customerNote,
    _links: {
      self: [{ href: `${base}/notes/${note.id}`, targetHints: { allow: ['GET', 'DELETE'] } }],
      collection: [{ href: `${base}/notes` }],
      up: [{ href: base }],
    },
  };
}
