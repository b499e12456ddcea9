import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { appliedLines, hasChanges, lineChanges, parseFollowState, placeOf, writtenOffOf, type BooksLine, type FollowState } from '../../domain/follow.ts';
import type { PricedLine } from '../../domain/pricing.ts';

const line = (key: string, quantity = '1', price = '10.00'): PricedLine => ({ key, kind: 'product', lineKey: key, name: `Product ${key}`, quantity, price });
const applied = appliedLines([line('1', '2'), line('2')]);

describe('what differs from what was applied last', () => {
  test.each<[string, PricedLine[], { changed: string[]; added: string[]; removed: string[] }]>([
    ['R16 nothing', [line('1', '2'), line('2')], { changed: [], added: [], removed: [] }],
    ['R16 the same in another writing', [line('1', '2.000', '10'), line('2', '1.0')], { changed: [], added: [], removed: [] }],
    ['R16 a quantity', [line('1', '3'), line('2')], { changed: ['1'], added: [], removed: [] }],
    ['R16 a price', [line('1', '2'), line('2', '1', '9.99')], { changed: ['2'], added: [], removed: [] }],
    ['R16 a line more', [line('1', '2'), line('2'), line('3')], { changed: [], added: ['3'], removed: [] }],
    ['R16 a line less', [line('2')], { changed: [], added: [], removed: ['1'] }],
    ['R16 everything at once', [line('2', '5'), line('3')], { changed: ['2'], added: ['3'], removed: ['1'] }],
  ])('%s', (_, lines, expected) => {
    const { changed, added, removed } = lineChanges(applied, lines);
    expect({ changed: changed.map(({ key }) => key), added: added.map(({ key }) => key), removed }).toEqual(expected);
    expect(hasChanges({ changed, added, removed })).toBe(Object.values(expected).flat().length > 0);
  });

  test('R16 a removed line is removed once, and changed when it comes back', () => {
    const after = { ...applied, 1: { quantity: '0', price: '10.00' } };
    expect(lineChanges(after, [line('2')])).toEqual({ changed: [], added: [], removed: [] });
    expect(lineChanges(after, [line('1', '2'), line('2')]).changed).toEqual([line('1', '2')]);
  });

  const anyLines = fc.uniqueArray(fc.record({ key: fc.constantFrom('1', '2', '3', '4'), quantity: fc.constantFrom('1', '2', '2.5') }), { selector: ({ key }) => key }).map((list) => list.map(({ key, quantity }) => line(key, quantity)));
  test('R16 whatever changed: applied, it is no change any more', () =>
    fc.assert(
      fc.property(anyLines, anyLines, (before, now) => {
        const state = appliedLines(before);
        const { changed, added, removed } = lineChanges(state, now);
        const after = { ...state, ...appliedLines([...changed, ...added]), ...Object.fromEntries(removed.map((key) => [key, { quantity: '0', price: '0' }])) };
        return !hasChanges(lineChanges(after, now));
      }),
    ));
});

describe('how much is written off', () => {
  const off: BooksLine = { isProduct: true, isWrittenOff: true, quantity: '1.000' };
  const on: BooksLine = { ...off, isWrittenOff: false };
  const service: BooksLine = { ...on, isProduct: false };
  const removed: BooksLine = { ...on, quantity: '0.000' };
  test.each<[string, BooksLine[], string]>([
    ['R4 nothing is', [on, on], 'none'],
    ['R4 one of two lines is', [off, on], 'some'],
    ['R11 all are', [off, off], 'all'],
    ['R11 services do not count', [off, service], 'all'],
    ['R11 lines without pieces do not count', [off, removed], 'all'],
    ['R11 some pieces of the only line are', [{ ...off, isPartly: true }], 'some'],
    ['R11 a line was written off, then set to 0 by staff', [{ ...off, quantity: '0' }], 'all'],
    ['R4 no product is there', [service], 'none'],
    ['R4 no line is there', [], 'none'],
  ])('%s', (_, lines, expected) => expect(writtenOffOf(lines)).toBe(expected));
});

test('R16 a line that came later keeps its place at every try, behind all that ever were there', () => {
  expect(placeOf({ lines: applied }, '3')).toBe(2);
  expect(placeOf({ lines: applied, places: { 3: 2 } }, '4')).toBe(3);
  expect(placeOf({ lines: { ...applied, ...appliedLines([line('3')]) }, places: { 3: 2 } }, '4')).toBe(3);
  expect(placeOf({ lines: applied, places: { 3: 2, 4: 3 } }, '3')).toBe(2);
});

describe('what is remembered', () => {
  const state: FollowState = { lines: applied, agreed: { platform: 'processing', books: '1' }, comments: 1, ignored: 2, touchedAt: '2026-09-01T10:00:00.000Z', frozenAt: '2026-09-01T11:00:00.000Z', places: { 3: 2 } };
  test('comes back as it was', () => expect(parseFollowState(JSON.stringify(state))).toEqual(state));
  test.each<[string, unknown]>([
    ['no object', 7],
    ['nothing', null],
    ['no lines', { ...state, lines: undefined }],
    ['a line without a price', { ...state, lines: { 1: { quantity: '1' } } }],
    ['half of what is agreed', { ...state, agreed: { platform: 'processing' } }],
    ['no count', { ...state, comments: undefined }],
    ['no time', { ...state, touchedAt: 5 }],
  ])('%s is refused', (_, value) => expect(() => parseFollowState(JSON.stringify(value))).toThrow(TypeError));
});
