/** Refunds, fulfilments and transactions of an order as GraphQL shows them. */
import { utcText } from './dates.ts';
import { gid } from './gid.ts';
import type { Fulfillment, Order, Refund, Transaction } from './model.ts';
import { bag, share, sum } from './money.ts';
import { lineTotal, taxOf } from './totals.ts';
import { listed, type Reading } from './reading.ts';
import { lineView, shippingLineView } from './view-line.ts';
import { locationView } from './view-stock.ts';

export function refundView(reading: Reading, order: Order, refund: Refund) {
  const shippingLine = order.shippingLines[0];
  const shippingRefunds = refund.shipping > 0 && shippingLine ? [{ id: refund.id, line: shippingLine }] : [];
  const adjustments = refund.adjustment === 0 ? [] : [{ id: refund.id }];
  return {
    __typename: 'Refund',
    id: gid('Refund', refund.id),
    legacyResourceId: String(refund.id),
    createdAt: utcText(refund.createdAt),
    processedAt: utcText(refund.createdAt),
    updatedAt: utcText(refund.createdAt),
    note: refund.note,
    order: () => reading.views.order(reading, order),
    totalRefundedSet: bag(order, refund.amount),
    refundLineItems: (args: unknown) =>
      listed(reading, refund.lines, args, (row) => {
        const line = order.lines.find(({ id }) => id === row.lineId);
        return {
          id: gid('RefundLineItem', row.id),
          lineItem: line === undefined ? null : lineView(reading, order, line),
          quantity: row.quantity,
          restockType: row.restock,
          restocked: row.restock !== 'NO_RESTOCK',
          location: null,
          priceSet: bag(order, share(row.subtotal, 1, row.quantity)),
          subtotalSet: bag(order, row.subtotal),
          totalTaxSet: bag(order, row.tax),
        };
      }),
    refundShippingLines: (args: unknown) =>
      listed(reading, shippingRefunds, args, ({ id, line }) => ({ __typename: 'RefundShippingLine', id: gid('RefundShippingLine', id), shippingLine: shippingLineView(order, line), subtotalAmountSet: bag(order, refund.shipping), taxAmountSet: bag(order, taxOf(order, refund.shipping)) })),
    orderAdjustments: (args: unknown) => listed(reading, adjustments, args, ({ id }) => ({ __typename: 'OrderAdjustment', id: gid('OrderAdjustment', id), amountSet: bag(order, -refund.adjustment), taxAmountSet: bag(order, 0), reason: 'REFUND_DISCREPANCY' })),
    transactions: (args: unknown) =>
      listed(
        reading,
        order.transactions.filter(({ refundId }) => refundId === refund.id),
        args,
        (transaction) => transactionView(reading, order, transaction),
      ),
  };
}

export function fulfillmentView(reading: Reading, order: Order, fulfillment: Fulfillment) {
  const { id, createdAt, status, tracking, lines } = fulfillment;
  const [location] = reading.world.store.locations.all();
  return {
    __typename: 'Fulfillment',
    id: gid('Fulfillment', id),
    legacyResourceId: String(id),
    name: fulfillment.name,
    createdAt: utcText(createdAt),
    updatedAt: utcText(createdAt),
    deliveredAt: null,
    inTransitAt: null,
    estimatedDeliveryAt: null,
    status,
    displayStatus: status === 'SUCCESS' ? 'FULFILLED' : 'CANCELED',
    requiresShipping: true,
    totalQuantity: sum(lines.map(({ quantity }) => quantity)),
    trackingInfo: ({ first }: { first?: number | null }) => tracking.slice(0, first ?? undefined),
    order: () => reading.views.order(reading, order),
    location: () => (location === undefined ? null : locationView(location)),
    fulfillmentLineItems: (args: unknown) =>
      listed(reading, lines, args, (row) => {
        const line = order.lines.find((one) => one.id === row.lineId);
        return {
          __typename: 'FulfillmentLineItem',
          id: gid('FulfillmentLineItem', row.id),
          quantity: row.quantity,
          lineItem: line === undefined ? null : lineView(reading, order, line),
          originalTotalSet: bag(order, (line?.price ?? 0) * row.quantity),
          discountedTotalSet: bag(order, line === undefined ? 0 : share(lineTotal(line), row.quantity, line.quantity)),
        };
      }),
  };
}

export function transactionView(reading: Reading, order: Order, { id, kind, status, gateway, amount, createdAt }: Transaction) {
  return {
    __typename: 'OrderTransaction',
    id: gid('OrderTransaction', id),
    kind,
    status,
    gateway,
    formattedGateway: gateway === 'manual' ? 'Manual' : 'Bank transfer',
    manualPaymentGateway: gateway === 'manual',
    paymentId: `#${order.number}.${order.transactions.findIndex((one) => one.id === id) + 1}`,
    amountSet: bag(order, amount),
    createdAt: utcText(createdAt),
    processedAt: utcText(createdAt),
    test: order.test,
    order: () => reading.views.order(reading, order),
  };
}
