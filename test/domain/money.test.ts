import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { add, compare, divide, isDecimal, multiply, round, subtract } from '../../domain/money.ts';

const cents = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });
const text = (value: number): string => `${value < 0 ? '-' : ''}${Math.floor(Math.abs(value) / 100)}.${String(Math.abs(value) % 100).padStart(2, '0')}`;

describe('decimal text', () => {
  test.each([
    ['0.1', '0.2', '0.3'],
    ['10.00', '-0.01', '9.99'],
    ['-1', '1', '0'],
    ['99999999999999.99', '0.01', '100000000000000'],
  ])('N14 %s + %s = %s, exactly', (a, b, sum) => expect(add(a, b)).toBe(sum));

  test.each([
    ['10.00', '3', 2, '3.33'],
    ['0.005', '1', 2, '0.01'],
    ['-0.005', '1', 2, '-0.01'],
    ['1', '8', 4, '0.1250'],
    ['7', '1', 0, '7'],
  ])('N14 %s / %s to %i places is %s: halves go away from zero', (a, b, places, result) => expect(divide(a, b, places)).toBe(result));

  test('N14 division by zero is an error, not an amount', () => expect(() => divide('1', '0.00', 2)).toThrow(RangeError));

  test.each(['', 'abc', '1,5', '1.', '.5', '1e3', '1.123456789', 'NaN', '0x1'])('N14 %j is not an amount', (bad) => {
    expect(isDecimal(bad)).toBe(false);
    expect(() => add(bad, '1')).toThrow(RangeError);
  });

  test('N14 sums and differences of cents are exact and undo each other', () =>
    fc.assert(fc.property(cents, cents, (a, b) => {
      expect(round(add(text(a), text(b)), 2)).toBe(text(a + b).replace(/^-0\.00$/, '0.00'));
      expect(compare(subtract(add(text(a), text(b)), text(b)), text(a))).toBe(0);
    })));

  test('N14 a price times a whole quantity is exact', () =>
    fc.assert(fc.property(cents, fc.integer({ min: 0, max: 10_000 }), (price, quantity) => {
      expect(compare(multiply(text(price), String(quantity)), add(...Array.from({ length: 1 }, () => text(price * quantity))))).toBe(0);
    })));
});
