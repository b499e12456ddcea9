/** An order as GraphQL shows it. */
import { utcOrNull, utcText } from './dates.ts';
import { orderName } from './filters.ts';
import { gid } from './gid.ts';
import type { Order } from './model.ts';
import { bag, sum } from './money.ts';
import { currentQuantity, currentTotals, financialStatus, fulfillmentStatus, originalTotals, outstanding, refundedAmount, unfulfilledQuantity } from './totals.ts';
import { listed, type Reading } from './reading.ts';
import { addressView } from './view-address.ts';
import { customerView } from './view-customer.ts';
import { discountView, lineView, shippingLineView, taxLines } from './view-line.ts';
import { metafieldViews } from './view-metafield.ts';
import { fulfillmentView, refundView, transactionView } from './view-refund.ts';

export function orderView(reading: Reading, order: Order): Record<string, unknown> {
  return { __typename: 'Order', ...plainFields(order), ...addresses(order), ...statusFields(order), ...amounts(order), ...parts(reading, order), ...metafieldViews([]) };
}

function plainFields(order: Order) {
  const codes = order.discounts.filter(({ kind }) => kind === 'code').map(({ title }) => title);
  return {
    id: gid('Order', order.id),
    legacyResourceId: String(order.id),
    name: orderName(order),
    number: order.number,
    createdAt: utcText(order.createdAt),
    updatedAt: utcText(order.updatedAt),
    processedAt: utcText(order.processedAt),
    email: order.email,
    phone: order.phone,
    note: order.note,
    tags: order.tags,
    sourceName: order.sourceName,
    sourceIdentifier: null,
    poNumber: order.poNumber,
    customAttributes: order.attributes,
    test: order.test,
    edited: order.edited,
    confirmed: order.confirmed,
    confirmationNumber: order.id.toString(36).toUpperCase().slice(-9),
    clientIp: null,
    customerAcceptsMarketing: false,
    customerLocale: 'pl',
    currencyCode: order.currency,
    presentmentCurrencyCode: order.presentmentCurrency,
    taxesIncluded: order.taxesIncluded,
    taxExempt: false,
    estimatedTaxes: false,
    dutiesIncluded: false,
    discountCode: codes[0] ?? null,
    discountCodes: codes,
    paymentGatewayNames: [...new Set(order.transactions.map(({ gateway }) => gateway))],
    statusPageUrl: `https://shop.example.com/orders/${order.id.toString(36)}/authenticate`,
    totalWeight: '0',
    currentTotalWeight: '0',
  };
}

const addresses = (order: Order) => ({
  billingAddress: addressView(order.billing),
  shippingAddress: addressView(order.shipping),
  displayAddress: addressView(order.shipping ?? order.billing),
  billingAddressMatchesShippingAddress: JSON.stringify({ ...order.billing, id: 0 }) === JSON.stringify({ ...order.shipping, id: 0 }),
});

function statusFields(order: Order) {
  const open = outstanding(order);
  const left = sum(order.lines.map(currentQuantity));
  return {
    cancelledAt: utcOrNull(order.cancelledAt),
    cancelReason: order.cancelReason,
    cancellation: order.cancelledAt === null ? null : { staffNote: null },
    closed: order.closedAt !== null,
    closedAt: utcOrNull(order.closedAt),
    displayFinancialStatus: financialStatus(order),
    displayFulfillmentStatus: fulfillmentStatus(order),
    returnStatus: 'NO_RETURN',
    fullyPaid: order.received > 0 && open <= 0,
    unpaid: order.received === 0,
    canMarkAsPaid: open > 0 && order.payment !== 'VOIDED' && order.cancelledAt === null,
    fulfillable: order.lines.some((line) => unfulfilledQuantity(line) > 0),
    refundable: refundedAmount(order) < order.received,
    restockable: left > 0,
    requiresShipping: order.lines.some(({ requiresShipping }) => requiresShipping),
    merchantEditable: order.cancelledAt === null,
    subtotalLineItemsQuantity: sum(order.lines.map(({ quantity }) => quantity)),
    currentSubtotalLineItemsQuantity: left,
  };
}

