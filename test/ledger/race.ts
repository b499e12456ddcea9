/**
 * A random race on the real keys: three orders of one new customer want the same person at a vendor without idempotency. Attempts crash,
 * freeze and wake as zombies, replies and ledger transactions get lost, the vendor stores late, the ledger's clock is set back.
 */
import type { Transaction } from 'kysely';
import type { KeysDeps } from '../../ledger/held.ts';
import type { KeyTables } from '../../ledger/key-tables.ts';
import { createKeys } from '../../ledger/keys.ts';
import type { Clock, Effect } from '../../ledger/ledger.ts';
import { findLink, ledgerDown, linkOf, type KeyStore } from './key-store.ts';
import { createRandom, VirtualTime } from './virtual-time.ts';

/** Short ones, so that waits are few slices long. */
const times = { abortMs: 1_500, settleMs: 1_800, leaseMs: 2_400 } as const;

/** A mechanism taken out by the wiring, so that its absence shows. */
export type Mechanism = 'intent' | 'settle' | 'deadline' | 'fence';

export interface RaceResult {
  /** what the vendor stored */
  stored: string[];
  sends: number;
  /** orders that got an answer: a person's id, or `unknown` */
  answers: Map<string, string>;
}

export interface Race {
  store: KeyStore;
  seed: number;
  without?: Mechanism;
  /** the effect has no `find` */
  atMostOnce?: boolean;
}

const orders = ['order-0', 'order-1', 'order-2'];
const mostAttempts = 60;

export async function runRace(race: Race): Promise<RaceResult> {
  const time = new VirtualTime();
  const random = createRandom(race.seed);
  const result: RaceResult = { stored: [], sends: 0, answers: new Map() };
  const setBackAt = random() < 0.2 ? random() * 6_000 : Infinity;
  const setBackMs = random() < 0.5 ? 3_600_000 : 2_000;
  const begin = 1_800_000_000_000;
  const clockNow = () => Math.floor(begin + time.now - (time.now >= setBackAt ? setBackMs : 0));
  for (const order of orders) time.at(random() * 1_000, () => time.spawn(() => attempt(order, 0)));
  await time.run();
  return result;

  async function attempt(order: string, count: number): Promise<void> {
    if (count > mostAttempts) return;
    const life = { isDead: false, isReplaced: false };
    const replace = (delayMs: number) => {
      if (life.isReplaced) return;
      life.isReplaced = true;
      time.at(time.now + delayMs, () => time.spawn(() => attempt(order, count + 1)));
    };
    if (random() < 0.25) {
      time.at(time.now + random() * 4_000, () => {
        life.isDead = true;
        replace(300 + random() * 1_200);
      });
    }
    const passes = (ms: number) => time.sleep(ms, () => life.isDead);
    /** Usually a moment; now and then the process freezes, and the server starts another attempt while this one sleeps on. */
    const moment = async () => {
      const ms = random() < 0.07 ? random() * 10_000 : random() * 60;
      if (ms > 1_800) replace(1_500);
      await passes(ms);
    };
    try {
      result.answers.set(order, await work(order, moment, passes));
      life.isReplaced = true;
    } catch {
      replace(300 + random() * 1_200);
    }
  }

  async function work(order: string, moment: () => Promise<void>, passes: (ms: number) => Promise<void>): Promise<string> {
    const person = `person-${race.seed}`;
    const clock: Clock = { now: async () => (await moment(), clockNow()) };
    const wanted = race.atMostOnce ? [person] : [person, `${person}/email-of-${order}`];
    const holder = race.atMostOnce ? 'the order' : order;
    const transact = losing(race, random, (trx) => takeOut(trx, race, { wanted, holder, now: clockNow() }));
    const keys = createKeys(race.store.db, clock, { ...depsOf(race, { time, random, passes }), transact });
    return keys.hold(wanted, { name: holder, leaseMs: times.leaseMs }, async (hold) => {
      const known = await findLink(race.store, person);
      if (known !== undefined) return known;
      const answer = await hold.once(effectOf(person, moment, passes));
      return answer.kind === 'unknown' ? 'unknown' : answer.result;
    });
  }

  function effectOf(person: string, moment: () => Promise<void>, passes: (ms: number) => Promise<void>): Effect<string> {
    return {
      name: 'person',
      abortMs: times.abortMs,
      settleMs: race.without === 'settle' ? -times.abortMs : times.settleMs,
      ...(race.atMostOnce ? {} : { find: async () => (await moment(), result.stored[0]) }),
      send: async (guard) => {
        await moment();
        const { remainingMs, assertInTime } = await guard.intend();
        const abortAt = time.now + remainingMs;
        await moment();
        assertInTime();
        const id = `${person}-${(result.sends += 1)}`;
        if (random() < 0.1) throw Object.assign(new Error('refused'), { sent: 'no' });
        const storedAt = time.now + random() * Math.max(0, abortAt + times.settleMs - time.now) * (random() < 0.5 ? 0.1 : 1);
        time.at(storedAt, () => result.stored.push(id));
        const replyAt = storedAt + random() * 150;
        if (random() < 0.3 || replyAt >= abortAt) {
          await passes(abortAt - time.now);
          throw Object.assign(new Error('no answer in time'), { sent: 'maybe' });
        }
        await passes(replyAt - time.now);
        await moment();
        return id;
      },
      record: (id, write) => write.setLink(linkOf(person, id)),
    };
  }
}

function depsOf(race: Race, { time, random, passes }: { time: VirtualTime; random: () => number; passes: (ms: number) => Promise<void> }): KeysDeps {
  return { write: race.store.write, monotonic: () => (race.without === 'deadline' ? 0 : time.now), sleep: passes, random, recordForMs: 1_500 };
}

/** Some transactions fail before they begin, some answers are lost after they were committed. The first of an attempt takes the keys. */
function losing({ store }: Race, random: () => number, first: (trx: Transaction<KeyTables>) => Promise<void>): KeyStore['transact'] {
  let isFirst = true;
  return async (work) => {
    const luck = random();
    if (luck < 0.02) throw ledgerDown();
    const before = isFirst ? first : () => Promise.resolve();
    isFirst = false;
    const done = await store.transact(async (trx) => {
      await before(trx);
      return work(trx);
    });
    if (luck < 0.04) throw ledgerDown();
    return done;
  };
}

/** Without intents nothing of an earlier sender is found; without the fence every sender has the same. */
async function takeOut(trx: Transaction<KeyTables>, { without }: Race, { wanted, holder, now }: { wanted: string[]; holder: string; now: number }): Promise<void> {
  if (without === 'intent') await trx.deleteFrom('intents').where('key', 'in', wanted).execute();
  if (without !== 'fence') return;
  await trx
    .updateTable('keys')
    .set({ fence: 0 })
    .where('key', 'in', wanted)
    .where((eb) => eb.or([eb('holder', 'is', null), eb('holder', '=', holder), eb('lease_until', '<=', now)]))
    .execute();
}
