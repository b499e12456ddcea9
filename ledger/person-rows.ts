/** Where a person stands in the ledger, and taking them out of it. What stops them from being re-created or written to stays (N23). */
import { sql, type SqlBool } from 'kysely';
import type { LedgerClock } from './clock.ts';
import type { Executor } from './database.ts';
import { inChunks } from './ids.ts';
import type { LedgerCrypto, People, PersonQuery, PersonRows, RecordKey } from './ledger.ts';
import { readContent } from './person-content.ts';
import { findMentions, type Mentions } from './person-texts.ts';

export function createPeople(db: Executor, clock: LedgerClock, crypto: LedgerCrypto): People {
  const locateAll = async (query: PersonQuery): Promise<Located> => locate(db, query, await findMentions(db, crypto, query.texts));
  return {
    find: async (query) => countsOf(await locateAll(query)),
    read: async (query) => readContent(db, crypto, await locateAll(query)),
    erase: async (query) => erasePersonRows(db, crypto, await clock.now(), query),
  };
}

/** One transaction: a person is not erased by half. Texts are opened before it. */
async function erasePersonRows(db: Executor, crypto: LedgerCrypto, at: number, query: PersonQuery): Promise<PersonRows> {
  const mentions = await findMentions(db, crypto, query.texts);
  return db.transaction().execute(async (trx) => {
    const located = await locate(trx, query, mentions);
    await eraseContacts(trx, located);
    await eraseRecords(trx, at, located, query.records ?? []);
    await eraseBodies(trx, located);
    await eraseMentions(trx, crypto, located);
    for (const { connection, target_id } of located.indexEntries) await trx.deleteFrom('index_entries').where('connection', '=', connection).where('target_id', '=', target_id).where('kind', 'in', personKinds).execute();
    return countsOf(located);
  });
}

const personKinds = ['phone', 'email'] as const;

export type Located = Awaited<ReturnType<typeof locate>>;

const countsOf = (located: Located): PersonRows => ({
  consents: located.consents.length,
  contactRows: located.contactRows.length,
  contactAddresses: located.contactAddresses.length,
  records: located.records.length,
  parked: located.parked.length + located.parkedMentioning.length,
  pageEntries: located.pageEntries.length,
  exchanges: located.exchanges.length,
  outcomes: located.outcomes.length,
  acts: located.acts.length,
  indexEntries: located.indexEntries.length,
});

/** By the digests where a table holds them; by the records that these lead to, and those given, elsewhere. */
async function locate(db: Executor, { digests, records: given = [] }: PersonQuery, mentions: Mentions) {
  const persons = personsOf(digests);
  const consents = await db.selectFrom('consents').select('id').where('person', 'in', persons).execute();
  const rows = await db.selectFrom('contact_rows').select(['integration', 'kind', 'source_id', 'person', 'state']).where('person', 'in', persons).execute();
  const addresses = await db.selectFrom('contact_addresses').select(['integration', 'person', 'is_erased']).where('person', 'in', persons).execute();
  const listed = await pageEntries(db).where(names(persons)).execute();
  const parkedNaming = await db.selectFrom('parked').select(['integration', 'kind', 'source_id']).where(names(persons)).execute();
  const keys = groupKeys([
    ...given.map(({ integration, kind, sourceId }) => ({ integration, kind, source_id: sourceId })),
    ...rows,
    ...addresses.map(({ integration, person }) => ({ integration, kind: 'contact' as const, source_id: person })),
    ...listed.map(({ integration, source_id }) => ({ integration, kind: 'order' as const, source_id })),
    ...parkedNaming,
  ]);
  return {
    consents,
    contactRows: rows.filter(({ state }) => state !== 'erased'),
    contactAddresses: addresses.filter(({ is_erased }) => is_erased === 0),
    pageEntries: await locatePageEntries(db, listed, keys),
    indexEntries: await locateIndex(db, persons),
    exchanges: [...new Set([...(await locateExchanges(db, persons, keys)), ...mentions.exchanges])],
    mentions,
    ...withMentions(await locateRecords(db, keys), mentions),
  };
}

