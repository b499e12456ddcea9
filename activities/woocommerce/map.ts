/** An order of the shop in canonical words (contract 10). Pure. */
import { digitsOf, type Customer } from '../../domain/customer.ts';
import { add, compare, type Amount } from '../../domain/money.ts';
import type { Charge, Ending, LineItem, Order } from '../../domain/order.ts';
import type { Product } from '../../domain/product.ts';
import type { ImportOrdersSettings } from '../../domain/settings.ts';
import { BadDataError } from '../errors.ts';
import { normalisePhone } from '../phone.ts';
import { orderSchema, type WooLine, type WooOrder } from './schemas.ts';
import type { WoocommerceSettings } from './settings.ts';
import { decodeName } from './text.ts';

export interface MapSettings {
  connection: Pick<WoocommerceSettings, 'country' | 'language'>;
  integration: Pick<ImportOrdersSettings, 'codeOf'>;
}

/** Throws BadDataError that names the first field which cannot be used. */
export function parseOrder(body: string): WooOrder {
  const parsed = orderSchema.safeParse(JSON.parse(body));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new BadDataError(issue?.path.join('.') ?? 'order', issue?.message ?? 'cannot be read');
}

/** The order before its refunds' lines are known (refunds.ts); its total is after refunds already. R12: nothing of the delivery. */
export function toOrder(raw: WooOrder, settings: MapSettings): Order {
  if (!/^[A-Z]{3}$/.test(raw.currency)) throw new BadDataError('currency', 'must be a currency code');
  const customer = toCustomer(raw, settings.connection.country);
  const ending = endings[raw.status];
  return {
    sourceId: String(raw.id),
    platform: 'WooCommerce',
    number: raw.number,
    status: raw.status,
    ...(ending === undefined ? {} : { ending }),
    createdAt: toInstant(raw.date_created_gmt),
    modifiedAt: toInstant(raw.date_modified_gmt),
    currency: raw.currency,
    ...(customer ? { customer } : {}),
    lineItems: raw.line_items.map((line) => toLineItem(line, settings.integration.codeOf)),
    charges: toCharges(raw, settings.connection.language),
    total: add(raw.total, ...raw.refunds.map((refund) => refund.total)), // refunds are negative
    totalTax: raw.total_tax,
  };
}

/** Decision on R8, R16. A partial refund leaves the status alone (contract 4). */
const endings: Readonly<Record<string, Ending>> = { cancelled: 'cancelled', refunded: 'refunded', trash: 'trashed' };

/** R10, R18, R20. Undefined when the order names nobody: a guest without name, e-mail and phone in the billing data. */
export function toCustomer({ customer_id, billing, shipping }: WooOrder, country: string): Customer | undefined {
  const named = [billing.first_name, billing.last_name, billing.company, billing.email, billing.phone].some((field) => field.trim() !== '');
  if (customer_id === 0 && !named) return undefined;
  const email = billing.email.trim();
  const company = billing.company.trim();
  const phone = [shipping.phone ?? '', billing.phone].map((written) => written.trim()).find((written) => digitsOf(written) !== '');
  return {
    firstName: billing.first_name.trim(),
    lastName: billing.last_name.trim(),
    ...(company === '' ? {} : { company }),
    ...(email === '' ? {} : { email }),
    ...(phone === undefined ? {} : { phone: normalisePhone(phone, billing.country || country).e164 ?? phone, phoneAsWritten: phone }),
  };
}

/** `price` is a JSON number and rounded: the line's own amounts count (N14). Coupons are inside them. */
function toLineItem(line: WooLine, codeOf: ImportOrdersSettings['codeOf']): LineItem {
  return { key: String(line.id), product: toProduct(line, codeOf), quantity: String(line.quantity), total: amountOf(line) };
}

/** R17. A product that the shop deleted has id 0 and no SKU: it comes by name, without code (contract 4). */
export function toProduct(line: WooLine, codeOf: ImportOrdersSettings['codeOf']): Product {
  const soldId = line.variation_id || line.product_id;
  const codeId = codeOf === 'product' ? line.product_id : soldId;
  const sku = line.sku?.trim() ?? '';
  return {
    ...(soldId === 0 ? {} : { sourceId: String(soldId) }),
    name: nameOf(line),
    ...(sku === '' ? {} : { sku }),
    ...(codeId === 0 ? {} : { code: String(codeId) }),
  };
}

/** The shop adds the options of a variant to its name ("Belt - S"), but not where they are many or long: then they stand beside it. */
function nameOf(line: WooLine): string {
  const name = decodeName(line.name);
  if (line.variation_id === 0 || name !== decodeName(line.parent_name ?? '')) return name;
  const options = line.meta_data.flatMap(({ key, value, display_value }) => (isOptionKey(key) ? (optionText(display_value) ?? optionText(value) ?? []) : []));
  return options.length === 0 ? name : `${name} - ${options.join(', ')}`;
}

/** Options have slugs as keys; what buyers typed in (engravings, gift texts) has a label with capitals or blanks. */
const isOptionKey = (key: string): boolean => /^[\p{Ll}\p{Lo}\d%][\p{Ll}\p{Lo}\d%_-]*$/u.test(key);

const optionText = (value: unknown): string | undefined => (typeof value === 'string' && value.trim() !== '' && value.length <= 60 ? decodeName(value.replace(/<[^>]*>/g, '')) : undefined);

/** N14. Carriers are delivery information and stay out (R12): only that there was shipping, and what it cost. */
function toCharges(raw: WooOrder, language: WoocommerceSettings['language']): Charge[] {
  const shipping = raw.shipping_lines.map((line): Charge => ({ kind: 'shipping', name: words[language].shipping, total: amountOf(line) }));
  const fees = raw.fee_lines.map((line): Charge => ({
    kind: compare(line.total, '0') < 0 ? 'discount' : 'fee',
    name: decodeName(line.name ?? '') || words[language].fee,
    total: amountOf(line),
  }));
  return [...shipping, ...fees];
}

export const amountOf = (line: { total: string; total_tax: string }): Amount => ({ net: line.total, tax: line.total_tax });

/** GMT without Z, as every `_gmt` field has it (contract 9) → ISO 8601. */
export function toInstant(naiveGmt: string): string {
  const instant = new Date(`${naiveGmt}Z`);
  if (Number.isNaN(instant.getTime())) throw new BadDataError('date', 'must be a date and time');
  return instant.toISOString();
}

/** The naive GMT that filters take together with `dates_are_gmt=true` (contract 9: with Z it would be shifted). Whole seconds, rounded down. */
export const toNaiveGmt = (instantMs: number): string => new Date(instantMs).toISOString().slice(0, 19);

/** The few words we add ourselves. */
export const words = {
  pl: { shipping: 'Wysyłka', fee: 'Opłata', refund: 'Zwrot' },
  it: { shipping: 'Spedizione', fee: 'Supplemento', refund: 'Rimborso' },
  fr: { shipping: 'Livraison', fee: 'Frais', refund: 'Remboursement' },
  en: { shipping: 'Shipping', fee: 'Fee', refund: 'Refund' },
} as const satisfies Record<WoocommerceSettings['language'], Record<string, string>>;
