/** Orders in webhooks: REST-shaped, shop-local times, ids as numbers (contract shopify 8, 9; keys as in the vendor's samples). */
import { localOrNull, localText } from './dates.ts';
import { orderName } from './filters.ts';
import { gid } from './gid.ts';
import type { Allocation, Fulfillment, Line, Order, Refund, Transaction } from './model.ts';
import { amountText, decimalText, moneySet, sum } from './money.ts';
import { addressPayload, orderCustomerPayload, personal } from './payload-customer.ts';
import { currentQuantity, currentTotals, financialStatus, fulfillmentStatus, lineTotal, originalTotals, outstanding, shippingPrice, taxOf, unfulfilledQuantity } from './totals.ts';
import { lineName } from './view-line.ts';
import type { World } from './world.ts';

/** The amount as a text under its name, and as a set of both currencies beside it. */
const both = (order: Order, name: string, amount: number) => ({ [name]: amountText(amount), [`${name}_set`]: moneySet(order, amount) });

export function orderPayload(world: World, order: Order): Record<string, unknown> {
  return { ...headOf(world, order), ...amountsOf(order), ...partsOf(world, order) };
}

/** REST knows fewer words: what is not shipped at all is null. */
function restFulfillment(order: Order): string | null {
  const words: Record<string, string> = { FULFILLED: 'fulfilled', PARTIALLY_FULFILLED: 'partial', RESTOCKED: 'restocked' };
  return words[fulfillmentStatus(order)] ?? null;
}

function headOf({ shop, ...world }: World, order: Order): Record<string, unknown> {
  const hide = <Value>(value: Value): Value | null => personal({ shop, ...world }, value);
  const local = (at: number): string => localText(at, shop.timeZone);
  return {
    id: order.id,
    admin_graphql_api_id: gid('Order', order.id),
    app_id: 580_111,
    browser_ip: null,
    buyer_accepts_marketing: false,
    cancel_reason: order.cancelReason?.toLowerCase() ?? null,
    cancelled_at: localOrNull(order.cancelledAt, shop.timeZone),
    cart_token: null,
    checkout_token: null,
    client_details: null,
    closed_at: localOrNull(order.closedAt, shop.timeZone),
    confirmation_number: order.id.toString(36).toUpperCase().slice(-9),
    confirmed: order.confirmed,
    contact_email: hide(order.email),
    created_at: local(order.createdAt),
    currency: order.currency,
    customer_locale: 'pl',
    device_id: null,
    discount_codes: order.discounts.filter(({ kind }) => kind === 'code').map(({ title, amount, percent }) => ({ code: title, amount: amountText(amount), type: percent === null ? 'fixed_amount' : 'percentage' })),
    duties_included: false,
    email: hide(order.email),
    estimated_taxes: false,
    financial_status: financialStatus(order).toLowerCase(),
    fulfillment_status: restFulfillment(order),
    landing_site: null,
    landing_site_ref: null,
    location_id: null,
    merchant_business_entity_id: 'MTU0ODM4MDAwOQ',
    merchant_of_record_app_id: null,
    name: orderName(order),
    note: order.note,
    note_attributes: order.attributes.map(({ key, value }) => ({ name: key, value })),
    number: order.number - 1_000,
    order_number: order.number,
    order_status_url: `https://${shop.domain}/orders/${order.id.toString(36)}/authenticate`,
    payment_gateway_names: [...new Set(order.transactions.map(({ gateway }) => gateway))],
    phone: hide(order.phone),
    po_number: order.poNumber,
    presentment_currency: order.presentmentCurrency,
    processed_at: local(order.processedAt),
    reference: null,
    referring_site: null,
    source_identifier: null,
    source_name: order.sourceName,
    source_url: null,
    tags: order.tags.join(', '),
    tax_exempt: false,
    taxes_included: order.taxesIncluded,
    test: order.test,
    token: order.id.toString(36),
    updated_at: local(order.updatedAt),
    user_id: null,
  };
}

function amountsOf(order: Order): Record<string, unknown> {
  const first = originalTotals(order);
  const now = currentTotals(order);
  const full = sum(order.lines.map((line) => line.price * line.quantity));
  return {
    current_shipping_price_set: moneySet(order, now.shipping),
    ...both(order, 'current_subtotal_price', now.subtotal),
    current_total_additional_fees_set: order.fees.length === 0 ? null : moneySet(order, now.fees),
    ...both(order, 'current_total_discounts', now.discounts),
    current_total_duties_set: null,
    ...both(order, 'current_total_price', now.total),
    ...both(order, 'current_total_tax', now.tax),
    original_total_additional_fees_set: order.fees.length === 0 ? null : moneySet(order, first.fees),
    original_total_duties_set: null,
    ...both(order, 'subtotal_price', first.subtotal),
    tax_lines: taxesOf(order, first.subtotal + first.shipping),
    total_cash_rounding_payment_adjustment_set: moneySet(order, 0),
    total_cash_rounding_refund_adjustment_set: moneySet(order, 0),
    ...both(order, 'total_discounts', first.discounts),
    ...both(order, 'total_line_items_price', full),
    total_outstanding: amountText(outstanding(order)),
    ...both(order, 'total_price', first.total),
    total_shipping_price_set: moneySet(order, first.shipping),
    ...both(order, 'total_tax', first.tax),
    total_tip_received: amountText(order.tip),
    total_weight: 0,
  };
}

