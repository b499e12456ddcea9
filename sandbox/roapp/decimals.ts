/** Exact decimal texts: money with 2 digits, quantities with 3, costs with 5 (contract roapp 9). No floats. */

export const moneyDigits = 2;
export const quantityDigits = 3;
export const costDigits = 5;

export const decimalPattern = /^-?\d{1,12}(\.\d{1,10})?$/;

/** Reads "81.5" as 8150n at two digits; further digits are rounded half up, as a column of fixed scale does. */
export function parseDecimal(text: string, digits: number): bigint {
  const negative = text.startsWith('-');
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const kept = BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0'));
  const rounded = Number(fraction[digits] ?? '0') >= 5 ? kept + 1n : kept;
  return negative ? -rounded : rounded;
}

/** 8150n at two digits is "81.50". */
export function formatDecimal(value: bigint, digits: number): string {
  const text = (value < 0n ? -value : value).toString().padStart(digits + 1, '0');
  return `${value < 0n ? '-' : ''}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** value / 10^digits, rounded half away from zero. */
export function dropDigits(value: bigint, digits: number): bigint {
  const unit = 10n ** BigInt(digits);
  const half = unit / 2n;
  return value < 0n ? -((-value + half) / unit) : (value + half) / unit;
}
