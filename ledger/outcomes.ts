/** Outcomes: what became of each record, in order, and the latest of each for counting (promise 6). */
import type { LedgerClock } from './clock.ts';
import { openIfAny, sealIfAny } from './crypto.ts';
import type { Executor, OutcomeRow } from './database.ts';
import { createRowId } from './ids.ts';
import type { LedgerCrypto, OutcomeEntry, Outcomes } from './ledger.ts';

export function createOutcomes(db: Executor, clock: LedgerClock, crypto: LedgerCrypto): Outcomes {
  return {
    async add(entry) {
      const at = await clock.now();
      await db.transaction().execute((trx) => addOutcome(trx, at, entry, sealIfAny(crypto, entry.detail)));
    },
    async count(integration) {
      return db
        .selectFrom('latest_outcomes')
        .select((eb) => ['outcome', 'reason', eb.fn.countAll<number>().as('count')])
        .where('integration', '=', integration)
        .groupBy(['outcome', 'reason'])
        .orderBy('outcome')
        .orderBy('reason')
        .execute();
    },
    async list(integration, filter) {
      if (filter.outcome !== undefined && !isOutcome(filter.outcome)) return [];
      let query = db.selectFrom('outcomes').selectAll().where('integration', '=', integration);
      if (filter.sourceId !== undefined) query = query.where('source_id', '=', filter.sourceId);
      if (filter.outcome !== undefined) query = query.where('outcome', '=', filter.outcome);
      if (filter.since !== undefined) query = query.where('at', '>=', filter.since);
      const rows = await query.orderBy('id', 'desc').limit(filter.limit).execute();
      return rows.map((row) => outcomeOf(row, crypto));
    },
    async latestReasons(integration, count) {
      const rows = await db.selectFrom('outcomes').select('reason').where('integration', '=', integration).orderBy('id', 'desc').limit(count).execute();
      return rows.map((row) => row.reason);
    },
  };
}

/** A repeat after a lost reply equals the record's latest outcome in everything and adds nothing. */
export async function addOutcome(db: Executor, at: number, entry: Omit<OutcomeEntry, 'at'>, detail: Uint8Array | null): Promise<void> {
  const latest = await db
    .selectFrom('latest_outcomes')
    .innerJoin('outcomes', 'outcomes.id', 'latest_outcomes.id')
    .selectAll('outcomes')
    .where('latest_outcomes.integration', '=', entry.integration)
    .where('latest_outcomes.kind', '=', entry.kind)
    .where('latest_outcomes.source_id', '=', entry.sourceId)
    .executeTakeFirst();
  if (latest !== undefined && isRepeat(latest, entry)) return;
  const record = { integration: entry.integration, kind: entry.kind, source_id: entry.sourceId };
  const said = { id: createRowId(at), outcome: entry.outcome, reason: entry.reason };
  await db
    .insertInto('outcomes')
    .values({ ...record, ...said, number: entry.number, target_id: entry.targetId, detail, run: entry.run, at, settings_version: entry.settingsVersion })
    .execute();
  await db
    .insertInto('latest_outcomes')
    .values({ ...record, ...said })
    .onConflict((c) => c.columns(['integration', 'kind', 'source_id']).doUpdateSet(said))
    .execute();
  // The version that wrote the target is what `resync` compares with: a skip or a parking wrote nothing.
  if (entry.settingsVersion !== null && (entry.outcome === 'created' || entry.outcome === 'updated')) {
    await db
      .updateTable('records')
      .set({ settings_version: entry.settingsVersion })
      .where('integration', '=', entry.integration)
      .where('kind', '=', entry.kind)
      .where('source_id', '=', entry.sourceId)
      .execute();
  }
}

const isRepeat = (latest: OutcomeRow, entry: Omit<OutcomeEntry, 'at'>) =>
  latest.run === entry.run &&
  latest.outcome === entry.outcome &&
  latest.reason === entry.reason &&
  latest.target_id === entry.targetId &&
  latest.settings_version === entry.settingsVersion;

const outcomeWords: readonly string[] = ['created', 'updated', 'skipped', 'parked', 'retried'] satisfies OutcomeEntry['outcome'][];
const isOutcome = (word: string): word is OutcomeEntry['outcome'] => outcomeWords.includes(word);

const outcomeOf = (row: OutcomeRow, crypto: LedgerCrypto): OutcomeEntry => ({
  integration: row.integration,
  kind: row.kind,
  sourceId: row.source_id,
  number: row.number,
  outcome: row.outcome,
  reason: row.reason,
  targetId: row.target_id,
  detail: openIfAny(crypto, row.detail),
  run: row.run,
  at: row.at,
  settingsVersion: row.settings_version,
});
