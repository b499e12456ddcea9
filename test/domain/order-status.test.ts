import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { booksStatusOf, decideStatus, mistakesOfTable, platformStatusOf, type StatusDecision, type StatusInput, type Statuses, type WrittenOff } from '../../domain/order-status.ts';
import type { StatusPair } from '../../domain/settings.ts';

const both = (platform: string, books: string): StatusPair => ({ platform, books, direction: 'both' });
const table: StatusPair[] = [both('processing', '1'), both('on-hold', '2'), { platform: 'completed', books: '9', direction: 'to-platform' }, both('packed', '4')];
const agreed = { platform: 'processing', books: '1' };
const input = (now: Partial<Statuses>, changes: Partial<StatusInput> = {}): StatusInput => ({ table, afterWriteOff: ['completed'], agreed, now: { ...agreed, ...now }, writtenOff: 'none', isFrozen: false, isArmed: true, ...changes });
function neverAgreed(now: Partial<Statuses>): StatusInput {
  const { agreed: _none, ...rest } = input(now);
  return rest;
}
const conflict = (now: Statuses): Pick<StatusDecision, 'report'> => ({ report: { code: 'status-conflict', ...now } });

const ready = (writtenOff: WrittenOff) => decideStatus(input({ books: '9' }, { writtenOff, isFrozen: writtenOff !== 'none' }));

describe('one look at both statuses', () => {
  test.each<[string, StatusInput, StatusDecision]>([
    ['R6 nothing changed: nothing is sent', input({}), { agreed }],
    ['R6 the platform changed: the books follow', input({ platform: 'on-hold' }), { toBooks: '2', agreed: { platform: 'on-hold', books: '2' } }],
    ['R6 the books changed: the platform follows', input({ books: '2' }), { toPlatform: 'on-hold', agreed: { platform: 'on-hold', books: '2' } }],
    ['R6 both came to the same: nothing is sent', input({ platform: 'on-hold', books: '2' }), { agreed: { platform: 'on-hold', books: '2' } }],
    ['R6 both changed: the books win, the other is reported', input({ platform: 'packed', books: '2' }), { toPlatform: 'on-hold', agreed: { platform: 'on-hold', books: '2' }, ...conflict({ platform: 'packed', books: '2' }) }],
    ['R6 both changed, the books to an unmapped one: it is left alone all the same', input({ platform: 'packed', books: '7' }), { agreed: { platform: 'packed', books: '7' }, ...conflict({ platform: 'packed', books: '7' }) }],
    ['R6 an unmapped status of the platform is left alone and reported', input({ platform: 'custom' }), { agreed: { platform: 'custom', books: '1' }, report: { code: 'status-unmapped', side: 'platform', status: 'custom' } }],
    ['R6 an unmapped status of the books is left alone and reported', input({ books: '7' }), { agreed: { platform: 'processing', books: '7' }, report: { code: 'status-unmapped', side: 'books', status: '7' } }],
    ['R6 a row of one direction says nothing for the other', input({ platform: 'completed' }), { agreed: { platform: 'completed', books: '1' }, report: { code: 'status-unmapped', side: 'platform', status: 'completed' } }],
    ['R8 without a table nothing is agreed or sent', input({ platform: 'on-hold', books: '2' }, { table: [] }), {}],
    ['N18 a table that came after the import sends nothing', neverAgreed({ platform: 'on-hold' }), { agreed: { platform: 'on-hold', books: '1' } }],
    ['N4 unarmed: what the books changed counts as agreed', input({ books: '2' }, { isArmed: false }), { agreed: { platform: 'processing', books: '2' } }],
    ['N4 unarmed, both changed: nothing goes anywhere', input({ platform: 'packed', books: '2' }, { isArmed: false }), { agreed: { platform: 'packed', books: '2' }, ...conflict({ platform: 'packed', books: '2' }) }],
    ['R4 N5 after the write-off the books are left alone, and it is reported', input({ platform: 'on-hold' }, { isFrozen: true }), { agreed: { platform: 'on-hold', books: '1' }, report: { code: 'ignored-after-write-off', status: 'on-hold' } }],
    ['R4 after the write-off the direction to the platform goes on', input({ books: '2' }, { isFrozen: true }), { toPlatform: 'on-hold', agreed: { platform: 'on-hold', books: '2' } }],
    ['R4 an unmapped status after the write-off is no ignored change', input({ platform: 'custom' }, { isFrozen: true }), { agreed: { platform: 'custom', books: '1' } }],
  ])('%s', (_, given, decision) => expect(decideStatus(given)).toEqual(decision));

  test('R11 Completed waits until every product line is written off, and waits again when that is reverted before it was sent', () => {
    const withheld = { agreed, report: { code: 'status-withheld', status: 'completed' } };
    expect([ready('none'), ready('some'), ready('all'), ready('none')]).toEqual([withheld, withheld, { toPlatform: 'completed', agreed: { platform: 'completed', books: '9' } }, withheld]);
  });
});

