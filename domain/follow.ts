/** What is remembered of an imported order between two runs, and how two states of its lines differ (R4, R16). */
import type { Ending } from './order.ts';
import type { PricedLine } from './pricing.ts';
import type { Statuses, WrittenOff } from './order-status.ts';

/** Of one followed order. No personal data: ids, codes, numbers and digests. */
export interface FollowState {
  /** priced lines as they were last applied in the books, by their key; a line with quantity 0 was removed */
  lines: Record<string, AppliedLine>;
  /** absent: nothing agreed yet */
  agreed?: Statuses;
  /** of the platform's data that were applied, or counted as ignored, last: the same data again change nothing, whatever the settings say (N18) */
  digest?: string;
  /** places of lines that came after the import, given before a line is sent: by its place a line of ours is recognised */
  places?: Record<string, number>;
  /** digest of the delivery text that was commented last (R13) */
  delivery?: string;
  /** the comment about it was made */
  ending?: Ending;
  /** comments made since the import, so that A, B, A makes three */
  comments: number;
  /** ISO 8601 UTC; from then on changes of the platform are not applied, for good (R4) */
  frozenAt?: string;
  /** changes that came after it (N5) */
  ignored: number;
  /** digest of the change that was counted last, so that one change counts once */
  ignoredLast?: string;
  /** ISO 8601 UTC, by the ledger's clock: when we wrote to the target's order last */
  touchedAt: string;
  /** a platform status that waits for the write-off (R11) */
  withheld?: string;
  /** the customer was masked when the order was imported (R19) */
  isUnspecified?: boolean;
}

/** As `JSON.stringify` wrote it. @throws TypeError when it is something else */
export function parseFollowState(text: string): FollowState {
  const value: unknown = JSON.parse(text);
  if (!isFollowState(value)) throw new TypeError('what is remembered of a followed order cannot be read');
  return value;
}

const isFollowState = (value: unknown): value is FollowState =>
  isObject(value) &&
  typeof value['comments'] === 'number' &&
  typeof value['ignored'] === 'number' &&
  typeof value['touchedAt'] === 'string' &&
  isObject(value['lines']) &&
  Object.values(value['lines']).every((line) => isObject(line) && typeof line['quantity'] === 'string' && typeof line['price'] === 'string') &&
  (value['agreed'] === undefined || (isObject(value['agreed']) && typeof value['agreed']['platform'] === 'string' && typeof value['agreed']['books'] === 'string'));

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

export interface AppliedLine {
  quantity: string;
  price: string;
}

/** What has to be done to the lines in the books. */
export interface LineChanges {
  changed: PricedLine[];
  added: PricedLine[];
  /** keys of lines that the platform no longer has */
  removed: string[];
}

/** R16: compares with what we applied last, not with what staff made of it in the books. */
export function lineChanges(applied: FollowState['lines'], lines: PricedLine[]): LineChanges {
  const wanted = new Set(lines.map(({ key }) => key));
  return {
    changed: lines.filter((line) => applied[line.key] !== undefined && !isApplied(applied[line.key], line)),
    added: lines.filter((line) => applied[line.key] === undefined),
    removed: Object.entries(applied).flatMap(([key, { quantity }]) => (wanted.has(key) || Number(quantity) === 0 ? [] : [key])),
  };
}

const isApplied = (applied: AppliedLine | undefined, line: PricedLine): boolean => applied !== undefined && Number(applied.quantity) === Number(line.quantity) && Number(applied.price) === Number(line.price);

export const hasChanges = ({ changed, added, removed }: LineChanges): boolean => changed.length + added.length + removed.length > 0;

export const appliedLines = (lines: PricedLine[]): FollowState['lines'] => Object.fromEntries(lines.map(({ key, quantity, price }) => [key, { quantity, price }]));

/** A line as the books have it. */
export interface BooksLine {
  isProduct: boolean;
  /** some of its goods left the stock ledger */
  isWrittenOff: boolean;
  /** some of its goods did not */
  isPartly?: boolean;
  quantity: string;
}

/** R4, R11: all product lines, or some, or none are written off. Services and lines without pieces (removed ones) do not count; an order without product lines has none. */
export function writtenOffOf(lines: BooksLine[]): WrittenOff {
  const products = lines.filter(({ isProduct, isWrittenOff, quantity }) => isProduct && (isWrittenOff || Number(quantity) !== 0));
  const begun = products.filter(({ isWrittenOff }) => isWrittenOff);
  if (begun.length === 0) return 'none';
  return begun.length === products.length && !begun.some(({ isPartly }) => isPartly) ? 'all' : 'some';
}

/** Where a line that came after the import stands in the order: behind all that ever were in it, and the same at every try. */
export function placeOf({ lines, places = {} }: Pick<FollowState, 'lines' | 'places'>, key: string): number {
  return places[key] ?? new Set([...Object.keys(lines), ...Object.keys(places)]).size;
}