/** What names them in another record's trail: the record stays, the words go. */
function withMentions({ records, parked, outcomes, acts }: Awaited<ReturnType<typeof locateRecords>>, mentions: Mentions) {
  const isTheirs = (row: KeyRow) => parked.some(({ integration, kind, source_id }) => integration === row.integration && kind === row.kind && source_id === row.source_id);
  return { records, parked, parkedMentioning: mentions.parked.filter((row) => !isTheirs(row)), outcomes: joined(outcomes, mentions.outcomes), acts: joined(acts, mentions.acts) };
}

const joined = (rows: { id: string }[], more: string[]) => [...new Set([...rows.map(({ id }) => id), ...more])].map((id) => ({ id }));

const pageEntries = (db: Executor) => db.selectFrom('page_entries').innerJoin('pages', 'pages.id', 'page_entries.page').select(['page_entries.page', 'page_entries.source_id', 'pages.integration']);

/** Those that name the person, and what is listed of the records. */
async function locatePageEntries(db: Executor, listed: { page: string; source_id: string }[], keys: Keys[]) {
  const found = new Map(listed.map((entry) => [`${entry.page} ${entry.source_id}`, entry]));
  for (const { integration, sourceIds } of keys.filter(({ kind }) => kind === 'order')) {
    for (const entry of await pageEntries(db).where('pages.integration', '=', integration).where('page_entries.source_id', 'in', sourceIds).execute()) found.set(`${entry.page} ${entry.source_id}`, entry);
  }
  return [...found.values()];
}

/** Nobody, where there is no digest. @throws Error at anything that is no whole digest: a part of one would name others too */
function personsOf(digests: readonly string[]): string[] {
  if (!digests.every((digest) => /^[0-9a-f]{64}$/.test(digest))) throw new Error('a person is told by digests of 64 hex digits');
  return digests.length === 0 ? ['nobody'] : [...new Set(digests)];
}

/** `persons` holds digests separated by spaces; nothing in a digest is a pattern. */
const names = (persons: string[]) =>
  sql<SqlBool>`(${sql.join(
    persons.map((person) => sql`persons like ${`%${person}%`}`),
    sql` or `,
  )})`;

interface KeyRow {
  integration: string;
  kind: RecordKey['kind'];
  source_id: string;
}

interface Keys {
  integration: string;
  kind: RecordKey['kind'];
  sourceIds: string[];
}

/** Many keys of few integrations: each chunk is one question. */
function groupKeys(rows: KeyRow[]): Keys[] {
  const groups = new Map<string, KeyRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.integration, row.kind]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].flatMap((group) => inChunks([...new Set(group.map(({ source_id }) => source_id))]).map((sourceIds) => ({ integration: group[0]?.integration ?? '', kind: group[0]?.kind ?? 'order', sourceIds })));
}

async function locateRecords(db: Executor, keys: Keys[]) {
  const records: KeyRow[] = [];
  const parked: KeyRow[] = [];
  const outcomes: { id: string }[] = [];
  const acts: { id: string }[] = [];
  for (const { integration, kind, sourceIds } of keys) {
    records.push(...(await db.selectFrom('records').select(['integration', 'kind', 'source_id']).where('integration', '=', integration).where('kind', '=', kind).where('source_id', 'in', sourceIds).where('state', '!=', 'erased').execute()));
    parked.push(...(await db.selectFrom('parked').select(['integration', 'kind', 'source_id']).where('integration', '=', integration).where('kind', '=', kind).where('source_id', 'in', sourceIds).execute()));
    outcomes.push(...(await db.selectFrom('outcomes').select('id').where('integration', '=', integration).where('kind', '=', kind).where('source_id', 'in', sourceIds).where('detail', 'is not', null).execute()));
    const subjects = sourceIds.map((sourceId) => `${kind}:${integration}:${sourceId}`);
    acts.push(...(await db.selectFrom('acts').select('id').where('subject', 'in', subjects).where((eb) => eb.or([eb('before', 'is not', null), eb('after', 'is not', null)])).execute()));
  }
  return { records, parked, outcomes, acts };
}