const platformStatus = fc.constantFrom('a', 'b', 'c', 'd');
const booksStatus = fc.constantFrom('1', '2', '3', '4');
const anyStatuses = fc.record({ platform: platformStatus, books: booksStatus });
const anyTable = fc.array(fc.record({ platform: platformStatus, books: booksStatus, direction: fc.constantFrom('both', 'to-books', 'to-platform') }), { maxLength: 6 });
const anyInput: fc.Arbitrary<StatusInput> = fc.record(
  { table: anyTable, afterWriteOff: fc.subarray(['a', 'b']), agreed: anyStatuses, now: anyStatuses, writtenOff: fc.constantFrom('none', 'some', 'all'), isFrozen: fc.boolean(), isArmed: fc.boolean() },
  { requiredKeys: ['table', 'afterWriteOff', 'now', 'writtenOff', 'isFrozen', 'isArmed'] },
);
/** Both sides as they stand once the decision is carried out, and asked again. */
function carriedOut(given: StatusInput, { toBooks, toPlatform, agreed: next }: StatusDecision): StatusInput {
  const { agreed: _before, ...rest } = given;
  return { ...rest, ...(next === undefined ? {} : { agreed: next }), now: { platform: toPlatform ?? given.now.platform, books: toBooks ?? given.now.books } };
}
const sends = ({ toBooks, toPlatform }: StatusDecision): boolean => toBooks !== undefined || toPlatform !== undefined;
const holds = (property: (given: StatusInput, decision: StatusDecision) => boolean) => fc.assert(fc.property(anyInput, (given) => property(given, decideStatus(given))), { numRuns: 2_000 });

describe('whatever the table and the statuses', () => {
  test('R6 what equals the last agreed state is never sent', () => holds((given, decision) => !(given.agreed && given.agreed.platform === given.now.platform && given.agreed.books === given.now.books && sends(decision))));
  test('R6 at most one side is written, and never with what stands there', () => holds(({ now }, { toBooks, toPlatform }) => !(toBooks !== undefined && toPlatform !== undefined) && toBooks !== now.books && toPlatform !== now.platform));
  test('R6 no ping-pong: carried out, a decision leaves nothing to send or to report anew', () =>
    holds((given, decision) => {
      const again = decideStatus(carriedOut(given, decision));
      return !sends(again) && (again.report === undefined || again.report.code === 'status-withheld');
    }));
  test('R6 a status that the books changed is never overwritten', () => holds(({ agreed: before, now }, { toBooks }) => !(before !== undefined && now.books !== before.books && toBooks !== undefined)));
  test('R6 only what the table says is sent', () => holds(({ table: rows, now }, { toBooks, toPlatform }) => (toBooks ?? booksStatusOf(rows, now.platform)) === booksStatusOf(rows, now.platform) && (toPlatform ?? platformStatusOf(rows, now.books)) === platformStatusOf(rows, now.books)));
  test('N4 unarmed nothing goes to the platform', () => holds(({ isArmed }, { toPlatform }) => isArmed || toPlatform === undefined));
  test('R4 after the write-off nothing goes to the books', () => holds(({ isFrozen }, { toBooks }) => !isFrozen || toBooks === undefined));
  test('R11 what waits for the write-off is not sent before it', () => holds(({ afterWriteOff, writtenOff }, { toPlatform }) => writtenOff === 'all' || toPlatform === undefined || !afterWriteOff.includes(toPlatform)));
  test('R11 what is withheld is sent as soon as all is written off', () =>
    holds((given, { report }) => report?.code !== 'status-withheld' || decideStatus({ ...given, writtenOff: 'all' }).toPlatform === report.status));
});

describe('mistakes of a table', () => {
  const books = [{ id: '1', name: 'New' }, { id: '2', name: 'In work' }, { id: '4', name: 'Ready' }, { id: '9', name: 'Closed', isClosed: true }];
  const platform = [{ id: 'processing' }, { id: 'on-hold' }, { id: 'packed' }, { id: 'completed' }];
  test.each<[string, StatusPair[], string[]]>([
    ['R6 a good one has none', table, []],
    ['R6 an empty one has none', [], []],
    ['R6 the Closed group is no target of a platform status', [both('completed', '9')], [expect.stringContaining('completed cannot lead to 9')]],
    ['R6 one that the books do not have', [both('packed', '5')], ['the books have no status 5']],
    ['R6 one that the platform does not have', [both('sent', '4')], ['the platform has no status sent']],
    ['R6 a platform status that comes back as another one', [{ platform: 'on-hold', books: '1', direction: 'to-books' }, both('processing', '1')], ['on-hold becomes 1 and comes back as processing']],
    ['R6 a status of the books that comes back as another one', [{ platform: 'processing', books: '2', direction: 'to-platform' }, both('processing', '1')], ['2 becomes processing and comes back as 1']],
    ['R6 one that means two', [both('packed', '4'), { platform: 'packed', books: '2', direction: 'to-books' }], [expect.stringContaining('packed stands twice in direction to-books')]],
    ['R6 two that mean one', [both('packed', '4'), { platform: 'on-hold', books: '4', direction: 'to-platform' }], [expect.stringContaining('4 stands twice in direction to-platform')]],
  ])('%s', (_, rows, mistakes) => expect(mistakesOfTable(rows, books, platform)).toEqual(mistakes));

  test('R6 what passes never comes back as another one', () =>
    fc.assert(
      fc.property(anyTable, (rows) => {
        const known = ['1', '2', '3', '4'].map((id) => ({ id, name: id }));
        if (mistakesOfTable(rows, known, ['a', 'b', 'c', 'd'].map((id) => ({ id }))).length > 0) return true;
        return rows.every(({ platform: start }) => {
          const there = booksStatusOf(rows, start);
          const back = there === undefined ? undefined : platformStatusOf(rows, there);
          return back === undefined || back === start;
        });
      }),
    ));
});
