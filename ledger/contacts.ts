/** Rows of a source of contacts as they were seen last, and what became of them there. Addresses are sealed; persons are digests (N9, N17). */
import { sql } from 'kysely';
import { longestReadingMs } from '../domain/consent.ts';
import { createAddresses } from './contact-addresses.ts';
import type { ContactRow, Contacts } from './contact-ledger.ts';
import type { LedgerClock } from './clock.ts';
import { openIfAny } from './crypto.ts';
import type { ContactsRow, Executor } from './database.ts';
import { inChunks } from './ids.ts';
import type { LedgerCrypto } from './ledger.ts';

export function createContacts(db: Executor, clock: LedgerClock, crypto: LedgerCrypto): Contacts {
  const rowsWith = (column: 'person' | 'source_id', integration: string, values: readonly string[]) =>
    inChunks([...new Set(values)]).map((chunk) => db.selectFrom('contact_rows').selectAll().where('integration', '=', integration).where(column, 'in', chunk));
  return {
    ...createAddresses(db, crypto),
    async findRows(integration, kind, sourceIds) {
      const rows: ContactsRow[] = [];
      for (const query of rowsWith('source_id', integration, sourceIds)) rows.push(...(await query.where('kind', '=', kind).execute()));
      return rows.map((row) => contactOf(crypto, row));
    },
    async rowsOf(integration, persons) {
      const rows: ContactsRow[] = [];
      for (const query of rowsWith('person', integration, persons)) rows.push(...(await query.where('state', '=', 'here').execute()));
      return rows.map((row) => contactOf(crypto, row));
    },
    putRows: (rows) => putRows(db, crypto, rows),
    async setRowState(integration, kind, sourceIds, state) {
      // Noted like a look: a page that was read before does not bring a row back that is gone.
      const seen = state === 'gone' ? { seen_at: await clock.now() } : {};
      const emptied = state === 'erased' ? { email: null } : {};
      for (const chunk of inChunks(sourceIds)) {
        await db.updateTable('contact_rows').set({ state, ...seen, ...emptied }).where('integration', '=', integration).where('kind', '=', kind).where('source_id', 'in', chunk).where('state', '!=', 'erased').execute();
      }
    },
    async listUnseen(integration, kind, since, after, limit) {
      const query = db.selectFrom('contact_rows').selectAll().where('integration', '=', integration).where('kind', '=', kind).where('state', '=', 'here').where('seen_at', '<', since);
      const later = after === undefined ? query : query.where('source_id', '>', after);
      return (await later.orderBy('source_id').limit(limit).execute()).map((row) => contactOf(crypto, row));
    },
  };
}

/** One statement for up to 500 rows, in one order: two looks at one page wait for each other. The same row twice: the last one counts. */
async function putRows(db: Executor, crypto: LedgerCrypto, rows: readonly ContactRow[]): Promise<void> {
  const unique = new Map(rows.map((row) => [JSON.stringify([row.integration, row.kind, row.sourceId]), row]));
  const sorted = [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => tableRowOf(crypto, row));
  for (const chunk of inChunks(sorted)) {
    await db
      .insertInto('contact_rows')
      .values(chunk)
      .onConflict((c) =>
        c
          .columns(['integration', 'kind', 'source_id'])
          .doUpdateSet((eb) => ({
            person: eb.ref('excluded.person'),
            email: eb.ref('excluded.email'),
            digest: eb.ref('excluded.digest'),
            is_opted_in: eb.ref('excluded.is_opted_in'),
            is_confirmed: eb.ref('excluded.is_confirmed'),
            boxes: eb.ref('excluded.boxes'),
            state: eb.ref('excluded.state'),
            seen_at: eb.ref('excluded.seen_at'),
          }))
          .where('contact_rows.state', '!=', 'erased')
          .where(isNoOlderLook),
      )
      .execute();
  }
}

/** As `isOlderLook` in `domain/consent.ts`: a page read before the last look changes nothing, unless it is the clock that was wrong. */
const isNoOlderLook = sql<boolean>`(excluded.seen_at >= contact_rows.seen_at or excluded.seen_at <= contact_rows.seen_at - ${longestReadingMs})`;

const tableRowOf = (crypto: LedgerCrypto, row: ContactRow): ContactsRow => ({
  integration: row.integration,
  kind: row.kind,
  source_id: row.sourceId,
  person: row.person,
  email: row.state === 'erased' ? null : crypto.seal(row.email),
  digest: row.digest,
  is_opted_in: row.isOptedIn ? 1 : 0,
  is_confirmed: row.isConfirmed ? 1 : 0,
  boxes: row.boxes === undefined ? null : JSON.stringify(row.boxes),
  state: row.state,
  seen_at: row.seenAt,
});

const contactOf = (crypto: LedgerCrypto, row: ContactsRow): ContactRow => ({
  integration: row.integration,
  kind: row.kind,
  sourceId: row.source_id,
  person: row.person,
  email: openIfAny(crypto, row.email) ?? '',
  digest: row.digest,
  isOptedIn: row.is_opted_in === 1,
  isConfirmed: row.is_confirmed === 1,
  ...(row.boxes === null ? {} : { boxes: boxesIn(row.boxes) }),
  state: row.state,
  seenAt: row.seen_at,
});

/** What we wrote ourselves; anything else says nothing. */
function boxesIn(text: string): Record<string, boolean> {
  const parsed: unknown = JSON.parse(text);
  return typeof parsed === 'object' && parsed !== null ? Object.fromEntries(Object.entries(parsed).flatMap(([name, value]) => (typeof value === 'boolean' ? [[name, value]] : []))) : {};
}
