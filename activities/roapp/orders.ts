/**
 * One order with its lines and comment, each created once.
 * 1. What the import began with is kept, and a repeat goes on with it (decision "R4 and a half-made import").
 * 2. The order carries our marker; after a lost reply it is looked up by it, otherwise nothing is looked up.
 * 3. Lines go one per call, then at most one comment, which cannot be looked up and is never sent twice.
 * 4. Where statuses are synchronised, the platform's comes along (R6).
 * 5. The record is completed in the transaction that closes the last of these, and followed from then on.
 */
import { appliedLines, type FollowState } from '../../domain/follow.ts';
import { booksStatusOf, type Statuses } from '../../domain/order-status.ts';
import type { Note, Outcome } from '../../domain/outcome.ts';
import type { CreateOrderInput } from '../../domain/ports.ts';
import { priceLines, type PricedLine } from '../../domain/pricing.ts';
import type { ParkReason } from '../../domain/reasons.ts';
import type { Hold, LedgerWrite, RecordKey } from '../../ledger/ledger.ts';
import { createdEntry } from '../created-entry.ts';
import { SettingsError } from '../errors.ts';
import { orderKeyOf, orderLinkId, settleAdopted } from './adopt.ts';
import { commentOf, deliveryText, pricingNotes } from './comment.ts';
import { readContent, writeContent, type Content } from './content.ts';
import { createdOrFound } from './created.ts';
import { addItem, itemLinkId } from './items.ts';
import { markerOf, toNewOrder } from './map.ts';
import { orderLookUp } from './order-look-up.ts';
import { ensureCustomer } from './people.ts';
import { ensureProducts } from './products.ts';
import { statusOf } from './statuses.ts';
import { blameItem, blameOrder, isRefusal, staleNote, wordsOf } from './stale.ts';
import { digestOf, holderOf, subjectOf, timesOf, type RoappStep } from './step.ts';

type Created = Extract<Outcome, { kind: 'created' }>;
type Parked = Extract<Outcome, { kind: 'parked' }>;

/** What belongs to one import under way. */
interface Import {
  step: RoappStep;
  hold: Hold;
  key: RecordKey;
  ledgerKey: string;
  content: Content;
  notes: Note[];
  /** the order's id was known before: only then may it be an adopted one */
  isKnown: boolean;
}

/** Known customer and products: one call for the order, one a line, one for the comment if there is one. Safe to repeat: intents. */
export async function createOrder(step: RoappStep, { integration, order, parties, digest }: CreateOrderInput): Promise<Created | Parked> {
  const key: RecordKey = { integration: integration.id, kind: 'order', sourceId: order.sourceId };
  const ledgerKey = orderKeyOf(key);
  const fresh: Content = { order, parties, priced: priceLines(order, step.pair), digest };
  return step.ledger.keys.hold([ledgerKey], holderOf(step), async (hold) => {
    const record = await step.ledger.records.find(key);
    if (record?.state === 'completed' && record.targetId !== null) return repeated(step, key, fresh, record.targetId);
    const begun = await step.ledger.records.begin(key, writeContent(fresh), order.number);
    const content = readContent(begun.content);
    return run({ step, hold, key, ledgerKey, content, isKnown: begun.targetId !== null, notes: [...content.parties.notes, ...pricingNotes(content)] });
  });
}

async function run(work: Import): Promise<Created | Parked> {
  const order = await ensureOrder(work);
  if (typeof order !== 'string') return order;
  await work.step.ledger.records.setTarget(work.key, order);
  const comment = commentOf(work.step, work.content, work.notes);
  const isStatusDue = work.step.pair.statuses.length > 0;
  const adopted = work.isKnown ? await findAdopted(work, order) : 'not adopted';
  const items = await ensureItems(work, order, comment === undefined && !isStatusDue);
  if (items) return items;
  if (comment !== undefined && adopted === 'complete') work.notes.push(commentUnknown(order, comment));
  else if (comment !== undefined) await commentOnce(work, order, comment, !isStatusDue);
  const record = await work.step.ledger.records.find(work.key);
  if (record?.state !== 'completed') {
    const agreed = isStatusDue ? await settleFirstStatus(work, order) : undefined;
    const { records, follows, outcomes } = work.step.ledger;
    const write: Completion = { complete: async (...all) => records.complete(...all), follow: async (row) => follows.put(row), outcome: async (entry) => outcomes.add(entry) };
    await complete(work, order, write, agreed);
  }
  return created(order, work.notes);
}

