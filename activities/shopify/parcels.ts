/**
 * Numbers of an order's parcels (R13, contract shopify 10), and from when on they count. An order that was imported before this program read them must not
 * get a comment because of an upgrade (N18): of such an integration only parcels count that were sent, or changed, since its orders were looked at last.
 */
import type { ConnectorContext } from '../call.ts';
import { fulfillmentsSchema, type ShopifyFulfillment } from './schemas.ts';

const mark = 'parcels-since';

/** ms; noted at the first look, but for a dry run (N12). */
export async function parcelsSince({ ledger }: Pick<ConnectorContext<unknown>, 'ledger'>, integration: string, isDryRun = false): Promise<number> {
  const subject = `integration:${integration}`;
  const noted = await ledger.marks.get(subject, mark);
  if (noted !== undefined) return Date.parse(noted);
  const { completed } = await ledger.records.countByState(integration);
  const since = completed === 0 ? 0 : Date.parse((await ledger.marks.get(subject, 'changed')) ?? new Date(await ledger.clock.now()).toISOString());
  if (!isDryRun) await ledger.marks.set(subject, mark, new Date(since).toISOString());
  return since;
}

/** Where no parcel counts the order is as it was before parcels were read: so its digest is, too. One that counts brings the others with it: a comment has the current details. */
export function withParcelsSince<Order extends { fulfillments?: unknown }>(order: Order, sinceMs: number): Order {
  const read = fulfillmentsSchema.safeParse(order.fulfillments);
  if (!read.success) return order; // an odd one: its import says what is wrong
  const counts = read.data.some((one) => Date.parse(one.updatedAt) >= sinceMs && numbersOf([one]).length > 0);
  return { ...order, fulfillments: counts ? read.data : undefined };
}

/** Those that never left, or came back before they did. */
const notSent = new Set(['CANCELLED', 'ERROR', 'FAILURE']);

/** Each once, in an order that does not depend on the shop's. */
export function numbersOf(fulfillments: readonly ShopifyFulfillment[] = []): string[] {
  const numbers = fulfillments.flatMap(({ status, trackingInfo }) => (notSent.has(status) ? [] : trackingInfo.map(({ number }) => number?.trim() ?? '')));
  return [...new Set(numbers)].filter((number) => number !== '').toSorted();
}
