/** Parked records: visible, grouped by reason, waiting for a person or a change of their source (N8). */
import type { LedgerClock } from './clock.ts';
import type { Executor, ParkedRow } from './database.ts';
import type { LedgerCrypto, ParkedEntry, ParkedRecords, RecordKey } from './ledger.ts';
import { personsText } from './persons.ts';

export function createParked(db: Executor, clock: LedgerClock, crypto: LedgerCrypto): ParkedRecords {
  const entryOf = (row: ParkedRow): ParkedEntry => ({
    integration: row.integration,
    kind: row.kind,
    sourceId: row.source_id,
    number: row.number,
    step: row.step,
    reason: row.reason,
    words: crypto.open(row.words),
    since: row.since,
    run: row.run,
  });
  return {
    async put(entry) {
      const at = await clock.now();
      const now = { number: entry.number, step: entry.step, reason: entry.reason, words: crypto.seal(entry.words), run: entry.run, persons: personsText(entry.persons) };
      await db
        .insertInto('parked')
        .values({ integration: entry.integration, kind: entry.kind, source_id: entry.sourceId, since: at, ...now })
        // A repeat, or a retry that failed for the same reason, keeps the time since when a person is waited for.
        .onConflict((c) =>
          c.columns(['integration', 'kind', 'source_id']).doUpdateSet((eb) => ({
            ...now,
            since: eb
              .case()
              .when(eb.and([eb('parked.reason', '=', entry.reason), eb('parked.step', '=', entry.step)]))
              .then(eb.ref('parked.since'))
              .else(at)
              .end(),
          })),
        )
        .execute();
    },
    remove: (key) => dropParked(db, key),
    async find(key) {
      const row = await db.selectFrom('parked').selectAll().where('integration', '=', key.integration).where('kind', '=', key.kind).where('source_id', '=', key.sourceId).executeTakeFirst();
      return row === undefined ? undefined : entryOf(row);
    },
    async list(integration, reason) {
      let query = db.selectFrom('parked').selectAll();
      if (integration !== undefined) query = query.where('integration', '=', integration);
      if (reason !== undefined) query = query.where('reason', '=', reason);
      return (await query.orderBy('since').orderBy('source_id').execute()).map(entryOf);
    },
  };
}

export async function dropParked(db: Executor, key: RecordKey): Promise<void> {
  await db.deleteFrom('parked').where('integration', '=', key.integration).where('kind', '=', key.kind).where('source_id', '=', key.sourceId).execute();
}
