/** Which orders each walk lists (contract 10, R1, R9), and how a page of them lies in the ledger. */
import { backfillStart, windowStart } from '../../domain/high-water-mark.ts';
import type { ReadPageInput, Walk } from '../../domain/ports.ts';
import type { Connected, ImportOrdersSettings } from '../../domain/settings.ts';
import type { PageEntry } from '../../ledger/ledger.ts';
import type { ConnectorContext } from '../call.ts';
import type { WoocommerceClient } from './client.ts';
import { toCustomer, toInstant } from './map.ts';
import { personDigests } from './persons.ts';
import { digestOf } from './platform.ts';
import { orderFields, orderSchema, type ListedOrder } from './schemas.ts';
import type { WoocommerceSettings } from './settings.ts';
import type { Listing } from './windows.ts';

/** Checkouts that were not finished; `auto-draft` is what the admin's empty form leaves behind. Never imported. */
const unfinished = ['checkout-draft', 'auto-draft'];

const namingFields = 'id,number,status,date_created_gmt,date_modified_gmt';

/**
 * The window of a walk. Undefined: no status is left to list.
 * @param status the list that the walk began with; absent: asked for now
 */
export async function listingOf(context: ConnectorContext<WoocommerceSettings>, client: WoocommerceClient, input: Pick<ReadPageInput, 'walk' | 'integration'>, status?: string): Promise<Listing | undefined> {
  const { settings } = await context.integrationSettings(input.integration.id);
  const connected = await connectedOf(context, input.integration.id, settings);
  if (input.walk === 'changed') {
    const mark = await context.ledger.marks.get(`integration:${input.integration.id}`, 'changed');
    return { by: 'modified', status: 'any', from: windowStart(mark, connected.connectedAt), fields: orderFields };
  }
  const wanted = status ?? statusesOf(input.walk, (await client.listStatuses()).map(({ slug }) => slug), settings.excludeStatuses).join(',');
  if (wanted === '') return undefined;
  return { by: 'created', status: wanted, from: connected.backfillFrom, until: connected.connectedAt, fields: input.walk === 'excluded' ? namingFields : orderFields };
}

/** There is no "not this status" filter: the wanted ones are named, so that statuses of plug-ins come in. An unknown one would be refused. */
export function statusesOf(walk: Exclude<Walk, 'changed'>, known: string[], excluded: string[]): string[] {
  if (walk === 'backfill') return known.filter((status) => !excluded.includes(status) && !unfinished.includes(status) && status !== 'trash');
  // the shop lists no trash among its statuses, but takes it as a filter
  return [...known, 'trash'].filter((status, at, all) => all.indexOf(status) === at && (excluded.includes(status) || status === 'checkout-draft'));
}

/** Before connecting (plan): as if it were now. */
async function connectedOf(context: ConnectorContext<WoocommerceSettings>, integration: string, { backfillMonths }: ImportOrdersSettings): Promise<Connected> {
  const connected = await context.ledger.states.connected(integration);
  if (connected) return connected;
  const now = await context.ledger.clock.now();
  const { settings } = await context.settings();
  return { connectedAt: new Date(now).toISOString(), backfillFrom: backfillStart(now, backfillMonths, settings.timeZone) };
}

/** Only what an import reads is kept: addresses and all else that came along are dropped (R12). */
export function pageEntry(context: ConnectorContext<WoocommerceSettings>, walk: Walk, order: ListedOrder, country: string): PageEntry {
  const read = orderSchema.safeParse(order);
  const persons = read.success ? Object.values(personDigests(context, toCustomer(read.data, country))) : [];
  const skip = walk === 'excluded' ? { skip: unfinished.includes(order.status) ? { reason: 'checkout-draft' } : { reason: 'status-excluded', detail: order.status } } : {};
  return { sourceId: String(order.id), number: order.number, digest: digestOf(context, order), body: JSON.stringify(read.success ? read.data : order), persons, ...skip };
}

/** The newest change on a page, oldest first: the mark once all of it is announced. */
export const markOf = (orders: ListedOrder[]): string | undefined => {
  const last = orders.map((order) => order.date_modified_gmt).toSorted().at(-1);
  return last === undefined ? undefined : toInstant(last);
};
