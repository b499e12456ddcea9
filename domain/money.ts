/**
 * Money as decimal text, so that no amount ever passes through a binary float (N14).
 * Amounts are strings such as "81.00"; arithmetic is exact on scaled integers.
 */

/** Decimal text: optional minus, digits, optional point and digits. */
export type Decimal = string;

/** What something costs: the part without tax and the tax beside it, both in the order's currency. */
export interface Amount {
  net: Decimal;
  tax: Decimal;
}

const SCALE = 8;
const UNIT = 10n ** BigInt(SCALE);
const PATTERN = /^(-?)(\d+)(?:\.(\d+))?$/;

/** True when the text is a decimal this module can compute with (at most eight places). */
export function isDecimal(text: string): boolean {
  const match = PATTERN.exec(text);
  return match !== null && (match[3] ?? '').length <= SCALE;
}

function toUnits(text: Decimal): bigint {
  const match = PATTERN.exec(text);
  const fraction = match?.[3] ?? '';
  if (!match || fraction.length > SCALE) throw new RangeError('not a decimal with at most eight places');
  const units = BigInt(match[2] ?? '0') * UNIT + BigInt(fraction.padEnd(SCALE, '0') || '0');
  return match[1] === '-' ? -units : units;
}

function fromUnits(units: bigint): Decimal {
  const size = units < 0n ? -units : units;
  const fraction = (size % UNIT).toString().padStart(SCALE, '0').replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${size / UNIT}${fraction ? `.${fraction}` : ''}`;
}

function divideRounded(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n !== denominator < 0n;
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  const rounded = (n * 2n + d) / (d * 2n); // half away from zero, as shops and tax offices round
  return negative ? -rounded : rounded;
}

/** Sum of any number of decimals; no terms give "0". */
export const add = (...terms: Decimal[]): Decimal => fromUnits(terms.reduce((sum, term) => sum + toUnits(term), 0n));

/** a − b. */
export const subtract = (a: Decimal, b: Decimal): Decimal => fromUnits(toUnits(a) - toUnits(b));

/** a × b, rounded to eight places. */
export const multiply = (a: Decimal, b: Decimal): Decimal => fromUnits(divideRounded(toUnits(a) * toUnits(b), UNIT));

/** a ÷ b rounded half away from zero to `places` digits. Throws RangeError when b is zero. */
export function divide(a: Decimal, b: Decimal, places: number): Decimal {
  const divisor = toUnits(b);
  if (divisor === 0n) throw new RangeError('division by zero');
  return round(fromUnits(divideRounded(toUnits(a) * UNIT, divisor)), places);
}

/** The decimal with exactly `places` digits after the point, rounded half away from zero. */
export function round(value: Decimal, places: number): Decimal {
  const step = 10n ** BigInt(SCALE - places);
  const text = fromUnits(divideRounded(toUnits(value), step) * step);
  const [whole = '0', fraction = ''] = text.split('.');
  return places === 0 ? whole : `${whole}.${fraction.padEnd(places, '0')}`;
}

/** −1, 0 or 1 as a is less than, equal to or greater than b. */
export function compare(a: Decimal, b: Decimal): -1 | 0 | 1 {
  const difference = toUnits(a) - toUnits(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export const isZero = (value: Decimal): boolean => toUnits(value) === 0n;

/** Net plus tax. */
export const gross = (amount: Amount): Decimal => add(amount.net, amount.tax);
