/** The ledger's tables without the rest of the ledger, so that a test owns every clock and can break single transactions. */
import { Kysely, type Transaction } from 'kysely';
import { createCrypto } from '../../ledger/crypto.ts';
import type { Database } from '../../ledger/database.ts';
import { LedgerUnavailableError } from '../../ledger/errors.ts';
import type { KeyTables } from '../../ledger/key-tables.ts';
import type { LedgerWrite } from '../../ledger/ledger.ts';
import { migrate } from '../../ledger/migrate.ts';
import { openPostgres } from '../../ledger/postgres.ts';
import { openSqlite } from '../../ledger/sqlite.ts';
import { createLedgerWrite } from '../../ledger/write.ts';
import { createTestDatabase, TestClock, testSecrets, type LedgerKind } from '../setup/ledger.ts';

export interface KeyStore {
  db: Kysely<Database>;
  /** for another process or a second opening */
  url: string;
  /** the ledger's own writes */
  write: (trx: Transaction<KeyTables>) => LedgerWrite;
  transact: <T>(work: (trx: Transaction<KeyTables>) => Promise<T>) => Promise<T>;
  /** the same database over another connection, as a second process would have it; close it yourself */
  openAgain: () => Promise<KeyStore>;
  close: () => Promise<void>;
}

export async function openKeyStore(kind: LedgerKind): Promise<KeyStore> {
  const database = await createTestDatabase(kind);
  const open = async () => new Kysely<Database>({ dialect: kind === 'sqlite' ? await openSqlite(database.file) : openPostgres(database.url) });
  const db = await open();
  await migrate(db);
  return { ...storeOf(db, open), url: database.url, close: () => db.destroy().then(database.remove) };
}

/** For thousands of transactions: as SQLite, without the disk. */
export async function openKeyStoreInMemory(): Promise<KeyStore> {
  const db = new Kysely<Database>({ dialect: await openSqlite(':memory:') });
  await migrate(db);
  return storeOf(db, () => Promise.reject(new Error('this database has one connection')));
}

function storeOf(db: Kysely<Database>, open: () => Promise<Kysely<Database>>): KeyStore {
  return {
    db,
    url: '',
    write: (trx) => createLedgerWrite(trx, new TestClock(), createCrypto(testSecrets)),
    transact: (work) => db.transaction().execute(work),
    openAgain: async () => storeOf(await open(), open),
    close: () => db.destroy(),
  };
}

export const ledgerDown = (): LedgerUnavailableError => new LedgerUnavailableError('the ledger is down');

/** What the result of an effect looks like in the ledger: a link. */
export const linkOf = (sourceId: string, targetId: string) => ({ connection: 'books', kind: 'product' as const, sourceId, targetId });

export async function findLink({ db }: KeyStore, sourceId: string): Promise<string | undefined> {
  const row = await db.selectFrom('links').select('target_id').where('connection', '=', 'books').where('source_id', '=', sourceId).executeTakeFirst();
  return row?.target_id;
}
