/**
 * What the platform changed, brought into an order that is not written off.
 * 1. Its real customer, once the platform names it (R19).
 * 2. Quantities and prices, new lines; removed lines get quantity 0, and are named in a comment where that is refused (R16).
 * 3. Delivery details, when they differ from the last comment (R13).
 * 4. One comment when it ended there: cancelled, refunded, trashed, deleted (R8, R16).
 */
import { hasChanges, lineChanges, placeOf } from '../../domain/follow.ts';
import type { Ending, Order } from '../../domain/order.ts';
import type { FollowInput, Parties } from '../../domain/ports.ts';
import { priceLines, type PricedLine } from '../../domain/pricing.ts';
import { commentChange } from './change-comment.ts';
import { deliveryText } from './comment.ts';
import { linesBeforeWrite, noteWritten, nowIso, save, type Follow } from './follow-work.ts';
import { addLine, changeLine, itemLinkId } from './items.ts';
import { ensureCustomer } from './people.ts';
import { blameOrder, isRefusal, staleNote } from './stale.ts';
import { digestOf, type RoappStep } from './step.ts';

/** New lines need their products, and a customer that is named only now needs its contact. */
export function needsParties({ state, step }: Follow, { order, parties, digest }: FollowInput): boolean {
  if (order === undefined || parties !== undefined) return false;
  if (isNamedNow(state, order)) return true;
  return digest !== state.digest && lineChanges(state.lines, pricedLines(step, order)).added.some(({ kind }) => kind === 'product');
}

const isNamedNow = (state: Follow['state'], { customer }: Order): boolean => state.isUnspecified === true && customer !== undefined && customer.isUnspecified !== true;

/** Lines without pieces are the removed ones: an order whose pieces were all refunded has none left. */
const pricedLines = ({ pair }: RoappStep, order: Order): PricedLine[] => priceLines({ ...order, lineItems: order.lineItems.filter(({ quantity }) => Number(quantity) !== 0) }, pair).lines;

/** @throws WrittenOffMeanwhile what was not written until then is not to be */
export async function applyChanges(work: Follow, { order, parties, digest }: FollowInput): Promise<void> {
  if (order !== undefined && parties !== undefined) await applyCustomer(work, order, parties);
  if (digest === work.state.digest) return;
  if (order !== undefined) {
    await applyLines(work, order, parties);
    await applyDelivery(work, order);
  }
  await applyEnding(work, order);
}

async function applyCustomer(work: Follow, order: Order, parties: Parties): Promise<void> {
  const { step, row, state, notes } = work;
  if (!isNamedNow(state, order)) return;
  const contact = await setCustomer(work, order, parties.customerId);
  delete state.isUnspecified;
  await noteWritten(work);
  notes.push({ code: 'customer-known', text: `order ${row.targetId} has its customer now: contact ${contact}` });

  async function setCustomer({ notes: said }: Follow, of: Order, wanted: string): Promise<string> {
    await linesBeforeWrite(work);
    try {
      await step.client.changeOrder(row.targetId, { client_id: Number(wanted) });
      return wanted;
    } catch (error) {
      if (!isRefusal(error) || (await blameOrder(step, wanted)).kind !== 'gone') throw error;
    }
    const found = await ensureCustomer(step, of);
    said.push(staleNote('contact', wanted), ...found.notes);
    await linesBeforeWrite(work);
    await step.client.changeOrder(row.targetId, { client_id: Number(found.id) });
    return found.id;
  }
}

async function applyLines(work: Follow, order: Order, parties: Parties | undefined): Promise<void> {
  const { step, row, state, notes } = work;
  const { changed, added, removed } = lineChanges(state.lines, pricedLines(step, order));
  if (!hasChanges({ changed, added, removed })) return;
  const done = { changed: 0, added: 0, removed: 0 };
  try {
    for (const line of changed) if ((await changeLine(work, line)) === 'done') done.changed += 1;
    for (const key of removed) if (await removeLine(work, key)) done.removed += 1;
    await givePlaces(work, added);
    for (const line of added) {
      await addLine(work, order, { line, index: placeOf(state, line.key), products: parties?.products ?? {} });
      done.added += 1;
    }
  } finally {
    if (hasAny(done)) notes.push({ code: 'lines-changed', text: `order ${row.targetId}: ${done.changed} changed, ${done.added} added, ${done.removed} removed` });
  }
}

