/** Stories that span two simulated systems, made of one system's truth and told to another's control surface. */
import type { TrueOrder, WoocommerceTruth } from './woocommerce/truth.ts';

/** Input of the RO App sandbox's action `create-order-by-hand`. */
export interface TypedOrder {
  customer: { firstName: string; lastName: string; phone: string; email: string };
  /** decimal text, with tax */
  total: string;
  /** ISO 8601 UTC */
  createdAt: string;
}

/** What of a shop's truth is needed here. */
export type ShopOrders = { shop: Pick<WoocommerceTruth['shop'], 'currency'>; orders: TrueOrder[] };

/**
 * Orders of the shop that staff typed into RO App by hand before Waybill came (N16): the same customer, total and day.
 * The newest open orders of people who ordered once and left both phone and e-mail.
 */
export function ordersTypedByHand({ shop, orders }: ShopOrders, count = 3): TypedOrder[] {
  const ordersOf = new Map<string, number>();
  for (const { billing } of orders) for (const key of keysOf(billing)) ordersOf.set(key, (ordersOf.get(key) ?? 0) + 1);
  const fits = (order: TrueOrder) =>
    ['processing', 'on-hold'].includes(order.status) &&
    order.currency === shop.currency &&
    order.lines.length > 0 &&
    order.refunds.length === 0 &&
    order.billing.email !== '' &&
    order.billing.phone !== '' &&
    keysOf(order.billing).every((key) => ordersOf.get(key) === 1);
  return orders.filter(fits).toReversed().slice(0, count).map(typed);
}

function typed({ billing, total, createdAt }: TrueOrder): TypedOrder {
  return { customer: { firstName: billing.first_name, lastName: billing.last_name, phone: billing.phone, email: billing.email.trim() }, total, createdAt };
}

/** However it was written: the last nine digits, and the address in lower case. */
function keysOf({ phone, email }: { phone: string; email: string }): string[] {
  return [phone.replace(/\D/g, '').slice(-9), email.trim().toLowerCase()].filter((key) => key !== '');
}
