/**
 * Source and target, read anew and compared order by order: by existence, lines and sums (N6). Every order of the window gets one verdict, and every
 * amount one place: source = skipped + parked + under way + in the target + explained differences + unexplained, in each currency.
 */
import type { AppliedLine } from './follow.ts';
import { add, compare, isZero, multiply, round, subtract, type Decimal } from './money.ts';
import type { NoteCode } from './outcome.ts';
import type { RecordState, SourceOrder, TargetLine, TargetReading } from './reconcile-orders.ts';

/** Codes never change their meaning; the words are what scripts show. */
export const unexplainedCodes = {
  missing: 'In the shop, allowed to come in, and never seen here.',
  'skipped-but-wanted': 'It was left out, and no rule leaves it out any more.',
  'not-finished': 'Announced more than a day ago and not finished.',
  'gone-from-target': 'We brought it in, and it no longer exists in the target.',
  'changed-in-target': 'Its lines or its sum in the target are not those we wrote.',
  'change-not-followed': 'The shop changed it, and the target does not have the change.',
  differs: 'Lines or sums differ, and nothing recorded says why.',
  double: 'It stands in the target more than once.',
  'unknown-here': 'It stands in the target with our mark, and is not known here.',
} as const satisfies Record<string, string>;
export type UnexplainedCode = keyof typeof unexplainedCodes;

/** Why an imported order may differ. */
export const explanations = {
  'ignored-after-write-off': 'The shop changed it after its goods were written off.',
  'recorded-difference': 'The difference was recorded when it was brought in.',
  'on-its-way': 'Changed so lately that it may still be on its way.',
  accepted: 'An operator accepted what staff made of it in the target.',
} as const satisfies Record<string, string>;
export type Explanation = keyof typeof explanations;

/** What the ledger says of one order. */
export interface LedgerView {
  state: RecordState;
  targetId?: string;
  /** of the source's data that were applied or decided on last */
  digest?: string;
  /** ms */
  announcedAt?: number;
  /** of the latest outcome */
  reason?: string;
  /** lines as they were last applied */
  applied?: Record<string, AppliedLine>;
  isFrozen?: boolean;
  /** ISO 8601 UTC: when we wrote to the target's order last */
  touchedAt?: string;
  /** of everything that was recorded about it */
  notes?: NoteCode[];
  /** an operator corrected it before it came in */
  isEdited?: boolean;
  /** fingerprint of what an operator accepted in the target */
  accepted?: string;
}

export interface Bounds {
  /** ms, of the ledger's clock */
  now: number;
  /** ISO 8601 UTC; what was made or changed later may still be on its way */
  settledBefore: string;
}

export type Verdict =
  | { kind: 'imported'; total?: Decimal; explanation?: Explanation }
  | { kind: 'skipped'; reason: string }
  | { kind: 'parked'; reason: string }
  | { kind: 'under way' }
  | { kind: 'unexplained'; code: UnexplainedCode; words: string; total?: Decimal; fingerprint?: string };

const dayMs = 24 * 60 * 60_000;
const ours = ['left-out-by-operator', 'linked-by-operator', 'test-order', 'fully-refunded', 'already-imported'];

/**
 * What became of one order of the platform.
 * @param record undefined: the ledger does not know it
 * @param reading undefined: the target was not asked, since the record was not completed then
 */
export function judge(source: SourceOrder, record: LedgerView | undefined, reading: TargetReading | undefined, bounds: Bounds): Verdict {
  if (record === undefined) return judgeUnknown(source, bounds);
  const { state, reason = '' } = record;
  if (state === 'erased') return { kind: 'skipped', reason: 'erased' };
  if (state === 'parked') return { kind: 'parked', reason };
  if (state === 'skipped') return judgeSkipped(source, reason, bounds);
  if (state === 'completed' && reason === 'linked-by-operator') return { kind: 'skipped', reason };
  if (state !== 'completed') return (record.announcedAt ?? 0) > bounds.now - dayMs ? { kind: 'under way' } : unexplained('not-finished');
  if (reading === undefined) return { kind: 'under way' }; // completed since the target was asked
  if (reading.order === undefined) return reason === 'left-out-by-operator' ? { kind: 'skipped', reason } : unexplained('gone-from-target', record.targetId ?? '');
  return judgeImported(source, record, { ...reading.order, readAt: reading.readAt }, bounds);
}

const unexplained = (code: UnexplainedCode, words = ''): Verdict => ({ kind: 'unexplained', code, words });

function judgeUnknown({ refusal, createdAt }: SourceOrder, { settledBefore }: Bounds): Verdict {
  if (refusal !== undefined) return { kind: 'skipped', reason: refusal };
  return isBefore(createdAt, settledBefore) ? unexplained('missing') : { kind: 'under way' };
}

function judgeSkipped({ refusal, modifiedAt, booked }: SourceOrder, reason: string, { settledBefore }: Bounds): Verdict {
  if (ours.includes(reason) || refusal !== undefined || booked === undefined) return { kind: 'skipped', reason: ours.includes(reason) ? reason : (refusal ?? reason) };
  return isBefore(modifiedAt, settledBefore) ? unexplained('skipped-but-wanted', reason) : { kind: 'under way' };
}

type There = NonNullable<TargetReading['order']> & Pick<TargetReading, 'readAt'>;