const created = (targetId: string, notes: Note[]): Created => ({ kind: 'created', targetId, notes });
const parked = (reason: ParkReason, detail?: string): Parked => ({ kind: 'parked', reason, step: 'create the order', ...(detail === undefined ? {} : { detail }) });

type Completion = Pick<LedgerWrite, 'complete' | 'follow' | 'outcome'>;

/** From now on it is followed, beginning with the content that was imported. */
async function complete(work: Import, order: string, write: Completion, agreed?: Statuses): Promise<void> {
  const { step, key, content, notes } = work;
  const delivery = deliveryText(step, content.order);
  const state: FollowState = {
    lines: appliedLines(content.priced.lines),
    digest: content.digest,
    ...(agreed === undefined ? {} : { agreed }),
    ...(delivery === undefined ? {} : { delivery: digestOf(step, 'delivery', delivery) }),
    ...(content.order.ending === undefined ? {} : { ending: content.order.ending }),
    ...(content.order.customer?.isUnspecified ? { isUnspecified: true } : {}),
    comments: 0,
    ignored: 0,
    touchedAt: new Date(await step.ledger.clock.now()).toISOString(),
  };
  await write.follow({ integration: key.integration, sourceId: key.sourceId, connection: step.connection, targetId: order, state, isOpen: true });
  await write.outcome(createdEntry(key, { targetId: order, notes, number: content.order.number, run: step.call.run, version: step.version }));
  await write.complete(key, order, content.digest);
}

/**
 * R6: the platform's status comes along where the table has it; else the order type's first status is what both sides begin with. An order that was
 * made by an earlier try may be in the hands of staff by now: it is read, and what they set stands.
 */
async function settleFirstStatus({ step, content, notes, isKnown }: Import, order: string): Promise<Statuses | undefined> {
  const platform = content.order.status;
  const wanted = booksStatusOf(step.pair.statuses, platform);
  if (wanted !== undefined && !isKnown) return setFirst(wanted);
  const there = await step.client.order(order);
  if (there === undefined) return undefined;
  const books = String(there.status.id);
  if (wanted === undefined) notes.push({ code: 'status-unmapped', text: `status ${platform} of the platform is not in the table and is left alone` });
  if (wanted === undefined || wanted === books) return { platform, books };
  if ((await statusOf(step, books)).isNew) return setFirst(wanted);
  notes.push({ code: 'status-conflict', text: `both sides have a status: the books (${books}, changed ${there.modified_at}) win over the platform (${platform}, changed ${content.order.modifiedAt})` });
  return { platform, books };

  async function setFirst(status: string): Promise<Statuses> {
    await step.client.setStatus(order, status);
    return { platform, books: status };
  }
}

/** The step died after it had completed the order, or another run has completed it: each run that created has its outcome (promise 6), once. */
async function repeated(step: RoappStep, key: RecordKey, content: Content, order: string): Promise<Created> {
  const notes = await notesOfCompleted(step, content, order);
  await step.ledger.outcomes.add(createdEntry(key, { targetId: order, notes, number: content.order.number, run: step.call.run, version: step.version }));
  return created(order, notes);
}

/** What the notes of a completed order said is found again. */
async function notesOfCompleted(step: RoappStep, content: Content, order: string): Promise<Note[]> {
  const notes = [...content.parties.notes, ...pricingNotes(content)];
  const comment = commentOf(step, content, notes);
  const links = comment === undefined ? [] : await step.ledger.index.findLinks(step.connection, 'comment', [`${order}/import`]);
  return comment === undefined || links.length > 0 ? notes : [...notes, commentUnknown(order, comment)];
}

async function ensureOrder(work: Import): Promise<string | Parked> {
  const { step, content } = work;
  const [link] = await step.ledger.index.findLinks(step.connection, 'item', [orderLinkId(work.key)]);
  if (link) return link.targetId;
  try {
    return await sendOrder(work);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const client = content.parties.customerId;
    const blame = await blameOrder(step, client);
    if (blame.kind === 'unexplained') throw error;
    if (blame.kind === 'park') return parked(blame.reason ?? 'refused', [blame.detail, wordsOf(error)].join(' – '));
    const found = await ensureCustomer(step, content.order);
    content.parties.customerId = found.id;
    work.notes.push(staleNote('contact', client), ...found.notes);
    return sendOrder(work);
  }
}

