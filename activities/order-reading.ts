/** The part of reading an order that is alike for every platform: what the ledger knows, the page, the rules of R1 and R10, corrections. */
import { editOrder, keepCorrections, parseEdits } from '../domain/edit.ts';
import { leftOutDigest, refusalOf } from '../domain/eligibility.ts';
import type { Order } from '../domain/order.ts';
import type { OrderReading, ReadOrderInput } from '../domain/ports.ts';
import { erasedAt } from '../ledger/erased.ts';
import type { RecordKey } from '../ledger/ledger.ts';
import type { ConnectorContext } from './call.ts';
import { BadDataError, SettingsError } from './errors.ts';
import { personDigests } from './persons.ts';

/** What a platform's connector knows about its orders. `Raw` is the platform's own shape. */
export interface OrderPlatform<Raw> {
  /** a body as stored in a page */
  parse(body: string): Raw;
  /** one call; undefined: the platform no longer has it */
  fetch(sourceId: string): Promise<Raw | undefined>;
  /** over the source's data that matter for the books, never over mapped output (N18) */
  digest(raw: Raw): string;
  number(raw: Raw): string;
  /** pure, without product details; throws BadDataError */
  toOrder(raw: Raw): Order;
  /** refunds, and descriptions and categories of products that the target does not know */
  complete(order: Order, raw: Raw): Promise<Order>;
}

/** A listed order is as good as a read one for this long; after that it is read again. */
const pageIsFreshForMs = 15 * 60_000;

/**
 * One order, ready for the target, or why there is nothing to import. Writes nothing outside; in the ledger only what it decided.
 * An order whose import we completed is left alone (promise 5); a half-made one is completed with the content its import began with.
 * @throws BadDataError, ApiError
 */
export async function readOrderOnce<Raw>(context: ConnectorContext<unknown>, input: ReadOrderInput, platform: OrderPlatform<Raw>): Promise<OrderReading> {
  const key: RecordKey = { integration: input.integration.id, kind: 'order', sourceId: input.sourceId };
  const { ledger } = context;
  const record = await ledger.records.find(key);
  if (record?.state === 'erased' || (record?.state === 'completed' && !input.follow)) return { kind: 'skip', reason: 'already-imported', digest: record.digest ?? '' };
  if (record?.digest === leftOutDigest && !input.byOperator) return { kind: 'skip', reason: 'left-out-by-operator', digest: leftOutDigest };

  const raw = await readRaw(context, input, platform);
  if (raw === undefined) return { kind: 'skip', reason: 'gone-from-source', digest: '' };
  const digest = platform.digest(raw);
  const skip = async (refusal: Omit<Extract<OrderReading, { kind: 'skip' }>, 'kind' | 'digest' | 'number'>): Promise<OrderReading> => ({ kind: 'skip', ...refusal, digest, number: platform.number(raw) });

  const order = await edited(context, key, platform.toOrder(raw), input.follow ?? false);
  if (await wasErased(context, order)) {
    if (!input.dryRun) await ledger.people.erase({ digests: [], records: [key] });
    return skip({ reason: 'person-erased' });
  }
  if (input.follow) return { kind: 'order', order: await platform.complete(order, raw), digest };
  const rules = await rulesOf(context, input);
  const refusal = refusalOf({ order, ...rules, byOperator: input.byOperator ?? false });
  if (refusal && record?.state !== 'begun') return skip(refusal);
  const complete = await platform.complete(order, raw);
  const refunded = refusalOf({ order: complete, ...rules, byOperator: true });
  if (refunded && record?.state !== 'begun') return skip(refunded);
  return { kind: 'order', order: complete, digest };
}

/** Ordered before its customer was erased; nothing here led to the order then (N23). By the phone only where there is no address. */
async function wasErased(context: ConnectorContext<unknown>, { customer, createdAt }: Pick<Order, 'customer' | 'createdAt'>): Promise<boolean> {
  const { emailDigest, phoneDigest } = personDigests(context, customer);
  const digest = emailDigest ?? phoneDigest;
  const at = digest === undefined ? undefined : await erasedAt(context.ledger, context.company, digest);
  return at !== undefined && Date.parse(createdAt) <= Date.parse(at);
}

async function readRaw<Raw>(context: ConnectorContext<unknown>, input: ReadOrderInput, platform: OrderPlatform<Raw>): Promise<Raw | undefined> {
  if (input.page !== undefined && !input.fresh) {
    const listed = await context.ledger.pages.body(input.page, input.sourceId);
    if (listed && listed.ageMs < pageIsFreshForMs) return platform.parse(listed.body);
  }
  return platform.fetch(input.sourceId);
}

/** What the rules of R1, R3 and R9 are asked with. @throws SettingsError where the integration is not connected */
export async function rulesOf(context: ConnectorContext<unknown>, input: Pick<ReadOrderInput, 'integration' | 'byOperator' | 'dryRun'>) {
  const [{ settings }, connected, targetCurrency] = await Promise.all([
    context.integrationSettings(input.integration.id),
    context.ledger.states.connected(input.integration.id),
    context.ledger.marks.get(`connection:${input.integration.target}`, 'currency'),
  ]);
  if (connected === undefined && !input.dryRun && !input.byOperator) throw new SettingsError(`integration ${input.integration.id} is not connected`);
  const always = { connectedAt: '1970-01-01T00:00:00Z', backfillFrom: '1970-01-01T00:00:00Z' };
  return { settings, connected: connected ?? always, ...(targetCurrency === undefined ? {} : { targetCurrency }) };
}

async function edited(context: ConnectorContext<unknown>, key: RecordKey, order: Order, isFollowed: boolean): Promise<Order> {
  const edits = await context.ledger.records.edits(key);
  if (edits === undefined) return order;
  if (isFollowed) return keepCorrections(order, parseEdits(edits));
  const result = editOrder(order, parseEdits(edits));
  if ('mistakes' in result) throw new BadDataError(result.mistakes[0]?.field ?? 'edit', 'an earlier correction does not fit the order any more');
  return result.order;
}
