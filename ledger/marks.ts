/** Cursors and high-water marks: the authoritative ones, since a schedule's memory can be lost. */
import type { LedgerClock } from './clock.ts';
import type { Executor } from './database.ts';
import type { Marks } from './ledger.ts';

export function createMarks(db: Executor, clock: LedgerClock): Marks {
  return {
    async get(subject, name) {
      const row = await db.selectFrom('marks').select('value').where('subject', '=', subject).where('name', '=', name).executeTakeFirst();
      return row?.value;
    },
    async set(subject, name, value) {
      const at = await clock.now();
      await db
        .insertInto('marks')
        .values({ subject, name, value, set_at: at })
        .onConflict((c) => c.columns(['subject', 'name']).doUpdateSet({ value, set_at: at }))
        .execute();
    },
  };
}
