/** Amounts in hundredths, and how the two interfaces write them. */
import type { Order } from './model.ts';

/** "12.5" → 1250; throws on more than two digits. */
export function toHundredths(text: string | number): number {
  const [, sign, whole = '0', part = ''] = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(String(text)) ?? [];
  if (sign === undefined) throw new Error(`not an amount with at most two digits: ${text}`);
  return (sign === '-' ? -1 : 1) * (Number(whole) * 100 + Number(part.padEnd(2, '0')));
}

/** As webhooks write it: "25.90". */
export const amountText = (hundredths: number): string => (hundredths / 100).toFixed(2);

/** As GraphQL writes a Decimal: as few digits as needed, one at least: "25.9", "0.0". */
export const decimalText = (hundredths: number): string => amountText(hundredths).replace(/0$/, '');

/** A part of an amount, rounded half up. */
export const share = (amount: number, part: number, whole: number): number => (whole === 0 ? 0 : Math.round((amount * part) / whole));

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export const money = (hundredths: number, currencyCode: string) => ({ amount: decimalText(hundredths), currencyCode });

/** What the buyer saw is the shop's amount at the order's rate. */
export const inPresentment = (order: Pick<Order, 'rate'>, hundredths: number): number => Math.round(hundredths * order.rate);

export type MoneyOrder = Pick<Order, 'currency' | 'presentmentCurrency' | 'rate'>;

export const bag = (order: MoneyOrder, hundredths: number) => ({
  shopMoney: money(hundredths, order.currency),
  presentmentMoney: money(inPresentment(order, hundredths), order.presentmentCurrency),
});

/** The webhook's form of the same. */
export const moneySet = (order: MoneyOrder, hundredths: number) => ({
  shop_money: { amount: amountText(hundredths), currency_code: order.currency },
  presentment_money: { amount: amountText(inPresentment(order, hundredths)), currency_code: order.presentmentCurrency },
});
