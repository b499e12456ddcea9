/** Rows by ascending id. Seeded rows are made from the seed whenever they are asked for, so 100,000 of them cost little more than their ids. */

/** Makes seeded rows; the same id gives the same row each time. */
export interface RowSource<Row> {
  /** ascending */
  ids: number[];
  rowOf(id: number): Row;
  /** ids of seeded rows that may have this key */
  idsOf(key: string): number[];
}

export interface Table<Row> {
  /** ascending; read only */
  ids(): readonly number[];
  get(id: number): Row | undefined;
  /** A row that was never changed is made anew on each read: what was changed has to be put back. */
  put(row: Row): void;
  /** false: it was not there */
  remove(id: number): boolean;
  /** rows whose key is exactly this, by id */
  find(key: string): Row[];
  nextId(): number;
  /** rises with every change */
  version(): number;
}

export interface TableOptions<Row> {
  firstId: number;
  /** what `find` looks for, e.g. the e-mail address in lower case */
  keyOf: (row: Row) => string;
  source?: RowSource<Row>;
}

export function createTable<Row extends { id: number }>({ firstId, keyOf, source }: TableOptions<Row>): Table<Row> {
  const ids = [...(source?.ids ?? [])];
  const seeded = new Set<number>(ids);
  const stored = new Map<number, Row>();
  const storedByKey = new Map<string, Set<number>>();
  let lastId = Math.max(firstId - 1, ids.at(-1) ?? 0);
  let changes = 0;

  const get = (id: number): Row | undefined => {
    const row = stored.get(id);
    if (row !== undefined) return structuredClone(row); // nobody changes a stored row without putting it back
    return seeded.has(id) ? source?.rowOf(id) : undefined;
  };
  const forget = (id: number): void => {
    const old = stored.get(id);
    if (old !== undefined) storedByKey.get(keyOf(old))?.delete(id);
    stored.delete(id);
  };
  return {
    ids: () => ids,
    get,
    put(row) {
      if (get(row.id) === undefined) ids.splice(placeOf(ids, row.id), 0, row.id);
      forget(row.id);
      seeded.delete(row.id);
      stored.set(row.id, structuredClone(row));
      storedByKey.set(keyOf(row), (storedByKey.get(keyOf(row)) ?? new Set()).add(row.id));
      lastId = Math.max(lastId, row.id);
      changes += 1;
    },
    remove(id) {
      if (get(id) === undefined) return false;
      forget(id);
      seeded.delete(id);
      ids.splice(placeOf(ids, id), 1);
      changes += 1;
      return true;
    },
    find(key) {
      const candidates = [...(source?.idsOf(key) ?? []).filter((id) => seeded.has(id)), ...(storedByKey.get(key) ?? [])];
      return candidates.toSorted((a, b) => a - b).flatMap((id) => get(id) ?? []).filter((row) => keyOf(row) === key);
    },
    nextId: () => (lastId += 1),
    version: () => changes,
  };
}

/** Position of the first id that is this or greater. */
function placeOf(ids: readonly number[], id: number): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ids[middle] ?? Infinity) >= id) high = middle;
    else low = middle + 1;
  }
  return low;
}
