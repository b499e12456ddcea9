/**
 * Money of an order in the shop's currency: what each line and charge costs now, with the tax beside it (N14, R16, contract shopify 9). Pure.
 * Refunded and removed pieces are taken off by the shop itself (`currentQuantity`, `current…Set`).
 */
import { add, compare, divide, isZero, multiply, subtract, type Amount, type Decimal } from '../../domain/money.ts';
import type { Charge, LineItem } from '../../domain/order.ts';
import type { ShopifyLine, ShopifyOrder } from './schemas.ts';
import type { ShopifySettings } from './settings.ts';

type Language = ShopifySettings['language'];

/** The few words we add ourselves. */
export const words = {
  pl: { shipping: 'Wysyłka', duties: 'Cło', tip: 'Napiwek' },
  it: { shipping: 'Spedizione', duties: 'Dazi', tip: 'Mancia' },
  fr: { shipping: 'Livraison', duties: 'Droits de douane', tip: 'Pourboire' },
  en: { shipping: 'Shipping', duties: 'Duties', tip: 'Tip' },
} as const satisfies Record<Language, Record<string, string>>;

type Taxed = { taxLines: { priceSet: { amount: Decimal } }[] };

const taxOf = ({ taxLines }: Taxed): Decimal => add(...taxLines.map(({ priceSet }) => priceSet.amount));

/** `taxesIncluded` decides whether a price holds its tax. */
const amountOf = (price: Decimal, tax: Decimal, taxesIncluded: boolean): Amount => ({ net: taxesIncluded ? subtract(price, tax) : price, tax });

/** The part of a value that so many of so many pieces have. */
const partOf = (value: Decimal, part: Decimal, whole: Decimal): Decimal => (isZero(whole) ? '0' : compare(part, whole) === 0 ? value : divide(multiply(value, part), whole, 2));

/** For `currentQuantity` pieces, all discounts allocated. */
export function lineAmount(line: ShopifyLine, taxesIncluded: boolean): Amount {
  const [ordered, current] = [String(line.quantity), String(line.currentQuantity)];
  return amountOf(linePrice(line), partOf(taxOf(line), current, ordered), taxesIncluded);
}

/**
 * The shop's price of a piece is rounded: 10.00 for three are 3.33 each. As long as nothing was taken off, list price and allocated discounts give
 * the exact sum; where they say something else than the piece's price does, that one holds (contract 10).
 */
function linePrice(line: ShopifyLine): Decimal {
  const [ordered, current] = [String(line.quantity), String(line.currentQuantity)];
  const byPiece = multiply(line.discountedUnitPriceAfterAllDiscountsSet.amount, current);
  if (line.currentQuantity !== line.quantity) return byPiece;
  const exact = subtract(multiply(line.originalUnitPriceSet.amount, ordered), add(...line.discountAllocations.map(({ allocatedAmountSet }) => allocatedAmountSet.amount)));
  const apart = subtract(exact, byPiece);
  const isRounding = compare(apart, multiply('0.01', ordered)) <= 0 && compare(apart, multiply('-0.01', ordered)) >= 0;
  return isRounding ? exact : byPiece;
}

/** Shipping after discounts and refunds, additional fees, duties, and a tip. */
export function chargesOf(order: ShopifyOrder, lineItems: Pick<LineItem, 'total'>[], language: Language): Charge[] {
  const shipping = shippingCharges(order, language);
  const fees = order.additionalFees.map((fee): Charge => ({ kind: 'fee', name: fee.name, total: amountOf(fee.price.amount, taxOf(fee), order.taxesIncluded) }));
  const duties = order.dutiesIncluded ? '0' : (order.currentTotalDutiesSet?.amount ?? '0');
  const duty: Charge[] = isZero(duties) ? [] : [{ kind: 'fee', name: words[language].duties, total: { net: duties, tax: '0' } }];
  const charges = [...shipping, ...fees, ...duty];
  return [...charges, ...tipOf(order, [...lineItems, ...charges], language)];
}

export function shippingCharges(order: ShopifyOrder, language: Language): Charge[] {
  return order.shippingLines.nodes.map((line) => ({
    kind: 'shipping',
    name: line.title.trim() || words[language].shipping,
    total: amountOf(line.currentDiscountedPriceSet.amount, partOf(taxOf(line), line.currentDiscountedPriceSet.amount, line.discountedPriceSet.amount), order.taxesIncluded),
  }));
}

/** Some shops have tips as a line of the order, too: a tip is a charge only where the total needs it. */
function tipOf(order: ShopifyOrder, parts: { total: Amount }[], language: Language): Charge[] {
  const tip = order.totalTipReceivedSet.amount;
  const missing = subtract(order.currentTotalPriceSet.amount, add(...parts.flatMap(({ total }) => [total.net, total.tax])));
  const isNeeded = compare(multiply(missing, '2'), tip) > 0;
  return isZero(tip) || !isNeeded ? [] : [{ kind: 'fee', name: words[language].tip, total: { net: tip, tax: '0' } }];
}
