import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BusyKeyError, DeadlineError, LedgerUnavailableError, StaleFenceError } from '../../ledger/errors.ts';
import type { Effect, SendGuard } from '../../ledger/ledger.ts';
import { ledgerKinds } from '../setup/ledger.ts';
import { abortMs, createBench, createGate, failure, leaseMs, settleMs, type Bench } from './bench.ts';
import { ledgerDown, linkOf, openKeyStore, openKeyStoreInMemory, type KeyStore } from './key-store.ts';

/** One attempt of one order for the person `ada`, under her phone. */
const attempt = (bench: Bench, order = 'order-1', over: Partial<Effect<string>> = {}) =>
  bench.keys.hold([bench.key('phone')], bench.holder(order), (hold) => hold.once(bench.effect('ada', over)));

const openIntents = async ({ keys, key }: Bench, name = 'phone') => (await keys.find(key(name)))?.intents?.map((intent) => intent.effect) ?? [];

/** The vendor stores, the reply never comes. */
const loseReply = (bench: Bench) => async (guard: SendGuard) => {
  await guard.intend();
  bench.vendor.create();
  bench.pass(abortMs);
  throw failure('maybe');
};

const neverArrives = async (guard: SendGuard) => {
  await guard.intend();
  throw failure('maybe');
};

/** Under which keys an order knows the person. */
const holdKeys = (bench: Bench, order: string, keys: string[], over: Partial<Effect<string>> = {}) =>
  bench.keys.hold(keys.map(bench.key), bench.holder(order), (held) => held.once(bench.effect('ada', over)));

const comment = (bench: Bench, order: string, over: Partial<Effect<string>> = {}) => {
  const { find: _, ...effect } = bench.effect('ada', { name: 'comment', ...over });
  return bench.keys.hold([bench.key('order')], bench.holder(order), (hold) => hold.once(effect));
};

const refused = async (guard: SendGuard): Promise<never> => {
  await guard.intend();
  throw failure('no');
};

const sendThen = (bench: Bench, then: () => void) => async (guard: SendGuard) => {
  const { assertInTime } = await guard.intend();
  assertInTime();
  const id = bench.vendor.create();
  then();
  return id;
};

const down: KeyStore['transact'] = () => Promise.reject(ledgerDown());

/** A sender that stands between its intent and its request until the gate opens. */
const startFrozen = (bench: Bench) => {
  const gate = createGate();
  const sent = createGate();
  const sender = attempt(bench, 'order-1', {
    send: async (guard) => {
      const { assertInTime } = await guard.intend();
      await gate.pass();
      assertInTime();
      const id = bench.vendor.create();
      void sent.pass();
      return id;
    },
  });
  sender.catch(() => undefined);
  return { gate, sent, sender };
};

