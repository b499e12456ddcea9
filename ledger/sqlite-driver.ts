/**
 * How statements reach the one SQLite connection of a process: one after the other, in the order of asking; whoever writes takes the file's write
 * lock first, and has an answer once the writing is on the disk. The connection is free for others during that last wait.
 */
import { InsertQueryNode, SelectQueryNode, SqliteDriver, TableNode, UpdateQueryNode, type CompiledQuery, type DatabaseConnection, type Driver, type OperationNode, type QueryResult, type SqliteStatement } from 'kysely';
import type Libsql from 'libsql';
import type { DiskSync } from './disk-sync.ts';
import { named, waitWhileBusy } from './sqlite-trouble.ts';

/**
 * Written several times an order, and worth seconds: not waited for until it is on the disk. A killed process loses nothing by that; a power
 * cut, which ends every process that uses the file, may forget the last of them, unless anything durable was written after it.
 */
const shortLived = new Set(['budgets', 'slots']);

export interface LibsqlParts {
  database: Libsql.Database;
  prepare: (sql: string) => SqliteStatement;
  /** undefined: the file is no log that can be waited for; SQLite itself waits at every commit */
  disk: DiskSync | undefined;
}

export class LibsqlDriver implements Driver {
  readonly #parts: LibsqlParts;
  readonly #plain: SqliteDriver;
  readonly #turns = new Turns();
  #inner: Promise<DatabaseConnection> | undefined;
  constructor(parts: LibsqlParts) {
    this.#parts = parts;
    this.#plain = new SqliteDriver({ database: { prepare: parts.prepare, close: () => void parts.database.close() } });
  }
  async init(): Promise<void> {
    await this.#plain.init();
  }
  async acquireConnection(): Promise<LibsqlConnection> {
    this.#inner ??= this.#plain.acquireConnection(); // for good: turns are given here
    const connection = new LibsqlConnection(this.#parts, this.#turns, await this.#inner);
    await connection.takeTurn();
    return connection;
  }
  async beginTransaction(connection: LibsqlConnection): Promise<void> {
    await connection.begin();
  }
  async commitTransaction(connection: LibsqlConnection): Promise<void> {
    await connection.commit();
  }
  async rollbackTransaction(connection: LibsqlConnection): Promise<void> {
    connection.rollback();
  }
  async releaseConnection(connection: LibsqlConnection): Promise<void> {
    connection.endTurn();
  }
  async destroy(): Promise<void> {
    await this.#parts.disk?.close();
    await this.#plain.destroy();
  }
}

/** First come, first served. */
class Turns {
  #last: Promise<void> = Promise.resolve();
  /** @returns what gives the turn on */
  async take(): Promise<() => void> {
    const before = this.#last;
    const { promise, resolve } = withResolvers();
    this.#last = promise;
    await before;
    return resolve;
  }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  const made: { resolve: () => void } = { resolve: () => undefined };
  const promise = new Promise<void>((resolve) => (made.resolve = resolve));
  return { promise, resolve: () => made.resolve() };
}

class LibsqlConnection implements DatabaseConnection {
  readonly #parts: LibsqlParts;
  readonly #turns: Turns;
  readonly #inner: DatabaseConnection;
  /** undefined: it is somebody else's turn */
  #pass: (() => void) | undefined;
  #isDurable = false;
  constructor(parts: LibsqlParts, turns: Turns, inner: DatabaseConnection) {
    this.#parts = parts;
    this.#turns = turns;
    this.#inner = inner;
  }

  async takeTurn(): Promise<void> {
    this.#pass ??= await this.#turns.take();
  }

  endTurn(): void {
    this.#pass?.();
    this.#pass = undefined;
  }

  /**
   * The write lock before anything else: the only way that never fails halfway. By `exec`, which finalises its statement; a prepared one that
   * met a locked file would stay in progress until collected, and every commit meanwhile would fail.
   */
  async begin(): Promise<void> {
    await this.takeTurn();
    await waitWhileBusy(() => void this.#parts.database.exec('begin immediate'));
  }

  /** Resolves once it is on the disk; the turn is over before that. */
  async commit(): Promise<void> {
    await named(() => void this.#parts.database.exec('commit'));
    this.endTurn();
    const isDurable = this.#isDurable;
    this.#isDurable = false;
    if (isDurable) await this.#parts.disk?.settled();
  }

  rollback(): void {
    this.#isDurable = false;
    if (this.#pass === undefined) return; // committed, and only the disk failed: another's transaction may be open
    // after some failures (a full disk) SQLite has already rolled back
    if (this.#parts.database.inTransaction) this.#parts.database.exec('rollback');
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    await this.takeTurn();
    if (SelectQueryNode.is(query.query)) return waitWhileBusy(() => this.#inner.executeQuery<R>(query));
    if (!shortLived.has(tableOf(query.query) ?? '')) this.#isDurable = true;
    return this.#parts.database.inTransaction ? named(() => this.#inner.executeQuery<R>(query)) : this.#writeAlone<R>(query);
  }

  async #writeAlone<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    await this.begin();
    const result = await this.#orRollback(async () => this.#inner.executeQuery<R>(query));
    await this.#orRollback(async () => this.commit());
    return result;
  }

  async #orRollback<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await named(work);
    } catch (error) {
      this.rollback();
      throw error;
    }
  }

  streamQuery<R>(query: CompiledQuery, chunkSize?: number): AsyncIterableIterator<QueryResult<R>> {
    return this.#inner.streamQuery<R>(query, chunkSize);
  }
}

function tableOf(query: OperationNode): string | undefined {
  const table = InsertQueryNode.is(query) ? query.into : UpdateQueryNode.is(query) ? query.table : undefined;
  return table !== undefined && TableNode.is(table) ? table.table.identifier.name : undefined;
}
