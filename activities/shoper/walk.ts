/** Walking a list by ascending id (contract 5): lists are no snapshots, so how many rows there are is looked at again on every page. */
import { z } from 'zod';
import type { Resource, ShoperClient } from './client.ts';
import type { ListPage } from './schemas.ts';

/** Pages that one bulk call reads: a step's worth of rows. */
const pagesAtOnce = 4;

const cursorSchema = z.object({ next: z.int().positive(), pages: z.int().positive(), count: z.int().nonnegative() });

export interface Walked<T> {
  rows: T[];
  nextCursor?: string;
  total: number;
}

/** The next rows after the cursor. A page past the end is the end; a row deleted meanwhile moves the others up, so then the page before is read again. */
export async function walkOn<T>(client: Pick<ShoperClient, 'readPages'>, resource: Resource<T>, cursor: string | undefined, idOf: (row: T) => string): Promise<Walked<T>> {
  const at = cursor === undefined ? { next: 1, pages: 1, count: 0 } : cursorSchema.parse(JSON.parse(cursor));
  const last = Math.min(at.next + pagesAtOnce - 1, at.pages);
  const pages = Array.from({ length: Math.max(1, last - at.next + 1) }, (_, index) => at.next + index);
  const read = await client.readPages(resource, pages);
  const there = read.filter((page) => page !== undefined);
  const latest = there.at(-1);
  const hasShrunk = at.next > 1 && (latest === undefined || latest.count < at.count);
  const before = hasShrunk ? await client.readPages(resource, [at.next - 1]) : [];
  const all = [...before.filter((page) => page !== undefined), ...there];
  const rows = new Map(all.flatMap(({ list }) => list.map((row) => [idOf(row), row] as const)));
  return { rows: [...rows.values()], total: latest?.count ?? before[0]?.count ?? 0, ...next(pages.at(-1) ?? 1, latest) };
}

function next(lastRead: number, latest: ListPage<unknown> | undefined): { nextCursor?: string } {
  if (latest === undefined || lastRead >= latest.pages) return {};
  return { nextCursor: JSON.stringify({ next: lastRead + 1, pages: latest.pages, count: latest.count }) };
}
