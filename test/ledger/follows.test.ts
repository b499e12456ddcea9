import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FollowState } from '../../domain/follow.ts';
import type { FollowRow } from '../../ledger/ledger.ts';
import { ledgerKinds, openTestLedger, type TestLedger } from '../setup/ledger.ts';

const state: FollowState = { lines: { 11: { quantity: '2', price: '81.00' } }, comments: 0, ignored: 0, touchedAt: '2026-01-15T12:00:00.000Z' };
const row = (sourceId: string, changes: Partial<FollowRow> = {}): FollowRow => ({ integration: 'shop-books', sourceId, connection: 'books', targetId: `9${sourceId}`, state, isOpen: true, ...changes });
const idsOf = (rows: FollowRow[]) => rows.map(({ sourceId }) => sourceId);

describe.each(ledgerKinds)('followed orders on %s', (kind) => {
  let t: TestLedger;
  beforeEach(async () => void (t = await openTestLedger(kind)));
  afterEach(() => t.close());
  const put = async (...rows: FollowRow[]) => {
    for (const one of rows) await t.ledger.follows.put(one);
  };

  test('what is put is found, and the last one counts', async () => {
    expect(await t.ledger.follows.find('shop-books', '17')).toBeUndefined();
    await put(row('17'), row('17', { state: { ...state, ignored: 3 }, isOpen: false }), row('17', { integration: 'other-books', targetId: '5' }));
    expect(await t.ledger.follows.find('shop-books', '17')).toEqual(row('17', { state: { ...state, ignored: 3 }, isOpen: false }));
    expect(await t.ledger.follows.find('other-books', '17')).toMatchObject({ targetId: '5', isOpen: true });
  });

  test('what was seen in the target stays when the rest is put', async () => {
    await put(row('17'));
    await t.ledger.follows.noteSeen('books', [{ targetId: '917', seen: '101|true|x' }, { targetId: 'unknown', seen: 'x' }]);
    await put(row('17', { state: { ...state, comments: 1 } }));
    expect(await t.ledger.follows.find('shop-books', '17')).toMatchObject({ seen: '101|true|x', state: { comments: 1 } });
  });

  test('seen belongs to one account', async () => {
    await put(row('17'), row('18', { connection: 'other', targetId: '917' }));
    await t.ledger.follows.noteSeen('books', [{ targetId: '917', seen: 'here' }]);
    expect((await t.ledger.follows.find('shop-books', '18'))?.seen).toBeUndefined();
    await t.ledger.follows.noteSeen('books', []);
    expect((await t.ledger.follows.find('shop-books', '17'))?.seen).toBe('here');
  });

  test('orders of all integrations into an account are found by their ids there, in any number', async () => {
    await put(row('1'), row('2', { integration: 'other-books' }), row('3', { connection: 'other', targetId: '91' }));
    const many = Array.from({ length: 1_200 }, (_, n) => `unknown ${n}`);
    expect(idsOf(await t.ledger.follows.findByTarget('books', ['91', ...many, '92', '93'])).sort()).toEqual(['1', '2']);
    expect(await t.ledger.follows.findByTarget('books', [])).toEqual([]);
  });

  test('open ones come by ascending number in the target, page after page, whatever the numbers’ length', async () => {
    await put(row('a', { targetId: '1000' }), row('b', { targetId: '999' }), row('c', { targetId: '99' }), row('d', { targetId: '1001', integration: 'other-books' }), row('closed', { targetId: '998', isOpen: false }), row('elsewhere', { targetId: '997', connection: 'other' }));
    const first = await t.ledger.follows.listOpen('books', undefined, 2);
    expect(idsOf(first)).toEqual(['c', 'b']);
    expect(idsOf(await t.ledger.follows.listOpen('books', first.at(-1)?.targetId, 2))).toEqual(['a', 'd']);
    expect(await t.ledger.follows.listOpen('books', '1001', 2)).toEqual([]);
  });

  test('open ones of one integration come by their source ids', async () => {
    await put(row('1'), row('2'), row('3'), row('4', { isOpen: false }), row('5', { integration: 'other-books' }));
    expect(await t.ledger.follows.listOpenSources('shop-books', undefined, 2)).toEqual(['1', '2']);
    expect(await t.ledger.follows.listOpenSources('shop-books', '2', 2)).toEqual(['3']);
  });

  test('N5 R11 what is frozen, ignored and withheld is counted by integration', async () => {
    expect(await t.ledger.follows.count('shop-books')).toEqual({ open: 0, frozen: 0, ignored: 0, withheld: 0 });
    const frozen: FollowState = { ...state, frozenAt: '2026-01-15T13:00:00.000Z', ignored: 2 };
    await put(row('1'), row('2', { state: frozen, isOpen: false }), row('3', { state: { ...frozen, ignored: 3, withheld: 'completed' } }), row('4', { integration: 'other-books', state: frozen }));
    expect(await t.ledger.follows.count('shop-books')).toEqual({ open: 2, frozen: 2, ignored: 5, withheld: 1 });
    await put(row('3', { state }));
    expect(await t.ledger.follows.count('shop-books')).toMatchObject({ frozen: 1, ignored: 2, withheld: 0 });
  });

  test('promise 3: what a write under a key remembers comes with its end or not at all', async () => {
    const keep = (fails: boolean) =>
      t.ledger.keys.hold(['order:shop-books:17'], { name: 'run-1' }, async (hold) =>
        hold.once({
          name: 'comment',
          abortMs: 1_000,
          settleMs: 0,
          send: async (guard) => guard.intend(),
          record: async (_, write) => {
            await write.follow(row('17'));
            if (fails) throw new Error('died here');
          },
        }),
      );
    await expect(keep(true)).rejects.toThrow('died here');
    expect(await t.ledger.follows.find('shop-books', '17')).toBeUndefined();
    expect((await t.ledger.keys.find('order:shop-books:17'))?.intent?.effect).toBe('comment');
  });
});
