/** Rows kept in order of a key, so that a window over 20,000 orders costs a binary search. */

export interface SortedIndex<T> {
  /** in ascending order; read only */
  rows: readonly T[];
  insert(row: T): void;
  /** must be called before the row's key changes */
  remove(row: T): void;
  replaceAll(rows: readonly T[]): void;
  /** position of the first row whose key is greater than `key` */
  after(key: number): number;
  /** position of the first row whose key is `key` or greater */
  from(key: number): number;
}

/** @param tieOf orders rows of equal keys: the shop has no tie-breaker, so it is arbitrary but steady */
export function createSortedIndex<T extends { id: number }>(keyOf: (row: T) => number, tieOf: (row: T) => number): SortedIndex<T> {
  const rows: T[] = [];
  const compare = (a: T, b: T) => keyOf(a) - keyOf(b) || tieOf(a) - tieOf(b) || a.id - b.id;
  const firstWhere = (isThere: (row: T) => boolean) => {
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const row = rows[middle];
      if (row !== undefined && isThere(row)) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return {
    rows,
    insert: (row) => void rows.splice(firstWhere((other) => compare(other, row) > 0), 0, row),
    remove(row) {
      const at = firstWhere((other) => compare(other, row) >= 0);
      if (rows[at] === row) rows.splice(at, 1);
    },
    replaceAll(all) {
      rows.length = 0;
      for (const row of all) rows.push(row);
      rows.sort(compare);
    },
    after: (key) => firstWhere((row) => keyOf(row) > key),
    from: (key) => firstWhere((row) => keyOf(row) >= key),
  };
}
