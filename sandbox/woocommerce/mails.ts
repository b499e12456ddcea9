/**
 * E-mails to the customer, counted and not sent: status changes and customer notes cause them, whoever writes (contract woocommerce 4).
 * That processing and completed are mailed is in the recorded notes; on-hold and refunds follow the same pattern.
 */
import type { Mail, StoredOrder } from './model.ts';
import type { Store } from './store.ts';

const mailedStatuses = ['on-hold', 'processing', 'completed', 'refunded'] as const;

/** Entering such a status writes to the customer; staying in it does not. */
export function isMailedStatus(status: string): status is (typeof mailedStatuses)[number] {
  return mailedStatuses.some((mailed) => mailed === status);
}

/** Without an address nothing is sent. */
export function sendMail(store: Store, order: StoredOrder, kind: Mail['kind']): void {
  if (order.billing.email.trim() !== '') order.mails.push({ kind, at: store.now() });
}
