/** Row ids that rise with time, also within one millisecond of one process: lists by time are lists by id. */
import { randomBytes } from 'node:crypto';

let count = 0;

export function createRowId(at: number): string {
  count = (count + 1) % 36 ** 5;
  return `${at.toString(36).padStart(9, '0')}-${count.toString(36).padStart(5, '0')}-${randomBytes(6).toString('hex')}`;
}

/** Rows of about this many values go into one statement; both databases take more. */
export function inChunks<T>(rows: readonly T[], size = 500): T[][] {
  const chunks: T[][] = [];
  for (let from = 0; from < rows.length; from += size) chunks.push(rows.slice(from, from + size));
  return chunks;
}
