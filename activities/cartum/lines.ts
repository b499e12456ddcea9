/** Which lines of an order are its goods: sets and gifts stand there with their parts (decision on R14 for Cartum). Pure. */
import { add, compare, isZero, multiply, round, type Decimal } from '../../domain/money.ts';
import type { CartumLine, CartumOrder } from './schemas.ts';

export interface ChosenLines {
  lines: CartumLine[];
  /** what a person should know */
  remarks: string[];
}

/** Parents or their parts, not both; the usual way first (contract 9). */
const ways = [
  ['set_main', 'gift'],
  ['set_main', 'gift_parent'],
  ['set_item', 'gift'],
  ['set_item', 'gift_parent'],
] as const;

/** Taken when no way fits: too much is seen, too little is not. */
const otherwise: readonly string[] = ['set_main', 'gift', 'gift_parent'];

const composed = new Set(['set_main', 'set_item', 'gift', 'gift_parent']);

/** Those whose sum is `total_default`; if none are, the fallback and a remark with both sums. A type that we do not know is a product. */
export function chooseLines({ products, total_default }: Pick<CartumOrder, 'products' | 'total_default'>): ChosenLines {
  const taken = (types: readonly string[]) => products.filter(({ type }) => !composed.has(type) || types.includes(type));
  const fits = (lines: CartumLine[]) => compare(round(sumOf(lines), 2), round(total_default, 2)) === 0;
  const fitting = ways.map(taken).find(fits);
  const lines = fitting ?? taken(otherwise);
  const leftOut = products.filter((line) => line.type === 'gift' && !lines.includes(line)).map(({ title }) => `the gift ${title} is left out: the shop counts the product that it comes with`);
  if (fitting) return { lines, remarks: leftOut };
  return { lines, remarks: [`the shop’s total before discounts is ${round(total_default, 2)}, its lines make ${round(sumOf(lines), 2)}`, ...leftOut] };
}

const sumOf = (lines: CartumLine[]): Decimal => add(...lines.map(amountOf));

/** What the line costs in all. */
export const amountOf = ({ total_price, price, quantity }: CartumLine): Decimal => total_price ?? multiply(price, quantity);

/** Lines have no ids (contract 4.1): the article is one, with its kind where it is no plain product, and counted where it comes again. */
export function keysOf(lines: CartumLine[], nameless: (title: string) => string): string[] {
  const seen = new Map<string, number>();
  return lines.map(({ article, title, type }) => {
    const base = `${composed.has(type) ? `${type}:` : ''}${article === '' ? nameless(title) : article}`;
    const count = (seen.get(base) ?? 0) + 1;
    seen.set(base, count);
    return count === 1 ? base : `${base}#${count}`;
  });
}

/** Lines without pieces are no goods any more, unless all are: then the order shows as emptied. */
export function withPieces<Line extends { quantity: Decimal }>(lines: Line[]): Line[] {
  const left = lines.filter(({ quantity }) => !isZero(quantity));
  return left.length > 0 ? left : lines;
}
