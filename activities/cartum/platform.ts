/** What readOrderOnce needs to know of a shop's orders: how one is read, compared and completed. */
import type { ConnectorContext } from '../call.ts';
import { BadDataError } from '../errors.ts';
import type { OrderPlatform } from '../order-reading.ts';
import { describeProducts, type CatalogueParts } from './catalogue.ts';
import { parseOrder, toOrder, type MapSettings } from './map.ts';
import { orderSchema, type CartumOrder } from './schemas.ts';

export function createPlatform(parts: CatalogueParts, settings: MapSettings): OrderPlatform<CartumOrder> {
  const { context, client } = parts;
  return {
    parse: (body) => parseOrder(JSON.parse(body)),
    async fetch(sourceId) {
      assertNumber(sourceId);
      const found = await client.findOrder(sourceId);
      return found === undefined ? undefined : parseOrder(found);
    },
    digest: (raw) => digestOf(context, raw),
    number: (raw) => raw.order_id,
    toOrder: (raw) => toOrder(raw, settings),
    complete: async (order) => describeProducts(parts, order),
  };
}

/** Whatever else could stand in a list of ids. */
export function assertNumber(sourceId: string): void {
  if (!/^\d{1,15}$/.test(sourceId)) throw new BadDataError('id', 'must be a number');
}

/**
 * Over what matters for the books, and nothing of how we map it (N18): the schema reads nothing else. The state of a parcel, pictures and
 * analytics change without a meaning for the books and stay out. An order that cannot be read is compared as it came.
 */
export function digestOf(context: Pick<ConnectorContext<unknown>, 'ledger' | 'company'>, listed: unknown): string {
  const parsed = orderSchema.safeParse(listed);
  return context.ledger.crypto.digest(context.company, 'order', JSON.stringify(parsed.success ? parsed.data : listed));
}
