/** Sums of an order, as the plugin calculates them when lines were set. */
import { roundToCents, taxOn } from './amount.ts';
import type { StoredOrder } from './model.ts';

/** Recalculates taxes of all lines and the order's totals. */
export function calculateTotals(order: StoredOrder): void {
  const { vatPercent, totals } = order;
  for (const line of order.lines) {
    line.subtotalTax = taxOn(line.subtotal, vatPercent);
    line.totalTax = taxOn(line.total, vatPercent);
  }
  for (const line of [...order.shippingLines, ...order.feeLines]) line.totalTax = taxOn(line.total, vatPercent);
  const goods = sum(order.lines.map((line) => line.total));
  const fees = sum(order.feeLines.map((line) => line.total));
  totals.discount = sum(order.lines.map((line) => line.subtotal)) - goods;
  totals.discountTax = sum(order.lines.map((line) => line.subtotalTax - line.totalTax));
  totals.shipping = sum(order.shippingLines.map((line) => line.total));
  totals.shippingTax = sum(order.shippingLines.map((line) => line.totalTax));
  totals.cartTax = sum([...order.lines, ...order.feeLines].map((line) => line.totalTax));
  totals.totalTax = totals.cartTax + totals.shippingTax;
  totals.total = roundToCents(goods + fees + totals.shipping + totals.totalTax);
}

export const sum = (units: number[]): number => units.reduce((all, one) => all + one, 0);
