/** Consents, rows of the source and addresses of the target (design 4, N3). There is no way back: what people said is never dropped. */
import type { CreateTableBuilder, Kysely } from 'kysely';

/** Creates the tables of `consents.ts` and `contacts.ts`. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createConsents(db);
  await createRows(db);
  await createAddresses(db);
}

const text = <T extends string>(table: CreateTableBuilder<string, T>, ...columns: string[]) =>
  columns.reduce<CreateTableBuilder<string, string>>((built, column) => built.addColumn(column, 'text', (c) => c.notNull()), table);

const integer = <T extends string>(table: CreateTableBuilder<string, T>, ...columns: string[]) =>
  columns.reduce<CreateTableBuilder<string, string>>((built, column) => built.addColumn(column, 'bigint', (c) => c.notNull()), table);

/** The first table of this name could not tell a person's act from a system's rule; nothing has ever been written to it. */
async function createConsents(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('consents').execute();
  const consents = text(db.schema.createTable('consents').addColumn('id', 'text', (c) => c.primaryKey()), 'company', 'person', 'channel', 'state', 'told_by', 'source');
  await integer(consents, 'earliest', 'latest', 'recorded_at').addColumn('cause', 'text').addColumn('wording', 'bytea').execute();
  await db.schema.createIndex('consents_of_person').on('consents').columns(['person', 'channel', 'company']).execute();

  const standings = text(db.schema.createTable('consent_standings'), 'company', 'person', 'channel', 'state');
  await standings.addColumn('refused_at', 'bigint').addPrimaryKeyConstraint('consent_standings_pk', ['person', 'channel', 'company']).execute();
  await db.schema.createIndex('consent_standings_by_state').on('consent_standings').columns(['channel', 'state', 'refused_at', 'person']).execute();
}

async function createRows(db: Kysely<unknown>): Promise<void> {
  await integer(text(db.schema.createTable('contact_rows'), 'integration', 'kind', 'source_id', 'person', 'digest', 'state'), 'is_opted_in', 'is_confirmed', 'seen_at')
    .addColumn('email', 'bytea')
    .addColumn('boxes', 'text')
    .addPrimaryKeyConstraint('contact_rows_pk', ['integration', 'kind', 'source_id'])
    .execute();
  await db.schema.createIndex('contact_rows_of_person').on('contact_rows').columns(['person', 'integration']).execute();
}

async function createAddresses(db: Kysely<unknown>): Promise<void> {
  await integer(text(db.schema.createTable('contact_addresses'), 'integration', 'person'), 'is_refusal_there', 'is_erased')
    .addColumn('email', 'bytea')
    .addColumn('sent_digest', 'text')
    .addColumn('skipped_digest', 'text')
    .addColumn('settings_version', 'text')
    .addColumn('status_state', 'text')
    .addColumn('status_cause', 'text')
    .addColumn('status_vendor', 'text')
    .addColumn('withdrawal', 'text')
    .addColumn('sent_at', 'bigint')
    .addColumn('moved_to', 'text')
    .addPrimaryKeyConstraint('contact_addresses_pk', ['integration', 'person'])
    .execute();
  await db.schema.createIndex('contact_addresses_of_person').on('contact_addresses').column('person').execute();
  await db.schema.createIndex('contact_addresses_by_move').on('contact_addresses').columns(['moved_to', 'integration']).execute();
  await db.schema.createIndex('contact_addresses_by_withdrawal').on('contact_addresses').columns(['integration', 'withdrawal']).execute();
}
