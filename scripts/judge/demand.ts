/**
 * What the rules demand of each order of the shop, reckoned from the shop's truth alone and in whole cents: nothing of the product's own
 * arithmetic is used, so that a mistake there cannot hide itself.
 */
import { cents, emailKey, phoneKey, type ShopOrder } from './truths.ts';

export interface DemandedLine {
  /** the product in the books carries this SKU; without one it carries the name */
  sku: string;
  name: string;
  quantity: number;
  priceCents: number;
}

export interface Demand {
  sourceId: string;
  lines: DemandedLine[];
  /** what the order's one comment has to name; empty: a comment is not demanded */
  charges: number;
  /** amounts, each as its text, that the comment names */
  amounts: string[];
  phone: string;
  email: string;
}

const excluded = new Set(['completed', 'cancelled', 'refunded', 'failed', 'trash', 'checkout-draft', 'auto-draft']);

/** Undefined: the order must not come in (R9, R10, R3, fully refunded). */
export function demandOf(order: ShopOrder, currency: string): Demand | undefined {
  const phone = [order.shipping.phone, order.billing.phone].map(phoneKey).find((digits) => digits !== '') ?? '';
  const email = emailKey(order.billing.email);
  const goods = goodsOf(order);
  if (excluded.has(order.status) || order.currency !== currency || goods.length === 0 || (phone === '' && email === '')) return undefined;
  const charges = [...order.shippingLines, ...order.fees].map(({ total }) => cents(total)).filter((amount) => amount !== 0);
  // the tax of charges is known as a sum only
  const tax = cents(order.totalTax) - order.lines.reduce((sum, line) => sum + cents(line.totalTax), 0);
  const gross = charges.length === 1 ? charges.map((amount) => amount + tax) : tax === 0 ? charges : [];
  return { sourceId: String(order.id), lines: priced(goods), charges: charges.length, amounts: gross.map(textOf), phone, email };
}

interface Goods {
  sku: string;
  name: string;
  quantity: number;
  totalCents: number;
}

/** Refunded pieces and their money are taken off (R16). */
function goodsOf({ lines, refunds }: ShopOrder): Goods[] {
  const touched = lines.filter((line) => line.refunded > 0);
  const refunded = refunds.reduce((sum, refund) => sum + cents(refund.amount), 0);
  const isAllGone = lines.every((line) => line.refunded >= line.quantity);
  if (isAllGone) return [];
  if (touched.length > 1) throw new Error('the judge cannot tell how several refunded lines share the money');
  return lines
    .map((line) => ({
      sku: line.sku ?? '',
      name: decoded(line.name),
      quantity: line.quantity - line.refunded,
      totalCents: cents(line.total) + cents(line.totalTax) - (line.refunded > 0 ? refunded : 0),
    }))
    .filter(({ quantity }) => quantity > 0);
}

/** N14: the price of one piece is rounded; the rest of all roundings goes onto one piece of the dearest line, single pieces first. */
function priced(goods: Goods[]): DemandedLine[] {
  const lines = goods.map(({ sku, name, quantity, totalCents }) => ({ sku, name, quantity, priceCents: rounded(totalCents, quantity), totalCents }));
  const rest = lines.reduce((sum, line) => sum + line.totalCents - line.priceCents * line.quantity, 0);
  const plain = lines.map(({ sku, name, quantity, priceCents }) => ({ sku, name, quantity, priceCents }));
  if (rest === 0) return plain;
  const able = plain.filter((line) => line.priceCents + rest >= 0);
  const single = able.filter((line) => line.quantity === 1);
  const bearer = (single.length > 0 ? single : able).reduce<DemandedLine | undefined>((best, line) => (best === undefined || line.priceCents > best.priceCents ? line : best), undefined);
  if (bearer === undefined) return plain;
  const piece = { ...bearer, quantity: 1, priceCents: bearer.priceCents + rest };
  return plain.flatMap((line) => (line !== bearer ? [line] : line.quantity === 1 ? [piece] : [{ ...line, quantity: line.quantity - 1 }, piece]));
}

/** Half away from zero. */
const rounded = (amount: number, by: number): number => Math.sign(amount) * Math.floor((2 * Math.abs(amount) + by) / (2 * by));

const textOf = (amount: number): string => `${amount < 0 ? '-' : ''}${Math.floor(Math.abs(amount) / 100)}.${String(Math.abs(amount) % 100).padStart(2, '0')}`;

/** The few entities of the seeded names. */
const decoded = (name: string): string => name.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#039;', "'").replaceAll('&amp;', '&').trim();
