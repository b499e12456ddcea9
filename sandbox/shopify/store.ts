/** The shop's records with their indexes. */
import type { BulkOperation, Category, Collection, Customer, Level, Location, Order, Product, Subscription, Variant } from './model.ts';

/** Rows of one kind, with sorted lists that are made when asked for and kept until something changes. */
export interface Table<Row extends { id: number }> {
  get(id: number): Row | undefined;
  all(): Row[];
  put(row: Row): void;
  remove(id: number): void;
  /** Call after a change of anything rows are sorted by. */
  changed(): void;
  sorted(name: string, key: (row: Row) => SortKey): Row[];
}
export type SortKey = number | string;

export function createTable<Row extends { id: number }>(): Table<Row> {
  const rows = new Map<number, Row>();
  let lists = new Map<string, Row[]>();
  const changed = (): void => void (lists = new Map());
  return {
    get: (id) => rows.get(id),
    all: () => [...rows.values()],
    put(row) {
      rows.set(row.id, row);
      changed();
    },
    remove(id) {
      rows.delete(id);
      changed();
    },
    changed,
    sorted(name, key) {
      const known = lists.get(name);
      if (known) return known;
      const list = [...rows.values()].map((row) => ({ row, key: key(row) })).sort((a, b) => compareKeys(a.key, b.key) || a.row.id - b.row.id);
      const made = list.map(({ row }) => row);
      lists.set(name, made);
      return made;
    },
  };
}

export function compareKeys(a: SortKey, b: SortKey): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

export interface Store {
  orders: Table<Order>;
  customers: Table<Customer>;
  products: Table<Product>;
  variants: Table<Variant>;
  collections: Table<Collection>;
  locations: Table<Location>;
  subscriptions: Table<Subscription>;
  bulk: Table<BulkOperation>;
  categories: Map<string, Category>;
  /** "item/location" */
  levels: Map<string, Level>;
  /** replies of calls with an idempotency key */
  idempotent: Map<string, { request: string; reply: unknown }>;
  /** ids of deleted orders */
  deletedOrders: number[];
  next(kind: Counter): number;
  /** customer id to its orders */
  ordersOf(customerId: number): Order[];
}

const firstIds = { order: 5_500_000_000_000, number: 1_000, line: 13_900_000_000_000, customer: 7_100_000_000_000, product: 8_300_000_000_000, variant: 44_800_000_000_000, item: 46_900_000_000_000, collection: 455_000_000_000, address: 9_200_000_000_000, refund: 880_000_000_000, fulfillment: 4_900_000_000_000, transaction: 6_700_000_000_000, other: 1_100_000_000_000 };
export type Counter = keyof typeof firstIds;

export const levelKey = (itemId: number, locationId: number): string => `${itemId}/${locationId}`;

export function createStore(): Store {
  const counters = { ...firstIds };
  const orders = createTable<Order>();
  const store: Store = {
    orders,
    customers: createTable(),
    products: createTable(),
    variants: createTable(),
    collections: createTable(),
    locations: createTable(),
    subscriptions: createTable(),
    bulk: createTable(),
    categories: new Map(),
    levels: new Map(),
    idempotent: new Map(),
    deletedOrders: [],
    next: (kind) => (counters[kind] += 1),
    ordersOf: (customerId) => orders.sorted('id', ({ id }) => id).filter((order) => order.customerId === customerId),
  };
  store.locations.put({ id: 71_000_000_001, name: 'Magazyn główny', city: 'Warszawa', isActive: true });
  store.locations.put({ id: 71_000_000_002, name: 'Sklep', city: 'Kraków', isActive: true });
  return store;
}
