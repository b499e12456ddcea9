/** Lines of an order, one call each, recognised by product and line number (R16, contract roapp 7). */
import { appliedLines } from '../../domain/follow.ts';
import { round } from '../../domain/money.ts';
import type { Order } from '../../domain/order.ts';
import type { PricedLine } from '../../domain/pricing.ts';
import type { ParkReason } from '../../domain/reasons.ts';
import type { Hold, LedgerWrite } from '../../ledger/ledger.ts';
import { PermanentError, type ForbiddenError } from '../errors.ts';
import { createdOrFound } from './created.ts';
import { linesBeforeWrite, noteWritten, save, type Follow } from './follow-work.ts';
import { lineComment, toNewItem } from './map.ts';
import { ensureProducts } from './products.ts';
import { blameItem, isRefusal, staleNote, wordsOf } from './stale.ts';
import { timesOf, type RoappStep } from './step.ts';

/** Item links carry `<order id>/<line key>`. */
export const itemLinkId = (order: string, lineKey: string): string => `${order}/${lineKey}`;

export interface NewItem {
  order: string;
  line: PricedLine;
  /** its place among the order's lines, from 0 */
  index: number;
  product: string;
  /** right before it is sent; what it throws keeps it from being sent */
  before?: () => Promise<unknown>;
}

export async function addItem(step: RoappStep, hold: Hold, item: NewItem, andThen: (write: LedgerWrite) => Promise<void>): Promise<void> {
  const { order, line, index, product, before } = item;
  const find = async (): Promise<string | undefined> => {
    const ours = (await step.client.items(order)).find(({ entity, comment }) => String(entity.id) === product && comment.trim() === lineComment(index));
    return ours && String(ours.id);
  };
  await hold.once<string>({
    name: `item:${order}:${line.key}`,
    marker: lineComment(index),
    ...timesOf(step),
    find,
    send: async (guard) => {
      await before?.();
      return createdOrFound(await step.client.createItem(order, toNewItem(line, product, index, step.settings), guard), find, 'POST /orders/{id}/items');
    },
    record: async (id, write) => {
      await write.setLink({ connection: step.connection, kind: 'item', sourceId: itemLinkId(order, line.key), targetId: id });
      await andThen(write);
    },
  });
}

/**
 * A line that came to the platform after the import, once (R16). A product that staff removed meanwhile is looked up again, once.
 * @throws WrittenOffMeanwhile; PermanentError with the reason to park for
 */
export async function addLine(work: Follow, order: Order, { line, index, products }: { line: PricedLine; index: number; products: Record<string, string> }): Promise<void> {
  const { step, hold, row, state, notes } = work;
  const send = async (product: string | undefined): Promise<void> => {
    if (product === undefined) throw new TypeError(`line ${line.key} has no product in the target`);
    await addItem(step, hold, { order: row.targetId, line, index, product, before: () => linesBeforeWrite(work) }, async () => undefined);
  };
  const product = line.kind === 'charge' ? line.article : products[line.lineKey ?? ''];
  try {
    await send(product);
  } catch (error) {
    if (!isRefusal(error) || product === undefined) throw error;
    const blame = await blameItem(step, row.targetId, product, error);
    if (blame.kind === 'unexplained' || blame.reason === 'order-gone') throw error;
    if (blame.kind === 'park') throw refused(error, blame.reason, blame.detail);
    if (line.kind === 'charge') throw refused(error, 'settings-mistake', `article ${product} of the integration's settings does not exist`);
    const found = await ensureProducts(step, { lineItems: order.lineItems.filter(({ key }) => key === line.lineKey) });
    if (found.missing.length > 0) throw refused(error, 'products-missing', found.missing.join(', '));
    notes.push(staleNote('product', product), ...found.notes);
    await send(found.products[line.lineKey ?? '']);
  }
  Object.assign(state.lines, appliedLines([line]));
  await noteWritten(work);
}

const refused = (error: PermanentError | ForbiddenError, reason: ParkReason | undefined, detail = wordsOf(error)): PermanentError =>
  new PermanentError({ system: error.system, endpoint: error.endpoint, sent: 'no', words: detail, cause: error, ...(error.status === undefined ? {} : { status: error.status }), ...(reason === undefined ? {} : { reason }) });

/**
 * Sets a line's quantity and price as the platform has them now (R16). Absolute, so a repeat is harmless. `not there`: staff took the line out, and it is
 * not brought back. `refused`: RO App does not take quantity 0; a refusal of anything else is thrown.
 * @throws WrittenOffMeanwhile
 */
export async function changeLine(work: Follow, line: Pick<PricedLine, 'key' | 'quantity' | 'price'>): Promise<'done' | 'not there' | 'refused'> {
  const { step, row, state } = work;
  const [link] = await step.ledger.index.findLinks(step.connection, 'item', [itemLinkId(row.targetId, line.key)]);
  const isThere = async (): Promise<boolean> => (await linesBeforeWrite(work)).some(({ id }) => String(id) === link?.targetId);
  let result: 'done' | 'not there' = 'not there';
  if (link !== undefined && (await isThere())) {
    try {
      await step.client.changeItem(row.targetId, link.targetId, { quantity: round(line.quantity, 3), price: round(line.price, 2) });
      result = 'done';
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (await isThere()) {
        if (Number(line.quantity) === 0 && error instanceof PermanentError) return 'refused';
        throw error;
      }
    }
  }
  state.lines[line.key] = { quantity: line.quantity, price: line.price };
  await (result === 'done' ? noteWritten(work) : save(work));
  return result;
}
