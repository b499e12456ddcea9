/** Accounts limited by simultaneous calls: places that are leased, exact over all workers (design 4). */
import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { longestLeaseMs } from './key-rows.ts';
import type { KeyTables } from './key-tables.ts';
import type { Clock, Slots } from './ledger.ts';

export function createSlots(db: Kysely<KeyTables>, clock: Clock): Slots {
  return {
    take: async (account, count, leaseMs, urgent) => {
      if (!(count >= 1 && leaseMs > 0 && leaseMs <= longestLeaseMs)) throw new RangeError(`an account has at least one slot, leased for at most ${longestLeaseMs} ms`);
      const token = randomUUID();
      const now = await clock.now();
      const rows = await db.selectFrom('slots').select(['slot', 'lease_until']).where('account', '=', account).execute();
      const taken = new Set(rows.filter((row) => isLeased(row.lease_until, now)).map((row) => row.slot));
      for (const slot of slotsFor(count, urgent).filter((place) => !taken.has(place))) {
        if (await takeSlot(db, { account, slot, token, lease_until: now + leaseMs }, now)) return { release: () => release(db, account, slot, token) };
      }
      return undefined;
    },
  };
}

/** The last place is for urgent work, which takes it first; an account with one place has none to spare. */
function slotsFor(count: number, urgent: boolean): number[] {
  const places = Array.from({ length: count }, (_, place) => place);
  if (urgent) return places.toReversed();
  return count === 1 ? places : places.slice(0, -1);
}

/** A lease further ahead than any can be was written before the clock jumped back. */
const isLeased = (leaseUntil: number, now: number): boolean => leaseUntil > now && leaseUntil <= now + longestLeaseMs;

/** @returns false when another process was faster */
async function takeSlot(db: Kysely<KeyTables>, row: KeyTables['slots'], now: number): Promise<boolean> {
  const taken = await db
    .insertInto('slots')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(['account', 'slot'])
        .doUpdateSet((eb) => ({ token: eb.ref('excluded.token'), lease_until: eb.ref('excluded.lease_until') }))
        .where((eb) => eb.or([eb('slots.lease_until', '<=', now), eb('slots.lease_until', '>', now + longestLeaseMs)])),
    )
    .returning('slot')
    .execute();
  return taken.length > 0;
}

/** Only the taker's own lease ends: a repeated or late release never frees another's place. */
async function release(db: Kysely<KeyTables>, account: string, slot: number, token: string): Promise<void> {
  await db.updateTable('slots').set({ lease_until: 0 }).where('account', '=', account).where('slot', '=', slot).where('token', '=', token).execute();
}
