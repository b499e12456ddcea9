/** Records: how far each order of an integration is, so that nothing is begun twice or forgotten between two runs (design 3). */
import { sql } from 'kysely';
import type { LedgerClock } from './clock.ts';
import { openIfAny } from './crypto.ts';
import type { Executor, RecordRow } from './database.ts';
import { inChunks } from './ids.ts';
import type { LedgerCrypto, OrderRecord, RecordKey, Records, RecordState } from './ledger.ts';
import { completeRecord, parkRecord, skipRecord } from './record-ends.ts';

const keyColumns = ['integration', 'kind', 'source_id'] as const;

export function createRecords(db: Executor, clock: LedgerClock, crypto: LedgerCrypto): Records {
  const row = (key: RecordKey) => db.selectFrom('records').selectAll().where('integration', '=', key.integration).where('kind', '=', key.kind).where('source_id', '=', key.sourceId);
  return {
    async find(key) {
      const found = await row(key).executeTakeFirst();
      return found === undefined ? undefined : recordOf(found);
    },
    findMany: (integration, sourceIds) => findMany(db, integration, sourceIds),
    async findByNumber(integration, number) {
      const rows = await db
        .selectFrom('records')
        .selectAll()
        .where('integration', '=', integration)
        .where((eb) => eb.or([eb('number', '=', number), eb('source_id', '=', number)]))
        .orderBy('noted_at')
        .execute();
      return rows.map(recordOf);
    },
    announce: async (integration, entries) => announce(db, await clock.now(), integration, entries),
    begin: async (key, content, number) => begin(db, await clock.now(), crypto, key, content, number),
    async setTarget(key, targetId) {
      const at = await clock.now();
      await db
        .insertInto('records')
        .values({ integration: key.integration, kind: key.kind, source_id: key.sourceId, state: 'begun', target_id: targetId, noted_at: at, is_open: 1 })
        .onConflict((c) => c.columns(keyColumns).doUpdateSet({ target_id: targetId }))
        .execute();
    },
    async adopt(key, targetId) {
      const at = await clock.now();
      await db
        .insertInto('records')
        .values({ integration: key.integration, kind: key.kind, source_id: key.sourceId, state: 'begun', target_id: targetId, noted_at: at, is_open: 0 })
        .onConflict((c) => c.columns(keyColumns).doUpdateSet({ state: 'begun', target_id: targetId, announced_at: null, is_open: 0 }).where('records.state', 'not in', ['completed', 'erased']))
        .execute();
    },
    async complete(key, targetId, digest) {
      const at = await clock.now();
      await db.transaction().execute((trx) => completeRecord(trx, at, key, targetId, digest));
    },
    async skip(key, digest, number) {
      const at = await clock.now();
      await db.transaction().execute((trx) => skipRecord(trx, at, key, digest, number));
    },
    park: async (key, digest) => parkRecord(db, await clock.now(), key, digest),
    async close(key, digest) {
      await db.updateTable('records').set({ is_open: 0, ...(digest === undefined ? {} : { digest }) }).where('integration', '=', key.integration).where('kind', '=', key.kind).where('source_id', '=', key.sourceId).execute();
    },
    async reopen(key) {
      const at = await clock.now();
      await db
        .updateTable('records')
        .set({ state: 'announced', target_id: null, digest: null, announced_digest: null, announced_at: at, completed_at: null, is_open: 1 })
        .where('integration', '=', key.integration)
        .where('kind', '=', key.kind)
        .where('source_id', '=', key.sourceId)
        .where('state', '=', 'completed')
        .execute();
    },
    async setEdits(key, edits) {
      const at = await clock.now();
      const sealed = crypto.seal(edits);
      await db
        .insertInto('records')
        .values({ integration: key.integration, kind: key.kind, source_id: key.sourceId, state: 'parked', edits: sealed, noted_at: at, is_open: 0 })
        .onConflict((c) => c.columns(keyColumns).doUpdateSet({ edits: sealed }))
        .execute();
    },
    async edits(key) {
      const found = await row(key).clearSelect().select('edits').executeTakeFirst();
      return openIfAny(crypto, found?.edits ?? null) ?? undefined;
    },
    countOpen: (integration) => countOpen(db, integration),
    countByState: (integration) => countByState(db, integration),
    list: (integration, state, after, limit) => list(db, integration, state, after, limit),
  };
}

/**
 * One statement, so that two walks may announce the same page: what comes back has to be started.
 * Announced or begun ones come back too: starting twice reaches the same run. A completed one stays completed, and is only looked at again.
 * An erased one is never announced again, whatever its digest (N23).
 */
