/** One step of a story at a time: two clocks that move only when told or slept on, a ledger that can be down, a vendor that stores when told. */
import { createKeys } from '../../ledger/keys.ts';
import type { Effect, Holder, Keys } from '../../ledger/ledger.ts';
import { TestClock } from '../setup/ledger.ts';
import { findLink, linkOf, type KeyStore } from './key-store.ts';

export const abortMs = 5_000;
export const settleMs = 10_000;
export const leaseMs = 8_000;

export interface Bench {
  keys: Keys;
  /** the ledger's clock */
  clock: TestClock;
  vendor: Vendor;
  /** ms since the beginning, by the clock that never jumps */
  elapsed: () => number;
  /** lets time pass on both clocks */
  pass: (ms: number) => void;
  slept: number[];
  beats: number;
  /** called in every sleep, after the time has passed */
  whileAsleep: () => void | Promise<void>;
  /** replaces the ledger's transactions: to break them before or after */
  transact: KeyStore['transact'];
  /** a key of this test's own */
  key: (name: string) => string;
  holder: (name: string) => Holder;
  effect: (person: string, over?: Partial<Effect<string>>) => Effect<string>;
  recorded: (person: string) => Promise<string | undefined>;
}

/** Stores what it is sent, at once or later, and answers or not. It would store the same person any number of times. */
export interface Vendor {
  sent: number;
  /** how long after the request it stores; default at once */
  storesAfterMs: number;
  /** what is stored by now */
  stored: () => string[];
  looks: number;
  create: () => string;
}

let benches = 0;

export function createBench(store: KeyStore): Bench {
  const name = `test-${(benches += 1)}`;
  const clock = new TestClock();
  let elapsed = 0;
  const stored: { id: string; at: number }[] = [];
  const bench: Bench = {
    clock,
    keys: createKeys(store.db, clock, {
      write: store.write,
      transact: (work) => bench.transact(work),
      monotonic: () => elapsed,
      random: () => 0.5,
      sleep: async (ms) => {
        bench.slept.push(ms);
        bench.pass(ms);
        await bench.whileAsleep();
      },
    }),
    vendor: {
      sent: 0,
      storesAfterMs: 0,
      looks: 0,
      stored: () => stored.filter(({ at }) => at <= elapsed).map(({ id }) => id),
      create: () => {
        const id = `${name}-${(bench.vendor.sent += 1)}`;
        stored.push({ id, at: elapsed + bench.vendor.storesAfterMs });
        return id;
      },
    },
    elapsed: () => elapsed,
    pass: (ms) => {
      elapsed += ms;
      clock.advance(ms);
    },
    slept: [],
    beats: 0,
    whileAsleep: () => undefined,
    transact: store.transact,
    key: (key) => `${name}/${key}`,
    holder: (holder) => ({ name: `${name}/${holder}`, leaseMs, heartbeat: () => void (bench.beats += 1) }),
    effect: (person, over = {}) => ({
      name: 'person',
      marker: `marker of ${person}`,
      abortMs,
      settleMs,
      find: () => {
        bench.vendor.looks += 1;
        return Promise.resolve(bench.vendor.stored()[0]);
      },
      send: async (guard) => {
        const { assertInTime } = await guard.intend();
        assertInTime();
        return bench.vendor.create();
      },
      record: (id, write) => write.setLink(linkOf(bench.key(person), id)),
      ...over,
    }),
    recorded: (person) => findLink(store, bench.key(person)),
  };
  return bench;
}

export const failure = (sent: 'no' | 'maybe'): Error => Object.assign(new Error(`failed, sent: ${sent}`), { sent });

/** A point where a sender freezes until the test lets it go on. */
export function createGate(): { reached: Promise<void>; open: () => void; pass: () => Promise<void> } {
  const arrival = createPromise();
  const opening = createPromise();
  return {
    reached: arrival.promise,
    open: opening.resolve,
    pass: () => {
      arrival.resolve();
      return opening.promise;
    },
  };
}

function createPromise(): { promise: Promise<void>; resolve: () => void } {
  const made: { resolve?: () => void } = {};
  const promise = new Promise<void>((resolve) => (made.resolve = resolve));
  return { promise, resolve: () => made.resolve?.() };
}