describe.each(ledgerKinds)('once on %s', (kind) => {
  let store: KeyStore;
  beforeAll(async () => {
    store = kind === 'sqlite' ? await openKeyStoreInMemory() : await openKeyStore(kind);
  });
  afterAll(() => store.close());

  test('a create is sent once, recorded, and leaves no intent', async () => {
    const bench = createBench(store);
    const result = await attempt(bench);
    expect(result).toEqual({ kind: 'sent', result: bench.vendor.stored()[0] });
    expect(await bench.recorded('ada')).toBe(bench.vendor.stored()[0]);
    expect(await openIntents(bench)).toEqual([]);
    expect([bench.vendor.looks, bench.slept]).toEqual([0, []]); // without an open intent nothing is waited for or looked up
  });

  describe('replies that never came', () => {
    test('N11 after a lost reply the next attempt waits, looks and adopts', async () => {
      const bench = createBench(store);
      await expect(attempt(bench, 'order-1', { send: loseReply(bench) })).rejects.toThrow('failed');
      expect(await attempt(bench)).toEqual({ kind: 'adopted', result: bench.vendor.stored()[0] });
      expect([bench.vendor.sent, bench.vendor.looks]).toEqual([1, 1]);
      expect(await bench.recorded('ada')).toBe(bench.vendor.stored()[0]);
      expect(await openIntents(bench)).toEqual([]);
    });

    test('N11 a vendor that stores only after the call was given up is waited for', async () => {
      const bench = createBench(store);
      bench.vendor.storesAfterMs = abortMs + settleMs;
      await expect(attempt(bench, 'order-1', { send: loseReply(bench) })).rejects.toThrow('failed');
      expect(await attempt(bench)).toMatchObject({ kind: 'adopted' });
      expect(bench.vendor.sent).toBe(1);
    });

    test('the wait comes in slices of a second, each with a heartbeat and the lease renewed', async () => {
      const bench = createBench(store);
      await expect(attempt(bench, 'order-1', { send: loseReply(bench) })).rejects.toThrow('failed');
      let shortestLease = Infinity;
      bench.whileAsleep = async () => {
        const row = await bench.keys.find(bench.key('phone'));
        shortestLease = Math.min(shortestLease, (row?.leaseUntil ?? 0) - (await bench.clock.now()));
      };
      await attempt(bench);
      expect(bench.slept.reduce((sum, ms) => sum + ms, 0)).toBe(settleMs + 1);
      expect(Math.max(...bench.slept)).toBe(1_000);
      expect(bench.beats).toBeGreaterThanOrEqual(bench.slept.length);
      expect(shortestLease).toBeGreaterThanOrEqual(leaseMs - 1_000);
    });

    test('a repeat that is harmless needs no settle time', async () => {
      const bench = createBench(store);
      await expect(attempt(bench, 'order-1', { send: loseReply(bench), settleMs: 0 })).rejects.toThrow('failed');
      await attempt(bench, 'order-1', { settleMs: 0 });
      expect(bench.slept.reduce((sum, ms) => sum + ms, 0)).toBe(1);
    });

    test('N11 what is not found is sent under the present fence', async () => {
      const bench = createBench(store);
      await expect(attempt(bench, 'order-1', { send: neverArrives })).rejects.toThrow('failed');
      expect(await attempt(bench)).toMatchObject({ kind: 'sent' });
      expect([bench.vendor.sent, bench.vendor.looks]).toEqual([1, 1]);
    });

    test('N11 an effect that is tried again within one hold is looked for, too', async () => {
      const bench = createBench(store);
      await bench.keys.hold([bench.key('phone')], bench.holder('order-1'), async (hold) => {
        await expect(hold.once(bench.effect('ada', { send: loseReply(bench) }))).rejects.toThrow('failed');
        expect(await hold.once(bench.effect('ada'))).toMatchObject({ kind: 'adopted' });
      });
      expect(bench.vendor.sent).toBe(1);
    });

    test('a cancelled wait gives up and leaves the intent', async () => {
      const bench = createBench(store);
      await expect(attempt(bench, 'order-1', { send: loseReply(bench) })).rejects.toThrow('failed');
      const cancelled = { ...bench.holder('order-1'), heartbeat: () => { throw new Error('cancelled'); } };
      await expect(bench.keys.hold([bench.key('phone')], cancelled, (hold) => hold.once(bench.effect('ada')))).rejects.toThrow('cancelled');
      expect(await openIntents(bench)).toEqual(['person']);
    });

    test('who is overtaken while waiting neither looks nor sends', async () => {
      const bench = createBench(store);
      await expect(attempt(bench, 'order-1', { send: loseReply(bench) })).rejects.toThrow('failed');
      bench.whileAsleep = async () => {
        bench.whileAsleep = () => undefined;
        await bench.keys.hold([bench.key('phone')], bench.holder('order-1'), () => Promise.resolve());
      };
      await expect(attempt(bench)).rejects.toThrow(StaleFenceError);
      expect([bench.vendor.sent, bench.vendor.looks]).toEqual([1, 0]);
    });

    test('N11 a clock set back makes nobody wait longer than the call and its settle time', async () => {
      const bench = createBench(store);
      await expect(attempt(bench, 'order-1', { send: loseReply(bench) })).rejects.toThrow('failed');
      bench.clock.advance(-60 * 60_000);
      expect(await attempt(bench)).toMatchObject({ kind: 'adopted' });
      expect(bench.slept.reduce((sum, ms) => sum + ms, 0)).toBe(abortMs + settleMs + 1);
    });
  });

  /** Where the first sender freezes, and what becomes of it when it wakes. */
  const frozen: { at: 'before the intent' | 'before the request' | 'after the reply'; wakesWith: typeof StaleFenceError | typeof DeadlineError; requests: number; kind: 'sent' | 'adopted' }[] = [
    { at: 'before the intent', wakesWith: StaleFenceError, requests: 1, kind: 'sent' },
    { at: 'before the request', wakesWith: DeadlineError, requests: 1, kind: 'sent' },
    { at: 'after the reply', wakesWith: StaleFenceError, requests: 1, kind: 'adopted' },
  ];
  /** Another attempt of the same order comes at once; another order only when the lease is over. */
  const followers = [
    { follower: 'another attempt of the same order', order: 'order-1', afterMs: 0 },
    { follower: 'another order', order: 'order-2', afterMs: abortMs + leaseMs },
  ];

  describe.each(followers)('a sender that freezes is overtaken by $follower', ({ order, afterMs }) => {
    test.each(frozen)('N1 N11 frozen $at it makes no second person', async ({ at, wakesWith, requests, kind: expected }) => {
      const bench = createBench(store);
      const gate = createGate();
      const freeze = (point: typeof at) => (point === at ? gate.pass() : Promise.resolve());
      const zombie = attempt(bench, 'order-1', {
        send: async (guard) => {
          await freeze('before the intent');
          const { assertInTime } = await guard.intend();
          await freeze('before the request');
          assertInTime();
          const id = bench.vendor.create();
          await freeze('after the reply');
          return id;
        },
      });
      await gate.reached;
      bench.pass(afterMs);
      expect(await attempt(bench, order)).toMatchObject({ kind: expected });
      gate.open();
      await expect(zombie).rejects.toThrow(wakesWith);
      expect(bench.vendor.sent).toBe(requests);
      expect(await bench.recorded('ada')).toBe(bench.vendor.stored()[0]);
      expect(await openIntents(bench)).toEqual([]);
    });
  });

  describe('a sender that freezes right before the request and wakes in time still sends', () => {
    test('N1 N11 another attempt of the same order waits that long and adopts', async () => {
      const bench = createBench(store);
      const { gate, sent, sender } = startFrozen(bench);
      await gate.reached;
      bench.whileAsleep = () => {
        gate.open();
        return sent.reached;
      };
      expect(await attempt(bench)).toMatchObject({ kind: 'adopted' });
      await expect(sender).rejects.toThrow(StaleFenceError);
      expect(bench.vendor.sent).toBe(1);
    });

    test('N1 N11 another order finds the key busy until then', async () => {
      const bench = createBench(store);
      const { gate, sender } = startFrozen(bench);
      await gate.reached;
      bench.pass(abortMs - 1);
      await expect(attempt(bench, 'order-2')).rejects.toThrow(BusyKeyError);
      gate.open();
      expect(await sender).toMatchObject({ kind: 'sent' });
    });
  });

  test('the lease outlasts the call, however short it was', async () => {
    const bench = createBench(store);
    const hurried = { ...bench.holder('order-1'), leaseMs: 1_000 };
    await bench.keys.hold([bench.key('phone')], hurried, (hold) =>
      hold.once(
        bench.effect('ada', {
          send: async (guard) => {
            await guard.intend();
            bench.pass(abortMs);
            await expect(attempt(bench, 'order-2')).rejects.toThrow(BusyKeyError);
            return bench.vendor.create();
          },
        }),
      ),
    );
    expect(bench.vendor.sent).toBe(1);
  });

  test('a sender that wakes late and was not overtaken closes its intent: nothing was sent', async () => {
    const bench = createBench(store);
    const send = async (guard: SendGuard) => {
      const { assertInTime } = await guard.intend();
      bench.pass(abortMs);
      assertInTime();
      return bench.vendor.create();
    };
    await expect(attempt(bench, 'order-1', { send })).rejects.toThrow(DeadlineError);
    expect(bench.vendor.sent).toBe(0);
    expect(await openIntents(bench)).toEqual([]);
  });

  test('the deadline starts before the intent is written', async () => {
    const bench = createBench(store);
    const slowly: KeyStore['transact'] = async (work) => {
      const done = await store.transact(work);
      bench.pass(abortMs + 1);
      return done;
    };
    const send = async (guard: SendGuard) => {
      bench.transact = slowly;
      await guard.intend().finally(() => (bench.transact = store.transact));
      return bench.vendor.create();
    };
    await expect(attempt(bench, 'order-1', { send })).rejects.toThrow(DeadlineError);
    expect(bench.vendor.sent).toBe(0);
  });

  test('N2 a run that starts again from its beginning finds the result and sends nothing', async () => {
    const bench = createBench(store);
    const run = () =>
      bench.keys.hold([bench.key('phone')], bench.holder('order-1'), async (hold) => {
        const known = await bench.recorded('ada');
        return known ?? hold.once(bench.effect('ada'));
      });
    await run();
    expect(await run()).toBe(bench.vendor.stored()[0]);
    expect(bench.vendor.sent).toBe(1);
  });

  describe('keys that overlap', () => {
    test('N1 N11 an intent taken for phone and e-mail is seen by whoever shares the phone, and settled on the e-mail by whoever shares that', async () => {
      const bench = createBench(store);
      await expect(holdKeys(bench, 'order-1', ['phone', 'email-1'], { send: loseReply(bench) })).rejects.toThrow('failed');
      expect(await holdKeys(bench, 'order-2', ['phone', 'email-2'])).toMatchObject({ kind: 'adopted' });
      expect(await openIntents(bench, 'phone')).toEqual([]);
      expect(await openIntents(bench, 'email-1')).toEqual(['person']);
      expect(await holdKeys(bench, 'order-3', ['email-1'])).toMatchObject({ kind: 'adopted' });
      expect(await openIntents(bench, 'email-1')).toEqual([]);
      expect(bench.vendor.sent).toBe(1);
    });

    test('N1 a sender that lost one of its keys sends and records nothing', async () => {
      const bench = createBench(store);
      const gate = createGate();
      const zombie = holdKeys(bench, 'order-1', ['phone', 'email-1'], {
        send: async (guard) => {
          await gate.pass();
          await guard.intend();
          return bench.vendor.create();
        },
      });
      await gate.reached;
      bench.pass(leaseMs);
      await holdKeys(bench, 'order-2', ['email-1']);
      gate.open();
      await expect(zombie).rejects.toThrow(StaleFenceError);
      expect(bench.vendor.sent).toBe(1);
    });

    test('intents of several senders are waited for until the latest is over', async () => {
      const bench = createBench(store);
      await expect(holdKeys(bench, 'order-1', ['phone'], { send: loseReply(bench) })).rejects.toThrow('failed');
      await expect(holdKeys(bench, 'order-2', ['email-1'], { send: loseReply(bench) })).rejects.toThrow('failed');
      await holdKeys(bench, 'order-3', ['phone', 'email-1']);
      expect(bench.slept.reduce((sum, ms) => sum + ms, 0)).toBe(settleMs + 1);
    });
  });

  test('an open intent of another effect is neither settled nor overwritten', async () => {
    const bench = createBench(store);
    await bench.keys.hold([bench.key('phone')], bench.holder('order-1'), async (hold) => {
      await expect(hold.once(bench.effect('ada', { name: 'order', send: loseReply(bench) }))).rejects.toThrow('failed');
      expect(await hold.once(bench.effect('ada', { name: 'item:3' }))).toMatchObject({ kind: 'sent' });
      await expect(hold.once(bench.effect('ada', { name: 'item:4', send: loseReply(bench) }))).rejects.toThrow('failed');
    });
    expect(await openIntents(bench)).toEqual(['order', 'item:4']);
    expect(bench.vendor.looks).toBe(0);
  });

  describe('what cannot be looked up', () => {
    test('N11 is never sent again after a lost reply: unknown, now and later', async () => {
      const bench = createBench(store);
      await expect(comment(bench, 'order-1', { send: loseReply(bench) })).rejects.toThrow('failed');
      expect(await comment(bench, 'order-1')).toEqual({ kind: 'unknown' });
      expect(await comment(bench, 'order-1')).toEqual({ kind: 'unknown' });
      expect(await comment(bench, 'order-2')).toEqual({ kind: 'unknown' });
      const lookedUpNow = bench.effect('ada', { name: 'comment' });
      expect(await bench.keys.hold([bench.key('order')], bench.holder('order-1'), (hold) => hold.once(lookedUpNow))).toEqual({ kind: 'unknown' });
      expect([bench.vendor.sent, bench.slept]).toEqual([1, []]);
      expect(await openIntents(bench, 'order')).toEqual([]);
    });

    test('is sent again when the vendor refused it', async () => {
      const bench = createBench(store);
      await expect(comment(bench, 'order-1', { send: refused })).rejects.toThrow('failed');
      expect(await comment(bench, 'order-1')).toMatchObject({ kind: 'sent' });
    });
  });

  describe('failures of a send', () => {
    test.each([
      { what: 'a refusal', closes: true, send: refused },
      { what: 'an answer that may have been lost', closes: false, send: async (guard: SendGuard) => (await guard.intend(), Promise.reject(failure('maybe'))) },
      { what: 'an error of unknown kind', closes: false, send: async (guard: SendGuard) => (await guard.intend(), Promise.reject(new TypeError('broken'))) },
      { what: 'a refusal after a request before it', closes: false, send: async (guard: SendGuard) => (await guard.intend(), refused(guard)) },
    ])('$what closes the intent: $closes', async ({ closes, send }) => {
      const bench = createBench(store);
      await expect(attempt(bench, 'order-1', { send })).rejects.toThrow(Error);
      expect(await openIntents(bench)).toEqual(closes ? [] : ['person']);
      await attempt(bench);
      expect(bench.vendor.looks).toBe(closes ? 0 : 1);
    });

    test('a step that gives its turn back before the intent leaves nothing', async () => {
      const bench = createBench(store);
      await expect(attempt(bench, 'order-1', { send: () => Promise.reject(new Error('no budget')) })).rejects.toThrow('no budget');
      expect(await openIntents(bench)).toEqual([]);
    });

    test('the answer to writing the intent is lost: nothing was sent, nothing stays open', async () => {
      const bench = createBench(store);
      const send = async (guard: SendGuard) => {
        bench.transact = lostAfter(bench, 1);
        await guard.intend();
        return bench.vendor.create();
      };
      await expect(attempt(bench, 'order-1', { send })).rejects.toThrow(LedgerUnavailableError);
      expect(bench.vendor.sent).toBe(0);
      expect(await openIntents(bench)).toEqual([]);
    });

    test('an effect without a time limit is refused', async () => {
      const bench = createBench(store);
      await expect(attempt(bench, 'order-1', { abortMs: 0 })).rejects.toThrow(RangeError);
    });
  });

  /** The next transactions are committed, their answers lost. */
  const lostAfter = (bench: Bench, count: number): KeyStore['transact'] => {
    let left = count;
    return async (work) => {
      const done = await store.transact(work);
      left -= 1;
      if (left <= 0) bench.transact = store.transact;
      throw Object.assign(ledgerDown(), { done });
    };
  };

  describe('the ledger is down when the result is known', () => {
    test('it is written as soon as the ledger is back', async () => {
      const bench = createBench(store);
      bench.whileAsleep = () => {
        if (bench.elapsed() > 10_000) bench.transact = store.transact;
      };
      const send = sendThen(bench, () => (bench.transact = down));
      expect(await attempt(bench, 'order-1', { send })).toMatchObject({ kind: 'sent' });
      expect(await bench.recorded('ada')).toBe(bench.vendor.stored()[0]);
      expect(bench.beats).toBeGreaterThan(10);
    });

    test('its writing can be repeated after a lost answer', async () => {
      const bench = createBench(store);
      const send = sendThen(bench, () => (bench.transact = lostAfter(bench, 2)));
      expect(await attempt(bench, 'order-1', { send })).toMatchObject({ kind: 'sent' });
      expect(await bench.recorded('ada')).toBe(bench.vendor.stored()[0]);
      expect(await openIntents(bench)).toEqual([]);
    });

    test('N11 it stays down: the intent stays, and the next attempt adopts', async () => {
      const bench = createBench(store);
      const send = sendThen(bench, () => (bench.transact = down));
      await expect(attempt(bench, 'order-1', { send })).rejects.toThrow(LedgerUnavailableError);
      bench.transact = store.transact;
      expect(await openIntents(bench)).toEqual(['person']);
      expect(await attempt(bench)).toMatchObject({ kind: 'adopted' });
      expect(bench.vendor.sent).toBe(1);
    });

    test('a result is recorded with its intent closed, or neither', async () => {
      const bench = createBench(store);
      const record: Effect<string>['record'] = async (id, write) => {
        await write.setLink(linkOf(bench.key('ada'), id));
        throw new Error('broken record');
      };
      await expect(attempt(bench, 'order-1', { record })).rejects.toThrow('broken record');
      expect(bench.slept).toEqual([]); // only an unreachable ledger is tried again
      expect(await bench.recorded('ada')).toBeUndefined();
      expect(await openIntents(bench)).toEqual(['person']);
    });
  });
});
