/** Cursors and high-water marks: the authoritative ones, since a schedule's memory can be lost. */
import { sql } from 'kysely';
import type { LedgerClock } from './clock.ts';
import type { Executor } from './database.ts';
import { inChunks } from './ids.ts';
import type { Marks } from './ledger.ts';

export function createMarks(db: Executor, clock: LedgerClock): Marks {
  return {
    async get(subject, name) {
      const row = await db.selectFrom('marks').select('value').where('subject', '=', subject).where('name', '=', name).executeTakeFirst();
      return row?.value;
    },
    async find(subject, names) {
      const found = new Map<string, string>();
      for (const chunk of inChunks([...new Set(names)])) {
        const rows = await db.selectFrom('marks').select(['name', 'value']).where('subject', '=', subject).where('name', 'in', chunk).execute();
        for (const { name, value } of rows) found.set(name, value);
      }
      return found;
    },
    async set(subject, name, value) {
      const at = await clock.now();
      await db
        .insertInto('marks')
        .values({ subject, name, value, set_at: at })
        .onConflict((c) => c.columns(['subject', 'name']).doUpdateSet({ value, set_at: at }))
        .execute();
    },
    async remove(subject, name) {
      await db.deleteFrom('marks').where('subject', '=', subject).where('name', '=', name).execute();
    },
    async removeAll(subject, prefix) {
      // not LIKE, which takes % and _ for more than themselves
      await db.deleteFrom('marks').where('subject', '=', subject).where(sql<string>`substr(name, 1, ${sql.lit(prefix.length)})`, '=', prefix).execute();
    },
  };
}
