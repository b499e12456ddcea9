/** Consents: what people said about being written to. Entries are only ever added; what holds is worked out from all of them (N3). */
import { createHash } from 'node:crypto';
import { refusedAt, standing, type ConsentEvent } from '../domain/consent.ts';
import type { ConsentState } from '../domain/contact.ts';
import type { LedgerClock } from './clock.ts';
import type { Channel, ConsentEntry, Consents } from './contact-ledger.ts';
import { openIfAny, sealIfAny } from './crypto.ts';
import type { ConsentRow, ConsentStandingRow, Executor } from './database.ts';
import { inChunks } from './ids.ts';
import type { LedgerCrypto } from './ledger.ts';

/** Persons asked for in one query. */
const personsAtOnce = 1_000;

export function createConsents(db: Executor, clock: LedgerClock, crypto: LedgerCrypto): Consents {
  const addMany = async (entries: NewEntry[]) => {
    if (entries.length === 0) return 0;
    const at = await clock.now();
    const rows = new Map(entries.map((entry) => rowOf(crypto, entry, at)).map((row) => [row.id, row]));
    return db.transaction().execute((trx) => addRows(trx, [...rows.values()]));
  };
  return {
    add: async (entry) => (await addMany([entry])) > 0,
    async addMany(entries) {
      await addMany(entries);
    },
    async story(company, person, channel) {
      const rows = await db.selectFrom('consents').selectAll().where('company', '=', company).where('person', '=', person).where('channel', '=', channel).orderBy('latest').orderBy('earliest').orderBy('recorded_at').orderBy('id').execute();
      return rows.map((row) => entryOf(crypto, row));
    },
    async standing(company, persons, channel) {
      const events = await eventsOf(db, company, channel, [...new Set(persons)]);
      return new Map(persons.map((person) => [person, standing(events.get(person) ?? [])]));
    },
    async count(company, channel) {
      const rows = await db
        .selectFrom('consent_standings')
        .select((eb) => ['state', eb.fn.countAll<number>().as('count')])
        .where('company', '=', company)
        .where('channel', '=', channel)
        .groupBy('state')
        .execute();
      const countOf = (state: ConsentState) => rows.find((row) => row.state === state)?.count ?? 0;
      return { granted: countOf('granted'), unconfirmed: countOf('unconfirmed'), refused: countOf('refused') };
    },
  };
}

type NewEntry = Omit<ConsentEntry, 'recordedAt'>;
type PersonKey = Pick<ConsentRow, 'company' | 'person' | 'channel'>;

/**
 * Adds what is new and returns how much that is. The rows of the standings are locked first, in one order: two writers of one person wait for each
 * other, so that neither works out the standing without the other's entry.
 */
async function addRows(trx: Executor, rows: ConsentRow[]): Promise<number> {
  const persons = [...new Map(rows.map(({ company, person, channel }) => [keyOf({ company, person, channel }), { company, person, channel }]))].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, person]) => person);
  const before = await lockStandings(trx, persons);
  const added: PersonKey[] = [];
  for (const chunk of inChunks(rows)) {
    const inserted = await trx
      .insertInto('consents')
      .values(chunk)
      .onConflict((c) => c.column('id').doNothing())
      .returning(['company', 'person', 'channel'])
      .execute();
    added.push(...inserted);
  }
  if (added.length > 0) await renewStandings(trx, new Map(added.map((person) => [keyOf(person), person])), before);
  return added.length;
}

async function lockStandings(trx: Executor, persons: PersonKey[]): Promise<Map<string, ConsentState>> {
  const before = new Map<string, ConsentState>();
  for (const chunk of inChunks(persons)) {
    const locked = await trx
      .insertInto('consent_standings')
      .values(chunk.map((person) => ({ ...person, state: 'unknown' as const, refused_at: null })))
      .onConflict((c) => c.columns(['person', 'channel', 'company']).doUpdateSet((eb) => ({ state: eb.ref('consent_standings.state') })))
      .returning(['company', 'person', 'channel', 'state'])
      .execute();
    for (const row of locked) before.set(keyOf(row), row.state);
  }
  return before;
}

