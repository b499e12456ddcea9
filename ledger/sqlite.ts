/** The embedded ledger: one SQLite file that several processes may open, through `libsql` and Kysely's own SQLite dialect. */
import { mkdirSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { SqliteAdapter, SqliteDialect, type Driver, type SqliteStatement } from 'kysely';
import Libsql from 'libsql';
import { createDiskSync, type DiskSync } from './disk-sync.ts';
import { LibsqlDriver, type LibsqlParts } from './sqlite-driver.ts';
import { waitWhileBusy } from './sqlite-trouble.ts';

/** SQLite waits synchronously, so this blocks the whole process: short, and the longer wait is ours, in `waitWhileBusy`. */
const blockingBusyMs = 20;

/** What the file's mode is after we asked for a log: some places have none. */
const isLog = (answer: unknown): boolean => Array.isArray(answer) && answer.some((row: unknown) => typeof row === 'object' && row !== null && 'journal_mode' in row && row.journal_mode === 'wal');

/** What tests may do to an opened file. */
export interface SqliteFile {
  pragma: (source: string) => unknown;
}

/**
 * Opens the file, its folder readable by its owner only. WAL lets others read while one writes. What was answered survives a power cut.
 * @param diskOf how the log is waited for; tests hold it up
 */
export async function openSqlite(path: string, onOpened?: (database: SqliteFile) => void, diskOf: (log: string) => DiskSync = createDiskSync): Promise<SqliteDialect> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const { opened: database, isLogged } = await waitWhileBusy(async () => {
    const opened = new Libsql(path);
    try {
      opened.pragma(`busy_timeout = ${blockingBusyMs}`);
      const logged = isLog(opened.pragma('journal_mode = WAL'));
      opened.pragma(`synchronous = ${logged ? 'NORMAL' : 'FULL'}`);
      return { opened, isLogged: logged };
    } catch (error) {
      opened.close();
      throw error;
    }
  });
  onOpened?.(database);
  return new LibsqlDialect({ database, prepare: preparing(database), disk: isLogged ? diskOf(`${realpathSync(path)}-wal`) : undefined });
}

/** `libsql` gives blobs as ArrayBuffer; `pg` gives them as Uint8Array, which is what our types say. */
function withByteArrays(statement: Libsql.Statement): SqliteStatement {
  return {
    reader: statement.reader,
    run: (parameters) => statement.run(...parameters),
    all: (parameters) => statement.all(...parameters).map(bytesInRow),
    iterate: (parameters) => statement.iterate(...parameters),
  };
}

/** Lists of ids make a text of their own for each length. */
const mostStatements = 300;

/** The same few texts come thousands of times, and preparing one costs as much as running it. One that failed is prepared anew. */
function preparing(database: Libsql.Database): (sql: string) => SqliteStatement {
  const known = new Map<string, SqliteStatement>();
  const prepare = (sql: string): SqliteStatement => {
    const statement = withByteArrays(database.prepare(sql));
    const orForget = <T>(work: () => T): T => {
      try {
        return work();
      } catch (error) {
        known.delete(sql);
        throw error;
      }
    };
    return { ...statement, run: (parameters) => orForget(() => statement.run(parameters)), all: (parameters) => orForget(() => statement.all(parameters)) };
  };
  return (sql) => {
    const statement = known.get(sql) ?? prepare(sql);
    known.delete(sql);
    known.set(sql, statement); // last in line again: the first is the one that was not asked for the longest
    if (known.size > mostStatements) known.delete(known.keys().next().value ?? '');
    return statement;
  };
}

function bytesInRow(row: unknown): unknown {
  if (typeof row !== 'object' || row === null) return row;
  for (const [column, value] of Object.entries(row)) {
    if (value instanceof ArrayBuffer) Reflect.set(row, column, new Uint8Array(value));
  }
  return row;
}

class LibsqlDialect extends SqliteDialect {
  readonly #parts: LibsqlParts;
  constructor(parts: LibsqlParts) {
    super({ database: { prepare: parts.prepare, close: () => void parts.database.close() } });
    this.#parts = parts;
  }
  override createDriver(): Driver {
    return new LibsqlDriver(this.#parts);
  }
  override createAdapter(): SqliteAdapter {
    return new TransactionalDdlAdapter();
  }
}

/** SQLite can change its schema inside a transaction, so all migrations run in one and two processes may start at once. */
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}
