/** Lines of an order, one call each, recognised by product and line number (R16, contract roapp 7). */
import type { PricedLine } from '../../domain/pricing.ts';
import type { Hold, LedgerWrite } from '../../ledger/ledger.ts';
import { createdOrFound } from './created.ts';
import { lineComment, toNewItem } from './map.ts';
import { timesOf, type RoappStep } from './step.ts';

/** Item links carry `<order id>/<line key>`. */
export const itemLinkId = (order: string, lineKey: string): string => `${order}/${lineKey}`;

export async function addItem(step: RoappStep, hold: Hold, item: { order: string; line: PricedLine; index: number; product: string }, andThen: (write: LedgerWrite) => Promise<void>): Promise<void> {
  const { order, line, index, product } = item;
  const find = async (): Promise<string | undefined> => {
    const ours = (await step.client.items(order)).find(({ entity, comment }) => String(entity.id) === product && comment.trim() === lineComment(index));
    return ours && String(ours.id);
  };
  await hold.once<string>({
    name: `item:${order}:${line.key}`,
    marker: lineComment(index),
    ...timesOf(step),
    find,
    send: async (guard) => createdOrFound(await step.client.createItem(order, toNewItem(line, product, index, step.settings), guard), find, 'POST /orders/{id}/items'),
    record: async (id, write) => {
      await write.setLink({ connection: step.connection, kind: 'item', sourceId: itemLinkId(order, line.key), targetId: id });
      await andThen(write);
    },
  });
}
