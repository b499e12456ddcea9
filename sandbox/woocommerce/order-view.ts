/** An order as the API shows it, field by field as recorded (contract woocommerce 4). */
import { amountText } from './amount.ts';
import { currencyOf } from './currencies.ts';
import { gmtText, localText } from './dates.ts';
import { versions } from './limits.ts';
import { itemMeta, lineView, metaView, shippingLineView, taxLines, taxesOf } from './line-view.ts';
import type { Address, StoredOrder } from './model.ts';
import type { Row } from './reply.ts';
import { itemMethods } from './view-options.ts';
import type { ViewOptions } from './view-options.ts';

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
