import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BusyKeyError, StaleFenceError } from '../../ledger/errors.ts';
import { createKeys, sweepKeys } from '../../ledger/keys.ts';
import { ledgerKinds, TestClock } from '../setup/ledger.ts';
import { createBench, createGate, failure, leaseMs } from './bench.ts';
import { openKeyStore, type KeyStore } from './key-store.ts';

const dayMs = 24 * 60 * 60_000;

describe.each(ledgerKinds)('keys on %s', (kind) => {
  let store: KeyStore;
  beforeAll(async () => {
    store = await openKeyStore(kind);
  });
  afterAll(() => store.close());

  test('N1 a held key is busy for another holder and free after the work', async () => {
    const { keys, key, holder } = createBench(store);
    const gate = createGate();
    const first = keys.hold([key('phone')], holder('order-1'), gate.pass);
    await gate.reached;
    await expect(keys.hold([key('phone')], holder('order-2'), neverRun)).rejects.toThrow(BusyKeyError);
    gate.open();
    await first;
    expect(await keys.hold([key('phone')], holder('order-2'), () => Promise.resolve('done'))).toBe('done');
  });

  test('N1 all keys are taken or none', async () => {
    const { keys, key, holder } = createBench(store);
    const gate = createGate();
    const first = keys.hold([key('b')], holder('order-1'), gate.pass);
    await gate.reached;
    await expect(keys.hold([key('c'), key('b'), key('a')], holder('order-2'), neverRun)).rejects.toThrow(BusyKeyError);
    expect([await keys.find(key('a')), await keys.find(key('c'))]).toEqual([undefined, undefined]);
    gate.open();
    await first;
  });

  test('N1 two connections that want overlapping keys in any order work one after the other', async () => {
    const other = await store.openAgain();
    const { key } = createBench(store);
    const clock = new TestClock();
    const [here, there] = [store, other].map(({ db, write }) => createKeys(db, clock, { write }));
    const wishes = [['a', 'b'], ['b', 'a'], ['b', 'c'], ['c', 'a', 'b'], ['a'], ['c', 'b']];
    const inside = new Map<string, number>();
    let most = 0;
    const work = async (wish: string[], index: number): Promise<void> => {
      const keys = index % 2 === 0 ? here : there;
      try {
        await keys?.hold(wish.map(key), { name: `order-${index}` }, async () => {
          for (const name of wish) inside.set(name, (inside.get(name) ?? 0) + 1);
          most = Math.max(most, ...inside.values());
          await new Promise((resolve) => setImmediate(resolve));
          for (const name of wish) inside.set(name, (inside.get(name) ?? 0) - 1);
        });
      } catch (error) {
        if (!(error instanceof BusyKeyError)) throw error;
        await new Promise((resolve) => setImmediate(resolve));
        await work(wish, index);
      }
    };
    await Promise.all([...wishes, ...wishes].map(work));
    await other.close();
    expect(most).toBe(1);
    expect((await store.db.selectFrom('keys').select('fence').where('key', '=', key('b')).executeTakeFirst())?.fence).toBe(10);
  });

  test('a busy key names a short delay, never longer than the lease that is left', async () => {
    const { keys, key, holder, pass } = createBench(store);
    const gate = createGate();
    const first = keys.hold([key('phone')], holder('order-1'), gate.pass);
    await gate.reached;
    const delayNow = async () => {
      const error = await keys.hold([key('phone')], holder('order-2'), neverRun).catch((reason: unknown) => reason);
      return error instanceof BusyKeyError ? error.retryAfterMs : undefined;
    };
    expect(await delayNow()).toBe(300); // 100–500 ms, by chance
    pass(leaseMs - 40);
    expect(await delayNow()).toBe(40);
    gate.open();
    await first;
  });

  test('a key can be taken over when its lease is over, and the former holder frees nothing', async () => {
    const { keys, key, holder, pass } = createBench(store);
    const gate = createGate();
    const first = keys.hold([key('phone')], holder('order-1'), gate.pass);
    await gate.reached;
    pass(leaseMs);
    await keys.hold([key('phone')], holder('order-2'), async () => {
      gate.open();
      await first;
      expect((await keys.find(key('phone')))?.holder).toBe(holder('order-2').name);
    });
    expect(await keys.find(key('phone'))).toMatchObject({ holder: null, fence: 2, leaseUntil: 0 });
  });

  test('an attempt of the same holder takes the key at once and overtakes the earlier one', async () => {
    const { keys, key, holder } = createBench(store);
    const gate = createGate();
    const zombie = keys.hold([key('phone')], holder('order-1'), async (hold) => {
      await gate.pass();
      await hold.renew();
    });
    await gate.reached;
    await keys.hold([key('phone')], holder('order-1'), async (hold) => {
      gate.open();
      await expect(zombie).rejects.toThrow(StaleFenceError);
      await hold.renew();
    });
  });

  test('renewing puts the takeover off', async () => {
    const { keys, key, holder, pass } = createBench(store);
    await keys.hold([key('phone')], holder('order-1'), async (hold) => {
      pass(leaseMs - 1);
      await hold.renew();
      pass(leaseMs - 1);
      await expect(keys.hold([key('phone')], holder('order-2'), neverRun)).rejects.toThrow(BusyKeyError);
    });
  });

  test('a lease from before the clock was set back by an hour is over', async () => {
    const { keys, key, holder, clock } = createBench(store);
    const gate = createGate();
    const first = keys.hold([key('phone')], holder('order-1'), gate.pass);
    await gate.reached;
    clock.advance(-60 * 60_000);
    expect(await keys.hold([key('phone')], holder('order-2'), () => Promise.resolve('done'))).toBe('done');
    gate.open();
    await first;
  });

  test('keys are freed when the work fails, and what was left open stays to be found', async () => {
    const { keys, key, holder, effect } = createBench(store);
    const send = async (guard: Parameters<ReturnType<typeof effect>['send']>[0]) => {
      await guard.intend();
      throw failure('maybe');
    };
    await expect(keys.hold([key('phone')], holder('order-1'), (hold) => hold.once(effect('ada', { send })))).rejects.toThrow('failed');
    expect(await keys.find(key('phone'))).toMatchObject({ holder: null, leaseUntil: 0, intent: { effect: 'person', marker: 'marker of ada' } });
  });

  test('work that goes on after its hold has ended sends nothing', async () => {
    const { keys, key, holder, effect, vendor } = createBench(store);
    const hold = await keys.hold([key('phone')], holder('order-1'), (held) => Promise.resolve(held));
    await expect(hold.once(effect('ada'))).rejects.toThrow(StaleFenceError);
    expect(vendor.sent).toBe(0);
  });

  test('a hold needs a key, and a lease of at most ten minutes', async () => {
    const { keys, key } = createBench(store);
    await expect(keys.hold([], { name: 'order-1' }, neverRun)).rejects.toThrow(RangeError);
    await expect(keys.hold([key('phone')], { name: 'order-1', leaseMs: 11 * 60_000 }, neverRun)).rejects.toThrow(RangeError);
  });

  test('the sweep leaves for a day what was used, and for ever what is not settled', async () => {
    const { keys, key, holder, effect, pass, clock } = createBench(store);
    const remaining = async () => {
      await sweepKeys(store.db, await clock.now());
      const names = ['used', 'open', 'unknown', 'held'];
      const found = await Promise.all(names.map((name) => keys.find(key(name))));
      return names.filter((_, index) => found[index]);
    };
    const lose = effect('ada', { send: async (guard) => (await guard.intend(), Promise.reject(failure('maybe'))) });
    const { find: _, ...loseUnseen } = lose;
    await keys.hold([key('used')], holder('order-1'), () => Promise.resolve());
    await keys.hold([key('open')], holder('order-1'), (hold) => hold.once(lose)).catch(ignored);
    await keys.hold([key('unknown')], holder('order-1'), (hold) => hold.once(loseUnseen)).catch(ignored);
    await keys.hold([key('unknown')], holder('order-1'), (hold) => hold.once(loseUnseen));
    pass(dayMs);
    expect(await remaining()).toEqual(['used', 'open', 'unknown']);
    await keys.hold([key('held')], holder('order-1'), async (hold) => {
      pass(dayMs + 1);
      await hold.renew();
      expect(await remaining()).toEqual(['open', 'unknown', 'held']);
    });
  });
});

const neverRun = (): Promise<never> => Promise.reject(new Error('must not run'));
const ignored = (): undefined => undefined;
