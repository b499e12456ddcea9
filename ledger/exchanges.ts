/** Exchanges: what came, what went, what it answered. Written in batches off the path of the calls; three days, or until their parked record is resolved. */
import { sql } from 'kysely';
import type { LedgerClock } from './clock.ts';
import { openIfAny, sealIfAny } from './crypto.ts';
import type { Executor, ExchangeRow } from './database.ts';
import { createRowId, inChunks } from './ids.ts';
import type { ExchangeEntry, Exchanges, LedgerCrypto } from './ledger.ts';
import { personsText } from './persons.ts';

const keptMs = 3 * 24 * 3_600_000;
const batchMs = 200;
const batchEntries = 50;
/** While the ledger cannot be reached, at most this many wait in memory; the oldest are lost first. */
const mostWaiting = 2_000;

interface Waiting {
  entry: ExchangeEntry;
  /** monotonic instant of adding: the ledger's clock is asked once a batch */
  addedAt: number;
  /** given once, so that a repeated write of the batch adds nothing */
  row?: ExchangeRow;
}

export function createExchanges(db: Executor, clock: LedgerClock, crypto: LedgerCrypto): Exchanges & { stop(): Promise<void> } {
  let waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  let isStopped = false;

  const later = () => {
    if (!isStopped) timer ??= setTimeout(() => void flushQuietly(), batchMs).unref();
  };
  const writeWaiting = async () => {
    clearTimeout(timer);
    timer = undefined;
    const batch = waiting.slice(0, mostWaiting);
    if (batch.length === 0) return;
    const sinceAdding = (await clock.now()) - performance.now();
    const rows = batch.map((item) => (item.row ??= rowOf(crypto, item.entry, Math.round(sinceAdding + item.addedAt))));
    await insertExchanges(db, rows);
    const written = new Set(batch);
    waiting = waiting.filter((item) => !written.has(item));
  };
  /** One writer after the other: two would write the same batch. */
  const flush = (): Promise<void> => (writing = writing.catch(() => {}).then(writeWaiting));
  /** The log must never fail a call: what cannot be written now waits for the next batch. */
  const flushQuietly = () => flush().catch(() => later());

  return {
    add(entry) {
      waiting.push({ entry, addedAt: performance.now() });
      if (waiting.length > mostWaiting) waiting.shift();
      if (waiting.length === batchEntries) void flushQuietly();
      else later();
    },
    flush,
    list: (filter) => listExchanges(db, crypto, filter),
    async stop() {
      isStopped = true;
      await flush().catch(() => {});
      clearTimeout(timer);
    },
  };
}

async function insertExchanges(db: Executor, rows: ExchangeRow[]): Promise<void> {
  for (const chunk of inChunks(rows, 100)) {
    await db
      .insertInto('exchanges')
      .values(chunk)
      .onConflict((c) => c.column('id').doNothing())
      .execute();
  }
}

/** Deletes what is past its time, except what a parked record still needs for its explanation. */
export async function sweepExchanges(db: Executor, at: number): Promise<void> {
  await db
    .deleteFrom('exchanges')
    .where('expires_at', '<=', at)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('parked')
            .select('parked.source_id')
            .whereRef('parked.integration', '=', 'exchanges.integration')
            .where(sql<boolean>`exchanges.record = parked.kind || ':' || parked.source_id`),
        ),
      ),
    )
    .execute();
}

async function listExchanges(db: Executor, crypto: LedgerCrypto, filter: Parameters<Exchanges['list']>[0]): ReturnType<Exchanges['list']> {
  let query = db.selectFrom('exchanges').selectAll();
  if (filter.integration !== undefined) query = query.where('integration', '=', filter.integration);
  if (filter.record !== undefined) query = query.where('record', '=', filter.record);
  if (filter.writesOnly === true) query = query.where('is_write', '=', 1);
  if (filter.since !== undefined) query = query.where('at', '>=', filter.since);
  const rows = await query.orderBy('id', 'desc').limit(filter.limit).execute();
  return rows.map((row) => entryOf(crypto, row));
}

function rowOf(crypto: LedgerCrypto, entry: ExchangeEntry, at: number): ExchangeRow {
  return {
    id: createRowId(at),
    at,
    expires_at: at + keptMs,
    connection: entry.connection,
    integration: entry.integration,
    record: entry.record,
    run: entry.run,
    endpoint: entry.endpoint,
    request: sealIfAny(crypto, entry.request),
    reply: sealIfAny(crypto, entry.reply),
    status: entry.status,
    size: entry.size,
    reply_digest: entry.replyDigest,
    is_write: entry.isWrite ? 1 : 0,
    result: entry.result,
    duration_ms: Math.round(entry.durationMs),
    object_id: entry.objectId,
    persons: personsText(entry.persons),
  };
}

const entryOf = (crypto: LedgerCrypto, row: ExchangeRow): ExchangeEntry & { at: number } => ({
  at: row.at,
  connection: row.connection,
  integration: row.integration,
  record: row.record,
  run: row.run,
  endpoint: row.endpoint,
  request: openIfAny(crypto, row.request),
  reply: openIfAny(crypto, row.reply),
  status: row.status,
  size: row.size,
  replyDigest: row.reply_digest,
  isWrite: row.is_write === 1,
  result: row.result,
  durationMs: row.duration_ms,
  objectId: row.object_id,
  ...(row.persons === null ? {} : { persons: row.persons.split(' ') }),
});
