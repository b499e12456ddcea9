/** A hold as the one-writer protocol sees it, and what the protocol runs on. */
import type { Kysely, Transaction } from 'kysely';
import { lockKeys, type Grip, type StandingIntent } from './key-rows.ts';
import type { KeyTables } from './key-tables.ts';
import type { Clock, LedgerWrite } from './ledger.ts';

export interface KeysDeps {
  /** the writes that share a transaction with closing an intent */
  write: (trx: Transaction<KeyTables>) => LedgerWrite;
  /** runs one write transaction; default the database's own. Its failures are LedgerUnavailableError where a repeat may help. */
  transact?: <T>(work: (trx: Transaction<KeyTables>) => Promise<T>) => Promise<T>;
  /** ms that never jump; default this process's */
  monotonic?: () => number;
  sleep?: (ms: number) => Promise<unknown>;
  /** 0 to 1 */
  random?: () => number;
  /** how long a result is tried to be written while the ledger is down; default 60 s */
  recordForMs?: number;
}

/** What the protocol runs on. */
export interface KeysWorld extends Required<KeysDeps> {
  db: Kysely<KeyTables>;
  clock: Clock;
}

/** A hold as the protocol sees it. */
export interface Held extends Grip {
  leaseMs: number;
  heartbeat: () => void;
  /** intents that stood on the keys when they were taken */
  standing: StandingIntent[];
}

/** @throws StaleFenceError when a key was taken over */
export async function renew(world: KeysWorld, held: Held): Promise<void> {
  const now = await world.clock.now();
  await world.transact((trx) => lockKeys(trx, held, now + held.leaseMs));
}
