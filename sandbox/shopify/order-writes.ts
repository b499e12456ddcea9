/** What people do with orders, at the checkout and in the panel; each act tells the world by webhooks. */
import { randomUUID } from 'node:crypto';
import { emit, inOneEvent } from './events.ts';
import type { CancelReason, Line, Order, Refund } from './model.ts';
import { share, sum } from './money.ts';
import { deletedPayload, editedPayload, fulfillmentPayload, orderPayload, refundPayload } from './payload-order.ts';
import { currentQuantity, currentTotals, fulfillmentStatus, lineTotal, outstanding, refundedAmount, taxOf, unfulfilledQuantity } from './totals.ts';
import { nowOf, type World } from './world.ts';

/** Stamps the change and tells `orders/updated` with the topics given. Call inside `inOneEvent`. */
export function orderChanged(world: World, order: Order, topics: readonly string[]): void {
  order.updatedAt = Math.max(order.updatedAt, nowOf(world));
  world.store.orders.changed();
  if (world.store.subscriptions.all().length === 0) return;
  const payload = orderPayload(world, order);
  for (const topic of [...topics, 'orders/updated']) emit(world, topic, payload, { orderId: order.id });
}

export function placeOrder(world: World, order: Order): void {
  world.store.orders.put(order);
  inOneEvent(world, () => {
    const payload = orderPayload(world, order);
    emit(world, 'orders/create', payload, { orderId: order.id });
    if (order.payment === 'PAID') emit(world, 'orders/paid', payload, { orderId: order.id });
  });
}

export const canMarkAsPaid = (order: Order): boolean => outstanding(order) > 0 && order.cancelledAt === null && order.payment !== 'VOIDED';

export function markAsPaid(world: World, order: Order): void {
  const amount = outstanding(order);
  order.received += amount;
  order.payment = 'PAID';
  addTransaction(world, order, 'SALE', amount);
  orderChanged(world, order, ['orders/paid']);
}

function addTransaction(world: World, order: Order, kind: 'SALE' | 'REFUND', amount: number, refundId: number | null = null): void {
  order.transactions.push({ id: world.store.next('transaction'), kind, status: 'SUCCESS', gateway: order.transactions[0]?.gateway ?? 'manual', amount, createdAt: nowOf(world), refundId });
}

export interface Edit {
  /** what each line shall have now; 0 removes it */
  quantities: { lineId: number; quantity: number }[];
  added: Line[];
}

/** An order edit: quantities up or down, lines removed or added. */
export function editOrder(world: World, order: Order, { quantities, added }: Edit): void {
  const additions: { id: number; delta: number }[] = added.map(({ id, quantity }) => ({ id, delta: quantity }));
  const removals: { id: number; delta: number }[] = [];
  for (const { lineId, quantity } of quantities) {
    const line = lineNamed(order, lineId);
    const delta = quantity - currentQuantity(line);
    if (delta > 0) grow(line, delta);
    if (delta < 0) line.removed -= delta;
    if (delta !== 0) (delta > 0 ? additions : removals).push({ id: line.id, delta: Math.abs(delta) });
  }
  order.lines.push(...added);
  order.edited = true;
  if (order.payment === 'PAID' && outstanding(order) > 0) order.payment = 'PARTIALLY_PAID';
  inOneEvent(world, () => {
    emit(world, 'orders/edited', editedPayload(world, order, additions, removals), { orderId: order.id });
    orderChanged(world, order, []);
  });
}

/** Units taken out before come back first; more units keep the discount per unit. */
function grow(line: Line, delta: number): void {
  const back = Math.min(delta, line.removed);
  line.removed -= back;
  const more = delta - back;
  if (more === 0) return;
  for (const allocation of line.allocations) allocation.amount = share(allocation.amount, line.quantity + more, line.quantity);
  line.quantity += more;
}

export interface RefundWish {
  lines: { lineId: number; quantity: number; restock: 'RETURN' | 'CANCEL' | 'NO_RESTOCK' }[];
  /** hundredths of the shipping price */
  shipping: number;
  /** other than what lines and shipping come to */
  amount: number | null;
  note: string | null;
}

export function refundOrder(world: World, order: Order, wish: RefundWish): Refund {
  const refund = addRefund(world, order, wish, nowOf(world));
  inOneEvent(world, () => {
    emit(world, 'refunds/create', refundPayload(world, order, refund), { orderId: order.id });
    orderChanged(world, order, []);
  });
  return refund;
}

