/** Pages: what a reading step has listed waits here, sealed and for half an hour, so that it does not travel through Temporal's history (design 3). */
import { randomUUID } from 'node:crypto';
import type { LedgerClock } from './clock.ts';
import { openIfAny, sealIfAny } from './crypto.ts';
import type { Executor, PageEntryRow } from './database.ts';
import { inChunks } from './ids.ts';
import type { LedgerCrypto, PageEntry, Pages } from './ledger.ts';
import { personsText } from './persons.ts';

const keptMs = 30 * 60_000;

export function createPages(db: Executor, clock: LedgerClock, crypto: LedgerCrypto): Pages {
  return {
    async put({ integration, walk, mark, entries }) {
      const at = await clock.now();
      const id = randomUUID();
      const erased = await erasedAmong(db, integration, entries);
      const rows = entries.filter(({ sourceId, persons }) => persons === undefined || !erased.has(sourceId)).map((entry, position) => rowOf(crypto, id, position, entry));
      await db.transaction().execute(async (trx) => {
        await trx.insertInto('pages').values({ id, integration, walk, mark: mark ?? null, stored_at: at, expires_at: at + keptMs }).execute();
        for (const chunk of inChunks(rows)) {
          // The same record twice on one page is one record.
          await trx
            .insertInto('page_entries')
            .values(chunk)
            .onConflict((c) => c.columns(['page', 'source_id']).doNothing())
            .execute();
        }
      });
      return id;
    },
    async entries(id) {
      const page = await db.selectFrom('pages').select('mark').where('id', '=', id).where('expires_at', '>', await clock.now()).executeTakeFirst();
      if (page === undefined) return undefined;
      const rows = await db
        .selectFrom('page_entries')
        .select(['source_id', 'number', 'digest', 'skip_reason', 'skip_detail', 'persons'])
        .where('page', '=', id)
        .orderBy('position')
        .execute();
      return { ...(page.mark === null ? {} : { mark: page.mark }), entries: rows.map((row) => entryOf(crypto, row)) };
    },
    async body(id, sourceId) {
      const at = await clock.now();
      const row = await db
        .selectFrom('page_entries')
        .innerJoin('pages', 'pages.id', 'page_entries.page')
        .select(['page_entries.body', 'pages.stored_at'])
        .where('pages.id', '=', id)
        .where('pages.expires_at', '>', at)
        .where('page_entries.source_id', '=', sourceId)
        .executeTakeFirst();
      return row === undefined ? undefined : { body: crypto.open(row.body), ageMs: Math.max(0, at - row.stored_at) };
    },
  };
}

/** Whose record was erased is not stored again because a sweep has listed them; what is compared holds nobody's data, and counts (N23). */
async function erasedAmong(db: Executor, integration: string, entries: readonly PageEntry[]): Promise<Set<string>> {
  const erased = new Set<string>();
  for (const chunk of inChunks(entries.filter(({ persons }) => persons !== undefined))) {
    const rows = await db.selectFrom('records').select('source_id').where('integration', '=', integration).where('state', '=', 'erased').where('source_id', 'in', chunk.map(({ sourceId }) => sourceId)).execute();
    for (const { source_id } of rows) erased.add(source_id);
  }
  return erased;
}

/** Deletes what has expired; its bodies first, so that a stop in between leaves nothing unreachable. */
export async function sweepPages(db: Executor, at: number): Promise<void> {
  const expired = db.selectFrom('pages').select('id').where('expires_at', '<=', at);
  await db.deleteFrom('page_entries').where('page', 'in', expired).execute();
  await db.deleteFrom('pages').where('expires_at', '<=', at).execute();
}

function rowOf(crypto: LedgerCrypto, page: string, position: number, entry: PageEntry): PageEntryRow {
  return {
    page,
    position,
    source_id: entry.sourceId,
    number: entry.number,
    digest: entry.digest,
    skip_reason: entry.skip?.reason ?? null,
    skip_detail: sealIfAny(crypto, entry.skip?.detail),
    body: crypto.seal(entry.body),
    persons: personsText(entry.persons),
  };
}

function entryOf(crypto: LedgerCrypto, row: Omit<PageEntryRow, 'page' | 'position' | 'body'>): Omit<PageEntry, 'body'> {
  const detail = openIfAny(crypto, row.skip_detail);
  return {
    sourceId: row.source_id,
    number: row.number,
    digest: row.digest,
    ...(row.skip_reason === null ? {} : { skip: { reason: row.skip_reason, ...(detail === null ? {} : { detail }) } }),
    ...(row.persons === null ? {} : { persons: row.persons.split(' ') }),
  };
}
