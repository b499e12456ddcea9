/** A window of the shop read anew for a reconciliation (N6): every order created in it, in every status. */
import { z } from 'zod';
import type { PageReading, ReconcilableSource } from '../../domain/ports.ts';
import type { SourceOrder } from '../../domain/reconcile-orders.ts';
import type { Ledger, OrderRecord, PageEntry } from '../../ledger/ledger.ts';
import type { ConnectorContext } from '../call.ts';
import { BadDataError } from '../errors.ts';
import { toSourceOrder } from '../order-comparison.ts';
import type { rulesOf } from '../order-reading.ts';
import type { CartumClient } from './client.ts';
import { dayOf, toInstant } from './local-time.ts';
import { parseOrder, toOrder, type MapSettings } from './map.ts';
import { digestOf } from './platform.ts';
import type { ListedOrder } from './schemas.ts';
import type { CartumSettings } from './settings.ts';
import { readOn } from './walks.ts';
import { cursorSchema, firstCursor, parseAs, type Position } from './windows.ts';

type Input = Parameters<ReconcilableSource['readWindow']>[0];

interface Parts {
  context: ConnectorContext<CartumSettings>;
  client: CartumClient;
  settings: MapSettings;
  rules: Awaited<ReturnType<typeof rulesOf>>;
}

/** `handed`: pages in the ledger with orders of the day at hand, which come again where its rows have moved (contract 5). */
const comparedCursorSchema = cursorSchema.extend({ handed: z.array(z.string()) });

/** The calls of one page of a walk. An order is handed out once: it must not count twice. */
export async function readComparedPage(parts: Parts, input: Input): Promise<PageReading> {
  const { context, client } = parts;
  const { ledger } = context;
  const { handed, ...cursor } = await cursorOf(context, input);
  const { orders, next } = await readOn(context, client, input.integration.id, cursor);
  const seen = await idsOn(ledger, handed);
  const left = orders.filter(({ order_id }) => !seen.has(order_id));
  const entries = await entriesOf(parts, input, left);
  const page = entries.length === 0 ? undefined : await ledger.pages.put({ integration: input.integration.id, walk: 'window', entries });
  return {
    ...(page === undefined ? {} : { page }),
    count: entries.length,
    ...(next === undefined ? {} : { nextCursor: JSON.stringify({ plan: cursor.plan, at: next, handed: handedOn(cursor.at, next, handed, page) }) }),
  };
}

async function cursorOf({ settings, ledger }: ConnectorContext<CartumSettings>, { from, until, cursor }: Input): Promise<z.output<typeof comparedCursorSchema>> {
  const given = cursor === undefined ? undefined : parseAs(comparedCursorSchema, cursor);
  if (given !== undefined) return given;
  const { timeZone } = (await settings()).settings;
  const begunAt = new Date(await ledger.clock.now()).toISOString();
  return { ...firstCursor({ firstDay: dayOf(from, timeZone), lastDay: dayOf(until, timeZone), from, until, isWhole: false, begunAt }), handed: [] };
}

/** Days share no order: only pages with a part of the day that goes on are remembered. */
function handedOn(before: Position, next: Position, handed: string[], page: string | undefined): string[] {
  if (!('day' in next) || (next.offset === 0 && next.restarts === 0)) return [];
  const isSameDay = 'day' in before && before.day === next.day;
  return [...(isSameDay ? handed : []), ...(page === undefined ? [] : [page])];
}

async function idsOn(ledger: Ledger, pages: string[]): Promise<Set<string>> {
  const stored = await Promise.all(pages.map(async (page) => ledger.pages.entries(page)));
  return new Set(stored.flatMap((one) => one?.entries.map(({ sourceId }) => sourceId) ?? []));
}

async function entriesOf(parts: Parts, input: Input, orders: ListedOrder[]): Promise<PageEntry[]> {
  const { ledger } = parts.context;
  const records = new Map((await ledger.records.findMany(input.integration.id, orders.map(({ order_id }) => order_id))).map((record) => [record.sourceId, record]));
  const entries: PageEntry[] = [];
  for (const listed of orders) {
    const order = compared(parts, listed, input.from);
    const changedAt = await noteChange(ledger, input.integration.id, order, records.get(order.sourceId));
    const dated = changedAt === undefined ? order : { ...order, modifiedAt: changedAt };
    entries.push({ sourceId: order.sourceId, number: order.number, digest: order.digest, body: JSON.stringify(dated) });
  }
  return entries;
}

/** An order without a readable time counts as an old one, so that it is named where nobody knows it. */
function compared({ context, settings, rules }: Parts, listed: ListedOrder, from: string): SourceOrder {
  const digest = digestOf(context, listed);
  try {
    const order = toOrder(parseOrder(listed), settings);
    return toSourceOrder({ order, complete: order, digest }, rules);
  } catch (error) {
    if (!(error instanceof BadDataError)) throw error;
    const createdAt = instantOf(listed, settings.connection.timeZone) ?? from;
    return { sourceId: listed.order_id, number: listed.order_id, createdAt, modifiedAt: createdAt, digest };
  }
}

function instantOf({ stat_created }: ListedOrder, timeZone: string): string | undefined {
  try {
    return toInstant(stat_created, timeZone);
  } catch (error) {
    if (error instanceof BadDataError) return undefined;
    throw error;
  }
}

/**
 * The shop does not tell when an order was changed. What the ledger does not have counts as changed when a reconciliation saw it first: a change that is
 * on its way is not taken for one that was missed, and one that was missed is named by the next reconciliation.
 * @returns ISO 8601 UTC; undefined: the ledger has its content, or does not know the order
 */
async function noteChange(ledger: Ledger, integration: string, { sourceId, digest }: SourceOrder, record: OrderRecord | undefined): Promise<string | undefined> {
  if (record === undefined) return undefined;
  const [subject, name] = [`integration:${integration}`, `unfollowed:${sourceId}`];
  const [noted, notedAt] = (await ledger.marks.get(subject, name))?.split(' ') ?? [];
  if (record.digest === digest) {
    if (noted !== undefined) await ledger.marks.remove(subject, name);
    return undefined;
  }
  if (noted === digest && notedAt !== undefined) return notedAt;
  const now = new Date(await ledger.clock.now()).toISOString();
  await ledger.marks.set(subject, name, `${digest} ${now}`);
  return now;
}
