/** Orders come into being, change and go (contract woocommerce 4). */
import { alreadyTrashed, noSuchOrder } from './errors.ts';
import { emptyAddress, emptyBilling, noTotals } from './model.ts';
import type { StoredOrder } from './model.ts';
import { invalidCoupon, invalidCustomer } from './order-body.ts';
import type { OrderBody } from './order-body.ts';
import { mergeMeta, setFeeLines, setLines, setShippingLines } from './order-lines.ts';
import { enterStatus, changeStatus, saved, trashOrder } from './order-status.ts';
import { calculateTotals } from './order-totals.ts';
import type { Store } from './store.ts';

/** An empty body makes an empty pending guest order. There is no idempotency: each call makes one. */
export function createOrder(store: Store, body: OrderBody, how: { createdAt?: number; createdVia?: string } = {}): StoredOrder {
  const order = blankOrder(store, how.createdAt ?? store.now());
  order.createdVia = body.created_via ?? how.createdVia ?? 'rest-api';
  applyFields(store, order, body);
  calculateTotals(order);
  order.id = store.next('post');
  order.number = String(order.id);
  order.orderKey = orderKeyOf(order.id);
  order.taxLineId = order.vatPercent === null ? 0 : store.next('item');
  order.status = body.set_paid ? 'processing' : writableStatus(store, body.status ?? 'pending');
  if (body.set_paid) order.paidAt = store.now();
  enterStatus(store, order);
  store.orders.add(order);
  store.emit('order.created', order.id);
  store.emit('order.updated', order.id);
  return order;
}

/** Any save bumps `date_modified`. A status on a trashed order restores it, which the shop notices nowhere. */
export function updateOrder(store: Store, order: StoredOrder, body: OrderBody): void {
  const wasTrashed = order.status === 'trash';
  const before = structuredClone({ lines: order.lines, shippingLines: order.shippingLines, feeLines: order.feeLines });
  try {
    applyFields(store, order, body);
  } catch (error) {
    Object.assign(order, before); // a refused write leaves nothing behind
    throw error;
  }
  if (body.line_items ?? body.shipping_lines ?? body.fee_lines) calculateTotals(order);
  if (body.set_paid) order.paidAt ??= store.now();
  if (body.status !== undefined) changeStatus(store, order, writableStatus(store, body.status));
  else if (body.set_paid) changeStatus(store, order, 'processing');
  if (wasTrashed && order.status !== 'trash') store.orders.touch(order, store.now());
  else saved(store, order);
}

/**
 * To the trash, or for good with `force` (which the shop notices nowhere).
 * @throws WooError 404, or 410 for an order already in the trash
 */
export function deleteOrder(store: Store, id: number, force: boolean): StoredOrder {
  const order = store.orders.find(id);
  if (order === undefined) throw noSuchOrder();
  const before = { ...order };
  if (force) store.orders.remove(id);
  else if (order.status === 'trash') throw alreadyTrashed('shop_order');
  else trashOrder(store, order);
  return before;
}

/** What got past validation (batch items) and is no status becomes pending. */
function writableStatus(store: Store, status: string): string {
  const isKnown = status === 'auto-draft' || store.shop.statuses.some(({ slug }) => slug === status);
  return isKnown ? status : 'pending';
}

function applyFields(store: Store, order: StoredOrder, body: OrderBody): void {
  if (body.customer_id !== undefined && body.customer_id !== 0 && !store.customers.has(body.customer_id)) throw invalidCustomer();
  for (const { code } of body.coupon_lines ?? []) throw invalidCoupon(code ?? ''); // the API makes no coupons here
  if (body.line_items) setLines(store, order, body.line_items);
  if (body.shipping_lines) setShippingLines(store, order, body.shipping_lines);
  if (body.fee_lines) setFeeLines(store, order, body.fee_lines);
  const { email, ...billing } = body.billing ?? {};
  Object.assign(order.billing, billing, email === undefined ? {} : { email: email ?? '' });
  Object.assign(order.shipping, body.shipping ?? {});
  order.currency = body.currency ?? order.currency;
  order.customerId = body.customer_id ?? order.customerId;
  order.customerNote = body.customer_note ?? order.customerNote;
  order.paymentMethod = body.payment_method ?? order.paymentMethod;
  order.paymentMethodTitle = body.payment_method_title ?? order.paymentMethodTitle;
  order.transactionId = body.transaction_id ?? order.transactionId;
  if (body.meta_data) order.meta = mergeMeta(store, order.meta, body.meta_data);
}

/** An order that is not filed yet. */
export function blankOrder(store: Store, createdAt: number): StoredOrder {
  const { currency, pricesIncludeTax, vatPercent } = store.shop;
  return {
    id: 0,
    tie: 0,
    number: '',
    status: 'pending',
    currency,
    pricesIncludeTax,
    vatPercent,
    createdAt,
    modifiedAt: createdAt,
    paidAt: null,
    completedAt: null,
    customerId: 0,
    orderKey: '',
    billing: emptyBilling(),
    shipping: emptyAddress(),
    paymentMethod: '',
    paymentMethodTitle: '',
    transactionId: '',
    customerNote: '',
    createdVia: 'checkout',
    meta: [],
    lines: [],
    shippingLines: [],
    feeLines: [],
    couponLines: [],
    taxLineId: 0,
    totals: noTotals(),
    refunds: [],
    notes: [],
    mails: [],
    stockReduced: false,
    statusBeforeTrash: null,
  };
}

/** `wc_order_` and 13 signs, steady for an id. */
export function orderKeyOf(id: number): string {
  return `wc_order_${(Math.imul(id, 0x9e3779b1) >>> 0).toString(36)}${(Math.imul(id + 1, 0x85ebca6b) >>> 0).toString(36)}`.padEnd(22, 'x').slice(0, 22);
}