function partsOf(world: World, order: Order): Record<string, unknown> {
  const customer = order.customerId === null ? undefined : world.store.customers.get(order.customerId);
  return {
    billing_address: addressPayload(world, order.billing),
    customer: customer === undefined ? null : personal(world, orderCustomerPayload(world, customer)),
    discount_applications: order.discounts.map(({ kind, title, target, percent, amount }) => ({
      target_type: target === 'shipping' ? 'shipping_line' : 'line_item',
      type: kind === 'code' ? 'discount_code' : kind,
      value: percent === null ? amountText(amount) : percent.toFixed(1),
      value_type: percent === null ? 'fixed_amount' : 'percentage',
      allocation_method: target === 'all' ? 'across' : 'each',
      target_selection: target === 'line' ? 'explicit' : 'all',
      ...(kind === 'code' ? { code: title } : { title }),
    })),
    fulfillments: order.fulfillments.map((one) => fulfillmentPayload(world, order, one)),
    line_items: order.lines.map((line) => linePayload(world, order, line)),
    payment_terms: null,
    refunds: order.refunds.map((one) => refundPayload(world, order, one)),
    shipping_address: addressPayload(world, order.shipping),
    shipping_lines: order.shippingLines.map((line) => ({
      id: line.id,
      carrier_identifier: line.carrier,
      code: line.code,
      current_discounted_price_set: moneySet(order, line.removed ? 0 : shippingPrice(line)),
      ...both(order, 'discounted_price', shippingPrice(line)),
      is_removed: line.removed,
      phone: null,
      ...both(order, 'price', line.price),
      requested_fulfillment_service_id: null,
      source: 'shopify',
      title: line.title,
      tax_lines: taxesOf(order, shippingPrice(line)),
      discount_allocations: allocationsOf(order, line.allocations),
    })),
    returns: [],
    line_item_groups: [],
  };
}

function taxesOf(order: Order, amount: number) {
  if (order.vatPercent === null) return [];
  return [{ ...both(order, 'price', taxOf(order, amount)), rate: order.vatPercent / 100, title: 'VAT', channel_liable: false }];
}

const allocationsOf = (order: Order, allocations: readonly Allocation[]) => allocations.map(({ discount, amount }) => ({ ...both(order, 'amount', amount), discount_application_index: discount }));

function linePayload(world: World, order: Order, line: Line): Record<string, unknown> {
  return { ...lineCore(world, order, line), attributed_staffs: [], current_quantity: currentQuantity(line), sales_line_item_group_id: null };
}

/** The line as it stands inside refunds and fulfilments too. */
function lineCore({ store }: World, order: Order, line: Line): Record<string, unknown> {
  const product = line.productId === null ? undefined : store.products.get(line.productId);
  const done = line.fulfilled > 0 ? (unfulfilledQuantity(line) > 0 ? 'partial' : 'fulfilled') : null;
  return {
    id: line.id,
    variant_id: product === undefined ? null : line.variantId,
    title: line.title,
    quantity: line.quantity,
    sku: line.sku,
    variant_title: line.variantTitle,
    vendor: line.vendor,
    fulfillment_service: 'manual',
    product_id: product?.id ?? null,
    requires_shipping: line.requiresShipping,
    taxable: line.taxable,
    gift_card: false,
    name: lineName(line),
    variant_inventory_management: product === undefined ? null : 'shopify',
    properties: line.attributes.map(({ key, value }) => ({ name: key, value })),
    product_exists: product !== undefined,
    fulfillable_quantity: unfulfilledQuantity(line),
    grams: 0,
    ...both(order, 'price', line.price),
    ...both(order, 'total_discount', 0),
    fulfillment_status: done,
    discount_allocations: allocationsOf(order, line.allocations),
    duties: [],
    admin_graphql_api_id: gid('LineItem', line.id),
    tax_lines: line.taxable ? taxesOf(order, lineTotal(line)) : [],
  };
}

