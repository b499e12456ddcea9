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
  return { ...(await readContacts(db, open, located)), ...(await readRecords(db, open, located)), ...(await readBodies(db, open, located)), indexEntries: entriesOf(located) };
}

type Open = (body: Uint8Array | null) => string | null;
type Key = { integration: string; kind: RecordKey['kind']; source_id: string };
const keyOf = ({ integration, kind, source_id }: Key): RecordKey => ({ integration, kind, sourceId: source_id });

async function readContacts(db: Executor, open: Open, located: Located): Promise<Pick<PersonContent, 'contactRows' | 'contactAddresses'>> {
  const contactRows: PersonContent['contactRows'] = [];
  for (const { integration, kind, source_id } of located.contactRows) {
    const row = await db.selectFrom('contact_rows').selectAll().where('integration', '=', integration).where('kind', '=', kind).where('source_id', '=', source_id).executeTakeFirst();
    if (row) contactRows.push({ integration, kind, sourceId: source_id, email: open(row.email) ?? '', isOptedIn: row.is_opted_in === 1, isConfirmed: row.is_confirmed === 1, state: row.state, seenAt: row.seen_at });
  }
  const contactAddresses: PersonContent['contactAddresses'] = [];
  for (const { integration, person } of located.contactAddresses) {
    const row = await db.selectFrom('contact_addresses').selectAll().where('integration', '=', integration).where('person', '=', person).executeTakeFirst();
    if (row) contactAddresses.push({ integration, person, email: open(row.email) ?? '', statusThere: row.status_vendor, isRefusalThere: row.is_refusal_there === 1, withdrawal: row.withdrawal, sentAt: row.sent_at });
  }
  return { contactRows, contactAddresses };
}

/** Records, and what of them waits: theirs, and those that name them. */
async function readRecords(db: Executor, open: Open, located: Located): Promise<Pick<PersonContent, 'records' | 'parked'>> {
  const records: PersonContent['records'] = [];
  for (const { integration, kind, source_id } of eachOnce([...located.records, ...located.mentions.records])) {
    const row = await db.selectFrom('records').selectAll().where('integration', '=', integration).where('kind', '=', kind).where('source_id', '=', source_id).executeTakeFirst();
    if (row) records.push({ ...keyOf(row), state: row.state, number: row.number, targetId: row.target_id, content: open(row.content), edits: open(row.edits) });
  }
  const parked: PersonContent['parked'] = [];
  for (const { integration, kind, source_id } of [...located.parked, ...located.parkedMentioning]) {
    const row = await db.selectFrom('parked').selectAll().where('integration', '=', integration).where('kind', '=', kind).where('source_id', '=', source_id).executeTakeFirst();
    if (row) parked.push({ ...keyOf(row), number: row.number, step: row.step, reason: row.reason, words: open(row.words) ?? '', since: row.since });
  }
  return { records, parked };
}

async function readBodies(db: Executor, open: Open, located: Located): Promise<Pick<PersonContent, 'pageEntries' | 'exchanges' | 'outcomes' | 'acts'>> {
  const bodies: Awaited<ReturnType<typeof readBodies>> = { pageEntries: [], exchanges: [], outcomes: [], acts: [] };
  for (const { page, source_id } of located.pageEntries) {
    const row = await db.selectFrom('page_entries').innerJoin('pages', 'pages.id', 'page_entries.page').select(['pages.integration', 'page_entries.number', 'page_entries.body']).where('page', '=', page).where('source_id', '=', source_id).executeTakeFirst();
    if (row) bodies.pageEntries.push({ page, integration: row.integration, sourceId: source_id, number: row.number, body: open(row.body) ?? '' });
  }
  for (const ids of inChunks(located.exchanges)) {
    const rows = await db.selectFrom('exchanges').selectAll().where('id', 'in', ids).orderBy('id').execute();
    bodies.exchanges.push(...rows.map(({ at, connection, integration, record, endpoint, request, reply }) => ({ at, connection, integration, record, endpoint, request: open(request), reply: open(reply) })));
  }
  for (const ids of inChunks(located.outcomes.map(({ id }) => id))) {
    const rows = await db.selectFrom('outcomes').selectAll().where('id', 'in', ids).orderBy('id').execute();
    bodies.outcomes.push(...rows.map((row) => ({ ...keyOf(row), at: row.at, outcome: row.outcome, reason: row.reason, detail: open(row.detail) })));
  }
  for (const ids of inChunks(located.acts.map(({ id }) => id))) {
    const rows = await db.selectFrom('acts').selectAll().where('id', 'in', ids).orderBy('id').execute();
    bodies.acts.push(...rows.map(({ at, operator, verb, subject, reason, before, after }) => ({ at, operator, verb, subject, reason: open(reason), before: open(before), after: open(after) })));
  }
  return bodies;
}

const eachOnce = <Row extends Key>(rows: readonly Row[]): Row[] => [...new Map(rows.map((row) => [JSON.stringify([row.integration, row.kind, row.source_id]), row])).values()];

const entriesOf = ({ indexEntries }: Located): PersonContent['indexEntries'] => [...new Map(indexEntries.map(({ connection, target_id }) => [JSON.stringify([connection, target_id]), { connection, targetId: target_id }])).values()];
