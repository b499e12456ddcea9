/**
 * The statements on keys and intents. Every write first locks its keys' rows, in sorted order and under the sender's fences, so that nothing is
 * written by a sender that was overtaken, and no two transactions wait for each other. Each may be repeated after a lost reply.
 */
import { sql, type Kysely, type Transaction } from 'kysely';
import { BusyKeyError, StaleFenceError } from './errors.ts';
import type { IntentsTable, KeyTables } from './key-tables.ts';
import type { Intent } from './ledger.ts';

/** A lease further ahead than this was written before the clock jumped back: it is over. Taking over is always safe, only wasteful. */
export const longestLeaseMs = 10 * 60_000;

/** Some sender's right to send: its keys, each with the fence it got. */
export interface Grip {
  /** sorted, each once */
  keys: string[];
  fences: ReadonlyMap<string, number>;
  holder: string;
}

export type StandingIntent = Pick<IntentsTable, 'key' | 'effect' | 'state' | 'marker' | 'sent_at' | 'abort_ms' | 'settle_ms'>;

type Db = Kysely<KeyTables>;
type Trx = Transaction<KeyTables>;

/**
 * All keys or none: a free one, one of the same holder (its earlier attempt may still be running) or one whose lease is over. Each fence rises.
 * @throws BusyKeyError with what is left of the longest lease in the way
 */
export async function takeKeys(trx: Trx, keys: string[], holder: string, now: number, leaseUntil: number): Promise<Map<string, number>> {
  const taken = await trx
    .insertInto('keys')
    .values(keys.map((key) => ({ key, holder, fence: 1, lease_until: leaseUntil, used_at: now })))
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet((eb) => ({
          holder: eb.ref('excluded.holder'),
          fence: eb('keys.fence', '+', 1),
          lease_until: eb.ref('excluded.lease_until'),
          used_at: eb.ref('excluded.used_at'),
        }))
        .where((eb) => eb.or([eb('keys.holder', 'is', null), eb('keys.holder', '=', holder), eb('keys.lease_until', '<=', now), eb('keys.lease_until', '>', now + longestLeaseMs)])),
    )
    .returning(['key', 'fence'])
    .execute();
  const fences = new Map(taken.map((row) => [row.key, row.fence]));
  if (fences.size < keys.length) throw new BusyKeyError(await leaseLeft(trx, keys.filter((key) => !fences.has(key)), now));
  return fences;
}

async function leaseLeft(trx: Trx, keys: string[], now: number): Promise<number> {
  const rows = await trx.selectFrom('keys').select('lease_until').where('key', 'in', keys).execute();
  return Math.max(1, ...rows.map((row) => row.lease_until - now));
}

/**
 * Locks the keys of this transaction; with `leaseUntil` the lease is set, too.
 * @throws StaleFenceError when one of them was taken over or freed
 */
export async function lockKeys(trx: Trx, grip: Grip, leaseUntil?: number): Promise<void> {
  for (const key of grip.keys) {
    const locked = await trx
      .updateTable('keys')
      .set({ lease_until: leaseUntil ?? sql<number>`lease_until` })
      .where('key', '=', key)
      .where('fence', '=', grip.fences.get(key) ?? 0)
      .where('holder', '=', grip.holder)
      .returning('key')
      .execute();
    if (locked.length === 0) throw new StaleFenceError('another sender took over');
  }
}

/** Frees those keys that are still this sender's. Open intents stay: whoever comes next finds them. */
export async function freeKeys(trx: Trx, grip: Grip): Promise<void> {
  for (const key of grip.keys) {
    await trx
      .updateTable('keys')
      .set({ holder: null, lease_until: 0 })
      .where('key', '=', key)
      .where('fence', '=', grip.fences.get(key) ?? 0)
      .where('holder', '=', grip.holder)
      .execute();
  }
}

/** Intents on any of these keys, open or unknown, earliest first. */
export async function findIntents(db: Db, keys: string[], effect?: string): Promise<StandingIntent[]> {
  const query = db.selectFrom('intents').selectAll().where('key', 'in', keys).orderBy('sent_at').orderBy('effect').orderBy('key');
  return await (effect === undefined ? query : query.where('effect', '=', effect)).execute();
}

/** The intent stands on every key; an earlier one of the same effect has been settled before. Needs `lockKeys` before it. */
export async function putIntent(trx: Trx, keys: string[], intent: Intent): Promise<void> {
  await trx
    .insertInto('intents')
    .values(
      keys.map((key) => ({
        key,
        effect: intent.effect,
        state: 'open' as const,
        marker: intent.marker,
        sent_at: intent.sentAt,
        abort_ms: intent.abortMs,
        settle_ms: intent.settleMs,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['key', 'effect']).doUpdateSet((eb) => ({
        marker: eb.ref('excluded.marker'),
        sent_at: eb.ref('excluded.sent_at'),
        abort_ms: eb.ref('excluded.abort_ms'),
        settle_ms: eb.ref('excluded.settle_ms'),
      })),
    )
    .execute();
}

/** Needs `lockKeys` before it. */
export async function closeIntents(trx: Trx, keys: string[], effect: string): Promise<void> {
  await trx.deleteFrom('intents').where('key', 'in', keys).where('effect', '=', effect).where('state', '=', 'open').execute();
}

/** Closes for good what cannot be looked up. Needs `lockKeys` before it. */
export async function markUnknown(trx: Trx, keys: string[], effect: string): Promise<void> {
  await trx.updateTable('intents').set({ state: 'unknown' }).where('key', 'in', keys).where('effect', '=', effect).execute();
}
