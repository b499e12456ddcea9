/** What is remembered of imported orders between their runs: a followed order costs nothing while nothing happens (design 3). */
import { parseFollowState } from '../domain/follow.ts';
import type { Executor, FollowsRow } from './database.ts';
import { inChunks } from './ids.ts';
import type { FollowRow, Follows, Seen } from './ledger.ts';

export function createFollows(db: Executor): Follows {
  return {
    async find(integration, sourceId) {
      const row = await db.selectFrom('follows').selectAll().where('integration', '=', integration).where('source_id', '=', sourceId).executeTakeFirst();
      return row && toFollow(row);
    },
    put: async (row) => putFollow(db, row),
    findByTarget: async (connection, targetIds) => (await rowsOf(db, connection, targetIds)).map(toFollow),
    noteSeen: async (connection, listed) => noteSeen(db, connection, listed),
    async listOpen(connection, after, limit) {
      const query = db.selectFrom('follows').selectAll().where('connection', '=', connection).where('is_open', '=', 1);
      const later =
        after === undefined
          ? query
          : query.where((eb) => eb.or([eb('target_length', '>', after.length), eb.and([eb('target_length', '=', after.length), eb('target_id', '>', after)])]));
      return (await later.orderBy('target_length').orderBy('target_id').limit(limit).execute()).map(toFollow);
    },
    async listOpenSources(integration, after, limit) {
      const query = db.selectFrom('follows').select('source_id').where('integration', '=', integration).where('is_open', '=', 1);
      const later = after === undefined ? query : query.where('source_id', '>', after);
      return (await later.orderBy('source_id').limit(limit).execute()).map((row) => row.source_id);
    },
    async count(integration) {
      const row = await db
        .selectFrom('follows')
        .select((eb) => [eb.fn.sum<number | string>('is_open').as('open'), eb.fn.sum<number | string>('is_frozen').as('frozen'), eb.fn.sum<number | string>('ignored').as('ignored'), eb.fn.sum<number | string>('is_withheld').as('withheld')])
        .where('integration', '=', integration)
        .executeTakeFirst();
      return { open: Number(row?.open ?? 0), frozen: Number(row?.frozen ?? 0), ignored: Number(row?.ignored ?? 0), withheld: Number(row?.withheld ?? 0) };
    },
  };
}

/** What was seen of it in the target stays. */
export async function putFollow(db: Executor, { integration, sourceId, connection, targetId, state, isOpen }: FollowRow): Promise<void> {
  const values = {
    connection,
    target_id: targetId,
    target_length: targetId.length,
    state: JSON.stringify(state),
    is_open: isOpen ? 1 : 0,
    is_frozen: state.frozenAt === undefined ? 0 : 1,
    is_withheld: state.withheld === undefined ? 0 : 1,
    ignored: state.ignored,
  };
  await db
    .insertInto('follows')
    .values({ integration, source_id: sourceId, ...values })
    .onConflict((c) => c.columns(['integration', 'source_id']).doUpdateSet(values))
    .execute();
}

async function rowsOf(db: Executor, connection: string, targetIds: string[]): Promise<FollowsRow[]> {
  const rows: FollowsRow[] = [];
  for (const chunk of inChunks(targetIds)) rows.push(...(await db.selectFrom('follows').selectAll().where('connection', '=', connection).where('target_id', 'in', chunk).execute()));
  return rows;
}

async function noteSeen(db: Executor, connection: string, listed: Seen[]): Promise<void> {
  await db.transaction().execute(async (trx) => {
    for (const { targetId, seen } of listed.toSorted((a, b) => (a.targetId < b.targetId ? -1 : 1))) await trx.updateTable('follows').set({ seen }).where('connection', '=', connection).where('target_id', '=', targetId).execute();
  });
}

const toFollow = (row: FollowsRow): FollowRow => ({
  integration: row.integration,
  sourceId: row.source_id,
  connection: row.connection,
  targetId: row.target_id,
  state: parseFollowState(row.state),
  isOpen: row.is_open === 1,
  ...(row.seen === null ? {} : { seen: row.seen }),
});
