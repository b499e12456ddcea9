/**
 * One writer per key (promise 2, N1): whoever creates something that several runs could create holds its keys meanwhile. A lease says only
 * when another may take over; what keeps an overtaken sender from sending is its fence, and what it may have sent stands as an intent (once.ts).
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { BusyKeyError } from './errors.ts';
import { renew, type Held, type KeysDeps, type KeysWorld } from './held.ts';
import { findIntents, freeKeys, longestLeaseMs, takeKeys, type StandingIntent } from './key-rows.ts';
import type { KeyTables } from './key-tables.ts';
import type { Clock, Hold, Holder, Intent, KeyRow, Keys } from './ledger.ts';
import { createOnce } from './once.ts';

const defaultLeaseMs = 30_000;
const dayMs = 24 * 60 * 60_000;

export function createKeys(db: Kysely<KeyTables>, clock: Clock, deps: KeysDeps): Keys {
  const world: KeysWorld = {
    db,
    clock,
    transact: (work) => db.transaction().execute(work),
    monotonic: () => performance.now(),
    sleep: (ms) => wait(ms),
    random: Math.random,
    recordForMs: 60_000,
    ...deps,
  };
  return {
    hold: async (keys, holder, work) => {
      const held = await take(world, keys, holder);
      try {
        return await work(holdOf(world, held));
      } finally {
        await world.transact((trx) => freeKeys(trx, held)).catch(leaseEndsByItself);
      }
    },
    find: (key) => findKey(db, key),
  };
}

/** The work's own result or failure must not be lost because freeing failed. */
const leaseEndsByItself = (): undefined => undefined;

async function take(world: KeysWorld, wanted: string[], holder: Holder): Promise<Held> {
  const keys = [...new Set(wanted)].sort();
  const leaseMs = holder.leaseMs ?? defaultLeaseMs;
  if (keys.length === 0) throw new RangeError('nothing to hold: no key given');
  if (!(leaseMs > 0 && leaseMs <= longestLeaseMs)) throw new RangeError(`a lease is at most ${longestLeaseMs} ms`);
  const now = await world.clock.now(); // before the transaction: a late start only makes the lease shorter
  try {
    return await world.transact(async (trx) => ({
      keys,
      fences: await takeKeys(trx, keys, holder.name, now, now + leaseMs),
      holder: holder.name,
      leaseMs,
      heartbeat: holder.heartbeat ?? (() => undefined),
      standing: await findIntents(trx, keys),
    }));
  } catch (error) {
    if (error instanceof BusyKeyError) throw new BusyKeyError(Math.min(error.retryAfterMs, 100 + Math.floor(world.random() * 400)));
    throw error;
  }
}

function holdOf(world: KeysWorld, held: Held): Hold {
  return { once: createOnce(world, held), renew: () => renew(world, held) };
}

async function findKey(db: Kysely<KeyTables>, key: string): Promise<KeyRow | undefined> {
  const row = await db.selectFrom('keys').selectAll().where('key', '=', key).executeTakeFirst();
  if (!row) return undefined;
  const intents = (await findIntents(db, [key])).filter((intent) => intent.state === 'open').map(toIntent);
  return { key, holder: row.holder, fence: row.fence, leaseUntil: row.lease_until, intent: intents[0] ?? null, intents };
}

const toIntent = (row: StandingIntent): Intent => ({ effect: row.effect, marker: row.marker, sentAt: row.sent_at, abortMs: row.abort_ms, settleMs: row.settle_ms });

/**
 * Deletes keys that nobody used for a day and on which nothing stands. A fence may start anew only when no sender of the old ones can be alive.
 * @param now ms of the ledger's clock
 */
export async function sweepKeys(db: Kysely<KeyTables>, now: number): Promise<void> {
  await db
    .deleteFrom('keys')
    .where('used_at', '<', now - dayMs)
    .where('lease_until', '<', now - dayMs)
    .where((eb) => eb.not(eb.exists(eb.selectFrom('intents').select('intents.key').whereRef('intents.key', '=', 'keys.key'))))
    .execute();
}