const hasAny = ({ changed, added, removed }: Record<'changed' | 'added' | 'removed', number>): boolean => changed + added + removed > 0;

/** Before anything is sent, so that a line whose reply was lost is looked for under the place it was sent with, whatever came since. */
async function givePlaces(work: Follow, added: PricedLine[]): Promise<void> {
  if (added.length === 0) return;
  for (const { key } of added) work.state.places = { ...work.state.places, [key]: placeOf(work.state, key) };
  await save(work);
}

/** No call removes a line: it gets quantity 0, and where that is refused staff read about it. True: it has no pieces any more. */
async function removeLine(work: Follow, key: string): Promise<boolean> {
  const { step, row, state, notes } = work;
  const gone = { quantity: '0', price: state.lines[key]?.price ?? '0' };
  const result = await changeLine(work, { key, ...gone });
  if (result !== 'refused') return result === 'done';
  const [link] = await step.ledger.index.findLinks(step.connection, 'item', [itemLinkId(row.targetId, key)]);
  const item = (await linesBeforeWrite(work)).find(({ id }) => String(id) === link?.targetId);
  await commentChange(work, { about: `removed ${key}`, text: `${step.texts.lineRemoved}: ${item?.entity.title ?? key}`, remember: (after) => (after.lines = { ...after.lines, [key]: gone }) });
  notes.push({ code: 'line-not-removed', text: `line ${key} of order ${row.targetId} was removed on the platform and stays in the books` });
  return false;
}

async function applyDelivery(work: Follow, order: Order): Promise<void> {
  const { state, notes, step } = work;
  const text = deliveryText(step, order);
  const delivery = deliveryDigest(step, text);
  if (text === undefined || delivery === undefined || delivery === state.delivery) return;
  await commentChange(work, { about: `delivery ${delivery}`, text, remember: (after) => (after.delivery = delivery) });
  notes.push({ code: 'delivery-changed', text });
}

const deliveryDigest = (step: RoappStep, text: string | undefined): string | undefined => (text === undefined ? undefined : digestOf(step, 'delivery', text));

const endingOf = (order: Order | undefined): Ending | undefined => (order === undefined ? 'deleted' : order.ending);

async function applyEnding(work: Follow, order: Order | undefined): Promise<void> {
  const { step, state, notes, row } = work;
  const ending = endingOf(order);
  if (ending === state.ending) return;
  if (ending === undefined) {
    delete state.ending; // it goes on there: should it end again, that is told again
    return;
  }
  const at = new Date(order?.modifiedAt ?? (await nowIso(step))).toISOString().slice(0, 16).replace('T', ' ');
  await commentChange(work, { about: `ended ${ending}`, text: `${step.texts.ended[ending]} (${at} UTC)`, remember: (after) => (after.ending = ending) });
  notes.push({ code: 'order-ended', text: `order ${row.targetId}: ${ending} on the platform` });
}

/** N5: one change counts once, whatever else is told of it; what returned to the state applied last and changes again counts again. */
export function countIgnored({ step, state, notes, row }: Follow, { order, digest }: FollowInput): void {
  if (digest === state.digest) return;
  const lines = order === undefined ? [] : pricedLines(step, order);
  const delivery = order && deliveryDigest(step, deliveryText(step, order));
  const ending = endingOf(order);
  const differs = (order !== undefined && hasChanges(lineChanges(state.lines, lines))) || (delivery !== undefined && delivery !== state.delivery) || ending !== state.ending;
  const change = digestOf(step, 'ignored', JSON.stringify([lines.map(({ key, quantity, price }) => [key, quantity, price]), delivery, ending]));
  if (!differs) delete state.ignoredLast;
  if (!differs || state.ignoredLast === change) return;
  state.ignored += 1;
  state.ignoredLast = change;
  notes.push({ code: 'ignored-after-write-off', text: `order ${row.targetId}: the platform changed it after the write-off of ${state.frozenAt ?? ''}` });
}
