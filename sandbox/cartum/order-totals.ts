/** What an order sums up to (contract cartum 4.1): lines before and after order-level discounts, delivery never included. */
import type { OrderLine, StoredOrder } from './model.ts';

export interface Totals {
  /** `total_default`, hundredths */
  before: number;
  discount: number;
  couponDiscount: number;
  /** `total_sum` */
  after: number;
  /** `total_quantity` */
  quantity: number;
}

export const lineTotal = ({ price, quantity }: OrderLine): number => Math.round(price * quantity);

export function totalsOf(order: StoredOrder): Totals {
  const counted = order.lines.filter(({ counts }) => counts);
  const before = counted.reduce((sum, line) => sum + lineTotal(line), 0) + order.adjustment;
  const discount = Math.round((before * order.discountPercent) / 100);
  const couponDiscount = order.coupon === null ? 0 : order.coupon.value + Math.round((before * order.coupon.percent) / 100);
  const quantity = counted.reduce((sum, line) => sum + line.quantity, 0);
  return { before, discount, couponDiscount, after: Math.max(0, before - discount - couponDiscount), quantity };
}
