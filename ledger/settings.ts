/** Settings: every version that ever acted, by digest, and which one is current (design 6). */
import { createHash } from 'node:crypto';
import type { LedgerClock } from './clock.ts';
import type { Executor } from './database.ts';
import type { SettingsVersions } from './ledger.ts';

export function createSettings(db: Executor, clock: LedgerClock): SettingsVersions {
  const current = () => db.selectFrom('settings_current as now').innerJoin('settings', (join) => join.onRef('settings.subject', '=', 'now.subject').onRef('settings.version', '=', 'now.version')).select(['now.subject', 'now.version', 'settings.body']);
  return {
    async apply(subject, body) {
      const at = await clock.now();
      const canonical = canonicalJson(JSON.parse(body));
      const version = createHash('sha256').update(canonical).digest('hex');
      return db.transaction().execute(async (trx) => {
        const before = await trx.selectFrom('settings_current').select('version').where('subject', '=', subject).executeTakeFirst();
        if (before?.version === version) return { version, changed: false };
        await trx
          .insertInto('settings')
          .values({ subject, version, body: canonical, first_at: at })
          .onConflict((c) => c.columns(['subject', 'version']).doNothing())
          .execute();
        await trx
          .insertInto('settings_current')
          .values({ subject, version, since: at })
          .onConflict((c) => c.column('subject').doUpdateSet({ version, since: at }))
          .execute();
        return { version, changed: true };
      });
    },
    async current(subject) {
      const row = await current().where('now.subject', '=', subject).executeTakeFirst();
      return row === undefined ? undefined : { version: row.version, body: row.body };
    },
    async listCurrent(prefix) {
      const rows = await current().orderBy('now.subject').execute();
      return rows.filter((row) => row.subject.startsWith(prefix));
    },
  };
}

/** The same settings in another order of their keys are the same version: nothing changes by them (N18). */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonicalJson(part)}`).join(',')}}`;
}
