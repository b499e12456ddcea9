/** What staff and buyers do to imported orders, one thing each, and what the books must hold of each order afterwards (R4, R6, R8, R11, R13, R16). */
import { createRandom } from '../../sandbox/kernel/random.ts';
import { afterChange, type Demand } from './demand.ts';
import type { Front, FrontOrder } from './fronts/front.ts';
import type { Stage } from './stage.ts';

const kinds = ['quantity', 'written off, then changed', 'line', 'delivery', 'parcel', 'cancelled', 'status in the shop', 'status in the books'] as const;
type Kind = (typeof kinds)[number];

export interface Change {
  kind: Kind;
  /** as it was imported */
  order: FrontOrder;
  /** what an added line is of */
  goods: string;
  /** of a status change: the new one, in each system's words */
  status: { platform: string; books: number };
}

/** Of ten orders this many are changed, each in another way. */
const changedOfTen = kinds.length;

/** Which orders are changed and how: chosen by the seed. Orders that the judge cannot edit stay as they are. */
export function planChanges(front: Front, { wanted, goods, seed }: { wanted: ReadonlyMap<string, FrontOrder>; goods: readonly string[]; seed: number }): Change[] {
  const random = createRandom(seed * 104_729 + 7);
  const orders = [...wanted.values()].filter(({ editable }) => editable.length > 0);
  return orders
    .map((order) => ({ order, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .flatMap(({ order }, index) => (index % 10 < changedOfTen ? changeOf(front, order, { wish: kinds[index % 10] ?? 'quantity', goods, index }) : []));
}

/** What a platform does not have becomes a changed quantity. */
function changeOf({ edits, statuses }: Front, order: FrontOrder, { wish, goods, index }: { wish: Kind; goods: readonly string[]; index: number }): Change[] {
  const isImpossible = (wish === 'delivery' && edits.moveTo === undefined) || (wish === 'parcel' && edits.sendParcel === undefined) || (wish === 'status in the shop' && edits.setStatus === undefined);
  const added = goods.filter((one) => !order.content.lines.some(({ sku }) => sku === one));
  const status = statuses.findLast(({ platform }) => platform !== order.status) ?? { platform: '', books: inProgress };
  return [{ kind: isImpossible ? 'quantity' : wish, order, goods: added[index % added.length] ?? '', status }];
}

/** A status of the simulated books that nobody begins with. */
const inProgress = 102;
const morePieces = 2;

/** @param targetId the order in the books */
export async function play({ shop, books, front }: Stage, { kind, order, goods, status }: Change, targetId: string): Promise<void> {
  const { edits } = front;
  const orderId = Number(targetId);
  const [line] = order.editable;
  if (line === undefined) return;
  const changeQuantity = async () => edits.changeQuantity(shop, order, line, line.quantity + morePieces);
  switch (kind) {
    case 'quantity':
      return void (await changeQuantity());
    case 'written off, then changed':
      await books.action('write-off', { orderId });
      await changeQuantity();
      return void (await edits.moveTo?.(shop, order, streetOf(order)));
    case 'line':
      return void (await edits.addLine(shop, order, goods));
    case 'delivery':
      return void (await edits.moveTo?.(shop, order, streetOf(order)));
    case 'parcel':
      return void (await edits.sendParcel?.(shop, order, { line, number: parcelOf(order) }));
    case 'cancelled':
      return void (await edits.cancel(shop, order));
    case 'status in the shop':
      return void (await edits.setStatus?.(shop, order, status.platform));
    case 'status in the books':
      return void (await books.action('set-status', { orderId, statusId: status.books }));
  }
}

const streetOf = ({ id }: FrontOrder): string => `ul. Zmieniona ${id}`;
const parcelOf = ({ id }: FrontOrder): string => `PARCEL${id}`;

/**
 * @param order as it was imported
 * @param change what happened to it since, if anything
 * @param now as it stands in the shop in the end
 */
export function demandAfter(front: Front, { order, change, now }: { order: FrontOrder; change: Change | undefined; now: FrontOrder }): Demand {
  const { content } = order;
  const begun = front.statuses.find(({ platform }) => platform === order.status)?.books;
  const shop = (wanted: string) => (front.statuses.length === 0 ? {} : { shopStatus: { found: now.status, wanted } });
  const unchanged: Demand = { ...content, ...(begun === undefined ? {} : { booksStatus: begun }), ...shop(order.status) };
  const lines = afterChange(content.lines, now.content.lines);
  if (change === undefined) return unchanged;
  switch (change.kind) {
    case 'written off, then changed':
      return unchanged;
    case 'quantity':
    case 'line':
      return { ...unchanged, lines };
    case 'delivery':
      return { ...unchanged, later: [[streetOf(order)]] };
    case 'parcel':
      return { ...unchanged, later: [[parcelOf(order)]] };
    case 'cancelled':
      return { ...unchanged, ...shop(now.status), lines, later: [['cancelled']] };
    case 'status in the shop':
    case 'status in the books':
      return { ...unchanged, booksStatus: change.status.books, ...shop(change.status.platform) };
    default:
      return change.kind satisfies never;
  }
}
