/** One order of a platform in the form that a reconciliation compares (N6): alike for every platform. */
import type { AppliedLine } from '../domain/follow.ts';
import { refusalOf } from '../domain/eligibility.ts';
import type { Order } from '../domain/order.ts';
import { priceLines } from '../domain/pricing.ts';
import type { Booked, SourceOrder } from '../domain/reconcile-orders.ts';
import type { ImportOrdersSettings } from '../domain/settings.ts';
import type { rulesOf } from './order-reading.ts';

/** As an import would write it now: the same pricing, lines without pieces left out. */
export function bookedAs(order: Order, settings: Pick<ImportOrdersSettings, 'prices' | 'articles'>): Booked {
  const { lines, expected, differences } = priceLines({ ...order, lineItems: order.lineItems.filter(({ quantity }) => Number(quantity) !== 0) }, settings);
  const byKey = Object.fromEntries(lines.map(({ key, quantity, price }): [string, AppliedLine] => [key, { quantity, price }]));
  return { currency: order.currency, lines: byKey, total: expected, differences };
}

/**
 * @param order as the platform listed it; `complete`: with its refunds taken off
 * @param rules asked once for a page
 */
export function toSourceOrder({ order, complete, digest }: { order: Order; complete: Order; digest: string }, rules: Awaited<ReturnType<typeof rulesOf>>): SourceOrder {
  const refusal = refusalOf({ ...rules, order, byOperator: false }) ?? refusalOf({ ...rules, order: complete, byOperator: true });
  const { sourceId, number, createdAt, modifiedAt, ending } = complete;
  const reason = refusal?.reason ?? (ending === 'trashed' || ending === 'deleted' ? 'gone-from-source' : undefined);
  return { sourceId, number, createdAt, modifiedAt, digest, booked: bookedAs(complete, rules.settings), ...(reason === undefined ? {} : { refusal: reason }) };
}
