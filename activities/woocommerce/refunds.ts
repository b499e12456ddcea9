/** What refunds take off an order that is about to be imported (R16). The order's own lines stay as they were (contract 4). Pure. */
import { add, compare, isZero, subtract, type Amount, type Decimal } from '../../domain/money.ts';
import type { Charge, LineItem, Order } from '../../domain/order.ts';
import { words } from './map.ts';
import type { WooOrder, WooRefund } from './schemas.ts';
import type { WoocommerceSettings } from './settings.ts';

/** Quantity and money to add to a line; both negative or zero. */
interface Taken {
  quantity: Decimal;
  total: Amount;
}

/**
 * Refunded pieces and amounts are taken off their lines, refunded shipping and fees off theirs; what was refunded of no line becomes a discount.
 * Lines of which nothing is left are left out, unless nothing is left of any: then the order shows as fully refunded.
 */
export function subtractRefunds(order: Order, raw: WooOrder, refunds: WooRefund[], language: WoocommerceSettings['language']): Order {
  const items = refunds.flatMap((refund) => [...refund.line_items, ...withoutQuantity(refund.shipping_lines), ...withoutQuantity(refund.fee_lines)]);
  const taken = takenByItem(items);
  const lineItems = order.lineItems.map((line) => reduceLine(line, taken.get(line.key)));
  const left = lineItems.filter((line) => !isZero(line.quantity));
  const chargeIds = [...raw.shipping_lines, ...raw.fee_lines].map((line) => String(line.id));
  const charges = order.charges.map((charge, index) => ({ ...charge, total: plus(charge.total, taken.get(chargeIds[index] ?? '')?.total) })).filter(({ total }) => !isZero(total.net) || !isZero(total.tax));
  return {
    ...order,
    lineItems: left.length > 0 ? left : lineItems,
    charges: [...charges, ...lumpSums(refunds, language)],
    totalTax: add(order.totalTax, ...items.map((item) => item.total_tax)),
  };
}

type RefundedItem = WooRefund['line_items'][number];

const withoutQuantity = (charges: WooRefund['shipping_lines']): RefundedItem[] => charges.map((charge) => ({ ...charge, quantity: 0 }));

function takenByItem(items: RefundedItem[]): Map<string, Taken> {
  const taken = new Map<string, Taken>();
  for (const item of items) {
    const key = refundedItemId(item);
    if (key === undefined) continue;
    const before = taken.get(key) ?? { quantity: '0', total: { net: '0', tax: '0' } };
    taken.set(key, { quantity: add(before.quantity, String(item.quantity)), total: plus(before.total, { net: item.total, tax: item.total_tax }) });
  }
  return taken;
}

/** Text or number, as PHP stored it. */
function refundedItemId({ meta_data }: RefundedItem): string | undefined {
  const value = meta_data.find(({ key }) => key === '_refunded_item_id')?.value;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function reduceLine(line: LineItem, taken: Taken | undefined): LineItem {
  if (!taken) return line;
  const quantity = add(line.quantity, taken.quantity);
  return { ...line, quantity: compare(quantity, '0') < 0 ? '0' : quantity, total: plus(line.total, taken.total) };
}

const plus = (a: Amount, b: Amount | undefined): Amount => (b ? { net: add(a.net, b.net), tax: add(a.tax, b.tax) } : a);

/** The part of a refund that names no line: staff typed an amount only. Its tax is not known. */
function lumpSums(refunds: WooRefund[], language: WoocommerceSettings['language']): Charge[] {
  return refunds.flatMap((refund) => {
    const named = [...refund.line_items, ...refund.shipping_lines, ...refund.fee_lines].filter((item) => refundedItemId({ quantity: 0, ...item }) !== undefined);
    const rest = subtract('0', add(refund.amount, ...named.flatMap((item) => [item.total, item.total_tax])));
    return compare(rest, '0') < 0 ? [{ kind: 'discount' as const, name: words[language].refund, total: { net: rest, tax: '0' } }] : [];
  });
}
