/** How an order's amounts become lines of the books, so that their sum is the platform's total (N14). */
import { add, compare, divide, gross, isZero, multiply, round, subtract, type Amount, type Decimal } from './money.ts';
import type { Charge, Order } from './order.ts';
import type { ImportOrdersSettings } from './settings.ts';

export interface PricedLine {
  /** unique in the order: "<line key>", "<line key>:rest" for the piece that carries the rounding rest, "charge:<n>" */
  key: string;
  kind: 'product' | 'charge';
  /** products: key of the order's line item */
  lineKey?: string;
  /** charges: product id in the target, from the settings */
  article?: string;
  name: string;
  quantity: Decimal;
  /** for one piece, two digits, with or without tax by the setting */
  price: Decimal;
}

export interface PriceDifference {
  reason: 'charges-in-comment' | 'rounding' | 'platform-total';
  amount: Decimal;
}

export interface Priced {
  lines: PricedLine[];
  /** charges without an article: to be named in the comment */
  inComment: Charge[];
  /** sum of the lines as the target will compute it */
  total: Decimal;
  /** the platform's total, with or without tax by the setting */
  expected: Decimal;
  /** every part of expected − total with its reason; their sum is exact */
  differences: PriceDifference[];
}

/** @throws RangeError when a quantity is zero: lines without quantity are left out before */
export function priceLines(order: Pick<Order, 'lineItems' | 'charges' | 'total' | 'totalTax'>, settings: Pick<ImportOrdersSettings, 'prices' | 'articles'>): Priced {
  const chosen = (amount: Amount): Decimal => round(settings.prices === 'with-tax' ? gross(amount) : amount.net, 2);
  let rest: Decimal = '0';
  const lines: PricedLine[] = order.lineItems.map((line) => {
    const amount = chosen(line.total);
    const price = divide(amount, line.quantity, 2);
    rest = add(rest, subtract(amount, multiply(price, line.quantity)));
    return { key: line.key, kind: 'product', lineKey: line.key, name: line.product.name, quantity: line.quantity, price };
  });
  const inComment: Charge[] = [];
  for (const [n, charge] of order.charges.entries()) {
    const article = settings.articles[charge.kind];
    const price = chosen(charge.total);
    if (isZero(price)) continue;
    if (article === undefined) inComment.push(charge);
    else lines.push({ key: `charge:${n}`, kind: 'charge', article, name: charge.name, quantity: '1', price });
  }
  const priced = placeRest(lines, rest);
  const total = round(add(...priced.map((line) => multiply(line.price, line.quantity))), 2);
  const expected = round(settings.prices === 'with-tax' ? order.total : subtract(order.total, order.totalTax), 2);
  return { lines: priced, inComment, total, expected, differences: explain(subtract(expected, total), add(...inComment.map((charge) => chosen(charge.total))), priced === lines ? rest : '0') };
}

/** Puts the rest of all roundings onto one piece of one line; returns the same array when no line can take it. */
function placeRest(lines: PricedLine[], rest: Decimal): PricedLine[] {
  if (isZero(rest)) return lines;
  const able = lines.filter((line) => line.kind === 'product' && compare(line.quantity, '1') >= 0 && compare(add(line.price, rest), '0') >= 0 && isZero(subtract(rest, round(rest, 2))));
  const single = able.filter((line) => compare(line.quantity, '1') === 0);
  const bearer = highestPrice(single.length > 0 ? single : able);
  if (bearer === undefined) return lines;
  const price = round(add(bearer.price, rest), 2);
  return lines.flatMap((line) => {
    if (line !== bearer) return [line];
    if (compare(line.quantity, '1') === 0) return [{ ...line, price }];
    return [{ ...line, quantity: subtract(line.quantity, '1') }, { ...line, key: `${line.key}:rest`, quantity: '1', price }];
  });
}

const highestPrice = (lines: PricedLine[]): PricedLine | undefined => lines.reduce<PricedLine | undefined>((best, line) => (best === undefined || compare(line.price, best.price) > 0 ? line : best), undefined);

function explain(difference: Decimal, inComment: Decimal, unplacedRest: Decimal): PriceDifference[] {
  const rounding = round(unplacedRest, 2);
  const other = subtract(subtract(difference, inComment), rounding);
  const parts: PriceDifference[] = [
    { reason: 'charges-in-comment', amount: round(inComment, 2) },
    { reason: 'rounding', amount: rounding },
    { reason: 'platform-total', amount: round(other, 2) },
  ];
  return parts.filter((part) => !isZero(part.amount));
}
