/** An order of the shop in canonical words (contract 10). Pure. */
import { createHash } from 'node:crypto';
import { digitsOf, type Customer } from '../../domain/customer.ts';
import { add, compare, isZero, round, subtract, type Decimal } from '../../domain/money.ts';
import type { Charge, Delivery, LineItem, Order } from '../../domain/order.ts';
import type { Product } from '../../domain/product.ts';
import type { ImportOrdersSettings } from '../../domain/settings.ts';
import { BadDataError } from '../errors.ts';
import { normalisePhone } from '../phone.ts';
import { amountOf, chooseLines, keysOf, withPieces } from './lines.ts';
import { toInstant } from './local-time.ts';
import { orderSchema, type CartumLine, type CartumOrder } from './schemas.ts';
import type { CartumSettings } from './settings.ts';
import { cancelled } from './statuses.ts';

export interface MapSettings {
  connection: Pick<CartumSettings, 'country' | 'timeZone' | 'nameOrder'>;
  integration: Pick<ImportOrdersSettings, 'articles'>;
}

/** Throws BadDataError that names the first field which cannot be used. */
export function parseOrder(order: unknown): CartumOrder {
  const parsed = orderSchema.safeParse(order);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new BadDataError(issue?.path.join('.') ?? 'order', issue?.message ?? 'cannot be read');
}

/** The order with the names its lines carry; descriptions, categories and names in the connection's language come later (catalogue.ts). */
export function toOrder(raw: CartumOrder, settings: MapSettings): Order {
  if (!/^[A-Z]{3}$/.test(raw.currency)) throw new BadDataError('currency', 'must be a currency code');
  const { lines, remarks } = chooseLines(raw);
  const customer = toCustomer(raw, settings.connection);
  const delivery = toDelivery(raw);
  const charges = toCharges(raw);
  const createdAt = toInstant(raw.stat_created, settings.connection.timeZone);
  const notes = [...remarks, ...charges.remarks];
  return {
    sourceId: raw.order_id,
    platform: 'Cartum',
    number: raw.order_id,
    status: raw.stat_status,
    ...(raw.stat_status === cancelled ? { ending: 'cancelled' as const } : {}),
    createdAt,
    modifiedAt: createdAt, // the platform does not tell when an order was changed
    currency: raw.currency,
    ...(customer ? { customer } : {}),
    lineItems: toLineItems(lines),
    charges: charges.charges,
    ...(delivery ? { delivery } : {}),
    total: totalOf(raw, charges.charges, settings.integration.articles),
    totalTax: '0',
    ...(notes.length > 0 ? { remarks: notes } : {}),
  };
}

/**
 * Decision on N14: what is compared is `total_default`, the sum of the lines before discounts of the order as a whole. Charges that become lines
 * of the books by a configured article change that sum, those named in the comment do not. Delivery is in none of the shop's totals.
 */
function totalOf({ total_default }: CartumOrder, charges: Charge[], articles: ImportOrdersSettings['articles']): Decimal {
  return add(total_default, ...charges.filter(({ kind }) => articles[kind] !== undefined).map(({ total }) => total.net));
}

/** The API tells no taxes: a price is what the shop shows, and counts as it is with either setting of `prices`. */
const untaxed = (net: Decimal) => ({ net, tax: '0' });

function toCharges(raw: CartumOrder): { charges: Charge[]; remarks: string[] } {
  const off = subtract(raw.total_default, raw.total_sum);
  const fee: Charge[] = compare(raw.payment_price, '0') > 0 ? [{ kind: 'fee', name: raw.payment_type?.title ?? '', total: untaxed(raw.payment_price) }] : [];
  if (isZero(off)) return { charges: fee, remarks: [] };
  const isNamed = [raw.discount_percent, raw.discount_value, raw.coupon_discount_value].some((given) => !isZero(given));
  if (compare(off, '0') < 0 || (isZero(raw.total_sum) && !isNamed)) {
    return { charges: fee, remarks: [`the shop’s totals contradict each other: ${round(raw.total_default, 2)} before discounts, ${round(raw.total_sum, 2)} after them`] };
  }
  return { charges: [...fee, { kind: 'discount', name: discountName(raw), total: untaxed(subtract('0', off)) }], remarks: [] };
}

/** What it is called in any language: its percentage and the coupon's code. */
const discountName = ({ discount_percent, coupon_code }: CartumOrder): string => [isZero(discount_percent) ? '' : `${discount_percent}%`, coupon_code].filter(Boolean).join(', ');

function toLineItems(chosen: CartumLine[]): LineItem[] {
  const keys = keysOf(chosen, (title) => `title:${createHash('sha256').update(title).digest('hex').slice(0, 16)}`);
  return withPieces(chosen.map((line, at) => ({ key: keys[at] ?? String(at), product: toProduct(line), quantity: line.quantity, total: untaxed(amountOf(line)) })));
}

/** Decision on R14: the article is SKU and Code alike; a line knows no other id. */
function toProduct({ title, article }: CartumLine): Product {
  return { name: title, ...(article === '' ? {} : { sourceId: article, sku: article, code: article }) };
}

/** R10, R18. Undefined when the order names nobody. */
export function toCustomer(raw: Pick<CartumOrder, 'delivery_name' | 'delivery_email' | 'delivery_phone'>, { country, nameOrder }: Pick<CartumSettings, 'country' | 'nameOrder'>): Customer | undefined {
  const { delivery_name: name, delivery_email: email, delivery_phone: phone } = raw;
  const hasPhone = digitsOf(phone) !== '';
  if (name === '' && email === '' && !hasPhone) return undefined;
  return {
    ...splitName(name, nameOrder),
    ...(email === '' ? {} : { email }),
    ...(hasPhone ? { phone: normalisePhone(phone, country).e164 ?? phone, phoneAsWritten: phone } : {}),
  };
}

/** The platform has one field for the whole name (contract 9). */
export function splitName(name: string, order: CartumSettings['nameOrder']): { firstName: string; lastName: string } {
  const [first = '', ...others] = name.split(/\s+/).filter(Boolean);
  const rest = others.join(' ');
  if (order === 'unsplit' || rest === '') return { firstName: [first, rest].filter(Boolean).join(' '), lastName: '' };
  return order === 'first-last' ? { firstName: first, lastName: rest } : { firstName: rest, lastName: first };
}

/** R13. Undefined when the order says nothing of its delivery. */
export function toDelivery(raw: CartumOrder): Delivery | undefined {
  const address = [raw.delivery_city, ...raw.delivery_address.split('@')].map((part) => part.trim()).filter(Boolean); // Ukrposhta joins the parts with @
  const carrier = raw.delivery_type?.title ?? '';
  const trackingNumber = raw.delivery_data?.tnNumber ?? '';
  if (carrier === '' && address.length === 0 && trackingNumber === '') return undefined;
  const price = raw.delivery_price ?? undefined;
  const isOpen = price !== undefined && compare(price, '0') < 0; // -1: not calculated
  const recipient = [raw.delivery_name, ...address].filter(Boolean).join(', ');
  return {
    carrier,
    ...(price === undefined || isOpen ? {} : { cost: price }),
    ...(isOpen ? { isCostOpen: true } : {}),
    ...(recipient === '' ? {} : { recipient }),
    ...(trackingNumber === '' ? {} : { trackingNumber }),
  };
}
