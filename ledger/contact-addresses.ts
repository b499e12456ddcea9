/** Addresses in the target of an integration: what was sent of them, how they stand there, and which refusals are still to be carried. */
import { sql, type ExpressionBuilder } from 'kysely';
import type { ContactKind } from '../domain/contact.ts';
import type { ContactAddress, Contacts } from './contact-ledger.ts';
import { openIfAny, sealIfAny } from './crypto.ts';
import type { ContactAddressRow, Database, Executor } from './database.ts';
import { inChunks } from './ids.ts';
import type { LedgerCrypto } from './ledger.ts';

export function createAddresses(db: Executor, crypto: LedgerCrypto): Pick<Contacts, 'findAddresses' | 'listMoved' | 'putAddresses' | 'renewAddresses' | 'listAddresses' | 'listDue' | 'counts'> {
  return {
    async findAddresses(integration, persons) {
      const rows: ContactAddressRow[] = [];
      for (const chunk of inChunks([...new Set(persons)])) rows.push(...(await db.selectFrom('contact_addresses').selectAll().where('integration', '=', integration).where('person', 'in', chunk).execute()));
      return rows.map((row) => addressOf(crypto, row));
    },
    async listMoved(integration, to) {
      const rows: ContactAddressRow[] = [];
      for (const chunk of inChunks([...new Set(to)])) rows.push(...(await db.selectFrom('contact_addresses').selectAll().where('moved_to', 'in', chunk).where('integration', '=', integration).where('is_erased', '=', 0).orderBy('person').execute()));
      return rows.map((row) => addressOf(crypto, row));
    },
    putAddresses: (integration, rows) => putAddresses(db, crypto, integration, rows),
    async renewAddresses(integration, persons) {
      for (const chunk of inChunks([...new Set(persons)])) await db.updateTable('contact_addresses').set(unsent).where('integration', '=', integration).where('person', 'in', chunk).where('is_erased', '=', 1).execute();
    },
    async listAddresses(integration, after, limit) {
      const query = db.selectFrom('contact_addresses').selectAll().where('integration', '=', integration).where('sent_digest', 'is not', null).where('is_erased', '=', 0);
      const later = after === undefined ? query : query.where('person', '>', after);
      return (await later.orderBy('person').limit(limit).execute()).map((row) => addressOf(crypto, row));
    },
    async listDue(integration, where, limit, skip = 0) {
      const refused = refusedAddresses(db, integration);
      const due = where === 'target' ? refused.where('a.is_refusal_there', '=', 0) : refused.where('a.withdrawal', '=', 'due');
      return (await due.select('a.person').orderBy('s.refused_at').orderBy('a.person').limit(limit).offset(skip).execute()).map(({ person }) => person);
    },
    counts: (integration) => counts(db, integration),
  };
}

/** Persons are joined without their company: their digests hold it. The cross join makes SQLite begin with the refused, who are few. An erased address cannot be written. */
const refusedAddresses = (db: Executor, integration: string) =>
  db
    .selectFrom('consent_standings as s')
    .crossJoin('contact_addresses as a')
    .whereRef('a.person', '=', 's.person')
    .where('s.channel', '=', 'email')
    .where('s.state', '=', 'refused')
    .where('a.integration', '=', integration)
    .where('a.is_erased', '=', 0);

async function counts(db: Executor, integration: string): ReturnType<Contacts['counts']> {
  const rows = await db
    .selectFrom('contact_rows')
    .select((eb) => ['kind', eb.fn.countAll<number>().as('count')])
    .where('integration', '=', integration)
    .where('state', '=', 'here')
    .groupBy('kind')
    .execute();
  const { addresses, sent } = await db
    .selectFrom('contact_addresses')
    .select((eb) => [eb.fn.countAll<number>().as('addresses'), eb.fn.count<number>('sent_digest').as('sent')])
    .where('integration', '=', integration)
    .where('is_erased', '=', 0)
    .executeTakeFirstOrThrow();
  const due = await refusedAddresses(db, integration)
    .select((eb) => ['a.is_refusal_there', 'a.withdrawal', eb.fn.countAll<number>().as('count')])
    .groupBy(['a.is_refusal_there', 'a.withdrawal'])
    .execute();
  const rowsOfKind = (kind: ContactKind) => rows.find((row) => row.kind === kind)?.count ?? 0;
  const sumOf = (isCounted: (group: (typeof due)[number]) => boolean) => due.filter(isCounted).reduce((sum, { count }) => sum + count, 0);
  return {
    rows: { customer: rowsOfKind('customer'), subscriber: rowsOfKind('subscriber') },
    addresses,
    sent,
    refusalsDue: sumOf((group) => group.is_refusal_there === 0),
    withdrawalsDue: sumOf((group) => group.withdrawal === 'due'),
    notWritable: sumOf((group) => group.withdrawal === 'not-writable'),
  };
}

type Given = Parameters<Contacts['putAddresses']>[1][number];
type Columns = Partial<Omit<ContactAddressRow, 'integration' | 'person' | 'is_erased'>>;

