/** The index: by what digests the target's people, products and categories can be recognised, so that looking up costs no call (R14, R18). */
import type { Executor, IndexRow } from './database.ts';
import { inChunks } from './ids.ts';
import type { Index, IndexEntry, Link } from './ledger.ts';
import { findLinks, putLink } from './links.ts';

const entryKinds: readonly string[] = ['phone', 'email', 'sku', 'code', 'name', 'category'] satisfies IndexEntry['kind'][];
const linkKinds: readonly string[] = ['product', 'category', 'item', 'comment'] satisfies Link['kind'][];
const isEntryKind = (kind: string): kind is IndexEntry['kind'] => entryKinds.includes(kind);
const isLinkKind = (kind: string): kind is Link['kind'] => linkKinds.includes(kind);

export function createIndex(db: Executor): Index {
  const findMany: Index['findMany'] = async (connection, lookups) => {
    const rows: IndexRow[] = [];
    for (const kind of new Set(lookups.map((lookup) => lookup.kind))) {
      const digests = lookups.filter((lookup) => lookup.kind === kind).map((lookup) => lookup.digest);
      for (const chunk of inChunks([...new Set(digests)])) {
        rows.push(...(await db.selectFrom('index_entries').selectAll().where('connection', '=', connection).where('kind', '=', kind).where('digest', 'in', chunk).execute()));
      }
    }
    return rows.sort((a, b) => compareIds(a.target_id, b.target_id)).map(entryOf);
  };
  return {
    findMany,
    find: (connection, kind, digest) => findMany(connection, [{ kind, digest }]),
    put: (entries) => putEntries(db, entries),
    replace: (connection, targetId, kinds, entries) =>
      db.transaction().execute(async (trx) => {
        await dropEntries(trx, connection, kinds, targetId);
        await putEntries(trx, entries);
      }),
    drop: (connection, kinds, targetId) =>
      db.transaction().execute(async (trx) => {
        await dropEntries(trx, connection, kinds.filter(isEntryKind), targetId);
        const links = kinds.filter(isLinkKind);
        if (links.length > 0) await trx.deleteFrom('links').where('connection', '=', connection).where('target_id', '=', targetId).where('kind', 'in', links).execute();
      }),
    findLinks: (connection, kind, sourceIds) => findLinks(db, connection, kind, sourceIds),
    setLink: (link) => putLink(db, link),
  };
}

/** Safe to repeat: an entry that is there already only gets its words renewed. */
export async function putEntries(db: Executor, entries: IndexEntry[]): Promise<void> {
  const rows = new Map(entries.map((entry) => [[entry.connection, entry.kind, entry.digest, entry.targetId].join(' '), rowOf(entry)]));
  // In one order, so that two runs that put the same entries wait for each other instead of failing.
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  for (const chunk of inChunks(sorted)) {
    await db
      .insertInto('index_entries')
      .values(chunk)
      .onConflict((c) => c.columns(['connection', 'kind', 'digest', 'target_id']).doUpdateSet((eb) => ({ words: eb.ref('excluded.words') })))
      .execute();
  }
}

async function dropEntries(db: Executor, connection: string, kinds: IndexEntry['kind'][], targetId: string): Promise<void> {
  if (kinds.length === 0) return;
  await db.deleteFrom('index_entries').where('connection', '=', connection).where('target_id', '=', targetId).where('kind', 'in', kinds).execute();
}

const rowOf = (entry: IndexEntry): IndexRow => ({ connection: entry.connection, kind: entry.kind, digest: entry.digest, target_id: entry.targetId, words: (entry.words ?? []).join(' ') });

const entryOf = (row: IndexRow): IndexEntry => ({
  connection: row.connection,
  kind: row.kind,
  digest: row.digest,
  targetId: row.target_id,
  words: row.words === '' ? [] : row.words.split(' '),
});

/** Numbers before names, smaller numbers first, however long they are. */
export function compareIds(a: string, b: string): number {
  const [numberA, numberB] = [asNumber(a), asNumber(b)];
  if (numberA !== undefined && numberB !== undefined) return numberA < numberB ? -1 : Number(numberA > numberB);
  if (numberA !== undefined || numberB !== undefined) return numberA === undefined ? 1 : -1;
  return a < b ? -1 : Number(a > b);
}

const asNumber = (id: string) => (/^\d+$/.test(id) ? BigInt(id) : undefined);
