/** What a change of status does besides the status: dates, stock, notes, mails, events (contract woocommerce 4, 8 and 9). */
import { isMailedStatus, sendMail } from './mails.ts';
import type { StoredOrder } from './model.ts';
import type { Store } from './store.ts';

const paidStatuses = new Set(['processing', 'completed']);
const stockStatuses = new Set(['on-hold', 'processing', 'completed']);
const unstockStatuses = new Set(['pending', 'cancelled']);
const draftStatuses = new Set(['checkout-draft', 'auto-draft']);

/** Every status may follow every other. The same status again changes nothing here, though the save is still a save. */
export function changeStatus(store: Store, order: StoredOrder, to: string): void {
  const from = order.status;
  if (from === to) return;
  order.status = to;
  order.statusBeforeTrash = null;
  enterStatus(store, order);
  // a draft that becomes a real order is noticed as created a second time, under the same id
  if (draftStatuses.has(from) && !draftStatuses.has(to)) store.emit('order.created', order.id);
  if (from !== 'new') addNote(store, order, `Order status changed from ${nameOf(store, from)} to ${nameOf(store, to)}.`);
}

/** Dates, stock and the customer's mail of an order that has just got its status. */
export function enterStatus(store: Store, order: StoredOrder): void {
  const now = store.now();
  const { status } = order;
  // cash on delivery counts as paid only when the order is completed
  const isPaid = order.paymentMethod === 'cod' ? status === 'completed' : paidStatuses.has(status);
  if (isPaid) order.paidAt ??= now;
  if (status === 'completed') order.completedAt = now;
  if (stockStatuses.has(status) && !order.stockReduced) moveStock(store, order, -1);
  if (unstockStatuses.has(status) && order.stockReduced) moveStock(store, order, 1);
  if (isMailedStatus(status)) sendMail(store, order, status);
}

/** The shop itself takes and returns stock; nobody else has to. */
function moveStock(store: Store, order: StoredOrder, direction: 1 | -1): void {
  const moved: string[] = [];
  for (const line of order.lines) {
    const product = store.products.get(line.variationId || line.productId);
    if (product === undefined || !product.manageStock || product.stockQuantity === null) continue;
    const before = product.stockQuantity;
    product.stockQuantity = before + direction * line.quantity;
    product.modifiedAt = store.now();
    line.meta = line.meta.filter(({ key }) => key !== '_reduced_stock');
    if (direction < 0) line.meta.push({ id: store.next('meta'), key: '_reduced_stock', value: String(line.quantity) });
    moved.push(`${line.name} (${before}&rarr;${product.stockQuantity})`);
  }
  order.stockReduced = direction < 0;
  if (moved.length > 0) addNote(store, order, `Stock levels ${direction < 0 ? 'reduced' : 'increased'}: ${moved.join(', ')}`);
}

function nameOf(store: Store, slug: string): string {
  return store.shop.statuses.find((status) => status.slug === slug)?.name ?? slug;
}

/** A note does not bump `date_modified`. */
export function addNote(store: Store, order: StoredOrder, note: string, customerNote = false, author = 'WooCommerce'): StoredOrder['notes'][number] {
  const added = { id: store.next('comment'), author, createdAt: store.now(), note, customerNote };
  order.notes.push(added);
  if (customerNote) sendMail(store, order, 'note');
  return added;
}

/** Every save bumps `date_modified` and is noticed, whether anything changed or not. */
export function saved(store: Store, order: StoredOrder): void {
  store.orders.touch(order, store.now());
  store.emit('order.updated', order.id);
}

/** To the trash: noticed as deleted. */
export function trashOrder(store: Store, order: StoredOrder): void {
  if (order.status !== 'trash') order.statusBeforeTrash = order.status;
  order.status = 'trash';
  store.orders.touch(order, store.now());
  store.emit('order.deleted', order.id);
}

/** Out of the trash in the panel, back to the status it had there: noticed as restored (a status written over the API is not). */
export function restoreOrder(store: Store, order: StoredOrder): void {
  order.status = order.statusBeforeTrash ?? 'pending';
  order.statusBeforeTrash = null;
  store.orders.touch(order, store.now());
  store.emit('order.restored', order.id);
}
