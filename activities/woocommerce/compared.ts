/** A window of the shop read anew for a reconciliation (N6): every order created in it, in every status, trash and unfinished checkouts too. */
import type { PageReading, ReconcilableSource } from '../../domain/ports.ts';
import type { SourceOrder } from '../../domain/reconcile-orders.ts';
import type { PageEntry } from '../../ledger/ledger.ts';
import type { ConnectorContext } from '../call.ts';
import { BadDataError } from '../errors.ts';
import { toSourceOrder } from '../order-comparison.ts';
import { rulesOf } from '../order-reading.ts';
import type { WoocommerceClient } from './client.ts';
import { parseOrder, toInstant, toOrder, type MapSettings } from './map.ts';
import { digestOf } from './platform.ts';
import { subtractRefunds } from './refunds.ts';
import { orderFields, type ListedOrder } from './schemas.ts';
import type { WoocommerceSettings } from './settings.ts';
import { firstCursor, parseCursor, readWindow, type Listing } from './windows.ts';

interface Parts {
  context: ConnectorContext<WoocommerceSettings>;
  client: WoocommerceClient;
  settings: MapSettings;
}

/** One call a page, and one more for each refunded order, whose list row does not say which pieces came back. */
export async function readComparedPage(parts: Parts, input: Parameters<ReconcilableSource['readWindow']>[0]): Promise<PageReading> {
  const { context, client } = parts;
  const { from, until } = input;
  const cursor = input.cursor === undefined ? undefined : parseCursor(input.cursor);
  const listing: Listing = { by: 'created', status: cursor?.status ?? (await allStatuses(client)), from, until, fields: orderFields };
  const { orders, next, total } = await readWindow(client, listing, cursor ?? firstCursor(listing));
  const rules = await rulesOf(context, input);
  const entries: PageEntry[] = [];
  for (const order of orders) entries.push(entryOf(await compared(parts, order, rules)));
  const page = entries.length === 0 ? {} : { page: await context.ledger.pages.put({ integration: input.integration.id, walk: 'window', entries }) };
  return { ...page, count: orders.length, ...(next === undefined ? {} : { nextCursor: JSON.stringify(next) }), ...(total === undefined ? {} : { total }) };
}

/** `any` leaves the trash and unfinished checkouts out (contract 5). */
const allStatuses = async (client: WoocommerceClient): Promise<string> => [...new Set([...(await client.listStatuses()).map(({ slug }) => slug), 'trash'])].join(',');

const entryOf = (order: SourceOrder): PageEntry => ({ sourceId: order.sourceId, number: order.number, digest: order.digest, body: JSON.stringify(order) });

async function compared({ context, client, settings }: Parts, listed: ListedOrder, rules: Awaited<ReturnType<typeof rulesOf>>): Promise<SourceOrder> {
  const digest = digestOf(context, listed);
  try {
    const raw = parseOrder(JSON.stringify(listed));
    const order = toOrder(raw, settings);
    const complete = raw.refunds.length === 0 ? order : subtractRefunds(order, raw, await client.listRefunds(String(raw.id)), settings.connection.language);
    return toSourceOrder({ order, complete, digest }, rules);
  } catch (error) {
    if (!(error instanceof BadDataError)) throw error;
    return { sourceId: String(listed.id), number: listed.number, createdAt: toInstant(listed.date_created_gmt), modifiedAt: toInstant(listed.date_modified_gmt), digest };
  }
}
