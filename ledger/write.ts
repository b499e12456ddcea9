/** The writes that may share a transaction with closing an intent (promise 3): what is recorded is recorded with the intent, or not at all. */
import type { LedgerClock } from './clock.ts';
import type { Executor } from './database.ts';
import { putFollow } from './follows.ts';
import { putEntries } from './index-entries.ts';
import { sealIfAny } from './crypto.ts';
import type { LedgerCrypto, LedgerWrite } from './ledger.ts';
import { putLink } from './links.ts';
import { addOutcome } from './outcomes.ts';
import { completeRecord } from './record-ends.ts';

export function createLedgerWrite(trx: Executor, clock: LedgerClock, crypto: LedgerCrypto): LedgerWrite {
  return {
    putIndex: (entries) => putEntries(trx, entries),
    setLink: (link) => putLink(trx, link),
    follow: (row) => putFollow(trx, row),
    outcome: async (entry) => addOutcome(trx, await clock.now(trx), entry, sealIfAny(crypto, entry.detail)),
    complete: async (record, targetId, digest) => completeRecord(trx, await clock.now(trx), record, targetId, digest),
  };
}
