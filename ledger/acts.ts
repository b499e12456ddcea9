/** Acts: who did what as operator, when, why, and what was before and after (N20). Rows are only ever added. */
import type { LedgerClock } from './clock.ts';
import { openIfAny, sealIfAny } from './crypto.ts';
import type { ActRow, Executor } from './database.ts';
import { createRowId } from './ids.ts';
import type { Act, Acts, LedgerCrypto } from './ledger.ts';

export function createActs(db: Executor, clock: LedgerClock, crypto: LedgerCrypto): Acts {
  return {
    /** An act told twice is kept twice: in an audit a doubled row is honest, a missing one is not. */
    async add(act) {
      const at = await clock.now();
      const sealed = { reason: sealIfAny(crypto, act.reason), before: sealIfAny(crypto, act.before), after: sealIfAny(crypto, act.after) };
      await db
        .insertInto('acts')
        .values({ id: createRowId(at), operator: act.operator, verb: act.verb, subject: act.subject, at, ...sealed })
        .execute();
    },
    async list(filter) {
      let query = db.selectFrom('acts').selectAll();
      if (filter.subject !== undefined) query = query.where('subject', '=', filter.subject);
      if (filter.since !== undefined) query = query.where('at', '>=', filter.since);
      return (await query.orderBy('id', 'desc').limit(filter.limit).execute()).map((row) => actOf(crypto, row));
    },
  };
}

const actOf = (crypto: LedgerCrypto, row: ActRow): Act => ({
  operator: row.operator,
  verb: row.verb,
  subject: row.subject,
  reason: openIfAny(crypto, row.reason),
  before: openIfAny(crypto, row.before),
  after: openIfAny(crypto, row.after),
  at: row.at,
});
