import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { add, compare } from '../../domain/money.ts';
import { judge, totalOf, type LedgerView, type Verdict } from '../../domain/reconcile.ts';
import type { SourceOrder, TargetOrder, TargetReading } from '../../domain/reconcile-orders.ts';
import { addUp, countOf, emptyReconciliation, total, unexplainedIn } from '../../domain/reconciliation.ts';

const bounds = { now: Date.parse('2026-11-22T02:30:00Z'), settledBefore: '2026-11-22T01:30:00Z' };
const lines = { 17: { quantity: '2', price: '10.00' }, 18: { quantity: '1', price: '5.00' } };
const source = (changes: Partial<SourceOrder> = {}): SourceOrder => ({ sourceId: '1', number: '1001', createdAt: '2026-11-01T10:00:00Z', modifiedAt: '2026-11-01T10:00:00Z', digest: 'd1', booked: { currency: 'PLN', lines, total: '25.00', differences: [] }, ...changes });
const completed = (changes: Partial<LedgerView> = {}): LedgerView => ({ state: 'completed', targetId: '500', digest: 'd1', reason: '', applied: lines, touchedAt: '2026-11-01T11:00:00Z', ...changes });
const there = (changes: Partial<TargetOrder> = {}): TargetReading => ({ readAt: '2026-11-22T02:31:00Z', order: { targetId: '500', total: '25.00', ...changes } });
const { booked: _booked, ...unreadable } = source();
const { applied: _applied, ...notFollowed } = completed();
const gone: TargetReading = { readAt: '2026-11-22T02:31:00Z' };

const changed = { lines: { 17: { quantity: '3', price: '10.00' }, 18: lines[18] }, total: '35.00' };
const changedSource = (more: Partial<SourceOrder> = {}) => source({ digest: 'd2', booked: { currency: 'PLN', differences: [], ...changed }, ...more });
const alteredThere = there({ total: '35.00', lines: [{ key: '17', id: '901', quantity: '3.000', price: '10.00' }, { key: '18', id: '902', quantity: '1.000', price: '5.00' }] });

const word = (verdict: Verdict): string => ('explanation' in verdict && verdict.explanation !== undefined ? `${verdict.kind}: ${verdict.explanation}` : 'code' in verdict ? verdict.code : 'reason' in verdict ? `${verdict.kind}: ${verdict.reason}` : verdict.kind);