function judgeImported({ booked, digest, modifiedAt }: SourceOrder, record: LedgerView, there: There, { settledBefore }: Bounds): Verdict {
  const { total } = there;
  const imported = (explanation?: Explanation): Verdict => ({ kind: 'imported', total, ...(explanation === undefined ? {} : { explanation }) });
  if (booked === undefined) return imported(); // the platform's data cannot be read any more: it exists, that is all there is to compare
  const { applied } = record;
  if (isAs(booked.lines, there, applied)) return imported();
  if (record.touchedAt !== undefined && !isBefore(record.touchedAt, there.readAt)) return imported('on-its-way');
  const isChanged = digest !== record.digest;
  if (applied !== undefined && !isAs(applied, there, applied)) {
    if (isNamedRest(applied, there, record.notes)) return imported('recorded-difference');
    const fingerprint = fingerprintOf(there);
    return record.accepted === fingerprint ? imported('accepted') : { kind: 'unexplained', code: 'changed-in-target', words: wordsOf(applied, there), total, fingerprint };
  }
  if (record.isFrozen) return imported('ignored-after-write-off');
  if (isChanged && !isBefore(modifiedAt, settledBefore)) return imported('on-its-way');
  if (record.isEdited || (!isChanged && record.notes?.some((code) => recorded.has(code)))) return imported('recorded-difference');
  return { kind: 'unexplained', code: isChanged ? 'change-not-followed' : 'differs', words: wordsOf(booked.lines, { lines: there.lines ?? linesOf(applied), total }), total };
}

/** Notes that say why lines in the target are not the platform's. */
const recorded = new Set<NoteCode>(['total-differs', 'lines-left-out', 'line-not-removed']);

const isBefore = (a: string, b: string): boolean => Date.parse(a) < Date.parse(b);

/** The sum as the target computes it from these lines, two digits. */
export const totalOf = (lines: Record<string, AppliedLine>): Decimal => round(add(...Object.values(lines).map(({ quantity, price }) => multiply(quantity, price))), 2);

/** The target has these lines and their sum. Lines that were not read, since the sum is what we applied, are as we applied them. */
function isAs(lines: Record<string, AppliedLine>, there: Pick<There, 'lines' | 'total'>, applied: Record<string, AppliedLine> | undefined): boolean {
  return differences(lines, there.lines ?? linesOf(applied ?? lines)).length === 0 && isSameTotal(totalOf(lines), there.total, lines);
}

/** A target may round each line of a fractional quantity in its own way: a cent a line. */
function isSameTotal(a: Decimal, b: Decimal, lines: Record<string, AppliedLine>): boolean {
  const fractional = Object.values(lines).filter(({ quantity }) => !/^-?\d+(\.0*)?$/.test(quantity)).length;
  const apart = subtract(a, b);
  const size = compare(apart, '0') < 0 ? subtract('0', apart) : apart;
  return compare(size, multiply('0.01', String(fractional))) <= 0;
}

const linesOf = (applied: Record<string, AppliedLine> | undefined): TargetLine[] => Object.entries(applied ?? {}).map(([key, line]) => ({ key, id: '', ...line }));

interface LineDifference {
  /** the platform's line id, or the target's for lines that staff added */
  line: string;
  expected?: AppliedLine;
  found?: AppliedLine;
}

/** Lines without pieces are the removed ones, on both sides. */
function differences(expected: Record<string, AppliedLine>, found: TargetLine[]): LineDifference[] {
  const there = new Map(found.flatMap((line) => (line.key === undefined ? [] : [[line.key, line]])));
  const wanted = Object.entries(expected).flatMap(([line, one]): LineDifference[] => {
    const other = there.get(line);
    if (other === undefined) return hasPieces(one) ? [{ line, expected: one }] : [];
    return isSameLine(one, other) ? [] : [{ line, expected: one, found: other }];
  });
  const added = found.filter((line) => hasPieces(line) && (line.key === undefined || expected[line.key] === undefined));
  return [...wanted, ...added.map((line) => ({ line: line.key ?? line.id, found: line }))];
}

const hasPieces = ({ quantity }: AppliedLine): boolean => !isZero(quantity);
const isSameLine = (a: AppliedLine, b: AppliedLine): boolean => (!hasPieces(a) && !hasPieces(b)) || (compare(round(a.quantity, 3), round(b.quantity, 3)) === 0 && compare(round(a.price, 2), round(b.price, 2)) === 0);

/** The target did not take quantity 0: the line was named in a comment, and stands (R16). */
function isNamedRest(applied: Record<string, AppliedLine>, { lines }: Pick<There, 'lines'>, notes: NoteCode[] = []): boolean {
  return lines !== undefined && notes.includes('line-not-removed') && differences(applied, lines).every(({ expected }) => expected !== undefined && !hasPieces(expected));
}

/** "line 17: 1 × 81.00 became 2 × 81.00; line 501: 1 × 5.00 was added" */
function wordsOf(expected: Record<string, AppliedLine>, { lines, total }: Pick<There, 'lines' | 'total'>): string {
  const said = differences(expected, lines ?? []).map(({ line, expected: was, found }) => {
    if (was === undefined) return `line ${line}: ${piecesOf(found)} was added`;
    return found === undefined ? `line ${line}: ${piecesOf(was)} is gone` : `line ${line}: ${piecesOf(was)} became ${piecesOf(found)}`;
  });
  return said.length > 0 ? said.join('; ') : `the lines are the same; their sum ${totalOf(expected)} became ${round(total, 2)}`;
}

const piecesOf = (line: AppliedLine | undefined): string => (line === undefined ? '' : `${plain(line.quantity)} × ${round(line.price, 2)}`);
const plain = (quantity: Decimal): string => add(quantity, '0');

const fingerprintOf = ({ lines = [], total }: Pick<There, 'lines' | 'total'>): string =>
  [round(total, 2), ...lines.map(({ key, id, quantity, price }) => `${key ?? id}=${plain(quantity)}×${round(price, 2)}`).toSorted()].join(' ');
