/** What a change of status does besides the status: dates, stock, notes, events (contract woocommerce 4 and 9). */
import type { StoredOrder } from './model.ts';
import type { Store } from './store.ts';

const paidStatuses = new Set(['processing', 'completed']);
const stockStatuses = new Set(['on-hold', 'processing', 'completed']);
const unstockStatuses = new Set(['pending', 'cancelled']);

/** Every status may follow every other. The same status again changes nothing here, though the save is still a save. */
export function changeStatus(store: Store, order: StoredOrder, to: string): void {
  const from = order.status;
  if (from === to) return;
  order.status = to;
  enterStatus(store, order);
  if (from !== 'new') addNote(store, order, `Order status changed from ${nameOf(store, from)} to ${nameOf(store, to)}.`);
}

/** Dates and stock of an order that has just got its status. */
export function enterStatus(store: Store, order: StoredOrder): void {
  const now = store.now();
  const { status } = order;
  // cash on delivery counts as paid only when the order is completed
  const isPaid = order.paymentMethod === 'cod' ? status === 'completed' : paidStatuses.has(status);
  if (isPaid) order.paidAt ??= now;
  if (status === 'completed') order.completedAt = now;
  if (stockStatuses.has(status) && !order.stockReduced) moveStock(store, order, -1);
  if (unstockStatuses.has(status) && order.stockReduced) moveStock(store, order, 1);
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
  return added;
}

/** Every save bumps `date_modified` and is noticed, whether anything changed or not. */
export function saved(store: Store, order: StoredOrder): void {
  store.orders.touch(order, store.now());
  store.emit('order.updated', order.id);
}

/** To the trash: noticed as deleted. */
export function trashOrder(store: Store, order: StoredOrder): void {
  order.status = 'trash';
  store.orders.touch(order, store.now());
  store.emit('order.deleted', order.id);
}