async function announce(db: Executor, at: number, integration: string, entries: Parameters<Records['announce']>[1]): Promise<{ sourceId: string; state: RecordState }[]> {
  const unique = [...new Map(entries.map((entry) => [entry.sourceId, entry])).values()];
  const rows = unique.map((entry) => ({
    integration,
    kind: 'order' as const,
    source_id: entry.sourceId,
    state: 'announced' as const,
    number: entry.number,
    announced_digest: entry.digest,
    announced_at: at,
    noted_at: at,
    is_open: 1,
  }));
  rows.sort(inLockOrder);
  return db.transaction().execute(async (trx) => {
    const started = new Map<string, RecordState>();
    for (const chunk of inChunks(rows)) {
      const changed = await trx
        .insertInto('records')
        .values(chunk)
        .onConflict((c) =>
          c
            .columns(keyColumns)
            .doUpdateSet((eb) => ({
              state: sql<RecordState>`case when records.state = 'skipped' then 'announced' else records.state end`,
              number: eb.fn.coalesce('excluded.number', 'records.number'),
              announced_digest: eb.ref('excluded.announced_digest'),
              announced_at: eb.ref('excluded.announced_at'),
              is_open: 1,
            }))
            .where(sql<boolean>`records.state in ('announced', 'begun') or (records.state <> 'erased' and coalesce(records.digest, '') <> excluded.announced_digest)`),
        )
        .returning(['source_id', 'state'])
        .execute();
      for (const row of changed) started.set(row.source_id, row.state);
    }
    return unique.flatMap(({ sourceId }) => {
      const state = started.get(sourceId);
      return state === undefined ? [] : [{ sourceId, state }];
    });
  });
}

/** Two transactions that lock the same rows in one order wait for each other; in two orders one of them would be rolled back. */
const inLockOrder = (a: { source_id: string }, b: { source_id: string }) => (a.source_id < b.source_id ? -1 : 1);

/** Content is written once: a step that is repeated goes on from what its first try began with. */
async function begin(db: Executor, at: number, crypto: LedgerCrypto, key: RecordKey, content: string, number: string): Promise<{ content: string; targetId: string | null }> {
  const begun = await db
    .insertInto('records')
    .values({ integration: key.integration, kind: key.kind, source_id: key.sourceId, state: 'begun', number, content: crypto.seal(content), noted_at: at, is_open: 1 })
    .onConflict((c) =>
      c.columns(keyColumns).doUpdateSet((eb) => ({
        state: sql<RecordState>`case when records.state in ('completed', 'erased') then records.state else 'begun' end`,
        number,
        content: sql<Uint8Array | null>`case when records.state in ('completed', 'erased') then null else coalesce(records.content, excluded.content) end`,
        is_open: sql<number>`case when records.state in ('completed', 'erased') then 0 else 1 end`,
        target_id: eb.ref('records.target_id'),
      })),
    )
    .returning(['content', 'target_id'])
    .executeTakeFirstOrThrow();
  return { content: openIfAny(crypto, begun.content) ?? content, targetId: begun.target_id };
}

async function findMany(db: Executor, integration: string, sourceIds: string[]): Promise<OrderRecord[]> {
  const found: OrderRecord[] = [];
  for (const chunk of inChunks(sourceIds)) {
    const rows = await db.selectFrom('records').selectAll().where('integration', '=', integration).where('source_id', 'in', chunk).execute();
    found.push(...rows.map(recordOf));
  }
  return found;
}

async function countOpen(db: Executor, integration: string): Promise<number> {
  const { count } = await db
    .selectFrom('records')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('integration', '=', integration)
    .where('is_open', '=', 1)
    .executeTakeFirstOrThrow();
  return count;
}

async function countByState(db: Executor, integration: string): Promise<Record<RecordState, number>> {
  const rows = await db
    .selectFrom('records')
    .select((eb) => ['state', eb.fn.countAll<number>().as('count')])
    .where('integration', '=', integration)
    .groupBy('state')
    .execute();
  const counts: Record<RecordState, number> = { announced: 0, begun: 0, completed: 0, skipped: 0, parked: 0, erased: 0 };
  for (const { state, count } of rows) counts[state] = count;
  return counts;
}

/** `after`: the source id of the last one seen. First seen never changes, so nothing is listed twice while states move. */
async function list(db: Executor, integration: string, state: RecordState, after: string | undefined, limit: number): Promise<OrderRecord[]> {
  let query = db.selectFrom('records').selectAll().where('integration', '=', integration).where('state', '=', state);
  if (after !== undefined) {
    const last = await db.selectFrom('records').select('noted_at').where('integration', '=', integration).where('source_id', '=', after).executeTakeFirst();
    const from = last?.noted_at ?? 0;
    query = query.where((eb) => eb.or([eb('noted_at', '>', from), eb.and([eb('noted_at', '=', from), eb('source_id', '>', after)])]));
  }
  return (await query.orderBy('noted_at').orderBy('source_id').limit(limit).execute()).map(recordOf);
}

const recordOf = (row: RecordRow): OrderRecord => ({
  integration: row.integration,
  kind: row.kind,
  sourceId: row.source_id,
  state: row.state,
  number: row.number,
  targetId: row.target_id,
  digest: row.digest,
  announcedAt: row.announced_at,
  completedAt: row.completed_at,
  settingsVersion: row.settings_version,
});
