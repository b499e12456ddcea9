/** A window of the shop read anew for a reconciliation (N6): every order created in it, in every status, tests too. */
import type { PageReading, ReconcilableSource } from '../../domain/ports.ts';
import type { SourceOrder } from '../../domain/reconcile-orders.ts';
import type { PageEntry } from '../../ledger/ledger.ts';
import type { ConnectorContext } from '../call.ts';
import { BadDataError } from '../errors.ts';
import { toSourceOrder } from '../order-comparison.ts';
import { rulesOf } from '../order-reading.ts';
import type { ShopifyClient } from './client.ts';
import { parseOrder, toInstant, toOrder, type MapSettings } from './map.ts';
import { parcelsSince, withParcelsSince } from './parcels.ts';
import { readPersons } from './persons.ts';
import { digestOf } from './platform.ts';
import type { ListedOrder, ShopifyPerson } from './schemas.ts';
import type { ShopifySettings } from './settings.ts';
import { parseCursor, walkOn, windowCursor } from './walks.ts';

interface Parts {
  context: ConnectorContext<ShopifySettings>;
  client: ShopifyClient;
  settings: MapSettings;
}

type Rules = Awaited<ReturnType<typeof rulesOf>>;

/** One call a page, and those for who ordered, since the digest of an order is over them, too. Orders that went while the page was read are left out. */
export async function readComparedPage(parts: Parts, input: Parameters<ReconcilableSource['readWindow']>[0]): Promise<PageReading> {
  const { context, client } = parts;
  const now = await context.ledger.clock.now();
  const cursor = (input.cursor === undefined ? undefined : parseCursor(input.cursor)) ?? windowCursor(input.from, input.until);
  const { orders, next } = await walkOn(client, 'backfill', { ...cursor, givenAt: cursor.after === undefined ? now : cursor.givenAt }, now);
  const [told, rules] = [await readPersons(context, client, orders.map((order) => order.legacyResourceId)), await rulesOf(context, input)];
  const since = await parcelsSince(context, input.integration.id);
  const entries = orders.flatMap((order) => {
    const person = told.get(order.legacyResourceId);
    return person === undefined ? [] : [entryOf(compared(parts, withParcelsSince(order, since), person.person, rules))];
  });
  const page = entries.length === 0 ? {} : { page: await context.ledger.pages.put({ integration: input.integration.id, walk: 'window', entries }) };
  return { ...page, count: entries.length, ...(next === undefined ? {} : { nextCursor: JSON.stringify(next) }) };
}

const entryOf = (order: SourceOrder): PageEntry => ({ sourceId: order.sourceId, number: order.number, digest: order.digest, body: JSON.stringify(order) });

function compared({ context, settings }: Parts, listed: ListedOrder, person: ShopifyPerson | null, rules: Rules): SourceOrder {
  const raw = { order: listed, person };
  const digest = digestOf(context, raw);
  const ofTest = listed.test ? { refusal: 'test-order' as const } : {};
  try {
    const order = toOrder(parseOrder(JSON.stringify(raw)), settings);
    return { ...toSourceOrder({ order, complete: order, digest }, rules), ...ofTest };
  } catch (error) {
    if (!(error instanceof BadDataError)) throw error;
    return { sourceId: listed.legacyResourceId, number: listed.name, createdAt: toInstant(listed.createdAt), modifiedAt: toInstant(listed.updatedAt), digest, ...ofTest };
  }
}
