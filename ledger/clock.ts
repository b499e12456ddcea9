/** The ledger's clock: one for all workers where the database has its own (PostgreSQL), this machine's for a file. */
import { sql } from 'kysely';
import type { Executor } from './database.ts';
import type { Clock } from './ledger.ts';

/** Inside a transaction give it along: the question then takes no second connection. */
export interface LedgerClock extends Clock {
  now(trx?: Executor): Promise<number>;
}

/** This machine's clock, in milliseconds. */
export const machineClock: LedgerClock = { now: () => Promise.resolve(Date.now()) };

/** PostgreSQL's clock of this very moment, not of the transaction's beginning. */
export function createPostgresClock(db: Executor): LedgerClock {
  return {
    async now(trx = db) {
      const answer = await sql<{ now: number }>`select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`.execute(trx);
      const row = answer.rows[0];
      if (row === undefined) throw new Error('the database gave no time');
      return row.now;
    },
  };
}