/** Kept beside the entries so that counts and lists of what is due cost little; decisions are made from the entries. */
async function renewStandings(trx: Executor, persons: Map<string, PersonKey>, before: Map<string, ConsentState>): Promise<void> {
  const now: ConsentStandingRow[] = [];
  for (const { company, channel, members } of groupsOf([...persons.values()])) {
    const events = await eventsOf(trx, company, channel, members);
    now.push(...members.map((person) => standingRowOf({ company, person, channel }, events.get(person) ?? [])));
  }
  for (const chunk of inChunks(now)) {
    await trx
      .insertInto('consent_standings')
      .values(chunk)
      .onConflict((c) => c.columns(['person', 'channel', 'company']).doUpdateSet((eb) => ({ state: eb.ref('excluded.state'), refused_at: eb.ref('excluded.refused_at') })))
      .execute();
  }
  await makeDue(trx, now.filter((row) => row.state === 'refused' && before.get(keyOf(row)) !== 'refused').map(({ person }) => person));
}

/** A refusal after a grant is to be written anew, whatever was written for the one before. Digests hold their company: no other one's rows are met. */
async function makeDue(trx: Executor, persons: string[]): Promise<void> {
  for (const chunk of inChunks(persons)) await trx.updateTable('contact_addresses').set({ is_refusal_there: 0 }).where('person', 'in', chunk).where('is_refusal_there', '=', 1).execute();
}

const standingRowOf = (person: PersonKey, events: ConsentEvent[]): ConsentStandingRow => ({ ...person, state: standing(events), refused_at: refusedAt(events) ?? null });

async function eventsOf(db: Executor, company: string, channel: Channel, persons: string[]): Promise<Map<string, ConsentEvent[]>> {
  const events = new Map<string, ConsentEvent[]>();
  for (const chunk of inChunks(persons, personsAtOnce)) {
    const rows = await db.selectFrom('consents').select(['person', 'state', 'told_by', 'earliest', 'latest']).where('company', '=', company).where('channel', '=', channel).where('person', 'in', chunk).execute();
    for (const { person, state, told_by: by, earliest, latest } of rows) {
      const known = events.get(person);
      if (known === undefined) events.set(person, [{ state, by, earliest, latest }]);
      else known.push({ state, by, earliest, latest });
    }
  }
  return events;
}

const keyOf = ({ company, person, channel }: PersonKey): string => JSON.stringify([company, channel, person]);

function groupsOf(persons: PersonKey[]): { company: string; channel: Channel; members: string[] }[] {
  const groups = new Map<string, { company: string; channel: Channel; members: string[] }>();
  for (const { company, person, channel } of persons) {
    const key = JSON.stringify([company, channel]);
    const group = groups.get(key) ?? { company, channel, members: [] };
    group.members.push(person);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Whole milliseconds, rounded the way that grants least. */
function rowOf(crypto: LedgerCrypto, entry: NewEntry, at: number): ConsentRow {
  const { company, person, channel, state, by, cause = null, source } = entry;
  const [earliest, latest] = [Math.floor(entry.earliest), Math.ceil(entry.latest)];
  const id = createHash('sha256').update(JSON.stringify([company, person, channel, state, by, cause, source, earliest, latest])).digest('hex');
  return { id, company, person, channel, state, told_by: by, cause, earliest, latest, source, wording: sealIfAny(crypto, entry.wording), recorded_at: at };
}

function entryOf(crypto: LedgerCrypto, row: ConsentRow): ConsentEntry {
  const wording = openIfAny(crypto, row.wording);
  return {
    company: row.company,
    person: row.person,
    channel: row.channel,
    state: row.state,
    by: row.told_by,
    ...(row.cause === null ? {} : { cause: row.cause }),
    earliest: row.earliest,
    latest: row.latest,
    source: row.source,
    ...(wording === null ? {} : { wording }),
    recordedAt: row.recorded_at,
  };
}
