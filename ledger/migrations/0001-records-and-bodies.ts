/** The first tables: what is remembered of records, bodies, people, settings and acts. Both databases understand every type used. */
import type { CreateTableBuilder, Kysely } from 'kysely';

/** `bytea` and `bigint` mean bytes and integers to SQLite as well. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createSelf(db);
  await createRecords(db);
  await createBodies(db);
  await createIndex(db);
  await createHistory(db);
}

const text = <T extends string>(table: CreateTableBuilder<string, T>, ...columns: string[]) =>
  columns.reduce<CreateTableBuilder<string, string>>((built, column) => built.addColumn(column, 'text', (c) => c.notNull()), table);

const integer = <T extends string>(table: CreateTableBuilder<string, T>, ...columns: string[]) =>
  columns.reduce<CreateTableBuilder<string, string>>((built, column) => built.addColumn(column, 'bigint', (c) => c.notNull()), table);

async function createSelf(db: Kysely<unknown>): Promise<void> {
  await text(db.schema.createTable('facts').addColumn('name', 'text', (c) => c.primaryKey()), 'value').execute();
  const connections = text(db.schema.createTable('connections').addColumn('id', 'text', (c) => c.primaryKey()), 'company');
  await integer(connections.addColumn('identity', 'text', (c) => c.notNull().unique()), 'identified_at').execute();
  await text(db.schema.createTable('connected').addColumn('integration', 'text', (c) => c.primaryKey()), 'connected_at', 'backfill_from').execute();
  await integer(db.schema.createTable('states').addColumn('subject', 'text', (c) => c.primaryKey()), 'failures', 'wait_ms', 'wait_set_at', 'ok_since')
    .addColumn('pause_reason', 'text')
    .addColumn('paused_at', 'bigint')
    .addColumn('failure_reason', 'text')
    .addColumn('failing_since', 'bigint')
    .execute();
  await integer(text(db.schema.createTable('settings'), 'subject', 'version', 'body'), 'first_at').addPrimaryKeyConstraint('settings_pk', ['subject', 'version']).execute();
  await integer(text(db.schema.createTable('settings_current').addColumn('subject', 'text', (c) => c.primaryKey()), 'version'), 'since').execute();
}

async function createRecords(db: Kysely<unknown>): Promise<void> {
  const records = integer(text(db.schema.createTable('records'), 'integration', 'kind', 'source_id', 'state'), 'noted_at', 'is_open');
  await records
    .addColumn('number', 'text')
    .addColumn('target_id', 'text')
    .addColumn('digest', 'text')
    .addColumn('announced_digest', 'text')
    .addColumn('announced_at', 'bigint')
    .addColumn('completed_at', 'bigint')
    .addColumn('settings_version', 'text')
    .addColumn('content', 'bytea')
    .addColumn('edits', 'bytea')
    .addPrimaryKeyConstraint('records_pk', ['integration', 'kind', 'source_id'])
    .execute();
  await db.schema.createIndex('records_by_state').on('records').columns(['integration', 'state', 'noted_at', 'source_id']).execute();
  await db.schema.createIndex('records_by_number').on('records').columns(['integration', 'number']).execute();
  await db.schema.createIndex('records_open').on('records').columns(['integration', 'is_open']).execute();

  await integer(text(db.schema.createTable('outcomes').addColumn('id', 'text', (c) => c.primaryKey()), 'integration', 'kind', 'source_id', 'outcome', 'reason', 'run'), 'at')
    .addColumn('number', 'text')
    .addColumn('target_id', 'text')
    .addColumn('detail', 'bytea')
    .addColumn('settings_version', 'text')
    .execute();
  await db.schema.createIndex('outcomes_by_record').on('outcomes').columns(['integration', 'source_id', 'id']).execute();
  await db.schema.createIndex('outcomes_by_time').on('outcomes').columns(['integration', 'id']).execute();
  await text(db.schema.createTable('latest_outcomes'), 'integration', 'kind', 'source_id', 'id', 'outcome', 'reason')
    .addPrimaryKeyConstraint('latest_outcomes_pk', ['integration', 'kind', 'source_id'])
    .execute();

  const parked = integer(text(db.schema.createTable('parked'), 'integration', 'kind', 'source_id', 'step', 'reason', 'run'), 'since');
  await parked
    .addColumn('words', 'bytea', (c) => c.notNull())
    .addColumn('number', 'text')
    .addColumn('persons', 'text')
    .addPrimaryKeyConstraint('parked_pk', ['integration', 'kind', 'source_id'])
    .execute();
}

async function createBodies(db: Kysely<unknown>): Promise<void> {
  await integer(text(db.schema.createTable('pages').addColumn('id', 'text', (c) => c.primaryKey()), 'integration', 'walk'), 'stored_at', 'expires_at')
    .addColumn('mark', 'text')
    .execute();
  await db.schema.createIndex('pages_by_expiry').on('pages').column('expires_at').execute();
  await integer(text(db.schema.createTable('page_entries'), 'page', 'source_id', 'digest'), 'position')
    .addColumn('body', 'bytea', (c) => c.notNull())
    .addColumn('number', 'text')
    .addColumn('skip_reason', 'text')
    .addColumn('skip_detail', 'bytea')
    .addColumn('persons', 'text')
    .addPrimaryKeyConstraint('page_entries_pk', ['page', 'source_id'])
    .execute();

  const exchanges = text(db.schema.createTable('exchanges').addColumn('id', 'text', (c) => c.primaryKey()), 'connection', 'record', 'run', 'endpoint', 'result');
  await integer(exchanges, 'at', 'expires_at', 'size', 'is_write', 'duration_ms')
    .addColumn('integration', 'text')
    .addColumn('request', 'bytea')
    .addColumn('reply', 'bytea')
    .addColumn('status', 'bigint')
    .addColumn('reply_digest', 'text')
    .addColumn('object_id', 'text')
    .addColumn('persons', 'text')
    .execute();
  await db.schema.createIndex('exchanges_by_record').on('exchanges').columns(['integration', 'record', 'id']).execute();
  await db.schema.createIndex('exchanges_by_expiry').on('exchanges').column('expires_at').execute();
}

async function createIndex(db: Kysely<unknown>): Promise<void> {
  await text(db.schema.createTable('index_entries'), 'connection', 'kind', 'digest', 'target_id', 'words')
    .addPrimaryKeyConstraint('index_entries_pk', ['connection', 'kind', 'digest', 'target_id'])
    .execute();
  await db.schema.createIndex('index_entries_by_target').on('index_entries').columns(['connection', 'target_id']).execute();
  await text(db.schema.createTable('links'), 'connection', 'kind', 'source_id', 'target_id').addPrimaryKeyConstraint('links_pk', ['connection', 'kind', 'source_id']).execute();
  await db.schema.createIndex('links_by_target').on('links').columns(['connection', 'target_id']).execute();
  await integer(text(db.schema.createTable('marks'), 'subject', 'name', 'value'), 'set_at').addPrimaryKeyConstraint('marks_pk', ['subject', 'name']).execute();
}

async function createHistory(db: Kysely<unknown>): Promise<void> {
  await integer(text(db.schema.createTable('acts').addColumn('id', 'text', (c) => c.primaryKey()), 'operator', 'verb', 'subject'), 'at')
    .addColumn('reason', 'bytea')
    .addColumn('before', 'bytea')
    .addColumn('after', 'bytea')
    .execute();
  await db.schema.createIndex('acts_by_subject').on('acts').columns(['subject', 'id']).execute();
  const consents = text(db.schema.createTable('consents').addColumn('id', 'text', (c) => c.primaryKey()), 'company', 'person', 'channel', 'state', 'source');
  await integer(consents, 'at', 'noted_at').addColumn('wording', 'text').execute();
  await db.schema.createIndex('consents_by_person').on('consents').columns(['company', 'person', 'channel', 'at']).execute();
}
