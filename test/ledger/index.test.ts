import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ledgerKinds, openTestLedger, type TestLedger } from '../setup/ledger.ts';

describe.each(ledgerKinds)('the index on %s', (kind) => {
  let t: TestLedger;
  beforeEach(async () => void (t = await openTestLedger(kind)));
  afterEach(() => t.close());

  test('R14 R18 of several hits the lowest id comes first, by number and not by letter', async () => {
    await t.ledger.index.put(['1000', '99', 'x', '20000000000000000001', '20000000000000000000'].map((targetId) => ({ connection: 'books', kind: 'sku', digest: 'd', targetId })));
    expect((await t.ledger.index.find('books', 'sku', 'd')).map((entry) => entry.targetId)).toEqual(['99', '1000', '20000000000000000000', '20000000000000000001', 'x']);
  });

  test('entries are found by connection, kind and digest alone, and putting them again changes only their words', async () => {
    const { index } = t.ledger;
    const person = { connection: 'books', kind: 'phone', digest: 'd', targetId: '5', words: ['w1', 'w2'] } as const;
    await index.put([{ ...person, words: ['old'] }]);
    await index.put([{ ...person, words: [...person.words] }, { ...person, kind: 'email', digest: 'e', words: [] }, { ...person, connection: 'other', words: [] }]);
    expect(await index.find('books', 'phone', 'd')).toEqual([person]);
    expect(await index.find('books', 'email', 'd')).toEqual([]);
    const many = await index.findMany('books', [{ kind: 'phone', digest: 'd' }, { kind: 'email', digest: 'e' }, { kind: 'email', digest: 'nobody' }]);
    expect(many.map((entry) => entry.kind).sort()).toEqual(['email', 'phone']);
    expect(await index.findMany('books', [])).toEqual([]);
    await index.put([]);
  });

  test('a changed phone replaces the old one and leaves the e-mail', async () => {
    const { index } = t.ledger;
    await index.put([
      { connection: 'books', kind: 'phone', digest: 'old', targetId: '5' },
      { connection: 'books', kind: 'email', digest: 'e', targetId: '5' },
      { connection: 'books', kind: 'phone', digest: 'old', targetId: '6' },
    ]);
    await index.replace('books', '5', ['phone'], [{ connection: 'books', kind: 'phone', digest: 'new', targetId: '5' }]);
    expect((await index.find('books', 'phone', 'old')).map((entry) => entry.targetId)).toEqual(['6']);
    expect(await index.find('books', 'phone', 'new')).toHaveLength(1);
    expect(await index.find('books', 'email', 'e')).toHaveLength(1);
  });

  test('a link is renewed, and dropping an object that is gone takes its entries and links of the named kinds', async () => {
    const { index } = t.ledger;
    await index.setLink({ connection: 'books', kind: 'product', sourceId: 's1', targetId: '6' });
    await index.setLink({ connection: 'books', kind: 'product', sourceId: 's1', targetId: '7' });
    await index.setLink({ connection: 'books', kind: 'product', sourceId: 's2', targetId: '8' });
    await index.setLink({ connection: 'books', kind: 'category', sourceId: 's1', targetId: '7' });
    await index.put([{ connection: 'books', kind: 'sku', digest: 'd', targetId: '7' }]);
    expect(await index.findLinks('books', 'product', ['s1', 's2', 's3'])).toHaveLength(2);
    await index.drop('books', ['product', 'sku'], '7');
    expect(await index.findLinks('books', 'product', ['s1', 's2'])).toEqual([{ connection: 'books', kind: 'product', sourceId: 's2', targetId: '8' }]);
    expect(await index.findLinks('books', 'category', ['s1'])).toHaveLength(1);
    expect(await index.find('books', 'sku', 'd')).toEqual([]);
    expect(await index.findLinks('books', 'product', [])).toEqual([]);
  });

  test('thousands of entries are put at once', async () => {
    const entries = Array.from({ length: 3_000 }, (_, n) => ({ connection: 'books', kind: 'code' as const, digest: `d${n}`, targetId: String(n) }));
    await t.ledger.index.put(entries);
    expect(await t.ledger.index.findMany('books', entries)).toHaveLength(3_000);
  });
});
