/** What an order comes to: as ordered, and as it stands after edits and refunds. */
import type { Line, Order, ShippingLine } from './model.ts';
import { share, sum } from './money.ts';

export const currentQuantity = (line: Line): number => line.quantity - line.removed - line.refunded;
export const unfulfilledQuantity = (line: Line): number => Math.max(0, currentQuantity(line) - line.fulfilled);

const discountOf = (allocations: readonly { amount: number }[]): number => sum(allocations.map(({ amount }) => amount));
export const lineDiscount = (line: Line): number => discountOf(line.allocations);
/** Discounts on the line itself, without its share of the order's. */
export const ownDiscount = (order: Order, line: Line): number => discountOf(line.allocations.filter(({ discount }) => order.discounts[discount]?.target === 'line'));
/** Only what a code gave. */
export const codeDiscount = (order: Order, line: Line): number => discountOf(line.allocations.filter(({ discount }) => order.discounts[discount]?.kind === 'code'));

/** All units, after all discounts. */
export const lineTotal = (line: Line): number => line.price * line.quantity - lineDiscount(line);
export const currentLineTotal = (line: Line): number => share(lineTotal(line), currentQuantity(line), line.quantity);
export const shippingPrice = (line: ShippingLine): number => line.price - discountOf(line.allocations);

/** The tax in or on an amount. */
export function taxOf(order: Pick<Order, 'vatPercent' | 'taxesIncluded'>, amount: number): number {
  if (order.vatPercent === null) return 0;
  return order.taxesIncluded ? share(amount, order.vatPercent, 100 + order.vatPercent) : share(amount, order.vatPercent, 100);
}

export interface Totals {
  subtotal: number;
  discounts: number;
  shipping: number;
  tax: number;
  fees: number;
  tip: number;
  total: number;
}

export function originalTotals(order: Order): Totals {
  const shippingLines = order.shippingLines.filter(({ removed }) => !removed);
  return totals(order, order.lines.map(lineTotal), sum(shippingLines.map(shippingPrice)), sum(order.lines.map(lineDiscount)) + sum(shippingLines.map(({ allocations }) => discountOf(allocations))));
}

export function currentTotals(order: Order): Totals {
  const shipping = sum(order.shippingLines.filter(({ removed }) => !removed).map(shippingPrice)) - sum(order.refunds.map((refund) => refund.shipping));
  const discounts = sum(order.lines.map((line) => share(lineDiscount(line), currentQuantity(line), line.quantity)));
  return totals(order, order.lines.map(currentLineTotal), shipping, discounts);
}

function totals(order: Order, lines: number[], shipping: number, discounts: number): Totals {
  const subtotal = sum(lines);
  const taxed = order.lines.map((line, index) => (line.taxable ? (lines[index] ?? 0) : 0));
  const tax = sum(taxed.map((amount) => taxOf(order, amount))) + taxOf(order, shipping);
  const fees = sum(order.fees.map(({ amount }) => amount));
  return { subtotal, discounts, shipping, tax, fees, tip: order.tip, total: subtotal + shipping + fees + order.tip + (order.taxesIncluded ? 0 : tax) };
}

export const refundedAmount = (order: Order): number => sum(order.refunds.map(({ amount }) => amount));

/** The word the panel shows. */
export function financialStatus(order: Order): string {
  const refunded = refundedAmount(order);
  if (refunded === 0 || order.received === 0) return order.payment;
  return refunded >= order.received ? 'REFUNDED' : 'PARTIALLY_REFUNDED';
}

export function fulfillmentStatus(order: Order): string {
  if (order.held !== null) return order.held;
  const fulfilled = sum(order.lines.map((line) => line.fulfilled));
  if (fulfilled === 0) return 'UNFULFILLED';
  return order.lines.every((line) => unfulfilledQuantity(line) === 0) ? 'FULFILLED' : 'PARTIALLY_FULFILLED';
}

export const outstanding = (order: Order): number => (order.cancelledAt === null ? currentTotals(order).total - order.received + refundedAmount(order) : 0);
