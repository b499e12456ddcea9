/** The list of rules reads titles rightly, and knows the whole rulebook. */
import { expect, test } from 'vitest';
import { missingOf, proveRules, readRules, titlesIn } from '../../scripts/rules.ts';

const book = {
  delivered: ['now'],
  rules: [
    { id: 'R1', since: 'now', rule: 'one' },
    { id: 'R2', since: 'now', rule: 'two' },
    { id: 'A1', since: 'later', rule: 'three' },
  ],
};

// written with a word in place of "test" so that this file's own samples are not taken for titles
const sample = (text: string): string => text.replaceAll('TEST', 'test');

test.each([
  ["TEST('R1 a name', () => {})", [['R1']]],
  ["TEST('R1 R2 a name', () => {})", [['R1', 'R2']]],
  ["TEST.each([[1, f(2)]])('R2 a name %s', () => {})", [['R2']]],
  ["describe.skipIf(!here())(\n  \"R1, R2: it's so\", () => {})", [['R1', 'R2']]],
  ["TEST.skip('R1 a name', () => {})", []],
  ["TEST('a name with R1 in it', () => {})", []],
])('%s', (source, ids) => {
  expect(titlesIn(sample(source)).map((title) => title.ids)).toEqual(ids);
});

test('a rule without a test is missing; rules of later flows only when all are asked for', () => {
  const rules = proveRules(book, [{ file: 'a.test.ts', source: sample("TEST('R1 x', f)") }]);
  expect(missingOf(rules, false).map((rule) => rule.id)).toEqual(['R2']);
  expect(missingOf(rules, true).map((rule) => rule.id)).toEqual(['R2', 'A1']);
});

test('a title that names a rule the book does not have is an error', () => {
  expect(() => proveRules(book, [{ file: 'a.test.ts', source: sample("TEST('R9 x', f)") }])).toThrow('there is no rule R9');
});

test('the whole rulebook is in the list, each id once', () => {
  const ids = readRules().map((rule) => rule.id);
  const series = { G: 5, R: 20, A: 20, S: 12, I: 11, K: 8, N: 23 };
  expect(ids).toEqual(Object.entries(series).flatMap(([letter, count]) => Array.from({ length: count }, (_, index) => `${letter}${index + 1}`)));
});