function amounts(order: Order) {
  const first = originalTotals(order);
  const now = currentTotals(order);
  const money = (amount: number) => () => bag(order, amount);
  const refunded = refundedAmount(order);
  return {
    subtotalPriceSet: money(first.subtotal),
    totalShippingPriceSet: money(first.shipping),
    totalTaxSet: money(first.tax),
    totalDiscountsSet: money(first.discounts),
    totalPriceSet: money(first.total),
    originalTotalPriceSet: money(first.total),
    cartDiscountAmountSet: money(first.discounts),
    currentSubtotalPriceSet: money(now.subtotal),
    currentShippingPriceSet: money(now.shipping),
    currentTotalTaxSet: money(now.tax),
    currentTotalDiscountsSet: money(now.discounts),
    currentCartDiscountAmountSet: money(now.discounts),
    currentTotalPriceSet: money(now.total),
    currentTotalAdditionalFeesSet: order.fees.length === 0 ? null : money(now.fees),
    originalTotalAdditionalFeesSet: order.fees.length === 0 ? null : money(first.fees),
    currentTotalDutiesSet: null,
    originalTotalDutiesSet: null,
    totalReceivedSet: money(order.received),
    netPaymentSet: money(order.received - refunded),
    totalOutstandingSet: money(outstanding(order)),
    totalRefundedSet: money(refunded),
    totalRefundedShippingSet: money(sum(order.refunds.map(({ shipping }) => shipping))),
    refundDiscrepancySet: money(sum(order.refunds.map(({ adjustment }) => adjustment))),
    totalCapturableSet: money(order.payment === 'AUTHORIZED' ? now.total : 0),
    totalTipReceivedSet: money(order.tip),
    totalCashRoundingAdjustment: () => ({ paymentSet: bag(order, 0), refundSet: bag(order, 0) }),
    taxLines: () => taxLines(order, first.subtotal + first.shipping),
    currentTaxLines: () => taxLines(order, now.subtotal + now.shipping),
  };
}

function parts(reading: Reading, order: Order) {
  const { customers } = reading.world.store;
  const shippingLines = (withRemoved: boolean) => order.shippingLines.filter(({ removed }) => withRemoved || !removed);
  const customer = order.customerId === null ? undefined : customers.get(order.customerId);
  return {
    app: { id: gid('App', 580_111), name: 'Online Store' },
    customer: () => (customer === undefined ? null : customerView(reading, customer)),
    additionalFees: () => order.fees.map(({ id, name, amount }) => ({ __typename: 'AdditionalFee', id: gid('AdditionalFee', id), name, price: bag(order, amount), taxLines: [] })),
    lineItems: (args: unknown) => listed(reading, order.lines, args, (line) => lineView(reading, order, line)),
    shippingLine: () => shippingLines(false).map((line) => shippingLineView(order, line))[0] ?? null,
    shippingLines: (args: { includeRemovals?: boolean | null }) => listed(reading, shippingLines(args.includeRemovals ?? false), args, (line) => shippingLineView(order, line)),
    discountApplications: (args: unknown) =>
      listed(
        reading,
        order.discounts.map((discount, id) => ({ id, discount })),
        args,
        ({ discount }) => discountView(order, discount),
      ),
    refunds: ({ first }: { first?: number | null }) => order.refunds.slice(0, first ?? undefined).map((refund) => refundView(reading, order, refund)),
    fulfillments: ({ first }: { first?: number | null }) => order.fulfillments.slice(0, first ?? undefined).map((one) => fulfillmentView(reading, order, one)),
    fulfillmentsCount: { count: order.fulfillments.length, precision: 'EXACT' },
    transactions: ({ first }: { first?: number | null }) => order.transactions.slice(0, first ?? undefined).map((one) => transactionView(reading, order, one)),
  };
}
