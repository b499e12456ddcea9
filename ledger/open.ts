/** Opens the ledger: the one way to it. Tables are brought up to date, secrets checked, and only then is it given out. */
import { setTimeout as delay } from 'node:timers/promises';
import { Kysely } from 'kysely';
import { createActs } from './acts.ts';
import { createBudgets } from './budgets.ts';
import { createPostgresClock, machineClock, type LedgerClock } from './clock.ts';
import { createConsents } from './consents.ts';
import { createContacts } from './contacts.ts';
import { createCrypto, type LedgerSecrets } from './crypto.ts';
import type { Database, Executor } from './database.ts';
import { LedgerUnavailableError } from './errors.ts';
import { createExchanges, sweepExchanges } from './exchanges.ts';
import { checkSecrets, readIncarnation } from './identity.ts';
import { createFollows } from './follows.ts';
import { createIndex } from './index-entries.ts';
import { createKeys, sweepKeys } from './keys.ts';
import type { Clock, Ledger } from './ledger.ts';
import { createMarks } from './marks.ts';
import { migrate } from './migrate.ts';
import { createOutcomes } from './outcomes.ts';
import { createPages, sweepPages } from './pages.ts';
import { createParked } from './parked.ts';
import { createPeople } from './person-rows.ts';
import { createRecords } from './records.ts';
import { createSettings } from './settings.ts';
import { createSlots } from './slots.ts';
import { openSqlite, type SqliteFile } from './sqlite.ts';
import { createStates } from './states.ts';
import { createLedgerWrite } from './write.ts';

export interface LedgerOptions {
  /** `postgres://…`, or the path of an SQLite file, with or without `file:` before it */
  url: string;
  secrets: LedgerSecrets;
  /** wins over the database's own; for tests */
  clock?: Clock;
  /** gets the opened SQLite file; for tests that take its room away */
  onSqlite?: (database: SqliteFile) => void;
}

/** The same as an alias: Kysely wants a type with an index signature. */
type Tables = Pick<Database, keyof Database>;

/** Starting processes wait for each other's migrations. */
const openTries = 5;

/**
 * @throws LedgerUnavailableError when it cannot be reached now, NewerLedgerError when a newer program wrote it,
 * SecretMismatchError when it was made with other secrets
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const crypto = createCrypto(options.secrets);
  const { db, clock } = await openDatabase(options);
  try {
    const incarnation = await prepare(db, options.secrets);
    const exchanges = createExchanges(db, clock, crypto);
    return {
      clock,
      crypto,
      incarnation,
      keys: createKeys(db.withTables(), clock, { write: (trx) => createLedgerWrite(trx.withTables<Tables>(), clock, crypto) }),
      budgets: createBudgets(db.withTables(), clock),
      slots: createSlots(db.withTables(), clock),
      records: createRecords(db, clock, crypto),
      outcomes: createOutcomes(db, clock, crypto),
      parked: createParked(db, clock, crypto),
      pages: createPages(db, clock, crypto),
      index: createIndex(db),
      follows: createFollows(db),
      consents: createConsents(db, clock, crypto),
      contacts: createContacts(db, clock, crypto),
      people: createPeople(db, clock, crypto),
      marks: createMarks(db, clock),
      exchanges,
      acts: createActs(db, clock, crypto),
      settings: createSettings(db, clock),
      states: createStates(db, clock),
      sweep: async () => sweep(db, await clock.now()),
      close: async () => {
        await exchanges.stop();
        await db.destroy();
      },
    };
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

/** The bare database and its clock, without tables: for `openLedger` and tests of its parts. */
export async function openDatabase(options: Pick<LedgerOptions, 'url' | 'clock' | 'onSqlite'>): Promise<{ db: Executor; clock: LedgerClock }> {
  const isPostgres = /^postgres(ql)?:\/\//.test(options.url);
  // its library is loaded where it is used: a start waits for it
  const dialect = isPostgres ? (await import('./postgres.ts')).openPostgres(options.url) : await openSqlite(pathOf(options.url), options.onSqlite);
  const db = new Kysely<Database>({ dialect });
  return { db, clock: options.clock ?? (isPostgres ? createPostgresClock(db) : machineClock) };
}

const pathOf = (url: string) => url.replace(/^file:(\/\/)?/, '');

async function prepare(db: Executor, secrets: LedgerSecrets): Promise<string> {
  for (let tried = 1; ; tried += 1) {
    try {
      await migrate(db);
      await checkSecrets(db, secrets);
      return await readIncarnation(db);
    } catch (error) {
      if (!(error instanceof LedgerUnavailableError) || tried === openTries) throw error;
      await delay(tried * 200 * (0.5 + Math.random()));
    }
  }
}

async function sweep(db: Executor, at: number): Promise<void> {
  await sweepPages(db, at);
  await sweepExchanges(db, at);
  await sweepKeys(db.withTables(), at);
}
