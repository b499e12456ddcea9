/** Links: what a thing of the source is in the target. A known link costs no call. */
import type { Executor } from './database.ts';
import { inChunks } from './ids.ts';
import type { Link } from './ledger.ts';

export async function putLink(db: Executor, link: Link): Promise<void> {
  await db
    .insertInto('links')
    .values({ connection: link.connection, kind: link.kind, source_id: link.sourceId, target_id: link.targetId })
    .onConflict((c) => c.columns(['connection', 'kind', 'source_id']).doUpdateSet({ target_id: link.targetId }))
    .execute();
}

export async function findLinks(db: Executor, connection: string, kind: Link['kind'], sourceIds: string[]): Promise<Link[]> {
  const found: Link[] = [];
  for (const chunk of inChunks(sourceIds)) {
    const rows = await db.selectFrom('links').selectAll().where('connection', '=', connection).where('kind', '=', kind).where('source_id', 'in', chunk).execute();
    found.push(...rows.map((row) => ({ connection, kind, sourceId: row.source_id, targetId: row.target_id })));
  }
  return found;
}
