/** The counts and sums of a reconciliation, page upon page (N6). Pure, so that the workflow may add them up. */
import { add, isZero, subtract, type Decimal } from './money.ts';
import type { Verdict } from './reconcile.ts';
import type { SourceOrder } from './reconcile-orders.ts';

/** In one currency; their sum is exact: source = skipped + parked + underWay + target + all explained + unexplained. */
export interface Sums {
  source: Decimal;
  skipped: Decimal;
  parked: Decimal;
  underWay: Decimal;
  /** what the target holds of the imported ones */
  target: Decimal;
  /** by reason: charges-in-comment, rounding, … */
  explained: Record<string, Decimal>;
  unexplained: Decimal;
}

/** source n = imported + skipped + parked + underWay + unexplained. */
export interface Reconciliation {
  source: number;
  imported: number;
  /** by reason */
  skipped: Record<string, number>;
  parked: Record<string, number>;
  underWay: number;
  /** imported orders that differ, by why they may */
  explained: Record<string, number>;
  /** by code */
  unexplained: Record<string, number>;
  /** orders of ours that stand in the target, made there in the window; those among them that should not, by code */
  inTarget: number;
  strays: Record<string, number>;
  sums: Record<string, Sums>;
}

export const emptyReconciliation = (): Reconciliation => ({ source: 0, imported: 0, skipped: {}, parked: {}, underWay: 0, explained: {}, unexplained: {}, inTarget: 0, strays: {}, sums: {} });

const noSums: Sums = { source: '0', skipped: '0', parked: '0', underWay: '0', target: '0', explained: {}, unexplained: '0' };

/** How many orders need a person: 0 is what a reconciliation should end with. */
export const unexplainedIn = ({ unexplained, strays }: Pick<Reconciliation, 'unexplained' | 'strays'>): number => total(unexplained) + total(strays);

export const total = (counts: Record<string, number>): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

/** One order's verdict as a reconciliation of its own, to be added. */
export const countOf = ({ booked }: SourceOrder, verdict: Verdict): Reconciliation => ({
  ...emptyReconciliation(),
  source: 1,
  ...placeOf(verdict),
  ...(booked === undefined ? {} : { sums: { [booked.currency]: sumsOf(booked, verdict) } }),
});

function placeOf(verdict: Verdict): Partial<Reconciliation> {
  if (verdict.kind === 'imported') return { imported: 1, ...(verdict.explanation === undefined ? {} : { explained: { [verdict.explanation]: 1 } }) };
  if (verdict.kind === 'under way') return { underWay: 1 };
  return verdict.kind === 'unexplained' ? { unexplained: { [verdict.code]: 1 } } : { [verdict.kind]: { [verdict.reason]: 1 } };
}

function sumsOf(booked: NonNullable<SourceOrder['booked']>, verdict: Verdict): Sums {
  const source = booked.total;
  if (verdict.kind === 'skipped' || verdict.kind === 'parked') return { ...noSums, source, [verdict.kind]: source };
  if (verdict.kind === 'under way') return { ...noSums, source, underWay: source };
  if (verdict.total === undefined) return { ...noSums, source, unexplained: source };
  const explained: Record<string, Decimal> = {};
  for (const { reason, amount } of booked.differences) explained[reason] = add(explained[reason] ?? '0', amount);
  const rest = subtract(subtract(source, verdict.total), add(...Object.values(explained)));
  if (verdict.kind === 'unexplained') return { ...noSums, source, target: verdict.total, explained, unexplained: rest };
  if (isZero(rest)) return { ...noSums, source, target: verdict.total, explained };
  const reason = verdict.explanation ?? 'rounding';
  return { ...noSums, source, target: verdict.total, explained: { ...explained, [reason]: add(explained[reason] ?? '0', rest) } };
}

/** Both together. */
export function addUp(a: Reconciliation, b: Reconciliation): Reconciliation {
  return {
    source: a.source + b.source,
    imported: a.imported + b.imported,
    skipped: addCounts(a.skipped, b.skipped),
    parked: addCounts(a.parked, b.parked),
    underWay: a.underWay + b.underWay,
    explained: addCounts(a.explained, b.explained),
    unexplained: addCounts(a.unexplained, b.unexplained),
    inTarget: a.inTarget + b.inTarget,
    strays: addCounts(a.strays, b.strays),
    sums: merged(a.sums, b.sums, addSums),
  };
}

const addCounts = (a: Record<string, number>, b: Record<string, number>): Record<string, number> => merged(a, b, (x, y) => x + y);

const addSums = (a: Sums, b: Sums): Sums => ({
  source: add(a.source, b.source),
  skipped: add(a.skipped, b.skipped),
  parked: add(a.parked, b.parked),
  underWay: add(a.underWay, b.underWay),
  target: add(a.target, b.target),
  explained: merged(a.explained, b.explained, (x, y) => add(x, y)),
  unexplained: add(a.unexplained, b.unexplained),
});

function merged<T>(a: Record<string, T>, b: Record<string, T>, join: (x: T, y: T) => T): Record<string, T> {
  const all = { ...a };
  for (const [name, value] of Object.entries(b)) {
    const before = all[name];
    all[name] = before === undefined ? value : join(before, value);
  }
  return all;
}
