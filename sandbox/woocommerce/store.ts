/** The shop's state: orders with their indexes, catalogue, customers, and the one list of changes. */
import type { SandboxClock } from '../kernel/sandbox.ts';
import type { Category, ChangeEvent, Customer, Product, StoredOrder, Webhook } from './model.ts';
import { createSortedIndex } from './sorted-index.ts';
import type { SortedIndex } from './sorted-index.ts';
import { coreStatuses } from './limits.ts';
import type { WoocommerceOptions } from './options.ts';

/** The shop's own settings. */
export interface Shop {
  timeZone: string;
  currency: string;
  vatPercent: number | null;
  pricesIncludeTax: boolean;
  statuses: { slug: string; name: string }[];
}

/** Numbers that WordPress hands out; orders, refunds and products share one row of ids, so gaps are normal. */
export interface Counters {
  post: number;
  item: number;
  meta: number;
  comment: number;
  term: number;
  user: number;
  webhook: number;
}

export interface OrderTable {
  byId: SortedIndex<StoredOrder>;
  byCreated: SortedIndex<StoredOrder>;
  byModified: SortedIndex<StoredOrder>;
  find(id: number): StoredOrder | undefined;
  /** Gives the order its place among equal times and files it. */
  add(order: StoredOrder): void;
  addAll(orders: StoredOrder[]): void;
  /** The only way to move `modifiedAt`. */
  touch(order: StoredOrder, at: number): void;
  remove(id: number): void;
}

export interface Store {
  shop: Shop;
  orders: OrderTable;
  products: Map<number, Product>;
  categories: Map<number, Category>;
  customers: Map<number, Customer>;
  webhooks: Map<number, Webhook>;
  /** the category of products that were given none */
  defaultCategoryId: number;
  next(counter: keyof Counters): number;
  /** ms of a whole second by the shop's clock */
  now(): number;
  /** what the shop noticed, oldest first, at most the last 10,000 */
  events: readonly ChangeEvent[];
  emit(topic: ChangeEvent['topic'], id: number): void;
  /** told of every event and of every new webhook; whoever delivers puts itself here */
  listener: StoreListener | undefined;
}

export interface StoreListener {
  noticed(event: ChangeEvent): void;
  webhookCreated(webhook: Webhook): void;
}

const keptEvents = 10_000;

/** An empty shop with its one default category. */
export function createStore(options: WoocommerceOptions, clock: Pick<SandboxClock, 'now'>): Store {
  const counters: Counters = { post: 9, item: 0, meta: 40, comment: 0, term: 15, user: 1, webhook: 0 };
  const events: ChangeEvent[] = [];
  const uncategorized: Category = { id: 15, name: 'Uncategorized', slug: 'uncategorized', parent: 0, description: '' };
  const store: Store = {
    shop: {
      timeZone: options.timeZone ?? 'Europe/Warsaw',
      currency: options.currency ?? 'PLN',
      vatPercent: options.vatPercent ?? null,
      pricesIncludeTax: options.pricesIncludeTax ?? false,
      statuses: [...coreStatuses, ...(options.customStatuses ?? [{ slug: 'packed', name: 'Packed' }])],
    },
    orders: createOrderTable(options.tieSeed ?? 1),
    products: new Map(),
    categories: new Map([[uncategorized.id, uncategorized]]),
    customers: new Map(),
    webhooks: new Map(),
    defaultCategoryId: uncategorized.id,
    next: (counter) => (counters[counter] += 1),
    now: () => Math.floor(clock.now() / 1000) * 1000,
    events,
    emit(topic, id) {
      const event = { at: store.now(), topic, id };
      events.push(event);
      if (events.length > keptEvents) events.splice(0, events.length - keptEvents);
      store.listener?.noticed(event);
    },
    listener: undefined,
  };
  return store;
}

function createOrderTable(tieSeed: number): OrderTable {
  const orders = new Map<number, StoredOrder>();
  const byId = createSortedIndex<StoredOrder>((order) => order.id, () => 0);
  const byCreated = createSortedIndex<StoredOrder>((order) => order.createdAt, (order) => order.tie);
  const byModified = createSortedIndex<StoredOrder>((order) => order.modifiedAt, (order) => order.tie);
  const indexes = [byId, byCreated, byModified];
  return {
    byId,
    byCreated,
    byModified,
    find: (id) => orders.get(id),
    add(order) {
      order.tie = scatter(order.id, tieSeed);
      orders.set(order.id, order);
      for (const index of indexes) index.insert(order);
    },
    addAll(added) {
      for (const order of added) {
        order.tie = scatter(order.id, tieSeed);
        orders.set(order.id, order);
      }
      for (const index of indexes) index.replaceAll([...orders.values()]);
    },
    touch(order, at) {
      byModified.remove(order);
      order.modifiedAt = at;
      byModified.insert(order);
    },
    remove(id) {
      const order = orders.get(id);
      if (order === undefined) return;
      orders.delete(id);
      for (const index of indexes) index.remove(order);
    },
  };
}

/** A steady shuffle: neither by id nor by the time of insertion. */
function scatter(id: number, seed: number): number {
  let mixed = Math.imul(id ^ (seed * 0x9e3779b1), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
