/** Keys with their fences, intents, budgets and slots (design 4). */
import type { Kysely } from 'kysely';

/** Creates the tables of `key-tables.ts`. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('keys')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('holder', 'text')
    .addColumn('fence', 'bigint', (column) => column.notNull())
    .addColumn('lease_until', 'bigint', (column) => column.notNull())
    .addColumn('used_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('keys_used_at').on('keys').column('used_at').execute();
  await db.schema
    .createTable('intents')
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('effect', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('marker', 'text', (column) => column.notNull())
    .addColumn('sent_at', 'bigint', (column) => column.notNull())
    .addColumn('abort_ms', 'bigint', (column) => column.notNull())
    .addColumn('settle_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('intents_key_effect', ['key', 'effect'])
    .execute();
  await db.schema
    .createTable('budgets')
    .addColumn('account', 'text', (column) => column.primaryKey())
    .addColumn('version', 'bigint', (column) => column.notNull())
    .addColumn('next_free', 'bigint', (column) => column.notNull())
    .addColumn('hold_until', 'bigint', (column) => column.notNull())
    .addColumn('seen_at', 'bigint', (column) => column.notNull())
    .addColumn('live_points', 'double precision', (column) => column.notNull())
    .addColumn('live_at', 'bigint', (column) => column.notNull())
    .addColumn('pace', 'double precision', (column) => column.notNull())
    .addColumn('paced_at', 'bigint', (column) => column.notNull())
    .addColumn('throttled_at', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('slots')
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('slot', 'integer', (column) => column.notNull())
    .addColumn('token', 'text', (column) => column.notNull())
    .addColumn('lease_until', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('slots_account_slot', ['account', 'slot'])
    .execute();
}

/** Drops them. */
export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['slots', 'budgets', 'intents', 'keys']) await db.schema.dropTable(table).execute();
}
