/** Connections: pages of sorted rows by opaque cursors, contract shopify 5. */
import { z } from 'zod';
import { badRequest } from './errors.ts';
import { maxConnectionDepth, maxPageSize } from './limits.ts';
import { compareKeys, type SortKey } from './store.ts';

const pageArgs = z.object({
  first: z.number().int().nullish(),
  last: z.number().int().nullish(),
  after: z.string().nullish(),
  before: z.string().nullish(),
  reverse: z.boolean().nullish(),
});

const cursorSchema = z.object({ last_id: z.union([z.number(), z.string()]), last_value: z.union([z.number(), z.string()]) });

export interface ConnectionOptions<Row> {
  /** what the rows are sorted by, ascending; equal values by id */
  key: (row: Row) => SortKey;
  id: (row: Row) => number | string;
  node: (row: Row) => unknown;
  /** a bulk operation reads everything */
  everything?: boolean;
}

/**
 * One page. The cursor holds the last id and sort value, so a record that moves to the end while somebody pages is seen again and none is lost.
 * Throws BAD_REQUEST for a page of more than 250, without a size, or with a cursor that is none.
 */
export function connection<Row>(sorted: readonly Row[], given: unknown, { key, id, node, everything = false }: ConnectionOptions<Row>) {
  const args = pageArgs.parse(given ?? {});
  if (!everything) checkPageSize(args);
  const rows = args.reverse ? sorted.toReversed() : sorted;
  const direction = args.reverse ? -1 : 1;
  const position = (row: Row): Cursor => ({ last_id: id(row), last_value: key(row) });
  const after = args.after ? readCursor(args.after) : undefined;
  const before = args.before ? readCursor(args.before) : undefined;
  const compare = (row: Row, cursor: Cursor): number => direction * (compareKeys(key(row), cursor.last_value) || compareKeys(id(row), cursor.last_id));
  const from = after ? firstIndex(rows, (row) => compare(row, after) > 0) : 0;
  const reachable = Math.max(from, Math.min(rows.length, maxConnectionDepth));
  const to = before ? firstIndex(rows, (row) => compare(row, before) >= 0) : everything ? rows.length : reachable;
  const size = args.first ?? undefined;
  const tail = args.last ?? undefined;
  const start = size === undefined && tail !== undefined ? Math.max(from, to - tail) : from;
  const end = size === undefined ? to : Math.min(to, from + size);
  const page = rows.slice(start, end);
  const nodes = page.map(node);
  const cursors = page.map((row) => writeCursor(position(row)));
  return {
    nodes,
    edges: nodes.map((one, index) => ({ node: one, cursor: cursors[index] })),
    pageInfo: { hasNextPage: end < to || (before !== undefined && to < rows.length), hasPreviousPage: start > 0, startCursor: cursors[0] ?? null, endCursor: cursors.at(-1) ?? null },
  };
}

type Cursor = z.output<typeof cursorSchema>;

const writeCursor = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64');

function readCursor(text: string): Cursor {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64').toString('utf8')));
  } catch {
    throw badRequest('Invalid cursor for current pagination sort.');
  }
}

export function checkPageSize({ first, last }: { first?: number | null | undefined; last?: number | null | undefined }): void {
  const size = first ?? last;
  if (size === null || size === undefined) throw badRequest('you must provide one of first or last');
  const name = first === null || first === undefined ? 'last' : 'first';
  if (size < 0) throw badRequest(`${name} cannot be negative`);
  if (size > maxPageSize) throw badRequest(`${name} cannot exceed ${maxPageSize}`);
}

/** The first row of a sorted list that fits; its length if none does. */
function firstIndex<Row>(rows: readonly Row[], fits: (row: Row) => boolean): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const row = rows[middle];
    if (row !== undefined && fits(row)) high = middle;
    else low = middle + 1;
  }
  return low;
}
