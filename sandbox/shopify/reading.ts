/** What one request may see, handed to every view. */
import { connection } from './connection.ts';
import { recentOrdersMs } from './limits.ts';
import type { Order, Variant } from './model.ts';
import { nowOf, type World } from './world.ts';

/** Records that are shown inside records which they show themselves. */
export interface Views {
  order(reading: Reading, order: Order): Record<string, unknown>;
  variant(reading: Reading, variant: Variant): Record<string, unknown>;
}

export interface Reading {
  world: World;
  scopes: readonly string[];
  /** a bulk operation: connections give all they have */
  everything: boolean;
  views: Views;
}

/** Without `read_all_orders` orders older than 60 days are not there, and nothing says so. */
export function mayRead({ world, scopes }: Reading, order: Order): boolean {
  return scopes.includes('read_all_orders') || order.createdAt >= nowOf(world) - recentOrdersMs;
}

/** A connection over rows that have no order but their own. */
export function listed<Row extends { id: number | string }>(reading: Pick<Reading, 'everything'>, rows: readonly Row[], args: unknown, node: (row: Row) => unknown) {
  const places = new Map(rows.map((row, index) => [row, index]));
  return connection(rows, args, { key: (row) => places.get(row) ?? 0, id: ({ id }) => id, node, everything: reading.everything });
}
