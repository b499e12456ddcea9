/** Which orders come in (R1, R9, R10 and the decisions under them). */
import { hasContact } from './customer.ts';
import type { Order } from './order.ts';
import type { SkipReason } from './reasons.ts';
import type { Connected, ImportOrdersSettings } from './settings.ts';

/** Stands where a record's digest would: left out by an operator for good, whatever its content becomes, until an operator imports it. */
export const leftOutDigest = 'left-out-by-operator';

export interface EligibilityInput {
  order: Order;
  connected: Connected;
  settings: Pick<ImportOrdersSettings, 'excludeStatuses'>;
  /** an operator asked for this very order */
  byOperator: boolean;
  /** the currency of the books, where known */
  targetCurrency?: string;
}

/** Why an order is not imported, or undefined when it is. */
export function refusalOf({ order, connected, settings, byOperator, targetCurrency }: EligibilityInput): { reason: SkipReason; detail?: string } | undefined {
  if (unfinished.has(order.status)) return { reason: 'checkout-draft' };
  if (!byOperator && isBefore(order.createdAt, connected.connectedAt)) {
    if (isBefore(order.createdAt, connected.backfillFrom)) return { reason: 'before-connecting' };
    if (settings.excludeStatuses.includes(order.status)) return { reason: 'status-excluded', detail: order.status };
  }
  if (order.lineItems.length === 0) return { reason: 'no-products' };
  if (order.lineItems.every((line) => Number(line.quantity) === 0)) return { reason: 'fully-refunded' };
  if (!order.customer) return { reason: 'no-customer' };
  if (!order.customer.isUnspecified && !hasContact(order.customer)) return { reason: 'no-contact' };
  if (targetCurrency !== undefined && order.currency !== targetCurrency) return { reason: 'currency-differs', detail: `order ${order.currency}, books ${targetCurrency}` };
  return undefined;
}

/** By the instant, not by the text: with or without milliseconds is the same second. */
const isBefore = (a: string, b: string): boolean => Date.parse(a) < Date.parse(b);

const unfinished = new Set(['checkout-draft', 'auto-draft']);