export function refundPayload(world: World, order: Order, refund: Refund): Record<string, unknown> {
  const local = localText(refund.createdAt, world.shop.timeZone);
  const shippingLine = order.shippingLines[0];
  return {
    id: refund.id,
    order_id: order.id,
    created_at: local,
    note: refund.note,
    user_id: null,
    processed_at: local,
    duties: [],
    total_duties_set: moneySet(order, 0),
    return: null,
    refund_shipping_lines: refund.shipping > 0 && shippingLine ? [{ id: refund.id, shipping_line: { id: shippingLine.id, title: shippingLine.title }, subtotal_amount_set: moneySet(order, refund.shipping), tax_amount_set: moneySet(order, taxOf(order, refund.shipping)) }] : [],
    restock: refund.lines.some(({ restock }) => restock !== 'NO_RESTOCK'),
    admin_graphql_api_id: gid('Refund', refund.id),
    order_adjustments: refund.adjustment === 0 ? [] : [{ id: refund.id, order_id: order.id, refund_id: refund.id, kind: 'refund_discrepancy', reason: 'Refund discrepancy', ...both(order, 'amount', -refund.adjustment), ...both(order, 'tax_amount', 0) }],
    refund_line_items: refund.lines.flatMap(({ id, lineId, quantity, restock, subtotal, tax }) => {
      const line = order.lines.find((one) => one.id === lineId);
      if (line === undefined) return [];
      return [{ id, quantity, line_item_id: lineId, location_id: null, restock_type: restock.toLowerCase(), subtotal: subtotal / 100, total_tax: tax / 100, subtotal_set: moneySet(order, subtotal), total_tax_set: moneySet(order, tax), line_item: lineCore(world, order, line) }];
    }),
    transactions: order.transactions.filter(({ refundId }) => refundId === refund.id).map((one) => transactionPayload(world, order, one)),
  };
}

function transactionPayload({ shop }: World, order: Order, { id, kind, gateway, status, createdAt, amount }: Transaction): Record<string, unknown> {
  const at = localText(createdAt, shop.timeZone);
  const nothing = { amount: decimalText(0), currency: order.currency };
  return {
    id,
    order_id: order.id,
    kind: kind.toLowerCase(),
    gateway,
    status: status.toLowerCase(),
    message: null,
    created_at: at,
    test: order.test,
    authorization: null,
    location_id: null,
    user_id: null,
    parent_id: null,
    processed_at: at,
    device_id: null,
    error_code: null,
    source_name: 'web',
    receipt: {},
    amount: amountText(amount),
    currency: order.currency,
    payment_id: `#${order.number}.`,
    total_unsettled_set: { presentment_money: nothing, shop_money: nothing },
    manual_payment_gateway: gateway === 'manual',
    amount_rounding: null,
    admin_graphql_api_id: gid('OrderTransaction', id),
  };
}

const present = (values: (string | null)[]): string[] => values.flatMap((value) => value ?? []);

export function fulfillmentPayload(world: World, order: Order, fulfillment: Fulfillment): Record<string, unknown> {
  const { id, createdAt, status, tracking, lines, name } = fulfillment;
  const at = localText(createdAt, world.shop.timeZone);
  const [first] = tracking;
  return {
    id,
    order_id: order.id,
    status: status.toLowerCase(),
    created_at: at,
    service: 'manual',
    updated_at: at,
    tracking_company: first?.company ?? null,
    shipment_status: null,
    location_id: null,
    origin_address: null,
    email: personal(world, order.email),
    destination: addressPayload(world, order.shipping),
    line_items: lines.flatMap(({ lineId, quantity }) => {
      const line = order.lines.find((one) => one.id === lineId);
      return line === undefined ? [] : [{ ...lineCore(world, order, line), quantity }];
    }),
    tracking_number: first?.number ?? null,
    tracking_numbers: present(tracking.map(({ number }) => number)),
    tracking_url: first?.url ?? null,
    tracking_urls: present(tracking.map(({ url }) => url)),
    receipt: {},
    name,
    admin_graphql_api_id: gid('Fulfillment', id),
  };
}

interface Delta {
  id: number;
  delta: number;
}

export function editedPayload(world: World, order: Order, additions: Delta[], removals: Delta[]): Record<string, unknown> {
  const at = localText(world.clock.now(), world.shop.timeZone);
  return {
    order_edit: {
      id: world.store.next('other'),
      app_id: null,
      created_at: at,
      committed_at: at,
      notify_customer: false,
      order_id: order.id,
      staff_note: '',
      user_id: null,
      line_items: { additions, removals },
      discounts: { line_item: { additions: [], removals: [] } },
      shipping_lines: { additions: [], removals: [] },
    },
  };
}

export const deletedPayload = ({ id }: Order): Record<string, unknown> => ({ id });

