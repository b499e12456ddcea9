/** How a record's way ends: completed, skipped or parked. A completed import stays completed: skip means finished (promise 5). */
import { sql } from 'kysely';
import type { Executor } from './database.ts';
import type { RecordKey } from './ledger.ts';
import { dropParked } from './parked.ts';

const keyColumns = ['integration', 'kind', 'source_id'] as const;

const rowOf = (key: RecordKey, at: number) => ({ integration: key.integration, kind: key.kind, source_id: key.sourceId, noted_at: at, is_open: 0 });

/** The outside is written in full: the content is forgotten, a parked row is resolved. Corrections stay: the order is followed with them. Repeatable; the first completion's time stays. */
export async function completeRecord(db: Executor, at: number, key: RecordKey, targetId: string, digest: string): Promise<void> {
  await db
    .insertInto('records')
    .values({ ...rowOf(key, at), state: 'completed', target_id: targetId, digest, completed_at: at })
    .onConflict((c) =>
      c.columns(keyColumns).doUpdateSet((eb) => ({
        state: sql<'completed'>`case when records.state = 'erased' then records.state else 'completed' end`,
        target_id: targetId,
        digest,
        completed_at: eb.fn.coalesce('records.completed_at', eb.val(at)),
        content: null,
        is_open: 0,
      })),
    )
    .execute();
  await dropParked(db, key);
}

/** Left out with this digest: looked at again when it changes. Without one, what was announced last counts as decided on. */
export async function skipRecord(db: Executor, at: number, key: RecordKey, digest: string | null, number: string | null): Promise<void> {
  await db
    .insertInto('records')
    .values({ ...rowOf(key, at), state: 'skipped', digest, number })
    .onConflict((c) =>
      c.columns(keyColumns).doUpdateSet((eb) => ({
        state: sql<'skipped'>`case when records.state in ('completed', 'erased') then records.state else 'skipped' end`,
        digest: eb.fn.coalesce(eb.val(digest), 'records.announced_digest', 'records.digest'),
        number: eb.fn.coalesce(eb.val(number), 'records.number'),
        content: null,
        edits: null,
        is_open: 0,
      })),
    )
    .execute();
  await dropParked(db, key);
}

/** Content is kept only of what stands half-made in the target: all else is read again by a retry, with what was mended since. */
export async function parkRecord(db: Executor, at: number, key: RecordKey, digest: string | null): Promise<void> {
  await db
    .insertInto('records')
    .values({ ...rowOf(key, at), state: 'parked', digest })
    .onConflict((c) =>
      c.columns(keyColumns).doUpdateSet((eb) => ({
        state: sql<'parked'>`case when records.state in ('completed', 'erased') then records.state else 'parked' end`,
        digest: eb.fn.coalesce(eb.val(digest), 'records.announced_digest', 'records.digest'),
        content: sql<Uint8Array | null>`case when records.target_id is null then null else records.content end`,
        is_open: 0,
      })),
    )
    .execute();
}
