import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Slots } from '../../ledger/ledger.ts';
import { createSlots } from '../../ledger/slots.ts';
import { ledgerKinds, TestClock } from '../setup/ledger.ts';
import { openKeyStore, type KeyStore } from './key-store.ts';

const leaseMs = 15_000;

describe.each(ledgerKinds)('slots on %s', (kind) => {
  let store: KeyStore;
  let other: KeyStore;
  let clock: TestClock;
  let slots: Slots;
  let accounts = 0;
  beforeAll(async () => {
    store = await openKeyStore(kind);
    other = await store.openAgain();
    clock = new TestClock();
    slots = createSlots(store.db, clock);
  });
  afterAll(async () => {
    await other.close();
    await store.close();
  });

  const newAccount = () => `account-${(accounts += 1)}`;
  const takeMany = async (account: string, wanted: number, count: number, urgent = false) => {
    const taken = [];
    for (let index = 0; index < wanted; index += 1) taken.push(await slots.take(account, count, leaseMs, urgent));
    return taken.filter((slot) => slot !== undefined);
  };

  test('N13 one of the simultaneous calls is kept for opt-outs', async () => {
    const account = newAccount();
    expect(await takeMany(account, 5, 3)).toHaveLength(2);
    expect(await takeMany(account, 5, 3, true)).toHaveLength(1);
  });

  test('N13 opt-outs take the place kept for them first', async () => {
    const account = newAccount();
    await takeMany(account, 1, 3, true);
    expect(await takeMany(account, 5, 3)).toHaveLength(2);
  });

  test('an account with one call at a time has none to keep', async () => {
    expect(await takeMany(newAccount(), 3, 1)).toHaveLength(1);
  });

  test('a released slot is free at once, and releasing again frees nobody else’s', async () => {
    const account = newAccount();
    const first = await slots.take(account, 1, leaseMs, false);
    await first?.release();
    expect(await takeMany(account, 1, 1)).toHaveLength(1);
    await first?.release();
    expect(await takeMany(account, 1, 1)).toHaveLength(0);
  });

  test('the slot of a timed-out call stays taken until it can no longer be running', async () => {
    const account = newAccount();
    await slots.take(account, 1, leaseMs, false);
    clock.advance(leaseMs - 1);
    expect(await takeMany(account, 1, 1)).toHaveLength(0);
    clock.advance(1);
    expect(await takeMany(account, 1, 1)).toHaveLength(1);
  });

  test('a lease from before the clock was set back does not last for an hour', async () => {
    const account = newAccount();
    await slots.take(account, 1, leaseMs, false);
    clock.advance(-60 * 60_000);
    expect(await takeMany(account, 1, 1)).toHaveLength(1);
  });

  test('two processes together never have more than the account allows', async () => {
    const account = newAccount();
    const both = [slots, createSlots(other.db, clock)];
    const taken = await Promise.all(Array.from({ length: 20 }, async (_, index) => both[index % 2]?.take(account, 6, leaseMs, false)));
    expect(taken.filter((slot) => slot !== undefined)).toHaveLength(5);
  });

  test('a count or a lease that makes no sense is refused', async () => {
    await expect(slots.take(newAccount(), 0, leaseMs, false)).rejects.toThrow(RangeError);
    await expect(slots.take(newAccount(), 1, 60 * 60_000, false)).rejects.toThrow(RangeError);
  });
});
