/** The embedded ledger: one SQLite file that several processes may open, through `libsql` and Kysely's own SQLite dialect. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { InsertQueryNode, SelectQueryNode, SqliteAdapter, SqliteDialect, SqliteDriver, TableNode, UpdateQueryNode, type CompiledQuery, type DatabaseConnection, type Driver, type OperationNode, type QueryResult, type SqliteDialectConfig, type SqliteStatement } from 'kysely';
import Libsql from 'libsql';
import { LedgerFullError, LedgerUnavailableError } from './errors.ts';
import { codeOf } from './error-code.ts';

/** SQLite waits synchronously, so this blocks the whole process: short, and the longer wait is ours, in `waitWhileBusy`. */
const blockingBusyMs = 20;
/** How long a statement waits for other processes' transactions, all tries together, before the step is told to come again. */
const longestWaitMs = 2_000;
const longestPauseMs = 50;

const busy = ['SQLITE_BUSY', 'SQLITE_LOCKED'];
const full = ['SQLITE_FULL'];
const unavailable = [...busy, 'SQLITE_IOERR', 'SQLITE_CANTOPEN', 'SQLITE_READONLY', 'SQLITE_NOMEM', 'SQLITE_INTERRUPT', 'SQLITE_PROTOCOL'];
/** extended codes have their basic code in front: SQLITE_BUSY_SNAPSHOT */
const isOneOf = (codes: string[], code: string) => codes.some((known) => code === known || code.startsWith(`${known}_`));

/** Gives the file's own troubles their class; all else is a mistake of ours and passes. */
async function named<T>(statement: () => T | Promise<T>): Promise<T> {
  try {
    return await statement();
  } catch (error) {
    const code = codeOf(error);
    if (isOneOf(full, code)) throw new LedgerFullError({ cause: error });
    throw isOneOf(unavailable, code) ? new LedgerUnavailableError(`the ledger’s file cannot be used now (${code})`, { cause: error }) : error;
  }
}

/** Busy means that nothing took effect: the statement may be repeated. Other processes get the lock between our tries. */
async function waitWhileBusy<T>(statement: () => T | Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + longestWaitMs;
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await statement();
    } catch (error) {
      if (!isOneOf(busy, codeOf(error)) || performance.now() > giveUpAt) return named(() => Promise.reject(error));
    }
    await delay(pauseMs * (0.5 + Math.random()));
  }
}

/** What tests may do to an opened file. */
export interface SqliteFile {
  pragma: (source: string) => unknown;
}

/** Opens the file, its folder readable by its owner only. WAL lets others read while one writes; FULL survives a power cut. */
export async function openSqlite(path: string, onOpened?: (database: SqliteFile) => void): Promise<SqliteDialect> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = await waitWhileBusy(async () => {
    const opened = new Libsql(path);
    try {
      opened.pragma(`busy_timeout = ${blockingBusyMs}`);
      opened.pragma('journal_mode = WAL');
      opened.pragma('synchronous = FULL');
      return opened;
    } catch (error) {
      opened.close();
      throw error;
    }
  });
  onOpened?.(database);
  return new LibsqlDialect(database);
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
  readonly #database: Libsql.Database;
  readonly #config: SqliteDialectConfig;
  constructor(database: Libsql.Database) {
    const config = { database: { prepare: preparing(database), close: () => void database.close() } };
    super(config);
    this.#database = database;
    this.#config = config;
  }
  override createDriver(): Driver {
    return new LibsqlDriver(this.#database, this.#config);
  }
  override createAdapter(): SqliteAdapter {
    return new TransactionalDdlAdapter();
  }
}

/**
 * Whatever writes takes the write lock before anything else: the only way that never fails halfway. It does so with `exec`, which finalises its
 * statement; a prepared one that met a locked file would stay in progress until collected, and every commit meanwhile would fail.
 */
class LibsqlDriver extends SqliteDriver {
  readonly #database: Libsql.Database;
  constructor(database: Libsql.Database, config: SqliteDialectConfig) {
    super(config);
    this.#database = database;
  }
  override async acquireConnection(): Promise<DatabaseConnection> {
    return new LockingConnection(this.#database, await super.acquireConnection());
  }
  override beginTransaction(): Promise<void> {
    return begin(this.#database);
  }
  override async commitTransaction(): Promise<void> {
    await named(() => this.#database.exec('commit'));
  }
  override async rollbackTransaction(): Promise<void> {
    // After some failures (a full disk) SQLite has already rolled back.
    if (this.#database.inTransaction) this.#database.exec('rollback');
  }
}

const begin = (database: Libsql.Database) => waitWhileBusy(() => void database.exec('begin immediate'));

/**
 * Written several times an order, and worth seconds: not waited for until it is on the disk. A killed process loses nothing by that; a power
 * cut, which ends every process that uses the file, may forget the last of them, unless anything durable was written after it.
 */
const shortLived = new Set(['budgets', 'slots']);

function tableOf(query: OperationNode): string | undefined {
  const table = InsertQueryNode.is(query) ? query.into : UpdateQueryNode.is(query) ? query.table : undefined;
  return table !== undefined && TableNode.is(table) ? table.table.identifier.name : undefined;
}

class LockingConnection implements DatabaseConnection {
  readonly #database: Libsql.Database;
  readonly #inner: DatabaseConnection;
  constructor(database: Libsql.Database, inner: DatabaseConnection) {
    this.#database = database;
    this.#inner = inner;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (SelectQueryNode.is(query.query)) return waitWhileBusy(() => this.#inner.executeQuery<R>(query));
    if (this.#database.inTransaction) return named(() => this.#inner.executeQuery<R>(query));
    if (!shortLived.has(tableOf(query.query) ?? '')) return this.#writeAlone(query);
    try {
      this.#database.exec('pragma synchronous = normal');
      return await this.#writeAlone(query);
    } finally {
      this.#database.exec('pragma synchronous = full');
    }
  }

  async #writeAlone<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    await begin(this.#database);
    try {
      const result = await named(() => this.#inner.executeQuery<R>(query));
      await named(() => this.#database.exec('commit'));
      return result;
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec('rollback');
      throw error;
    }
  }

  streamQuery<R>(query: CompiledQuery, chunkSize?: number): AsyncIterableIterator<QueryResult<R>> {
    return this.#inner.streamQuery<R>(query, chunkSize);
  }
}

/** SQLite can change its schema inside a transaction, so all migrations run in one and two processes may start at once. */
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}
