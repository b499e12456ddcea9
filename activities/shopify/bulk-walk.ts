/**
 * A backfill of many orders by one bulk operation (contract shopify 5, 10): counted, started, waited for, read a page at a time.
 * Whatever goes wrong with the operation, the walk pages through the whole window instead: that repeats some orders and skips none.
 */
import { BudgetBusyError, ForbiddenError, PermanentError, UnexpectedReplyError } from '../errors.ts';
import type { BulkCalls } from './bulk-client.ts';
import { collectOrders, GarbledResultError, type Collector } from './bulk-lines.ts';
import { asOfNow, type Lists } from './bulk-orders.ts';
import { wantedPlace, type BulkPlace, type PlaceOf } from './bulk-place.ts';
import type { BulkOperation } from './bulk-schemas.ts';
import { ordersPerPage } from './documents.ts';
import type { ListedOrder } from './schemas.ts';

/** `paging`: no (longer) by a bulk operation, and why if it was to be; the window is paged from its beginning. Bulk without `place`: all was handed out. */
export type BulkStep = { kind: 'paging'; place?: PlaceOf<'off'> } | { kind: 'bulk'; orders: ListedOrder[]; place?: BulkPlace };

interface Step {
  client: Lists & { bulk: BulkCalls };
  /** the window's filter */
  q: string;
  /** ms of the ledger's clock */
  now: number;
}

const minuteMs = 60_000;
/** Others of the app's operations are in the way for so long at most: then paging is sooner done. */
const startPatienceMs = 60 * minuteMs;
/** The shop gives up after ten days (contract 5); paging takes less. */
const runPatienceMs = 24 * 60 * minuteMs;
/** A start whose reply was lost has taken effect within this, or never. */
const settleMs = 2 * minuteMs;
const mostSendings = 3;
/** Between two looks at a running operation, and at a busy shop. */
const pollMs = 15_000;
const busyMs = minuteMs;
/** A step that only waits is handed back after this, so that the walk can be cancelled between two. */
const longestStepMs = 2 * minuteMs;
const page = { orders: ordersPerPage, size: 16_000_000 };

const paging = (why: string): BulkStep => ({ kind: 'paging', place: { at: 'off', why } });
const onwards = (place: BulkPlace): BulkStep => ({ kind: 'bulk', orders: [], place });

/** One step from this place on. @throws the client's errors; BudgetBusyError while there is nothing to do but wait */
export async function walkInBulk(step: Step, place: Exclude<BulkPlace, PlaceOf<'off'>>): Promise<BulkStep> {
  switch (place.at) {
    case 'count':
      return count(step, place);
    case 'start':
      return start(step, place);
    case 'run':
      return awaitEnd(step, place);
    default:
      return readOn(step, place);
  }
}

async function count({ client, q, now }: Step, { above }: PlaceOf<'count'>): Promise<BulkStep> {
  const orders = await unlessRefused(async () => client.bulk.countOrders(q, above + 1));
  if (orders === undefined) return paging('the shop does not count its orders');
  return orders > above ? onwards(wantedPlace(now)) : { kind: 'paging' };
}

/** Safe to repeat: it looks for its own operation before it sends, and after a lost reply it waits until that has taken effect or never will. */
async function start(step: Step, place: PlaceOf<'start'>): Promise<BulkStep> {
  const { client, q, now } = step;
  const { marker, wantedAt } = place;
  const running = (id: string): BulkStep => onwards({ at: 'run', id, wantedAt, notedAt: now });
  const found = await client.bulk.findOperation(marker);
  if (found !== undefined) return running(found);
  const sent = await client.bulk.sendings(marker);
  if (sent.count > 0 && now - sent.at < settleMs) return waitFor(step, place, { ms: pollMs, why: 'whether a bulk operation was started is to be seen' });
  if (now - wantedAt > startPatienceMs) return paging('other bulk operations were in the way');
  if (sent.count >= mostSendings) return paging('no answer to the start');
  await client.bulk.noteSending(marker, sent.count + 1, now);
  const started = await unlessRefused(async () => client.bulk.startOperation(marker, q));
  await client.bulk.settleSendings(marker);
  if (started?.kind === 'started') return running(started.id);
  return started?.kind === 'busy' ? waitFor(step, place, { ms: busyMs, why: 'the shop runs as many bulk operations as it may' }) : paging('the start was refused');
}

async function awaitEnd(step: Step, place: PlaceOf<'run'>): Promise<BulkStep> {
  const operation = await step.client.bulk.getOperation(place.id);
  if (operation?.status === 'COMPLETED') return readOn(step, { at: 'read', id: place.id, from: 0, lines: 0 }, operation);
  if (operation === undefined) return paging('the operation is unknown to the shop');
  if (hasFailed(operation)) return paging(`the operation ended as ${operation.status}${operation.errorCode === null ? '' : `, ${operation.errorCode}`}`);
  if (step.now - place.wantedAt > runPatienceMs) return paging('the operation took too long');
  return waitFor(step, place, { ms: pollMs, why: 'the shop’s bulk operation is still running' });
}

/** Partial results are left alone: paging lists all that they hold. A status that nobody knows yet is waited for. */
const hasFailed = ({ status }: BulkOperation): boolean => ['FAILED', 'CANCELED', 'EXPIRED'].includes(status);

/** The step's slot goes back meanwhile; from time to time the step ends. */
function waitFor({ now }: Step, place: PlaceOf<'start' | 'run'>, { ms, why }: { ms: number; why: string }): BulkStep {
  if (now - place.notedAt < longestStepMs) throw new BudgetBusyError(ms, why);
  return onwards({ ...place, notedAt: now });
}

/** The address is asked for anew by each step: it is a key to the result, and no longer valid after seven days. */
async function readOn({ client }: Step, place: PlaceOf<'read'>, known?: BulkOperation): Promise<BulkStep> {
  const operation = known ?? (await client.bulk.getOperation(place.id));
  const url = operation?.url ?? undefined;
  if (operation === undefined || url === undefined) return paging('the result is no longer there');
  const collector = collectOrders(page);
  const read = await unlessGarbled(async () => readPage(client.bulk, { url, from: place.from, collector }));
  if (read === undefined) return paging('the result cannot be read');
  const lines = place.lines + collector.count();
  if (read.next === undefined && lines !== operation.objectCount) return paging(`the result has ${lines} objects of ${operation.objectCount}`);
  const orders = await asOfNow(client, read.orders, Date.parse(operation.createdAt));
  return { kind: 'bulk', orders, ...(read.next === undefined ? {} : { place: { ...place, from: read.next, lines } }) };
}

async function readPage(bulk: BulkCalls, { url, from, collector }: { url: string; from: number; collector: Collector }) {
  const read = await bulk.readResult({ url, from, take: collector.take });
  if (read === undefined || read.kind === 'gone') return undefined;
  return { orders: collector.finish(), ...(read.next === undefined ? {} : { next: read.next }) };
}

async function unlessGarbled<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GarbledResultError) return undefined;
    throw error;
  }
}

/** A refusal of what only bulk operations need: paging says itself what it lacks. */
async function unlessRefused<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PermanentError || error instanceof ForbiddenError || error instanceof UnexpectedReplyError) return undefined;
    throw error;
  }
}