/** One statement for up to 500 addresses with the same fields given; what is not given stays. One address twice: the fields of both, the later ones count. */
async function putAddresses(db: Executor, crypto: LedgerCrypto, integration: string, rows: readonly Given[]): Promise<void> {
  const merged = new Map<string, Columns>();
  for (const { person, ...fields } of rows) merged.set(person, { ...merged.get(person), ...columnsOf(crypto, fields) });
  const groups = alikeOf([...merged].sort(([a], [b]) => (a < b ? -1 : 1)));
  await db.transaction().execute(async (trx) => {
    for (const group of groups) await putAlike(trx, integration, group);
  });
}

type Put = [person: string, columns: Columns];

/** Put together by which fields are given. */
function alikeOf(rows: Put[]): Put[][] {
  const groups = new Map<string, Put[]>();
  for (const row of rows) {
    const fields = Object.keys(row[1]).sort().join();
    const group = groups.get(fields);
    if (group === undefined) groups.set(fields, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

async function putAlike(db: Executor, integration: string, rows: Put[]): Promise<void> {
  const given = rows[0]?.[1] ?? {};
  for (const chunk of inChunks(rows)) {
    await db
      .insertInto('contact_addresses')
      .values(chunk.map(([person, columns]) => ({ ...unsent, ...columns, integration, person })))
      .onConflict((c) => (Object.keys(given).length === 0 ? c.doNothing() : c.columns(['integration', 'person']).doUpdateSet((eb) => excludedOf(eb, given))))
      .execute();
  }
}

const unsent = { email: null, sent_digest: null, skipped_digest: null, settings_version: null, status_state: null, status_cause: null, status_vendor: null, is_refusal_there: 0, withdrawal: null, sent_at: null, moved_to: null, is_erased: 0 } satisfies Omit<ContactAddressRow, 'integration' | 'person'>;

function columnsOf(crypto: LedgerCrypto, { email, sentDigest, skippedDigest, settingsVersion, status, isRefusalThere, withdrawal, sentAt, movedTo }: Omit<Given, 'person'>): Columns {
  return {
    ...(email === undefined ? {} : { email: sealIfAny(crypto, email) }),
    ...(sentDigest === undefined ? {} : { sent_digest: sentDigest }),
    ...(skippedDigest === undefined ? {} : { skipped_digest: skippedDigest }),
    ...(settingsVersion === undefined ? {} : { settings_version: settingsVersion }),
    ...(status === undefined ? {} : { status_state: status?.state ?? null, status_cause: status?.cause ?? null, status_vendor: status?.vendor ?? null }),
    ...(isRefusalThere === undefined ? {} : { is_refusal_there: isRefusalThere ? 1 : 0 }),
    ...(withdrawal === undefined ? {} : { withdrawal }),
    ...(sentAt === undefined ? {} : { sent_at: sentAt }),
    ...(movedTo === undefined ? {} : { moved_to: movedTo }),
  };
}

/** An erased address is not written down again (N23). */
function excludedOf(eb: ExpressionBuilder<Database & { excluded: ContactAddressRow }, 'contact_addresses' | 'excluded'>, given: Columns) {
  return {
    ...('email' in given ? { email: sql<Uint8Array | null>`case when contact_addresses.is_erased = 1 then null else excluded.email end` } : {}),
    ...('sent_digest' in given ? { sent_digest: eb.ref('excluded.sent_digest') } : {}),
    ...('skipped_digest' in given ? { skipped_digest: eb.ref('excluded.skipped_digest') } : {}),
    ...('settings_version' in given ? { settings_version: eb.ref('excluded.settings_version') } : {}),
    ...('status_state' in given ? { status_state: eb.ref('excluded.status_state'), status_cause: eb.ref('excluded.status_cause'), status_vendor: eb.ref('excluded.status_vendor') } : {}),
    ...('is_refusal_there' in given ? { is_refusal_there: eb.ref('excluded.is_refusal_there') } : {}),
    ...('withdrawal' in given ? { withdrawal: eb.ref('excluded.withdrawal') } : {}),
    ...('sent_at' in given ? { sent_at: eb.ref('excluded.sent_at') } : {}),
    ...('moved_to' in given ? { moved_to: eb.ref('excluded.moved_to') } : {}),
  };
}

const addressOf = (crypto: LedgerCrypto, row: ContactAddressRow): ContactAddress => ({
  integration: row.integration,
  person: row.person,
  email: openIfAny(crypto, row.email) ?? '',
  sentDigest: row.sent_digest,
  skippedDigest: row.skipped_digest,
  settingsVersion: row.settings_version,
  status: row.status_state === null ? null : { state: row.status_state, ...(row.status_cause === null ? {} : { cause: row.status_cause }), vendor: row.status_vendor ?? '' },
  isRefusalThere: row.is_refusal_there === 1,
  withdrawal: row.withdrawal,
  sentAt: row.sent_at,
  movedTo: row.moved_to,
});
