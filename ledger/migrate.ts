/** Brings the ledger's tables up to this program's, at every start. Two processes may start at once. */
import { Migrator } from 'kysely';
import type { Executor } from './database.ts';
import { NewerLedgerError } from './errors.ts';
import { migrations } from './migrations/index.ts';

/** @throws NewerLedgerError when a newer program has been here: its tables may mean something else */
export async function migrate(db: Executor): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } });
  await refuseNewer(db);
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    await refuseNewer(db); // it may have come in between
    throw error;
  }
}

async function refuseNewer(db: Executor): Promise<void> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === 'kysely_migration')) return;
  const done = await db.withTables<{ kysely_migration: { name: string } }>().selectFrom('kysely_migration').select('name').execute();
  const unknown = done.filter(({ name }) => !(name in migrations)).map(({ name }) => name);
  if (unknown.length > 0) throw new NewerLedgerError(`the ledger was written by a newer program (${unknown.join(', ')})`);
}
