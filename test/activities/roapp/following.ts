/** An order that was imported, and is followed as its run does it: products and customer first where they are asked for. */
import type { Order } from '../../../domain/order.ts';
import type { Followed } from '../../../domain/ports.ts';
import type { StatusPair } from '../../../domain/settings.ts';
import { at, cable, charger, importOrder, orderOf, repeated, type Books, type StepsOptions } from './support.ts';

/** Statuses of the sandbox's account. */
export const inBooks = { taken: '101', inWork: '102', ready: '104', sent: '105', closed: '106', dropped: '107', confirmed: '108' } as const;
const both = (platform: string, books: string): StatusPair => ({ platform, books, direction: 'both' });
export const statuses: StatusPair[] = [both('processing', inBooks.inWork), both('on-hold', inBooks.confirmed), both('cancelled', inBooks.dropped), { platform: 'completed', books: inBooks.ready, direction: 'to-platform' }];
export const withStatuses = { pair: { statuses } } satisfies StepsOptions;

export const lens = { key: '13', product: { sourceId: '503', name: 'Lens', sku: 'L-3', code: '503', category: ['Parts'] }, quantity: '3', total: { net: '24.39', tax: '5.61' } };
export const cables = (quantity: string) => ({ ...cable, quantity });
export { cable, charger };

/** Lines of a later reading; the sums of the order do not matter to following. */
export const changed = (lineItems: Order['lineItems'], changes: Partial<Order> = {}): Order => orderOf({ lineItems, modifiedAt: '2026-09-02T09:00:00Z', ...changes });

/** The id of the imported order. */
export async function imported(books: Books, order: Order = orderOf(), given: StepsOptions = {}): Promise<number> {
  const made = await importOrder(books, order, given);
  if (made.kind !== 'created') throw new Error(`not created: ${made.reason}`);
  return Number(made.targetId);
}

export interface FollowOptions extends StepsOptions {
  /** of the platform's data; default: another one for every other order */
  digest?: string;
  sourceId?: string;
  onTrouble?: (error: unknown) => void;
}

/** As the run does it, each step repeated as the engine would. `undefined`: the platform no longer has the order. */
export async function follow(books: Books, order: Order | undefined, { digest = JSON.stringify(order ?? null), sourceId = order?.sourceId ?? '1045', onTrouble, ...given }: FollowOptions = {}): Promise<Followed> {
  const steps = books.steps(given);
  const about = { ...at, sourceId, digest, ...(order === undefined ? {} : { order }) };
  const first = await repeated(() => steps.followOrder(about), onTrouble);
  if (first.kind !== 'needs parties' || order === undefined) return first;
  const parties = await repeated(() => steps.ensureParties({ ...at, order }), onTrouble);
  return repeated(() => steps.followOrder({ ...about, parties }), onTrouble);
}

export const codesOf = (followed: Followed): string[] => (followed.kind === 'followed' ? followed.notes.map(({ code }) => code) : [followed.kind]);

export const orderThere = (books: Books, id: number) => {
  const order = books.truth().orders.find((one) => one.id === id);
  if (!order) throw new Error(`no order ${id}`);
  return order;
};
/** SKU, quantity and price of every line. */
export const linesOf = (books: Books, id: number) => orderThere(books, id).items.map(({ entity, quantity, price }) => [entity.sku, Number(quantity), price]);
export const commentsOf = (books: Books, id: number) => orderThere(books, id).comments.map(({ text }) => text);
export const writesOf = (books: Books) => books.calls().filter((call) => !call.startsWith('GET '));
export const stateOf = async (books: Books, sourceId = '1045') => {
  const row = await books.ledger.follows.find('shop-to-books', sourceId);
  if (!row) throw new Error('not followed');
  return { ...row.state, isOpen: row.isOpen };
};
export const itemOf = (books: Books, id: number, sku: string) => orderThere(books, id).items.find(({ entity }) => entity.sku === sku)?.id;
