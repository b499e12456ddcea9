/** A fresh ledger for a test, on each kind of database this run has, with a clock the test owns. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { inject } from 'vitest';
import type { LedgerSecrets } from '../../ledger/crypto.ts';
import type { Clock, Ledger } from '../../ledger/ledger.ts';
import { migrate } from '../../ledger/migrate.ts';
import { openDatabase, openLedger } from '../../ledger/open.ts';

export type LedgerKind = 'sqlite' | 'postgres';

const postgresUrl = inject('postgresUrl');

/** `describe.each(ledgerKinds)`: the same suite on every database. */
export const ledgerKinds: readonly LedgerKind[] = postgresUrl === '' ? ['sqlite'] : ['sqlite', 'postgres'];

/** Stands still until the test moves it. */
export class TestClock implements Clock {
  #now: number;
  constructor(now = Date.UTC(2026, 0, 15, 12)) {
    this.#now = now;
  }
  now(): Promise<number> {
    return Promise.resolve(this.#now);
  }
  /** @param ms may be negative: clocks are set back, too */
  advance(ms: number): void {
    this.#now += ms;
  }
  jump(to: number): void {
    this.#now = to;
  }
}

export const testSecrets: LedgerSecrets = {
  digestSecret: 'a digest secret for tests only',
  keys: [{ id: 'k1', key: new Uint8Array(32).fill(7) }],
};

export interface TestDatabase {
  url: string;
  /** the SQLite file; empty for PostgreSQL */
  file: string;
  remove: () => Promise<void>;
}

/** An empty database of its own: a file in a temporary folder, or a new database on the run's server, copied from `template`. */
export async function createTestDatabase(kind: LedgerKind, template = 'template0'): Promise<TestDatabase> {
  if (kind === 'sqlite') {
    const folder = mkdtempSync(join(tmpdir(), 'waybill-ledger-'));
    const file = join(folder, 'ledger.db');
    return { url: `file:${file}`, file, remove: () => Promise.resolve(rmSync(folder, { recursive: true, force: true })) };
  }
  const name = `waybill_${randomBytes(8).toString('hex')}`;
  await onServer(`create database ${name} template ${template}`);
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  return { url: url.href, file: '', remove: () => onServer(`drop database if exists ${name} with (force)`) };
}

let migrated: Promise<string> | undefined;

/** A PostgreSQL database with tables and no rows, made once a test file and gone with the server: migrating for every test doubled their time. */
async function createTemplate(): Promise<string> {
  const database = await createTestDatabase('postgres');
  const { db } = await openDatabase(database);
  await migrate(db);
  await db.destroy();
  return new URL(database.url).pathname.slice(1);
}

async function onServer(statement: string): Promise<void> {
  const client = new Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

export interface TestLedger {
  ledger: Ledger;
  clock: TestClock;
  database: TestDatabase;
  /** Another opening of the same database with the same clock, as a second process would have it; close it yourself. */
  openAgain: (secrets?: LedgerSecrets) => Promise<Ledger>;
  /** Closes the ledger and removes its database. */
  close: () => Promise<void>;
}

/** `clock: 'real'` leaves the database its own clock; `ledger.clock` tells the time then, and the TestClock moves nothing. */
export async function openTestLedger(kind: LedgerKind = 'sqlite', options: { clock?: TestClock | 'real'; secrets?: LedgerSecrets } = {}): Promise<TestLedger> {
  const database = await (kind === 'sqlite' ? createTestDatabase(kind) : createTestDatabase(kind, await (migrated ??= createTemplate())));
  const clock = options.clock instanceof TestClock ? options.clock : new TestClock();
  const openAgain = (secrets = options.secrets ?? testSecrets) => openLedger({ url: database.url, secrets, ...(options.clock === 'real' ? {} : { clock }) });
  const ledger = await openAgain();
  return {
    ledger,
    clock,
    database,
    openAgain,
    close: async () => {
      await ledger.close();
      await database.remove();
    },
  };
}
