/** Amounts inside the shop: whole millionths of the currency, as the plugin keeps more digits than it shows. */

const one = 1_000_000;
const cent = 10_000;

/** Reads `"49.90"` or 49.9; what is no number is 0, as the plugin does silently. */
export function toUnits(value: unknown): number {
  const number = typeof value === 'number' ? value : typeof value === 'string' ? Number(value.trim()) : 0;
  return Number.isFinite(number) ? Math.round(number * one) : 0;
}

/** Half away from zero, to whole cents. */
export function roundToCents(units: number): number {
  return Math.sign(units) * Math.round(Math.abs(units) / cent) * cent;
}

/** Text with `dp` decimals, as every amount of a reply. */
export function amountText(units: number, dp: number): string {
  const decimals = Math.max(0, Math.min(6, dp));
  const scaled = Math.round(Math.abs(units) / 10 ** (6 - decimals));
  const digits = String(scaled).padStart(decimals + 1, '0');
  const sign = units < 0 && scaled > 0 ? '-' : '';
  const whole = digits.slice(0, digits.length - decimals);
  return decimals === 0 ? sign + whole : `${sign}${whole}.${digits.slice(digits.length - decimals)}`;
}

/** The line's `price`: a JSON number, net, re-derived from the total (contract woocommerce 4). */
export function unitPrice(total: number, quantity: number): number {
  return quantity === 0 ? 0 : total / one / quantity;
}

/** The tax beside a net amount, rounded per line. */
export function taxOn(net: number, percent: number | null): number {
  return percent === null ? 0 : roundToCents((net * percent) / 100);
}

/** The net amount inside a gross one; not rounded, as the plugin keeps it. */
export function netOf(gross: number, percent: number | null): number {
  return percent === null ? gross : Math.round((gross * 100) / (100 + percent));
}
