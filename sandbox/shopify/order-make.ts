/** How an order comes about: from lines that name variants or nothing, with discounts shared out over them. */
import type { Allocation, Discount, Line, Order, ShippingLine } from './model.ts';
import { share, sum } from './money.ts';
import { originalTotals } from './totals.ts';
import { nowOf, type World } from './world.ts';

export interface LineWish {
  /** a variant of the catalogue, or a custom item with a title of its own */
  variantId?: number | undefined;
  title?: string | undefined;
  sku?: string | null | undefined;
  quantity: number;
  /** hundredths; default: the variant's price */
  price?: number | undefined;
  /** off this line as a whole, hundredths */
  discount?: number | undefined;
  taxable?: boolean | undefined;
}

/** One line for the order; the texts are copies that stay when the product goes. */
export function lineOf({ store }: World, { variantId, title, sku, quantity, price, taxable = true }: LineWish): Line {
  const variant = variantId === undefined ? undefined : store.variants.get(variantId);
  if (variantId !== undefined && variant === undefined) throw new Error(`no variant ${variantId}`);
  const product = variant && store.products.get(variant.productId);
  return {
    id: store.next('line'),
    productId: product?.id ?? null,
    variantId: variant?.id ?? null,
    title: title ?? product?.title ?? 'Custom item',
    variantTitle: variant === undefined || variant.values.length === 0 ? null : variant.title,
    sku: sku ?? variant?.sku ?? null,
    vendor: product?.vendor ?? null,
    quantity,
    removed: 0,
    refunded: 0,
    fulfilled: 0,
    price: price ?? variant?.price ?? 0,
    allocations: [],
    taxable,
    requiresShipping: true,
    attributes: [],
  };
}

/** An order without lines yet, created now. */
export function blankOrder({ store, shop, ...world }: World, createdAt: number = nowOf(world)): Order {
  return {
    id: store.next('order'),
    number: store.next('number'),
    createdAt,
    updatedAt: createdAt,
    processedAt: createdAt,
    cancelledAt: null,
    cancelReason: null,
    closedAt: null,
    confirmed: true,
    test: false,
    edited: false,
    email: null,
    phone: null,
    customerId: null,
    billing: null,
    shipping: null,
    note: null,
    tags: [],
    sourceName: 'web',
    poNumber: null,
    attributes: [],
    currency: shop.currency,
    presentmentCurrency: shop.currency,
    rate: 1,
    taxesIncluded: shop.taxesIncluded,
    vatPercent: shop.vatPercent,
    payment: 'PENDING',
    received: 0,
    held: null,
    lines: [],
    shippingLines: [],
    discounts: [],
    tip: 0,
    fees: [],
    refunds: [],
    fulfillments: [],
    transactions: [],
  };
}

export const shippingOf = ({ store }: World, title: string, price: number, carrier: string | null = null): ShippingLine => ({ id: store.next('other'), title, code: title, carrier, price, allocations: [], removed: false });

/** Off one line. */
export function discountLine(order: Order, line: Line, amount: number, title = 'Rabat na pozycję'): void {
  order.discounts.push({ kind: 'manual', title, target: 'line', percent: null, amount });
  line.allocations.push({ discount: order.discounts.length - 1, amount });
}

/** Off the whole order, shared over its lines by their price; the last one takes what rounding leaves. */
export function discountOrder(order: Order, discount: Omit<Discount, 'target'>): void {
  order.discounts.push({ ...discount, target: 'all' });
  const index = order.discounts.length - 1;
  const prices = order.lines.map((line) => line.price * line.quantity - sum(line.allocations.map(({ amount }) => amount)));
  const whole = sum(prices);
  const off = Math.min(whole, discount.percent === null ? discount.amount : share(whole, discount.percent, 100));
  let left = off;
  order.lines.forEach((line, at) => {
    const amount = at === order.lines.length - 1 ? left : share(off, prices[at] ?? 0, whole);
    left -= amount;
    line.allocations.push({ discount: index, amount } satisfies Allocation);
  });
}

/** Off the shipping. */
export function discountShipping(order: Order, title: string): void {
  const [line] = order.shippingLines;
  if (!line) return;
  order.discounts.push({ kind: 'code', title, target: 'shipping', percent: 100, amount: line.price });
  line.allocations.push({ discount: order.discounts.length - 1, amount: line.price });
}

/** The money comes in: all of it, half, or none. Call when the lines are final. */
export function pay(world: World, order: Order, payment: Order['payment'], gateway = 'bogus'): void {
  order.payment = payment;
  const { total } = originalTotals(order);
  order.received = payment === 'PAID' ? total : payment === 'PARTIALLY_PAID' ? share(total, 1, 2) : 0;
  const kind = payment === 'AUTHORIZED' || payment === 'EXPIRED' ? 'AUTHORIZATION' : 'SALE';
  if (payment === 'VOIDED') return;
  order.transactions.push({ id: world.store.next('transaction'), kind, status: payment === 'PENDING' ? 'PENDING' : 'SUCCESS', gateway, amount: payment === 'AUTHORIZED' || payment === 'EXPIRED' || payment === 'PENDING' ? total : order.received, createdAt: order.createdAt, refundId: null });
}
