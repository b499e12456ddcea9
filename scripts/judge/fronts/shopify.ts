/** A Shopify shop as the judge reads it (R7, R8, R13, R16, R17, R19; contract shopify 9, 10). */
import { z } from 'zod';
import { priced, rounded, textOf, type Demand, type Goods } from '../demand.ts';
import { cents, emailKey, phoneKey } from '../truths.ts';
import { isTooOld, type Front, type FrontOrder } from './front.ts';

const address = z.object({ firstName: z.string().nullable(), lastName: z.string().nullable(), address1: z.string().nullable(), city: z.string().nullable(), phone: z.string().nullable() });
const shopLine = z.object({ id: z.number(), title: z.string(), variantTitle: z.string().nullable(), sku: z.string().nullable(), quantity: z.number().int(), currentQuantity: z.number().int(), price: z.string(), discountedPrice: z.string(), total: z.string() });
const truthSchema = z.object({
  shop: z.object({ currency: z.string() }),
  orders: z.array(
    z.object({
      id: z.number(),
      createdAt: z.string(),
      cancelledAt: z.string().nullable(),
      financialStatus: z.string(),
      fulfillmentStatus: z.string(),
      test: z.boolean(),
      currency: z.string(),
      email: z.string().nullable(),
      phone: z.string().nullable(),
      customerId: z.number().nullable(),
      billing: address.nullable(),
      shipping: address.nullable(),
      tax: z.string(),
      taxesIncluded: z.boolean(),
      refunded: z.string(),
      lines: z.array(shopLine),
      shippingLines: z.array(z.object({ title: z.string(), price: z.string() })),
    }),
  ),
  customers: z.array(z.object({ id: z.number(), firstName: z.string().nullable(), lastName: z.string().nullable(), email: z.string().nullable(), phone: z.string().nullable() })),
  products: z.array(z.object({ title: z.string(), variants: z.array(z.object({ id: z.number(), title: z.string(), sku: z.string().nullable() })) })),
});
type Truth = z.infer<typeof truthSchema>;
type ShopOrder = Truth['orders'][number];

/** A page of lines has fifty; an order of more costs many calls. */
const mostLines = 100;

function toFrontOrder(order: ShopOrder, { shop, customers }: Truth): FrontOrder {
  const customer = customers.find(({ id }) => id === order.customerId);
  const goods = goodsOf(order);
  const isRefunded = cents(order.refunded) !== 0;
  const content: Demand = {
    sourceId: String(order.id),
    lines: priced(goods),
    hasComment: order.shippingLines.length > 0 || order.shipping !== null,
    comment: [...order.shippingLines.map(({ title }) => title), ...order.shippingLines.filter(({ price }) => !isRefunded && order.taxesIncluded && cents(price) !== 0).map(({ price }) => textOf(cents(price))), order.shipping?.address1 ?? '', order.shipping?.city ?? ''].filter(Boolean),
    phones: [customer?.phone, order.phone, order.billing?.phone, order.shipping?.phone].map((text) => phoneKey(text ?? '')).filter((digits) => digits !== ''),
    email: emailKey(order.email ?? customer?.email ?? ''),
    later: [],
  };
  const isOpen = !order.test && order.cancelledAt === null && order.financialStatus !== 'REFUNDED' && order.fulfillmentStatus !== 'FULFILLED';
  const isPlain = order.fulfillmentStatus === 'UNFULFILLED' && !isRefunded && order.taxesIncluded && order.shipping !== null;
  return {
    id: order.id,
    content,
    isRiddle: isTooOld(order.createdAt) || order.lines.length > mostLines,
    isWanted: isOpen && order.currency === shop.currency && goods.length > 0,
    status: isOpen ? 'open' : 'closed',
    editable: isPlain ? order.lines.filter((line) => line.quantity === line.currentQuantity && cents(line.price) * line.quantity === cents(line.total)).map(({ id, quantity }) => ({ line: id, quantity })) : [],
  };
}

/** What was removed or refunded is gone; the rest costs its piece's price after all discounts. Taxes beside the price are part of it in the books. */
function goodsOf({ lines, shippingLines, taxesIncluded, tax }: ShopOrder): Goods[] {
  const taxed = [...lines.map(({ total }) => total), ...shippingLines.map(({ price }) => price)].reduce((sum, amount) => sum + cents(amount), 0);
  const percent = taxesIncluded || taxed === 0 ? 0 : rounded(cents(tax) * 100, taxed);
  const withTax = (amount: number): number => amount + rounded(amount * percent, 100);
  return lines
    .filter(({ currentQuantity }) => currentQuantity > 0)
    .map((line) => ({
      key: String(line.id),
      sku: line.sku ?? '',
      name: line.variantTitle === null || line.variantTitle === '' || line.variantTitle === 'Default Title' ? line.title.trim() : `${line.title.trim()} - ${line.variantTitle}`,
      quantity: line.currentQuantity,
      totalCents: withTax(line.currentQuantity === line.quantity ? cents(line.total) : cents(line.discountedPrice) * line.currentQuantity),
    }));
}

export const shopify: Front = {
  name: 'Shopify',
  connection: (url) => `    system: shopify
    baseUrl: ${url}
    accessToken: { env: JUDGE_SHOP_TOKEN }
    apiSecret: { env: JUDGE_SHOP_SECRET }
    country: PL
    timeZone: Europe/Warsaw
    pointsPerSecond: 2000`,
  statuses: [],
  sandboxArgs: ['--shopify-limit', 'none'],
  seed: ({ seed, orders }) => ({ seed, orders, days: 50 }),
  read: (text) => {
    const truth = truthSchema.parse(text);
    const variants = truth.products.flatMap((product) => product.variants.map((variant) => ({ title: product.title, sku: variant.sku ?? '', code: String(variant.id) }))).filter(({ sku }) => sku !== '');
    return {
      orders: truth.orders.map((order) => toFrontOrder(order, truth)),
      people: truth.customers.map(({ firstName, lastName, email, phone }) => ({ firstName: firstName ?? '', lastName: lastName ?? '', email: email ?? '', phone: phone ?? '' })),
      products: variants,
      goods: variants.map(({ code }) => code),
    };
  },
  leaveOut: async (shop, { id }) => shop.action('cancel', { id }),
  edits: {
    changeQuantity: async (shop, { id }, { line }, quantity) => shop.action('edit-order', { id, quantities: [{ lineId: line, quantity }] }),
    addLine: async (shop, { id }, goods) => shop.action('edit-order', { id, add: [{ variantId: Number(goods), quantity: 1 }] }),
    cancel: async (shop, { id }) => shop.action('cancel', { id, refund: false }),
    sendParcel: async (shop, { id }, { line, number }) => shop.action('fulfill', { id, lines: [{ lineId: line.line, quantity: 1 }], company: 'DPD', number }),
    moveTo: async (shop, { id }, street) => shop.action('change-shipping-address', { id, address: { address1: street } }),
  },
};
