/** Two-way status table: what is written where when a status changes, and what is left alone (R6, R11 and the decisions under them). */
import type { StatusPair } from './settings.ts';

/** The statuses of one order on both sides. */
export interface Statuses {
  platform: string;
  books: string;
}

/** none: no product line was written off; all: every product line was (services do not count) */
export type WrittenOff = 'none' | 'some' | 'all';

export interface StatusInput {
  table: StatusPair[];
  /** platform statuses that wait for the write-off (R11) */
  afterWriteOff: string[];
  /** absent: there was no table when it was imported; then what stands on both sides counts as agreed, and nothing is sent (N18) */
  agreed?: Statuses;
  now: Statuses;
  writtenOff: WrittenOff;
  /** changes of the platform no longer count (R4) */
  isFrozen: boolean;
  /** writing to the platform was switched on (N4) */
  isArmed: boolean;
}

export type StatusReport =
  | { code: 'status-unmapped'; side: 'platform' | 'books'; status: string }
  | { code: 'status-conflict'; platform: string; books: string }
  | { code: 'status-withheld'; status: string }
  | { code: 'ignored-after-write-off'; status: string };

/** At most one of the two is to be written; `agreed` is what holds once it is. */
export interface StatusDecision {
  toBooks?: string;
  toPlatform?: string;
  /** absent: there is no table */
  agreed?: Statuses;
  report?: StatusReport;
}

/**
 * 1. What equals the last agreed state is never sent.
 * 2. If both sides changed, the status of the books wins, be it mapped or not, and the other is reported.
 * 3. An unmapped status is left alone and reported.
 * 4. Nothing goes to the platform before it is armed; what changed until then counts as agreed.
 * 5. Completed and its like wait until every product line is written off; the order stays un-agreed, so they are decided on again.
 * 6. After the write-off only the direction to the platform goes on.
 */
export function decideStatus(input: StatusInput): StatusDecision {
  const { table, agreed, now } = input;
  if (table.length === 0) return {};
  if (agreed === undefined) return { agreed: now };
  const platformChanged = now.platform !== agreed.platform;
  const booksChanged = now.books !== agreed.books;
  if (booksChanged) return fromBooks(input, agreed, platformChanged);
  return platformChanged ? fromPlatform(input) : { agreed };
}

function fromBooks(input: StatusInput, agreed: Statuses, platformChanged: boolean): StatusDecision {
  const { now, isArmed, afterWriteOff, writtenOff } = input;
  const wanted = platformStatusOf(input.table, now.books);
  const conflict: Pick<StatusDecision, 'report'> = platformChanged ? { report: { code: 'status-conflict', ...now } } : {};
  if (wanted === now.platform) return { agreed: now };
  if (wanted === undefined) return { agreed: now, report: { code: 'status-unmapped', side: 'books', status: now.books }, ...conflict };
  if (!isArmed) return { agreed: now, ...conflict };
  if (afterWriteOff.includes(wanted) && writtenOff !== 'all') return { agreed, report: { code: 'status-withheld', status: wanted } };
  return { toPlatform: wanted, agreed: { platform: wanted, books: now.books }, ...conflict };
}

function fromPlatform({ table, now, isFrozen }: StatusInput): StatusDecision {
  const wanted = booksStatusOf(table, now.platform);
  if (isFrozen) return wanted === undefined || wanted === now.books ? { agreed: now } : { agreed: now, report: { code: 'ignored-after-write-off', status: now.platform } };
  if (wanted === undefined) return { agreed: now, report: { code: 'status-unmapped', side: 'platform', status: now.platform } };
  return wanted === now.books ? { agreed: now } : { toBooks: wanted, agreed: { platform: now.platform, books: wanted } };
}

/** Which status of the books a platform status means. */
export const booksStatusOf = (table: StatusPair[], platform: string): string | undefined => table.find((row) => row.platform === platform && row.direction !== 'to-platform')?.books;

/** Which platform status a status of the books means. */
export const platformStatusOf = (table: StatusPair[], books: string): string | undefined => table.find((row) => row.books === books && row.direction !== 'to-books')?.platform;

/** What is wrong with a table, in plain words; empty: nothing (decision on R6, R11). */
export function mistakesOfTable(table: StatusPair[], books: { id: string; name: string; isClosed?: boolean }[], platform: { id: string }[]): string[] {
  const mistakes: string[] = [];
  const closed = new Set(books.filter(({ isClosed }) => isClosed).map(({ id }) => id));
  const knownBooks = new Set(books.map(({ id }) => id));
  const knownPlatform = new Set(platform.map(({ id }) => id));
  for (const row of table) {
    if (!knownBooks.has(row.books)) mistakes.push(`the books have no status ${row.books}`);
    if (!knownPlatform.has(row.platform)) mistakes.push(`the platform has no status ${row.platform}`);
    if (row.direction !== 'to-platform' && closed.has(row.books)) mistakes.push(`${row.platform} cannot lead to ${row.books}: closing an order needs its write-off and payment, and is done by staff`);
  }
  mistakes.push(...doubled(table, 'to-books', (row) => row.platform), ...doubled(table, 'to-platform', (row) => row.books));
  for (const { platform: there, books: here } of table) {
    mistakes.push(...comesBack(there, booksStatusOf(table, there), (status) => platformStatusOf(table, status)));
    mistakes.push(...comesBack(here, platformStatusOf(table, here), (status) => booksStatusOf(table, status)));
  }
  return [...new Set(mistakes)];
}

function comesBack(start: string, there: string | undefined, wayBack: (there: string) => string | undefined): string[] {
  const back = there === undefined ? undefined : wayBack(there);
  return back === undefined || back === start ? [] : [`${start} becomes ${there ?? ''} and comes back as ${back}`];
}

function doubled(table: StatusPair[], direction: StatusPair['direction'], keyOf: (row: StatusPair) => string): string[] {
  const keys = table.filter((row) => row.direction === 'both' || row.direction === direction).map(keyOf);
  return keys.filter((key, at) => keys.indexOf(key) !== at).map((key) => `${key} stands twice in direction ${direction}`);
}
