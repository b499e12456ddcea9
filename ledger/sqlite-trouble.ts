/** What can be wrong with the ledger's file, by name; and how long a lock is waited for. */
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf } from './error-code.ts';
import { LedgerFullError, LedgerUnavailableError } from './errors.ts';

/** How long a statement waits for other processes' transactions, all tries together, before the step is told to come again. */
const longestWaitMs = 2_000;
const longestPauseMs = 50;

const busy = ['SQLITE_BUSY', 'SQLITE_LOCKED'];
const full = ['SQLITE_FULL'];
const unavailable = [...busy, 'SQLITE_IOERR', 'SQLITE_CANTOPEN', 'SQLITE_READONLY', 'SQLITE_NOMEM', 'SQLITE_INTERRUPT', 'SQLITE_PROTOCOL'];
/** extended codes have their basic code in front: SQLITE_BUSY_SNAPSHOT */
const isOneOf = (codes: string[], code: string) => codes.some((known) => code === known || code.startsWith(`${known}_`));

/** Gives the file's own troubles their class; all else is a mistake of ours and passes. */
export async function named<T>(statement: () => T | Promise<T>): Promise<T> {
  try {
    return await statement();
  } catch (error) {
    const code = codeOf(error);
    if (isOneOf(full, code)) throw new LedgerFullError({ cause: error });
    throw isOneOf(unavailable, code) ? new LedgerUnavailableError(`the ledger’s file cannot be used now (${code})`, { cause: error }) : error;
  }
}

/** Busy means that nothing took effect: the statement may be repeated. Other processes get the lock between our tries. */
export async function waitWhileBusy<T>(statement: () => T | Promise<T>): Promise<T> {
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
