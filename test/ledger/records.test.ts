import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RecordKey } from '../../ledger/ledger.ts';
import { ledgerKinds, openTestLedger, type TestLedger } from '../setup/ledger.ts';

const integration = 'shop-books';
const key: RecordKey = { integration, kind: 'order', sourceId: '17' };
const entry = (sourceId: string, digest: string) => ({ sourceId, number: `#${sourceId}`, digest });

describe.each(ledgerKinds)('records on %s', (kind) => {
  let t: TestLedger;
  beforeEach(async () => void (t = await openTestLedger(kind)));
  afterEach(() => t.close());

  test('a page of a hundred is announced in one go, and an empty one does nothing', async () => {
    const page = Array.from({ length: 100 }, (_, n) => entry(String(n), `digest ${n}`));
    expect(await t.ledger.records.announce(integration, page)).toEqual(page.map(({ sourceId }) => ({ sourceId, state: 'announced' }))); // in the page's order
    expect(await t.ledger.records.countOpen(integration)).toBe(100);
    expect(await t.ledger.records.announce(integration, [])).toEqual([]);
    expect(await t.ledger.records.find({ ...key, sourceId: '42' })).toEqual({
      ...key,
      sourceId: '42',
      state: 'announced',
      number: '#42',
      targetId: null,
      digest: null,
      announcedAt: await t.clock.now(),
      completedAt: null,
      settingsVersion: null,
    });
  });

  test('the same record twice on one page is announced once', async () => {
    expect(await t.ledger.records.announce(integration, [entry('17', 'a'), entry('17', 'b')])).toEqual([{ sourceId: '17', state: 'announced' }]);
  });

  test('what is announced or begun is started again: starting twice is harmless, forgetting is not', async () => {
    await t.ledger.records.announce(integration, [entry('17', 'a')]);
    expect(await t.ledger.records.announce(integration, [entry('17', 'a')])).toEqual([{ sourceId: '17', state: 'announced' }]);
    await t.ledger.records.begin(key, 'content', '#17');
    expect(await t.ledger.records.announce(integration, [entry('17', 'a')])).toEqual([{ sourceId: '17', state: 'begun' }]);
  });

  test.each([
    ['completed', 'completed', (l: TestLedger['ledger']) => l.records.complete(key, '900', 'a')],
    ['skipped', 'announced', (l: TestLedger['ledger']) => l.records.skip(key, 'a', '#17')],
    ['parked', 'parked', (l: TestLedger['ledger']) => l.records.park(key, 'a')],
  ] as const)('N18 a %s record is announced only when its source changed', async (_, then, finish) => {
    await t.ledger.records.announce(integration, [entry('17', 'a')]);
    await finish(t.ledger);
    expect(await t.ledger.records.countOpen(integration)).toBe(0);
    expect(await t.ledger.records.announce(integration, [entry('17', 'a')])).toEqual([]);
    expect(await t.ledger.records.announce(integration, [entry('17', 'b')])).toEqual([{ sourceId: '17', state: then }]);
    expect(await t.ledger.records.countOpen(integration)).toBe(1);
  });

  test('records of another integration are others', async () => {
    await t.ledger.records.complete(key, '900', 'a');
    expect(await t.ledger.records.announce('other-books', [entry('17', 'a')])).toHaveLength(1);
    expect(await t.ledger.records.find({ ...key, integration: 'other-books' })).toMatchObject({ state: 'announced', targetId: null });
  });

  test('a second begin goes on from the content of the first, until the record is completed', async () => {
    expect(await t.ledger.records.begin(key, 'first reading', '#17')).toEqual({ content: 'first reading', targetId: null });
    await t.ledger.records.setTarget(key, '900');
    expect(await t.ledger.records.begin(key, 'second reading', '#17')).toEqual({ content: 'first reading', targetId: '900' });
    await t.ledger.records.complete(key, '900', 'a');
    expect(await t.ledger.records.begin(key, 'third reading', '#17')).toEqual({ content: 'third reading', targetId: '900' });
    expect(await t.ledger.records.find(key)).toMatchObject({ state: 'completed', digest: 'a' });
  });

  test('N8 a parked record that left nothing outside is begun with what was mended since; a half-made one goes on', async () => {
    await t.ledger.records.begin(key, 'refused', '#17');
    await t.ledger.records.park(key, 'a');
    expect((await t.ledger.records.begin(key, 'mended', '#17')).content).toBe('mended');
    await t.ledger.records.setTarget(key, '900');
    await t.ledger.records.park(key, 'a');
    expect((await t.ledger.records.begin(key, 'mended again', '#17')).content).toBe('mended');
  });

  test('N2 a completed import stays completed when it is skipped, parked or completed again', async () => {
    await t.ledger.records.complete(key, '900', 'a');
    const completedAt = await t.clock.now();
    t.clock.advance(60_000);
    await t.ledger.records.skip(key, 'b', '#17');
    await t.ledger.records.park(key, 'c');
    await t.ledger.records.complete(key, '900', 'd');
    expect(await t.ledger.records.find(key)).toMatchObject({ state: 'completed', targetId: '900', digest: 'd', completedAt });
  });

  test('completing resolves the parked row and keeps the corrections, with which the order is followed', async () => {
    await t.ledger.records.park(key, 'a');
    await t.ledger.parked.put({ ...key, number: '#17', step: 'create the order', reason: 'refused', words: 'no such field', run: 'run-1' });
    await t.ledger.records.setEdits(key, '{"email":"nora@example.com"}');
    expect(await t.ledger.records.edits(key)).toBe('{"email":"nora@example.com"}');
    await t.ledger.records.complete(key, '900', 'a');
    expect(await t.ledger.records.edits(key)).toBe('{"email":"nora@example.com"}');
    expect(await t.ledger.parked.find(key)).toBeUndefined();
  });

  test('a skip without a digest has decided on what was announced', async () => {
    await t.ledger.records.announce(integration, [entry('17', 'a')]);
    await t.ledger.records.skip(key, null, null);
    expect(await t.ledger.records.find(key)).toMatchObject({ state: 'skipped', digest: 'a', number: '#17' });
  });

  test.each(['skip', 'park'] as const)('a record that was never announced and ended by %s without a digest comes back when it is', async (end) => {
    await (end === 'skip' ? t.ledger.records.skip(key, null, null) : t.ledger.records.park(key, null));
    expect(await t.ledger.records.announce(integration, [entry('17', 'a')])).toHaveLength(1);
  });

  test('records are counted by state, found by number or id, and listed oldest first in parts', async () => {
    for (const sourceId of ['30', '10', '20']) {
      await t.ledger.records.announce(integration, [entry(sourceId, 'a')]);
      t.clock.advance(1);
    }
    await t.ledger.records.announce(integration, [entry('5', 'a'), entry('4', 'a')]);
    await t.ledger.records.complete(key, '900', 'a');
    expect(await t.ledger.records.countByState(integration)).toEqual({ announced: 5, begun: 0, completed: 1, skipped: 0, parked: 0, erased: 0 });
    expect(await t.ledger.records.findByNumber(integration, '#20')).toMatchObject([{ sourceId: '20' }]);
    expect(await t.ledger.records.findByNumber(integration, '20')).toMatchObject([{ sourceId: '20' }]);
    expect(await t.ledger.records.findMany(integration, ['10', '17', '99'])).toHaveLength(2);

    const first = await t.ledger.records.list(integration, 'announced', undefined, 2);
    const second = await t.ledger.records.list(integration, 'announced', first.at(-1)?.sourceId, 2);
    const third = await t.ledger.records.list(integration, 'announced', second.at(-1)?.sourceId, 2);
    expect([first, second, third].map((part) => part.map((record) => record.sourceId))).toEqual([['30', '10'], ['20', '4'], ['5']]);
  });
});