/** The refund alone, without telling anybody. */
export function addRefund(world: Pick<World, 'store'>, order: Order, { lines, shipping, amount, note }: RefundWish, at: number): Refund {
  const { store } = world;
  const taken = lines.map(({ lineId, quantity, restock }) => {
    const line = lineNamed(order, lineId);
    if (quantity > currentQuantity(line)) throw new Error(`line ${lineId} has only ${currentQuantity(line)} left`);
    const subtotal = share(lineTotal(line), quantity, line.quantity);
    return { id: store.next('other'), lineId, quantity, subtotal, tax: line.taxable ? taxOf(order, subtotal) : 0, restock };
  });
  const shippingTax = order.taxesIncluded ? 0 : taxOf(order, shipping);
  const due = sum(taken.map(({ subtotal, tax }) => subtotal + (order.taxesIncluded ? 0 : tax))) + shipping + shippingTax;
  const paidBack = Math.min(amount ?? due, Math.max(0, order.received - refundedAmount(order)));
  const refund: Refund = { id: store.next('refund'), createdAt: at, note, lines: taken, shipping, adjustment: paidBack - due, amount: paidBack };
  for (const { lineId, quantity } of taken) lineNamed(order, lineId).refunded += quantity;
  order.refunds.push(refund);
  if (paidBack > 0) order.transactions.push({ id: store.next('transaction'), kind: 'REFUND', status: 'SUCCESS', gateway: order.transactions[0]?.gateway ?? 'manual', amount: paidBack, createdAt: at, refundId: refund.id });
  return refund;
}

/** Everything that is left, shipping and tips too. */
export function fullRefund(order: Order, restock: 'RETURN' | 'CANCEL' | 'NO_RESTOCK' = 'CANCEL'): RefundWish {
  const left = order.lines.filter((line) => currentQuantity(line) > 0);
  return { lines: left.map((line) => ({ lineId: line.id, quantity: currentQuantity(line), restock })), shipping: currentTotals(order).shipping, amount: order.received - refundedAmount(order), note: null };
}

export function cancelOrder(world: World, order: Order, { reason, refund }: { reason: CancelReason; refund: boolean }): void {
  if (order.cancelledAt !== null) throw new Error(`order ${order.id} is cancelled already`);
  inOneEvent(world, () => {
    if (refund && order.received > 0) emit(world, 'refunds/create', refundPayload(world, order, addRefund(world, order, fullRefund(order), nowOf(world))), { orderId: order.id });
    closeCancelled(order, reason, nowOf(world));
    orderChanged(world, order, ['orders/cancelled']);
  });
}

/** Cancelled: closed, lines taken out, what was not paid voided. */
export function closeCancelled(order: Order, reason: CancelReason, at: number): void {
  order.cancelledAt = at;
  order.closedAt = at;
  order.cancelReason = reason;
  if (order.received === 0) order.payment = 'VOIDED';
  for (const line of order.lines) line.removed += unfulfilledQuantity(line);
}

export interface FulfillWish {
  /** none: everything that is open */
  lines: { lineId: number; quantity: number }[];
  company: string | null;
  number: string | null;
  url: string | null;
}

export function fulfillOrder(world: World, order: Order, wish: FulfillWish): void {
  const made = addFulfillment(world, order, wish, nowOf(world));
  inOneEvent(world, () => {
    emit(world, 'fulfillments/create', fulfillmentPayload(world, order, made), { orderId: order.id });
    orderChanged(world, order, [fulfillmentStatus(order) === 'FULFILLED' ? 'orders/fulfilled' : 'orders/partially_fulfilled']);
  });
}

export function addFulfillment({ store }: Pick<World, 'store'>, order: Order, { lines, company, number, url }: FulfillWish, at: number): Order['fulfillments'][number] {
  const wanted = lines.length > 0 ? lines : order.lines.filter((line) => unfulfilledQuantity(line) > 0).map((line) => ({ lineId: line.id, quantity: unfulfilledQuantity(line) }));
  for (const { lineId, quantity } of wanted) lineNamed(order, lineId).fulfilled += quantity;
  const made = {
    id: store.next('fulfillment'),
    name: `#${order.number}.${order.fulfillments.length + 1}`,
    createdAt: at,
    status: 'SUCCESS' as const,
    tracking: company === null && number === null ? [] : [{ company, number, url }],
    lines: wanted.map((one) => ({ id: store.next('other'), ...one })),
  };
  order.fulfillments.push(made);
  order.held = null;
  if (fulfillmentStatus(order) === 'FULFILLED' && outstanding(order) <= 0) order.closedAt = at;
  return made;
}

export function deleteOrder(world: World, order: Order): void {
  world.store.orders.remove(order.id);
  world.store.deletedOrders.push(order.id);
  emit(world, 'orders/delete', deletedPayload(order));
}

/** An order as the vendor's own test button sends it: an id that no JavaScript number can hold. */
export function sendTestOrder(world: World, order: Order): void {
  const bigId = '820982911946154508';
  const text = JSON.stringify({ ...orderPayload(world, order), id: '#', admin_graphql_api_id: `gid://shopify/Order/${bigId}`, test: true, token: randomUUID() }).replace('"#"', bigId);
  emit(world, 'orders/create', {}, { test: true, text });
}

export function lineNamed(order: Order, lineId: number): Line {
  const line = order.lines.find(({ id }) => id === lineId);
  if (line === undefined) throw new Error(`order ${order.id} has no line ${lineId}`);
  return line;
}