async function locateExchanges(db: Executor, persons: string[], keys: Keys[]): Promise<string[]> {
  const withBodies = () => db.selectFrom('exchanges').select('id').where((eb) => eb.or([eb('request', 'is not', null), eb('reply', 'is not', null)]));
  const found = new Set((await withBodies().where(names(persons)).execute()).map(({ id }) => id));
  for (const { integration, kind, sourceIds } of keys) {
    const ofRecords = await withBodies().where('integration', '=', integration).where('record', 'in', sourceIds.map((sourceId) => `${kind}:${sourceId}`)).execute();
    for (const { id } of ofRecords) found.add(id);
  }
  return [...found];
}

/** An entry leads to the person of the target, and that to its other entries. */
async function locateIndex(db: Executor, persons: string[]) {
  return db
    .selectFrom('index_entries')
    .select(['connection', 'target_id'])
    .where('kind', 'in', personKinds)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('index_entries as known')
          .select('known.target_id')
          .whereRef('known.connection', '=', 'index_entries.connection')
          .whereRef('known.target_id', '=', 'index_entries.target_id')
          .where('known.kind', 'in', personKinds)
          .where('known.digest', 'in', persons),
      ),
    )
    .execute();
}

/** What is noted of a refusal stays. Who never had an address in the target is kept from getting one by a step that is under way. */
async function eraseContacts(trx: Executor, { contactRows, contactAddresses }: Located): Promise<void> {
  for (const { integration, kind, source_id } of contactRows) await trx.updateTable('contact_rows').set({ email: null, state: 'erased' }).where('integration', '=', integration).where('kind', '=', kind).where('source_id', '=', source_id).execute();
  for (const { integration, person } of [...contactAddresses, ...contactRows]) {
    await trx
      .insertInto('contact_addresses')
      .values({ integration, person, is_refusal_there: 0, is_erased: 1 })
      .onConflict((c) => c.columns(['integration', 'person']).doUpdateSet({ email: null, is_erased: 1 }))
      .execute();
  }
}

/** Tombstones: target ids stay. A record that was given and is not known yet gets one too, so that no walk takes it up. */
async function eraseRecords(trx: Executor, at: number, { records, parked }: Located, given: readonly RecordKey[]): Promise<void> {
  const erased = { state: 'erased', content: null, edits: null, is_open: 0 } as const;
  for (const { integration, kind, source_id } of [...records, ...given.map((key) => ({ ...key, source_id: key.sourceId }))]) {
    await trx
      .insertInto('records')
      .values({ integration, kind, source_id, noted_at: at, ...erased })
      .onConflict((c) => c.columns(['integration', 'kind', 'source_id']).doUpdateSet(erased))
      .execute();
  }
  for (const { integration, kind, source_id } of parked) await trx.deleteFrom('parked').where('integration', '=', integration).where('kind', '=', kind).where('source_id', '=', source_id).execute();
}

/** Lines stay as lines: when, where to, with what result. */
async function eraseBodies(trx: Executor, { pageEntries: entries, exchanges, outcomes, acts }: Located): Promise<void> {
  for (const { page, source_id } of entries) await trx.deleteFrom('page_entries').where('page', '=', page).where('source_id', '=', source_id).execute();
  for (const chunk of inChunks(exchanges)) await trx.updateTable('exchanges').set({ request: null, reply: null, persons: null }).where('id', 'in', chunk).execute();
  for (const chunk of inChunks(outcomes)) await trx.updateTable('outcomes').set({ detail: null }).where('id', 'in', chunk.map(({ id }) => id)).execute();
  for (const chunk of inChunks(acts)) await trx.updateTable('acts').set({ before: null, after: null }).where('id', 'in', chunk.map(({ id }) => id)).execute();
}

/** Other records' parked words and operators' reasons are replaced whole: who is erased may be named in them by more than an address. */
async function eraseMentions(trx: Executor, crypto: LedgerCrypto, { parkedMentioning, mentions }: Located): Promise<void> {
  const words = crypto.seal('These words named a person who was erased since; a retry shows them anew.');
  for (const { integration, kind, source_id } of parkedMentioning) await trx.updateTable('parked').set({ words, persons: null }).where('integration', '=', integration).where('kind', '=', kind).where('source_id', '=', source_id).execute();
  const reason = crypto.seal('(erased)');
  for (const ids of inChunks(mentions.reasons)) await trx.updateTable('acts').set({ reason }).where('id', 'in', ids).execute();
}
