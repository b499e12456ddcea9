/** What RO App computes by itself: line and order totals, and what still waits for deduction (contract roapp 4.2, 4.3). */
import { costDigits, dropDigits, moneyDigits, quantityDigits } from './decimals.ts';
import type { Item, Order, Store } from './store.ts';

/** Smallest units of money. A discount by value is taken off the line once. */
export function discountOf({ quantity, price, discount }: Item): bigint {
  if (discount.type === 'value') return discount.amount;
  const hundredths = BigInt(Math.round(discount.percentage * 100));
  return dropDigits(quantity * price * hundredths, quantityDigits + 4);
}

const lineTotal = (item: Item): bigint => dropDigits(item.quantity * item.price, quantityDigits) - discountOf(item);

export const orderTotal = (order: Order): bigint => sum(order, lineTotal);
export const discountTotal = (order: Order): bigint => sum(order, discountOf);

function sum(order: Order, amount: (item: Item) => bigint): bigint {
  let total = 0n;
  for (const item of order.items.values()) total += amount(item);
  return total;
}

/** A product whose goods have not left the stock ledger, or not all of them. Services never wait. */
export const awaitsDeduction = (store: Store, item: Item): boolean => entityOf(store, item.entityId)?.type === 'product' && (item.writeOffs.length === 0 || item.isPartlyWrittenOff);

export const orderAwaitsDeduction = (store: Store, order: Order): boolean => [...order.items.values()].some((item) => awaitsDeduction(store, item));

/** Also a deleted product: old lines still show it. */
export const entityOf = (store: Store, id: number) => store.products.get(id) ?? store.gone.products.get(id);

/** Costs have 5 digits in the API but are numbers in write-offs. */
export const costAsNumber = (cost: bigint): number => Number(cost) / 10 ** costDigits;
export const quantityAsNumber = (quantity: bigint): number => Number(quantity) / 10 ** quantityDigits;
export const moneyAsNumber = (money: bigint): number => Number(money) / 10 ** moneyDigits;