async function sendOrder(work: Import): Promise<string> {
  const { step, hold, key, content } = work;
  const marker = markerOf(key.integration, key.sourceId);
  const find = orderLookUp(step, { ledgerKey: work.ledgerKey, marker, client: content.parties.customerId });
  const timeZone = await step.ledger.marks.get(subjectOf(step.connection), 'timeZone');
  const body = toNewOrder(content.order, content.parties.customerId, { marker, texts: step.texts, timeZone, settings: step.settings });
  const done = await hold.once<string>({
    name: 'order',
    marker,
    ...timesOf(step),
    find,
    send: async (guard) => createdOrFound(await step.client.createOrder(body, guard), find, 'POST /orders'),
    record: (id, write) => write.setLink({ connection: step.connection, kind: 'item', sourceId: orderLinkId(work.key), targetId: id }),
  });
  if (done.kind === 'unknown') throw new Error('an order can be looked up: unknown does not happen');
  return done.result;
}

/** An order that the ledger knows only by its marker: the lines that stand there are not sent again (N21). */
async function findAdopted({ step, key, content }: Import, order: string): Promise<'not adopted' | 'complete' | 'half-made'> {
  const lines = content.priced.lines.map((line) => ({ key: line.key, product: line.kind === 'charge' ? line.article : content.parties.products[line.lineKey ?? ''] }));
  return settleAdopted(step, { integration: key.integration, sourceId: key.sourceId, order, lines });
}

/** Undefined when all lines stand. */
async function ensureItems(work: Import, order: string, isLastEffect: boolean): Promise<Parked | undefined> {
  const { step, content } = work;
  const { lines } = content.priced;
  const links = await step.ledger.index.findLinks(step.connection, 'item', lines.map((line) => itemLinkId(order, line.key)));
  const linked = new Set(links.map((link) => link.sourceId));
  const open = [...lines.entries()].filter(([, line]) => !linked.has(itemLinkId(order, line.key)));
  for (const [position, [index, line]] of open.entries()) {
    const isLast = isLastEffect && position === open.length - 1;
    const refused = await ensureItem(work, order, { line, index }, async (write) => (isLast ? complete(work, order, write) : undefined));
    if (refused) return refused;
  }
  return undefined;
}

async function ensureItem(work: Import, order: string, item: { line: PricedLine; index: number }, andThen: (write: LedgerWrite) => Promise<void>): Promise<Parked | undefined> {
  const { step, hold } = work;
  const product = productOf(work.content, item.line);
  try {
    await addItem(step, hold, { order, ...item, product }, andThen);
    return undefined;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const blame = await blameItem(step, order, product, error);
    if (blame.kind === 'unexplained') throw error;
    if (blame.reason === 'order-gone') await step.ledger.index.drop(step.connection, ['item', 'comment'], order);
    if (blame.kind === 'park') return parked(blame.reason ?? 'refused', blame.detail);
    if (item.line.kind === 'charge') return parked('settings-mistake', `article ${product} of the integration's settings does not exist`);
  }
  const missing = await replaceProduct(work, product);
  if (missing.length > 0) return parked('products-missing', missing.join(', '));
  await addItem(step, hold, { order, ...item, product: productOf(work.content, item.line) }, andThen);
  return undefined;
}

function productOf({ parties }: Content, line: PricedLine): string {
  const product = line.kind === 'charge' ? line.article : parties.products[line.lineKey ?? ''];
  if (product === undefined) throw new SettingsError(`line ${line.key} has no product in the target`);
  return product;
}

/** A gone product is looked up again for all its lines; returns the names of those that cannot be had. */
async function replaceProduct({ step, content, notes }: Import, gone: string): Promise<string[]> {
  const lineItems = content.order.lineItems.filter((line) => content.parties.products[line.key] === gone);
  const found = await ensureProducts(step, { lineItems });
  Object.assign(content.parties.products, found.products);
  notes.push(staleNote('product', gone), ...found.notes);
  return found.missing;
}

/** Sent at most once: no call lists comments (promise 4). An unsettled one is noted, and the order is complete without it. */
async function commentOnce(work: Import, order: string, text: string, isLastEffect: boolean): Promise<void> {
  const { step, hold, notes } = work;
  const link = { connection: step.connection, kind: 'comment', sourceId: `${order}/import`, targetId: order } as const;
  const [known] = await step.ledger.index.findLinks(step.connection, 'comment', [link.sourceId]);
  if (known) return;
  const done = await hold.once<true>({
    name: `comment:${order}`,
    ...timesOf(step),
    send: async (guard) => {
      await step.client.createComment(order, text, guard);
      return true;
    },
    record: async (_, write) => {
      await write.setLink(link);
      if (isLastEffect) await complete(work, order, write);
    },
  });
  if (done.kind === 'unknown') notes.push(commentUnknown(order, text));
}

const commentUnknown = (order: string, text: string): Note => ({ code: 'comment-unknown', text: `the comment of order ${order} was sent once; whether it arrived is not known: ${text}` });
