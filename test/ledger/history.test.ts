/** Outcomes, parked records, acts, settings and marks: what is asked later. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OutcomeEntry } from '../../ledger/ledger.ts';
import { ledgerKinds, openTestLedger, type TestLedger } from '../setup/ledger.ts';

const key = { integration: 'shop-books', kind: 'order', sourceId: '17' } as const;
const outcome = (change: Partial<Omit<OutcomeEntry, 'at'>> = {}): Omit<OutcomeEntry, 'at'> => ({
  ...key,
  number: '#17',
  outcome: 'created',
  reason: '',
  targetId: '900',
  detail: 'Nora Lindqvist was found twice',
  run: 'run-1',
  settingsVersion: 'v1',
  ...change,
});
const parkedEntry = { ...key, number: '#17', step: 'create the order', reason: 'refused', words: 'phone: +48 555 0100 is not a phone', run: 'run-1' };

describe.each(ledgerKinds)('history on %s', (kind) => {
  let t: TestLedger;
  beforeEach(async () => void (t = await openTestLedger(kind)));
  afterEach(() => t.close());

  test('each record counts once, by its latest outcome', async () => {
    const { outcomes } = t.ledger;
    await outcomes.add(outcome({ outcome: 'parked', reason: 'refused', targetId: null }));
    await outcomes.add(outcome({ outcome: 'retried', reason: '', targetId: null }));
    await outcomes.add(outcome());
    await outcomes.add(outcome({ sourceId: '18', outcome: 'skipped', reason: 'no-contact', targetId: null }));
    await outcomes.add(outcome({ sourceId: '19', outcome: 'skipped', reason: 'no-contact', targetId: null }));
    await outcomes.add(outcome({ integration: 'other-books', outcome: 'skipped', reason: 'no-contact', targetId: null }));
    expect(await outcomes.count('shop-books')).toEqual([
      { outcome: 'created', reason: '', count: 1 },
      { outcome: 'skipped', reason: 'no-contact', count: 2 },
    ]);
    expect(await outcomes.latestReasons('shop-books', 3)).toEqual(['no-contact', 'no-contact', '']);
  });

  test('outcomes are listed latest first and keep what was said', async () => {
    const { outcomes } = t.ledger;
    const since = await t.clock.now();
    await outcomes.add(outcome({ outcome: 'parked', reason: 'refused', targetId: null }));
    t.clock.advance(1_000);
    await outcomes.add(outcome());
    expect(await outcomes.list('shop-books', { sourceId: '17', limit: 10 })).toEqual([
      { ...outcome(), at: since + 1_000 },
      { ...outcome({ outcome: 'parked', reason: 'refused', targetId: null }), at: since },
    ]);
    expect(await outcomes.list('shop-books', { outcome: 'parked', limit: 10 })).toHaveLength(1);
    expect(await outcomes.list('shop-books', { outcome: 'lost', limit: 10 })).toEqual([]);
    expect(await outcomes.list('shop-books', { since: since + 1, limit: 10 })).toHaveLength(1);
    expect(await outcomes.list('shop-books', { limit: 1 })).toMatchObject([{ outcome: 'created' }]);
  });

  test('an outcome told again after a lost reply is one outcome; the same after a retry is another', async () => {
    const { outcomes } = t.ledger;
    const refused = outcome({ outcome: 'parked', reason: 'refused', targetId: null });
    await outcomes.add(refused);
    await outcomes.add(refused);
    await outcomes.add(outcome({ outcome: 'retried', reason: '', targetId: null }));
    await outcomes.add(refused);
    expect((await outcomes.list('shop-books', { limit: 10 })).map((entry) => entry.outcome)).toEqual(['parked', 'retried', 'parked']);
  });

  test('N18 a record keeps the settings version that wrote it; a skip does not change it', async () => {
    await t.ledger.records.complete(key, '900', 'a');
    await t.ledger.outcomes.add(outcome());
    await t.ledger.outcomes.add(outcome({ outcome: 'skipped', reason: 'already-imported', settingsVersion: 'v2', run: 'run-2' }));
    expect(await t.ledger.records.find(key)).toMatchObject({ settingsVersion: 'v1' });
  });

  test('N8 a parked record is visible with its words, and can be listed by reason until it is removed', async () => {
    const { parked } = t.ledger;
    const since = await t.clock.now();
    await parked.put(parkedEntry);
    await parked.put({ ...parkedEntry, sourceId: '18', reason: 'products-missing' });
    await parked.put({ ...parkedEntry, integration: 'other-books' });
    expect(await parked.find(key)).toEqual({ ...parkedEntry, since });
    expect(await parked.list('shop-books')).toHaveLength(2);
    expect(await parked.list('shop-books', 'refused')).toEqual([{ ...parkedEntry, since }]);
    expect(await parked.list(undefined)).toHaveLength(3);
    await parked.remove(key);
    await parked.remove(key);
    expect(await parked.find(key)).toBeUndefined();
  });

  test('N8 a retry that fails for the same reason keeps the time since when a person is waited for; another reason is new', async () => {
    const { parked } = t.ledger;
    const since = await t.clock.now();
    await parked.put(parkedEntry);
    t.clock.advance(1_000);
    await parked.put({ ...parkedEntry, words: 'still not a phone' });
    expect(await parked.find(key)).toMatchObject({ words: 'still not a phone', since });
    await parked.put({ ...parkedEntry, reason: 'products-missing' });
    expect(await parked.find(key)).toMatchObject({ reason: 'products-missing', since: since + 1_000 });
  });

  test('N20 an operator’s act is kept with name, time, reason, before and after, and never replaced', async () => {
    const { acts } = t.ledger;
    const at = await t.clock.now();
    const act = { operator: 'sam', verb: 'edit', subject: 'order:shop-books:17', reason: 'wrong phone', before: '+48 555 0100', after: '+48 555 0101' };
    await acts.add(act);
    await acts.add({ ...act, verb: 'retry', before: null, after: null, reason: null });
    await acts.add({ ...act, subject: 'all', verb: 'pause' });
    expect(await acts.list({ subject: act.subject, limit: 10 })).toEqual([
      { ...act, verb: 'retry', before: null, after: null, reason: null, at },
      { ...act, at },
    ]);
    expect(await acts.list({ limit: 2 })).toHaveLength(2);
    expect(await acts.list({ since: at + 1, limit: 10 })).toEqual([]);
  });

  test('N18 the same settings applied twice change nothing, nor does another order of their keys', async () => {
    const { settings } = t.ledger;
    const first = await settings.apply('integration:shop-books', '{"codeOf":"variant","articles":{"fee":"1","shipping":"2"}}');
    expect(first.changed).toBe(true);
    expect(await settings.apply('integration:shop-books', '{"articles":{"shipping":"2","fee":"1"},"codeOf":"variant"}')).toEqual({ version: first.version, changed: false });
    const second = await settings.apply('integration:shop-books', '{"codeOf":"product","articles":{"fee":"1","shipping":"2"}}');
    expect(second).toMatchObject({ changed: true });
    expect(second.version).not.toBe(first.version);
    expect(await settings.apply('integration:shop-books', '{"articles":{"shipping":"2","fee":"1"},"codeOf":"variant"}')).toEqual(first);
    expect(await settings.current('integration:shop-books')).toEqual({ version: first.version, body: '{"articles":{"fee":"1","shipping":"2"},"codeOf":"variant"}' });
  });

  test('current settings are listed by the beginning of their subject', async () => {
    const { settings } = t.ledger;
    await settings.apply('connection:shop', '{"a":[1,null,true]}');
    await settings.apply('connection:books', '{}');
    await settings.apply('company:acme', '{}');
    expect((await settings.listCurrent('connection:')).map(({ subject, body }) => [subject, body])).toEqual([
      ['connection:books', '{}'],
      ['connection:shop', '{"a":[1,null,true]}'],
    ]);
    expect(await settings.current('company:other')).toBeUndefined();
  });

  test('a mark is what was set last', async () => {
    const { marks } = t.ledger;
    expect(await marks.get('shop-books', 'changed')).toBeUndefined();
    await marks.set('shop-books', 'changed', 'a');
    await marks.set('shop-books', 'changed', 'b');
    await marks.set('shop-books', 'backfill', 'c');
    expect([await marks.get('shop-books', 'changed'), await marks.get('shop-books', 'backfill')]).toEqual(['b', 'c']);
  });
});
