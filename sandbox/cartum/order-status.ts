/** What follows when an order gets a status or is paid, whoever does it: stock, lock, e-mail, hook event (contract cartum 4.3, 8). */
import { announce } from './hook-queue.ts';
import { statusIds } from './limits.ts';
import type { StatusChange, StoredOrder } from './model.ts';
import type { World } from './store.ts';

export function setStatus(world: World, order: StoredOrder, status: number, by: StatusChange['by']): void {
  const { store, clock } = world;
  const from = order.status;
  order.status = status;
  store.changes.push({ at: clock.now(), orderId: order.id, from, to: status, by });
  if (status !== statusIds.cancelled) moveStock(world, order, true);
  else if (by === 'staff') moveStock(world, order, false);
  else order.isLocked = true; // and its goods stay out of the stock
  // the platform does not compare: a status set again is mailed again
  const isMailed = world.switches.statusMails && order.email.trim() !== '' && (by === 'api' || from !== status);
  if (isMailed) store.mails.push({ at: clock.now(), orderId: order.id, status });
  if (from !== status && status !== statusIds.created) announce(world, 'order_update', order);
}

export function setPaid(world: World, order: StoredOrder, isPaid: boolean): void {
  const becamePaid = isPaid && !order.isPaid;
  order.isPaid = isPaid;
  if (becamePaid) announce(world, 'order_paid', order);
}

/** Takes the order's goods out of the stock, or gives them back; once each. */
export function moveStock(world: World, order: StoredOrder, takes: boolean): void {
  if (order.holdsStock === takes) return;
  order.holdsStock = takes;
  for (const { article, quantity } of order.lines) {
    const product = world.store.products.get(article);
    if (product !== undefined) product.quantity += takes ? -quantity : quantity;
  }
}