describe('N6 every order gets one verdict', () => {
  test.each<[why: string, verdict: string, SourceOrder, LedgerView | undefined, TargetReading | undefined]>([
    ['stands there as we wrote it', 'imported', source(), completed(), there()],
    ['three digits of quantity are the same quantity', 'imported', source(), completed(), there({ lines: [{ key: '17', id: '901', quantity: '2.000', price: '10.00' }, { key: '18', id: '902', quantity: '1.000', price: '5.00' }] })],
    ['its data cannot be read any more: it exists', 'imported', unreadable, completed(), there()],
    ['never seen', 'missing', source(), undefined, undefined],
    ['placed a moment ago', 'under way', source({ createdAt: '2026-11-22T02:00:00Z' }), undefined, undefined],
    ['never seen, and left out by a rule', 'skipped: checkout-draft', source({ refusal: 'checkout-draft' }), undefined, undefined],
    ['left out, and a rule still says so', 'skipped: no-contact', source({ refusal: 'no-contact' }), { state: 'skipped', reason: 'no-contact' }, undefined],
    ['left out for another reason than now', 'skipped: no-contact', source({ refusal: 'no-contact' }), { state: 'skipped', reason: 'status-excluded' }, undefined],
    ['left out, and no rule says so any more', 'skipped-but-wanted', source(), { state: 'skipped', reason: 'status-excluded' }, undefined],
    ['the same, changed a moment ago', 'under way', source({ modifiedAt: '2026-11-22T02:00:00Z' }), { state: 'skipped', reason: 'status-excluded' }, undefined],
    ['left out by a person', 'skipped: left-out-by-operator', source(), { state: 'skipped', reason: 'left-out-by-operator' }, undefined],
    ['linked by a person', 'skipped: linked-by-operator', source(), { state: 'completed', reason: 'linked-by-operator', targetId: '7' }, undefined],
    ['parked', 'parked: refused', source(), { state: 'parked', reason: 'refused' }, undefined],
    ['announced a moment ago', 'under way', source(), { state: 'announced', announcedAt: bounds.now - 60_000 }, undefined],
    ['announced and forgotten', 'not-finished', source(), { state: 'begun', announcedAt: bounds.now - 90_000_000 }, undefined],
    ['erased', 'skipped: erased', source(), { state: 'erased' }, undefined],
    ['finished while we compared', 'under way', source(), completed(), undefined],
    ['gone from the target', 'gone-from-target', source(), completed(), gone],
    ['gone, and an operator left it so', 'skipped: left-out-by-operator', source(), completed({ reason: 'left-out-by-operator' }), gone],
    ['altered there behind our back', 'changed-in-target', source(), completed(), alteredThere],
    ['altered there after the write-off', 'changed-in-target', source(), completed({ isFrozen: true }), alteredThere],
    ['the same sum by a discount of staff', 'changed-in-target', source(), completed(), there({ total: '20.00', lines: [{ key: '17', id: '901', quantity: '2', price: '10.00' }, { key: '18', id: '902', quantity: '1', price: '5.00' }] })],
    ['written by us while we compared', 'imported: on-its-way', source(), completed({ touchedAt: '2026-11-22T02:31:01Z' }), alteredThere],
    ['changed in the shop, and not followed', 'change-not-followed', changedSource(), completed(), there()],
    ['changed in the shop a moment ago', 'imported: on-its-way', changedSource({ modifiedAt: '2026-11-22T02:00:00Z' }), completed(), there()],
    ['changed in the shop after the write-off', 'imported: ignored-after-write-off', changedSource({ modifiedAt: '2026-11-22T02:00:00Z' }), completed({ isFrozen: true }), there()],
    ['followed: both have the change', 'imported', changedSource(), completed({ digest: 'd2', applied: changed.lines }), there({ total: '35.00' })],
    ['corrected by an operator before it came in', 'imported: recorded-difference', source(), completed({ applied: changed.lines, isEdited: true }), there({ total: '35.00' })],
    ['with the recorded note that totals differ', 'imported: recorded-difference', source(), completed({ applied: changed.lines, notes: ['total-differs'] }), there({ total: '35.00' })],
    ['applied otherwise than the shop has it, without a word', 'differs', source(), completed({ applied: changed.lines }), there({ total: '35.00' })],
    ['imported before orders were followed', 'differs', source(), notFollowed, alteredThere],
  ])('%s: %s', (_why, verdict, order, record, reading) => {
    expect(word(judge(order, record, reading, bounds))).toBe(verdict);
  });

  test('N6 a removed line that the target kept, and that was named then, is explained', () => {
    const applied = { 17: lines[17], 18: { quantity: '0', price: '5.00' } };
    const order = source({ booked: { currency: 'PLN', lines: { 17: lines[17] }, total: '20.00', differences: [] } });
    const kept = there({ lines: [{ key: '17', id: '901', quantity: '2', price: '10.00' }, { key: '18', id: '902', quantity: '1', price: '5.00' }] });
    expect(word(judge(order, completed({ applied, notes: ['line-not-removed'] }), kept, bounds))).toBe('imported: recorded-difference');
    expect(word(judge(order, completed({ applied }), kept, bounds))).toBe('changed-in-target');
  });

  test('N6 the differing lines are named: changed, gone, added', () => {
    const verdict = judge(source(), completed(), there({ total: '37.00', lines: [{ key: '17', id: '901', quantity: '3', price: '10.00' }, { id: '903', quantity: '1', price: '7.00' }] }), bounds);
    expect(verdict).toMatchObject({ code: 'changed-in-target', words: 'line 17: 2 × 10.00 became 3 × 10.00; line 18: 1 × 5.00 is gone; line 903: 1 × 7.00 was added' });
  });

  test('N6 what an operator accepted is explained until it changes again', () => {
    const verdict = judge(source(), completed(), alteredThere, bounds);
    const accepted = verdict.kind === 'unexplained' ? (verdict.fingerprint ?? '') : '';
    expect(word(judge(source(), completed({ accepted }), alteredThere, bounds))).toBe('imported: accepted');
    expect(word(judge(source(), completed({ accepted }), there({ total: '36.00', lines: alteredThere.order?.lines ?? [] }), bounds))).toBe('changed-in-target');
  });

  test('N6 a fractional quantity may be rounded by the target, a whole one not', () => {
    const fractional = { 17: { quantity: '1.333', price: '10.00' } };
    const order = (some: typeof fractional) => source({ booked: { currency: 'PLN', lines: some, total: totalOf(some), differences: [] } });
    expect(word(judge(order(fractional), completed({ applied: fractional }), there({ total: '13.32', lines: [{ key: '17', id: '9', ...fractional[17] }] }), bounds))).toBe('imported');
    const whole = { 17: { quantity: '1', price: '10.00' } };
    expect(word(judge(order(whole), completed({ applied: whole }), there({ total: '9.99', lines: [{ key: '17', id: '9', ...whole[17] }] }), bounds))).toBe('changed-in-target');
  });
});

