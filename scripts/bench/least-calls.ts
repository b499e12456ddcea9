/**
 * The least calls that the contract and the rules allow for given orders, reckoned from the orders alone: nothing of the connector is used.
 *
 * | for | calls | why |
 * |---|---|---|
 * | an order | 1 | no items in its body, no upsert (contract roapp 4.2) |
 * | a line | 1 | one item per call (contract roapp 4.2) |
 * | charges | 1 | one comment names them all (N14) |
 * | a new person | 1, and 1 look-up by phone, 1 by e-mail | a miss is confirmed by one look-up before creating (decision on R18); a list takes several phones, but filters of two kinds are joined |
 * | a new product | 1, and 1 look-up | the same; the text search takes one text (contract roapp 4.5) |
 * | a new category | 1, and a look-up by all pages of the list | there is no search; none beneath a parent made a moment ago, where nothing can be (R15) |
 */
import type { Goods, PlacedOrder } from './orders-to-place.ts';

export interface BooksBefore {
  persons: ReadonlySet<number>;
  skus: ReadonlySet<string>;
  /** paths joined by ` > ` */
  categories: ReadonlySet<string>;
}

export interface Least {
  orders: number;
  lines: number;
  comments: number;
  persons: number;
  products: number;
  categories: number;
  total: number;
}

const pageSize = 50;

/** Everything is needed once, however many orders name it. */
export function leastCalls(orders: readonly PlacedOrder[], goods: readonly Goods[], before: BooksBefore): Least {
  const lines = orders.flatMap((order) => order.products);
  const newPersons = new Set(orders.map((order) => order.person).filter((person) => !before.persons.has(person)));
  const newProducts = new Map(lines.flatMap((index) => goods[index] ?? []).filter(({ sku }) => !before.skus.has(sku)).map((one) => [one.sku, one]));
  const least = {
    orders: orders.length,
    lines: lines.length,
    comments: orders.filter((order) => order.hasShipping).length,
    persons: newPersons.size * 3,
    products: newProducts.size * 2,
    categories: categoryCalls([...newProducts.values()].map(({ category }) => category), before.categories),
  };
  return { ...least, total: Object.values(least).reduce((sum, calls) => sum + calls, 0) };
}

function categoryCalls(paths: string[][], before: ReadonlySet<string>): number {
  const levels = new Set(paths.flatMap((path) => path.map((_, depth) => path.slice(0, depth + 1).join(' > '))));
  const missing = [...levels].filter((level) => !before.has(level)).toSorted((a, b) => a.length - b.length);
  // the first child of a parent made for it needs no look-up; brothers that come later, for other orders, do
  const madeForChild = new Set<string>();
  let calls = 0;
  for (const [index, level] of missing.entries()) {
    const parent = level.split(' > ').slice(0, -1).join(' > ');
    const isFirstOfNew = missing.includes(parent) && !madeForChild.has(parent);
    if (isFirstOfNew) madeForChild.add(parent);
    const pages = Math.max(1, Math.ceil((before.size + index) / pageSize));
    calls += 1 + (isFirstOfNew ? 0 : pages);
  }
  return calls;
}
