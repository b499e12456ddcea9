import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { IdentityError } from '../../ledger/errors.ts';
import { ledgerKinds, openTestLedger, type TestLedger } from '../setup/ledger.ts';

describe.each(ledgerKinds)('states on %s', (kind) => {
  let t: TestLedger;
  beforeEach(async () => void (t = await openTestLedger(kind)));
  afterEach(() => t.close());

  test.each([
    ['all', 'shop', 'shop-books', true],
    ['connection:shop', 'shop', 'shop-books', true],
    ['integration:shop-books', 'shop', 'shop-books', true],
    ['integration:shop-books', 'shop', null, false],
    ['connection:books', 'shop', 'shop-books', false],
    ['integration:other', 'shop', 'shop-books', false],
  ])('pausing %s holds calls of %s for %s: %s', async (subject, connection, integration, isHeld) => {
    await t.ledger.states.pause(subject, 'by-operator');
    const paused = await t.ledger.states.paused(connection, integration);
    expect(paused).toEqual(isHeld ? { subject, state: 'paused', reason: 'by-operator', since: await t.clock.now() } : undefined);
  });

  test('another process sees a pause and its end at its next call', async () => {
    const other = await t.openAgain();
    await t.ledger.states.pause('connection:shop', 'unauthorised');
    expect(await other.states.paused('shop', null)).toMatchObject({ reason: 'unauthorised' });
    await t.ledger.states.resume('connection:shop');
    expect(await other.states.paused('shop', null)).toBeUndefined();
    await other.close();
  });

  test('a pause keeps its first instant, and resuming what is not paused changes nothing', async () => {
    const since = await t.clock.now();
    await t.ledger.states.pause('all', 'by-operator');
    t.clock.advance(1_000);
    await t.ledger.states.pause('all', 'many-parked');
    expect(await t.ledger.states.get('all')).toEqual({ subject: 'all', state: 'paused', reason: 'many-parked', since });
    await t.ledger.states.noteFailure('shop', 'network');
    await t.ledger.states.resume('connection:shop');
    expect(await t.ledger.states.get('connection:shop')).toMatchObject({ state: 'waiting' });
  });

  test('one failure after the other doubles the delay up to a minute, and success ends it', async () => {
    const since = await t.clock.now();
    const waits: number[] = [];
    for (let n = 0; n < 9; n += 1) {
      const { waitMs } = await t.ledger.states.noteFailure('shop', 'network');
      waits.push(waitMs);
      t.clock.advance(waitMs);
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect(await t.ledger.states.get('connection:shop')).toEqual({ subject: 'connection:shop', state: 'waiting', reason: 'network', since });
    await t.ledger.states.noteSuccess('shop');
    expect(await t.ledger.states.get('connection:shop')).toMatchObject({ state: 'ok', since: await t.clock.now() });
    expect(await t.ledger.states.noteFailure('shop', 'network')).toEqual({ failures: 1, waitMs: 500 });
  });

  test('many calls that fail at one moment are one trouble: the delay grows once', async () => {
    const noted = await Promise.all(Array.from({ length: 10 }, () => t.ledger.states.noteFailure('shop', 'network')));
    expect(new Set(noted.map(({ waitMs }) => waitMs))).toEqual(new Set([500]));
    expect(Math.max(...noted.map(({ failures }) => failures))).toBe(10);
  });

  test('a success seen by another process than the failure ends the waiting', async () => {
    const other = await t.openAgain();
    await t.ledger.states.noteFailure('shop', 'network');
    await other.states.paused('shop', null); // asked before every call
    await other.states.noteSuccess('shop');
    expect(await t.ledger.states.get('connection:shop')).toMatchObject({ state: 'ok' });
    await other.close();
  });

  test('waiting and paused are kept apart: success does not end a pause', async () => {
    await t.ledger.states.noteFailure('shop', 'network');
    await t.ledger.states.pause('connection:shop', 'by-operator');
    await t.ledger.states.noteSuccess('shop');
    expect(await t.ledger.states.list()).toMatchObject([{ subject: 'connection:shop', state: 'paused' }]);
  });

  test('what was never heard of is well', async () => {
    expect(await t.ledger.states.get('connection:new')).toEqual({ subject: 'connection:new', state: 'ok', reason: '', since: 0 });
    expect(await t.ledger.states.paused('new', 'new')).toBeUndefined();
  });

  test('the moment of connecting is kept', async () => {
    expect(await t.ledger.states.connected('shop-books')).toBeUndefined();
    const connected = { connectedAt: '2026-01-15T12:00:00Z', backfillFrom: '2025-01-15T12:00:00Z' };
    await t.ledger.states.setConnected('shop-books', connected);
    expect(await t.ledger.states.connected('shop-books')).toEqual(connected);
  });

  test('an account keeps its connection’s id, a connection its account and company', async () => {
    const { states } = t.ledger;
    await states.identify('shop', 'acme', 'woocommerce:shop.example.com');
    await states.identify('shop', 'acme', 'woocommerce:shop.example.com');
    await expect(states.identify('shop-2', 'acme', 'woocommerce:shop.example.com')).rejects.toBeInstanceOf(IdentityError);
    await expect(states.identify('shop', 'acme', 'woocommerce:other.example.com')).rejects.toBeInstanceOf(IdentityError);
    await expect(states.identify('shop', 'other', 'woocommerce:shop.example.com')).rejects.toBeInstanceOf(IdentityError);
    await states.identify('shop-2', 'acme', 'woocommerce:other.example.com');
  });
});