describe('N6 counts and sums', () => {
  const cents = fc.integer({ min: 0, max: 1_000_000 }).map((value) => `${Math.floor(value / 100)}.${String(value % 100).padStart(2, '0')}`);
  const verdicts: fc.Arbitrary<Verdict> = fc.oneof(
    fc.record({ kind: fc.constant('imported' as const), total: cents }),
    fc.record({ kind: fc.constant('imported' as const), total: cents, explanation: fc.constantFrom('accepted' as const, 'ignored-after-write-off' as const) }),
    fc.record({ kind: fc.constant('skipped' as const), reason: fc.constantFrom('no-contact', 'status-excluded') }),
    fc.record({ kind: fc.constant('parked' as const), reason: fc.constant('refused') }),
    fc.constant({ kind: 'under way' as const }),
    fc.constant({ kind: 'unexplained' as const, code: 'missing' as const, words: '' }),
    fc.record({ kind: fc.constant('unexplained' as const), code: fc.constant('changed-in-target' as const), words: fc.constant(''), total: cents }),
  );
  const orders = fc.array(fc.record({ verdict: verdicts, currency: fc.constantFrom('PLN', 'EUR'), total: cents, rest: cents }), { maxLength: 40 });

  test('N6 nothing is lost: source = imported + skipped + parked + under way + unexplained, in orders and in each currency', () => {
    fc.assert(
      fc.property(orders, (all) => {
        const counted = all
          .map(({ verdict, currency, total: sum, rest }) => countOf(source({ booked: { currency, lines: {}, total: sum, differences: [{ reason: 'charges-in-comment', amount: rest }] } }), verdict))
          .reduce(addUp, emptyReconciliation());
        expect(counted.source).toBe(all.length);
        expect(counted.imported + total(counted.skipped) + total(counted.parked) + counted.underWay + total(counted.unexplained)).toBe(all.length);
        expect(unexplainedIn(counted)).toBe(all.filter(({ verdict }) => verdict.kind === 'unexplained').length);
        for (const sums of Object.values(counted.sums)) {
          const parts = add(sums.skipped, sums.parked, sums.underWay, sums.target, ...Object.values(sums.explained), sums.unexplained);
          expect(compare(sums.source, parts)).toBe(0);
        }
        expect(new Set(Object.keys(counted.sums))).toEqual(new Set(all.map(({ currency }) => currency)));
      }),
    );
  });

  test('N6 an amount that became no line is explained, and what is missing is unexplained in full', () => {
    const shipping = source({ booked: { currency: 'PLN', lines, total: '40.00', differences: [{ reason: 'charges-in-comment', amount: '15.00' }] } });
    const counted = addUp(countOf(shipping, { kind: 'imported', total: '25.00' }), countOf(source(), { kind: 'unexplained', code: 'missing', words: '' }));
    expect(counted.sums).toEqual({ PLN: { source: '65', skipped: '0', parked: '0', underWay: '0', target: '25', explained: { 'charges-in-comment': '15' }, unexplained: '25' } });
  });
});
