/** Refunds: the order and its lines stay as they are; a full one changes the status (contract woocommerce 4). */
import { z } from 'zod';
import { toUnits } from './amount.ts';
import { WooError, foreignItem } from './errors.ts';
import { sendMail } from './mails.ts';
import type { OrderLine, Refund, StoredOrder } from './model.ts';
import { changeStatus, saved } from './order-status.ts';
import { sum } from './order-totals.ts';
import type { Store } from './store.ts';

const amount = z.union([z.string(), z.number()]);

export const refundBody = z.object({
  amount: amount.optional(),
  reason: z.string().optional(),
  api_refund: z.boolean().optional(),
  api_restock: z.boolean().optional(),
  line_items: z.array(z.object({ id: z.coerce.number().int(), quantity: z.coerce.number().optional(), refund_total: amount.optional() })).optional(),
});
export type RefundBody = z.infer<typeof refundBody>;

/** @throws WooError 400 for an amount below zero, 500 for more than is left to refund */
export function createRefund(store: Store, order: StoredOrder, body: RefundBody): Refund {
  const lines = (body.line_items ?? []).map((input) => refundLine(store, order, input));
  const units = body.amount === undefined ? -sum(lines.map((line) => line.total)) : toUnits(body.amount);
  const left = order.totals.total - sum(order.refunds.map((refund) => refund.amount));
  if (units < 0) throw new WooError(400, 'woocommerce_rest_invalid_order_refund', 'Refund amount must be greater than zero.');
  if (units > left) throw new WooError(500, 'woocommerce_rest_cannot_create_order_refund', 'Invalid refund amount.');
  const isFull = units === left;
  const refund: Refund = {
    id: store.next('post'),
    createdAt: store.now(),
    amount: units,
    reason: body.reason ?? '',
    refundedPayment: body.api_refund ?? false,
    meta: [{ id: store.next('meta'), key: '_refund_type', value: isFull ? 'full' : 'partial' }],
    lines,
  };
  order.refunds.unshift(refund);
  if (body.api_restock !== false) restock(store, order, lines);
  if (isFull) changeStatus(store, order, 'refunded');
  else sendMail(store, order, 'partially-refunded');
  saved(store, order);
  return refund;
}

type RefundLineInput = NonNullable<RefundBody['line_items']>[number];

/** The line comes back with negative quantity and total, and names the line it takes from. */
function refundLine(store: Store, order: StoredOrder, input: RefundLineInput): OrderLine {
  const line = order.lines.find(({ id }) => id === input.id);
  if (line === undefined) throw foreignItem();
  const total = -toUnits(input.refund_total);
  return {
    ...line,
    id: store.next('item'),
    quantity: -(input.quantity ?? 0),
    subtotal: total,
    total,
    subtotalTax: 0,
    totalTax: 0,
    meta: [{ id: store.next('meta'), key: '_refunded_item_id', value: String(line.id) }],
  };
}

function restock(store: Store, order: StoredOrder, refunded: OrderLine[]): void {
  for (const back of refunded) {
    const line = order.lines.find(({ id }) => String(id) === back.meta[0]?.value);
    const reduced = line?.meta.find(({ key }) => key === '_reduced_stock');
    const product = line === undefined ? undefined : store.products.get(line.variationId || line.productId);
    if (line === undefined || reduced === undefined || product === undefined || product.stockQuantity === null) continue;
    product.stockQuantity -= back.quantity;
    reduced.value = String(Number(reduced.value) + back.quantity);
    line.meta.push({ id: store.next('meta'), key: '_restock_refunded_items', value: String(-back.quantity) });
  }
}
