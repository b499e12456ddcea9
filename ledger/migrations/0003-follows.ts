/** Followed orders between two runs (design 3, 4). */
import type { Kysely } from 'kysely';

/** Creates the table of `follows.ts`. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('follows')
    .addColumn('integration', 'text', (column) => column.notNull())
    .addColumn('source_id', 'text', (column) => column.notNull())
    .addColumn('connection', 'text', (column) => column.notNull())
    .addColumn('target_id', 'text', (column) => column.notNull())
    // ids of most systems are numbers of growing length: sorted by it, a walk meets old ones first and new ones at its end
    .addColumn('target_length', 'integer', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('is_open', 'integer', (column) => column.notNull())
    .addColumn('is_frozen', 'integer', (column) => column.notNull())
    .addColumn('is_withheld', 'integer', (column) => column.notNull())
    .addColumn('ignored', 'integer', (column) => column.notNull())
    .addColumn('seen', 'text')
    .addPrimaryKeyConstraint('follows_key', ['integration', 'source_id'])
    .execute();
  await db.schema.createIndex('follows_open').on('follows').columns(['connection', 'is_open', 'target_length', 'target_id']).execute();
  await db.schema.createIndex('follows_target').on('follows').columns(['connection', 'target_id']).execute();
}

/** Drops it. */
export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('follows').execute();
}
