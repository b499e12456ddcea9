/** What the ledger holds of a person, in clear text: for the export that they may ask for (N23). */
import type { ContactAddress, ContactRow } from './contact-ledger.ts';
import { openIfAny } from './crypto.ts';
import type { Executor } from './database.ts';
import { inChunks } from './ids.ts';
import type { LedgerCrypto, RecordKey, RecordState } from './ledger.ts';
import type { Located } from './person-rows.ts';

export interface PersonContent {
  contactRows: (Pick<ContactRow, 'integration' | 'kind' | 'sourceId' | 'email' | 'isOptedIn' | 'isConfirmed' | 'state' | 'seenAt'>)[];
  contactAddresses: (Pick<ContactAddress, 'integration' | 'person' | 'email' | 'isRefusalThere' | 'withdrawal' | 'sentAt'> & { statusThere: string | null })[];
  records: (RecordKey & { state: RecordState; number: string | null; targetId: string | null; content: string | null; edits: string | null })[];
  parked: (RecordKey & { number: string | null; step: string; reason: string; words: string; since: number })[];
  pageEntries: { page: string; integration: string; sourceId: string; number: string | null; body: string }[];
  exchanges: { at: number; connection: string; integration: string | null; record: string; endpoint: string; request: string | null; reply: string | null }[];
  outcomes: (RecordKey & { at: number; outcome: string; reason: string; detail: string | null })[];
  acts: { at: number; operator: string; verb: string; subject: string; reason: string | null; before: string | null; after: string | null }[];
  /** how they are recognised in a target: its connection and their id there */
  indexEntries: { connection: string; targetId: string }[];
}

export async function readContent(db: Executor, crypto: LedgerCrypto, located: Located): Promise<PersonContent> {
  const open = (body: Uint8Array | null): string | null => openIfAny(crypto, body);
  const ofKey = (row: { integration: string; kind: RecordKey['kind']; source_id: string }): RecordKey => ({ integration: row.integration, kind: row.kind, sourceId: row.source_id });
  const content: PersonContent = { contactRows: [], contactAddresses: [], records: [], parked: [], pageEntries: [], exchanges: [], outcomes: [], acts: [], indexEntries: [] };
  for (const { integration, kind, source_id } of located.contactRows) {
    const row = await db.selectFrom('contact_rows').selectAll().where('integration', '=', integration).where('kind', '=', kind).where('source_id', '=', source_id).executeTakeFirst();
    if (row) content.contactRows.push({ integration, kind, sourceId: source_id, email: open(row.email) ?? '', isOptedIn: row.is_opted_in === 1, isConfirmed: row.is_confirmed === 1, state: row.state, seenAt: row.seen_at });
  }
  for (const { integration, person } of located.contactAddresses) {
    const row = await db.selectFrom('contact_addresses').selectAll().where('integration', '=', integration).where('person', '=', person).executeTakeFirst();
    if (row) content.contactAddresses.push({ integration, person, email: open(row.email) ?? '', statusThere: row.status_vendor, isRefusalThere: row.is_refusal_there === 1, withdrawal: row.withdrawal, sentAt: row.sent_at });
  }
  for (const { integration, kind, source_id } of [...located.records, ...located.mentions.records.filter((one) => !located.records.some((known) => isSameKey(known, one)))]) {
    const row = await db.selectFrom('records').selectAll().where('integration', '=', integration).where('kind', '=', kind).where('source_id', '=', source_id).executeTakeFirst();
    if (row) content.records.push({ ...ofKey(row), state: row.state, number: row.number, targetId: row.target_id, content: open(row.content), edits: open(row.edits) });
  }
  for (const { integration, kind, source_id } of [...located.parked, ...located.parkedMentioning]) {
    const row = await db.selectFrom('parked').selectAll().where('integration', '=', integration).where('kind', '=', kind).where('source_id', '=', source_id).executeTakeFirst();
    if (row) content.parked.push({ ...ofKey(row), number: row.number, step: row.step, reason: row.reason, words: crypto.open(row.words), since: row.since });
  }
  for (const { page, source_id } of located.pageEntries) {
    const row = await db.selectFrom('page_entries').innerJoin('pages', 'pages.id', 'page_entries.page').select(['pages.integration', 'page_entries.number', 'page_entries.body']).where('page', '=', page).where('source_id', '=', source_id).executeTakeFirst();
    if (row) content.pageEntries.push({ page, integration: row.integration, sourceId: source_id, number: row.number, body: crypto.open(row.body) });
  }
  for (const ids of inChunks(located.exchanges)) {
    const rows = await db.selectFrom('exchanges').selectAll().where('id', 'in', ids).orderBy('id').execute();
    content.exchanges.push(...rows.map(({ at, connection, integration, record, endpoint, request, reply }) => ({ at, connection, integration, record, endpoint, request: open(request), reply: open(reply) })));
  }
  for (const rowsOf of inChunks(located.outcomes)) {
    const rows = await db.selectFrom('outcomes').selectAll().where('id', 'in', rowsOf.map(({ id }) => id)).orderBy('id').execute();
    content.outcomes.push(...rows.map((row) => ({ ...ofKey(row), at: row.at, outcome: row.outcome, reason: row.reason, detail: open(row.detail) })));
  }
  for (const rowsOf of inChunks(located.acts)) {
    const rows = await db.selectFrom('acts').selectAll().where('id', 'in', rowsOf.map(({ id }) => id)).orderBy('id').execute();
    content.acts.push(...rows.map(({ at, operator, verb, subject, reason, before, after }) => ({ at, operator, verb, subject, reason: open(reason), before: open(before), after: open(after) })));
  }
  const entries = new Map(located.indexEntries.map(({ connection, target_id }) => [JSON.stringify([connection, target_id]), { connection, targetId: target_id }]));
  content.indexEntries.push(...entries.values());
  return content;
}

const isSameKey = (a: { integration: string; kind: string; source_id: string }, b: typeof a): boolean => a.integration === b.integration && a.kind === b.kind && a.source_id === b.source_id;
