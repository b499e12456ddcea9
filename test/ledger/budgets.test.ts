import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Lane } from '../../domain/ports.ts';
import { createBudgets } from '../../ledger/budgets.ts';
import type { BudgetRule, Budgets, Reservation } from '../../ledger/ledger.ts';
import { ledgerKinds, TestClock } from '../setup/ledger.ts';
import { openKeyStore, openKeyStoreInMemory, type KeyStore } from './key-store.ts';

const hourMs = 60 * 60_000;
const horizonMs = 2_000;

describe.each(ledgerKinds)('budgets on %s', (kind) => {
  let store: KeyStore;
  let clock: TestClock;
  let budgets: Budgets;
  let accounts = 0;
  beforeAll(async () => {
    store = kind === 'sqlite' ? await openKeyStoreInMemory() : await openKeyStore(kind);
    clock = new TestClock();
    budgets = createBudgets(store.db, clock);
  });
  afterAll(() => store.close());

  const ruleOf = (over: Partial<BudgetRule> = {}): BudgetRule => ({ account: `account-${(accounts += 1)}`, perSecond: 20, share: 1, burst: 1, ...over });

  /** Asks until nothing more is granted; gives the waits. */
  async function drain(rule: BudgetRule, lane: Lane = 'live'): Promise<{ waits: number[]; last: Reservation }> {
    const waits: number[] = [];
    for (;;) {
      const last = await budgets.reserve(rule, lane);
      if (last.kind !== 'granted') return { waits, last };
      waits.push(last.waitMs);
    }
  }

  test('calls are spaced evenly, and only instants within two seconds are given', async () => {
    const { waits, last } = await drain(ruleOf());
    expect(waits).toEqual(Array.from({ length: 40 }, (_, index) => index * 50));
    expect(last).toEqual({ kind: 'bounced', waitMs: 50 }); // the place at two seconds is left to bulk, whose turn it is
  });

  test('N13 what is bounced reserves nothing', async () => {
    const rule = ruleOf();
    await drain(rule);
    expect((await drain(rule, 'bulk')).waits).toEqual([horizonMs]);
    for (const lane of ['bulk', 'live', 'bulk', 'live'] as const) expect(await budgets.reserve(rule, lane)).toMatchObject({ kind: 'bounced' });
    clock.advance(100);
    expect(await budgets.reserve(rule, 'live')).toEqual({ kind: 'granted', waitMs: horizonMs - 50 });
  });

  test('only our share of the limit is used', async () => {
    const { waits } = await drain(ruleOf({ perSecond: 10, share: 0.5 }));
    expect(waits).toEqual(Array.from({ length: 10 }, (_, index) => index * 200));
  });

  test('a burst leaves at once after a pause, the rest is spaced', async () => {
    const { waits } = await drain(ruleOf({ perSecond: 10, burst: 4 }));
    expect(waits.slice(0, 7)).toEqual([0, 0, 0, 0, 100, 200, 300]);
  });

  test('a call that costs several points keeps the next one away that long', async () => {
    const rule = ruleOf({ perSecond: 10 });
    await budgets.reserve(rule, 'live', 5);
    expect(await budgets.reserve(rule, 'live')).toEqual({ kind: 'granted', waitMs: 500 });
  });

  test('N13 steps that are sent away come back one after the other, each lane by itself', async () => {
    const rule = ruleOf();
    expect([await budgets.comeBack(rule, 'bulk', 1, 300), await budgets.comeBack(rule, 'bulk', 1, 300), await budgets.comeBack(rule, 'bulk', 4, 300)]).toEqual([300, 325, 425]);
    expect(await budgets.comeBack(rule, 'live', 1, 300)).toBe(300);
    clock.advance(400);
    expect(await budgets.comeBack(rule, 'bulk', 1, 10)).toBe(50);
  });

  test('a rule without a rate is refused', async () => {
    await expect(budgets.reserve(ruleOf({ perSecond: 0 }), 'live')).rejects.toThrow(RangeError);
    await expect(budgets.reserve(ruleOf({ share: 1.2 }), 'live')).rejects.toThrow(RangeError);
  });

  describe('pauses and pace', () => {
    test('N13 a Retry-After holds everybody, and afterwards nobody bursts', async () => {
      const rule = ruleOf();
      await budgets.holdUntil(rule.account, 5_000);
      expect(await budgets.reserve(rule, 'live')).toEqual({ kind: 'held', waitMs: 5_000 });
      expect(await budgets.reserve(rule, 'bulk')).toEqual({ kind: 'held', waitMs: 5_000 });
      clock.advance(5_000);
      const waits = [await budgets.reserve(rule, 'live'), await budgets.reserve(rule, 'live'), await budgets.reserve(rule, 'live')].map(({ waitMs }) => waitMs);
      expect(waits).toEqual([0, 50, 100]);
    });

    test('another process sees the pause', async () => {
      const rule = ruleOf();
      await budgets.holdUntil(rule.account, 5_000);
      expect(await createBudgets(store.db, clock).reserve(rule, 'live')).toMatchObject({ kind: 'held' });
    });

    test('a shorter pause never ends a longer one, and none is longer than fifteen minutes', async () => {
      const rule = ruleOf();
      await budgets.holdUntil(rule.account, 24 * hourMs);
      await budgets.holdUntil(rule.account, 10);
      expect(await budgets.reserve(rule, 'live')).toEqual({ kind: 'held', waitMs: 15 * 60_000 });
    });

    test('repeated refusals lower the pace, and it recovers', async () => {
      const rule = ruleOf();
      const spacing = async () => {
        const first = await budgets.reserve(rule, 'live');
        const second = await budgets.reserve(rule, 'live');
        clock.advance(3_000);
        return second.waitMs - first.waitMs;
      };
      expect(await budgets.noteThrottled(rule.account)).toBe(1);
      expect(await budgets.noteThrottled(rule.account)).toBe(2);
      expect(await spacing()).toBe(50); // two in a minute may be chance
      expect(await budgets.noteThrottled(rule.account)).toBe(3);
      expect(await budgets.noteThrottled(rule.account)).toBe(4); // the same moment: one lowering
      expect(await spacing()).toBe(63);
      for (let count = 0; count < 20; count += 1) {
        clock.advance(1_000);
        await budgets.noteThrottled(rule.account);
      }
      expect(await spacing()).toBe(200); // never below a quarter
      clock.advance(10 * 60_000);
      expect(await spacing()).toBe(50);
      expect(await budgets.noteThrottled(rule.account)).toBe(1);
    });
  });

  describe('clocks that jump', () => {
    test('there and back again', async () => {
      const rule = ruleOf();
      for (const ms of [hourMs, -hourMs, -hourMs, hourMs]) {
        for (let asked = 0; asked < 3; asked += 1) await budgets.reserve(rule, 'live');
        clock.advance(ms);
        expect((await budgets.reserve(rule, 'live')).waitMs).toBeLessThanOrEqual(horizonMs);
        clock.advance(3_000);
      }
    });

    test('a pause keeps its length when the clock is set back', async () => {
      const rule = ruleOf();
      await budgets.holdUntil(rule.account, 5_000);
      clock.advance(-hourMs);
      expect(await budgets.reserve(rule, 'live')).toEqual({ kind: 'held', waitMs: 5_000 });
    });

    test('an instant further ahead than the longest pause counts as now', async () => {
      const rule = ruleOf();
      await budgets.reserve(rule, 'live');
      const now = await clock.now();
      await store.db.updateTable('budgets').set((eb) => ({ next_free: (now + hourMs) * 1_000, hold_until: now + hourMs, version: eb('version', '+', 1) })).where('account', '=', rule.account).execute();
      expect(await budgets.reserve(rule, 'live')).toEqual({ kind: 'granted', waitMs: 0 });
    });
  });

  test('two processes never get the same instant', async () => {
    const other = kind === 'sqlite' ? store : await store.openAgain();
    const rule = ruleOf();
    const two = [budgets, createBudgets(other.db, clock)];
    const waits = await Promise.all(Array.from({ length: 40 }, async (_, index) => (await two[index % 2]?.reserve(rule, 'live'))?.waitMs ?? -1));
    expect(waits.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => index * 50));
    if (other !== store) await other.close();
  });
});
