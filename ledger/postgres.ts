/** The production ledger: PostgreSQL, reached from any number of workers. */
import { DatabaseError, Pool, TypeOverrides } from 'pg';
import { PostgresDialect, PostgresDriver, type CompiledQuery, type DatabaseConnection, type Driver, type PostgresDialectConfig, type QueryResult, type TransactionSettings } from 'kysely';
import { LedgerFullError, LedgerUnavailableError } from './errors.ts';
import { codeOf } from './error-code.ts';

const int8 = 20;
const diskFull = '53100';
/** connection lost, out of resources, shut down or cancelled, rolled back for another's sake, lock not to be had */
const passing = ['08', '53', '57', '40', '55P03', '25P03'];

function isPassing(error: unknown): boolean {
  if (error instanceof DatabaseError) return passing.some((start) => codeOf(error).startsWith(start));
  // Without an answer from the server `pg` throws plain errors: refused, reset, timed out, terminated.
  return error instanceof Error && (error.constructor === Error || error instanceof AggregateError);
}

/** Gives a passing trouble its class; all else is a mistake of ours and passes as it is. */
async function named<T>(statement: () => Promise<T>): Promise<T> {
  try {
    return await statement();
  } catch (error) {
    if (error instanceof DatabaseError && error.code === diskFull) throw new LedgerFullError({ cause: error });
    throw isPassing(error) ? new LedgerUnavailableError('the ledger’s database cannot be used now', { cause: error }) : error;
  }
}

/** A pool whose lost connections end nothing: the next statement opens another. */
export function openPostgres(url: string): PostgresDialect {
  const types = new TypeOverrides();
  types.setTypeParser(int8, Number); // instants and counts: far below 2^53
  const pool = new Pool({
    connectionString: url,
    types,
    max: 10,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 15_000,
    lock_timeout: 5_000,
    idle_in_transaction_session_timeout: 15_000, // a process frozen inside a transaction must not hold its rows for ever
  });
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {})); // while checked out the pool does not listen
  return new GuardedPostgresDialect({ pool });
}

class GuardedPostgresDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig;
  constructor(config: PostgresDialectConfig) {
    super(config);
    this.#config = config;
  }
  override createDriver(): Driver {
    return new GuardedPostgresDriver(this.#config);
  }
}

class GuardedConnection implements DatabaseConnection {
  readonly #inner: DatabaseConnection;
  constructor(inner: DatabaseConnection) {
    this.#inner = inner;
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return named(() => this.#inner.executeQuery<R>(query));
  }
  streamQuery<R>(query: CompiledQuery, chunkSize?: number): AsyncIterableIterator<QueryResult<R>> {
    return this.#inner.streamQuery<R>(query, chunkSize);
  }
}

class GuardedPostgresDriver implements Driver {
  readonly #driver: Driver;
  readonly #inner = new WeakMap<DatabaseConnection, DatabaseConnection>();
  constructor(config: PostgresDialectConfig) {
    this.#driver = new PostgresDriver(config);
  }

  init(): Promise<void> {
    return this.#driver.init();
  }
  async acquireConnection(): Promise<DatabaseConnection> {
    const inner = await named(() => this.#driver.acquireConnection());
    const guarded = new GuardedConnection(inner);
    this.#inner.set(guarded, inner);
    return guarded;
  }
  beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    return named(() => this.#driver.beginTransaction(connection, settings));
  }
  commitTransaction(connection: DatabaseConnection): Promise<void> {
    return named(() => this.#driver.commitTransaction(connection));
  }
  rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    return named(() => this.#driver.rollbackTransaction(connection));
  }
  releaseConnection(connection: DatabaseConnection): Promise<void> {
    return this.#driver.releaseConnection(this.#inner.get(connection) ?? connection);
  }
  destroy(): Promise<void> {
    return this.#driver.destroy();
  }
}
