/** A WooCommerce shop as the judge reads it (R9, R10, R12, R16, R20). */
import { z } from 'zod';
import { priced, textOf, type Demand, type Goods } from '../demand.ts';
import { cents, emailKey, phoneKey } from '../truths.ts';
import type { Front, FrontOrder } from './front.ts';

const shopLine = z.object({ id: z.number(), name: z.string(), sku: z.string().nullable(), quantity: z.number().int(), total: z.string(), totalTax: z.string(), refunded: z.number().int() });
const truthSchema = z.object({
  shop: z.object({ currency: z.string() }),
  orders: z.array(
    z.object({
      id: z.number(),
      status: z.string(),
      currency: z.string(),
      billing: z.object({ first_name: z.string(), last_name: z.string(), email: z.string(), phone: z.string() }),
      shipping: z.object({ phone: z.string() }),
      totalTax: z.string(),
      lines: z.array(shopLine),
      shippingLines: z.array(z.object({ total: z.string() })),
      fees: z.array(z.object({ total: z.string() })),
      refunds: z.array(z.object({ amount: z.string() })),
    }),
  ),
  products: z.array(z.object({ id: z.number(), type: z.string(), name: z.string(), sku: z.string() })),
});
type ShopOrder = z.infer<typeof truthSchema>['orders'][number];

const excluded = new Set(['completed', 'cancelled', 'refunded', 'failed', 'trash', 'checkout-draft', 'auto-draft']);

/** R9, R10, R3; what is refunded in full has no goods left. */
function toFrontOrder(order: ShopOrder, currency: string): FrontOrder {
  const phones = [order.shipping.phone, order.billing.phone].map(phoneKey).filter((digits) => digits !== '').slice(0, 1);
  const email = emailKey(order.billing.email);
  const goods = goodsOf(order);
  const charges = [...order.shippingLines, ...order.fees].map(({ total }) => cents(total)).filter((amount) => amount !== 0);
  // the tax of charges is known as a sum only
  const tax = cents(order.totalTax) - order.lines.reduce((sum, line) => sum + cents(line.totalTax), 0);
  const gross = charges.length === 1 ? charges.map((amount) => amount + tax) : tax === 0 ? charges : [];
  const content: Demand = { sourceId: String(order.id), lines: priced(goods), hasComment: charges.length > 0, comment: gross.map(textOf), phones, email, later: [] };
  return {
    id: order.id,
    content,
    isRiddle: false,
    isWanted: !excluded.has(order.status) && order.currency === currency && goods.length > 0 && (phones.length > 0 || email !== ''),
    status: order.status,
    editable: order.refunds.length > 0 ? [] : order.lines.map(({ id, quantity }) => ({ line: id, quantity })),
  };
}

/** Refunded pieces and their money are taken off (R16). */
function goodsOf({ lines, refunds }: ShopOrder): Goods[] {
  const touched = lines.filter((line) => line.refunded > 0);
  const refunded = refunds.reduce((sum, refund) => sum + cents(refund.amount), 0);
  if (lines.every((line) => line.refunded >= line.quantity)) return [];
  if (touched.length > 1) throw new Error('the judge cannot tell how several refunded lines share the money');
  return lines
    .map((line) => ({
      key: String(line.id),
      sku: line.sku ?? '',
      name: decoded(line.name),
      quantity: line.quantity - line.refunded,
      totalCents: cents(line.total) + cents(line.totalTax) - (line.refunded > 0 ? refunded : 0),
    }))
    .filter(({ quantity }) => quantity > 0);
}

/** The few entities of the seeded names. */
const decoded = (name: string): string => name.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#039;', "'").replaceAll('&amp;', '&').trim();

export const woocommerce: Front = {
  name: 'WooCommerce',
  connection: (url) => `    system: woocommerce
    baseUrl: ${url}/wp-json/wc/v3
    consumerKey: { env: JUDGE_CONSUMER_KEY }
    consumerSecret: { env: JUDGE_CONSUMER_SECRET }
    country: PL
    timeZone: Europe/Warsaw
    requestsPerSecond: 100
    simultaneous: 8`,
  statuses: [
    { platform: 'processing', books: 101 },
    { platform: 'on-hold', books: 102 },
    { platform: 'packed', books: 104 },
  ],
  sandboxArgs: [],
  seed: ({ seed, orders }) => ({ seed, orders }),
  read: (truth) => {
    const { shop, orders, products } = truthSchema.parse(truth);
    const simple = products.filter(({ sku, type }) => sku !== '' && type === 'simple');
    return {
      orders: orders.map((order) => toFrontOrder(order, shop.currency)),
      people: orders.filter(({ shipping }) => shipping.phone === '').map(({ billing }) => ({ firstName: billing.first_name, lastName: billing.last_name, email: billing.email.trim(), phone: billing.phone })),
      products: simple.map(({ id, name, sku }) => ({ title: name, sku, code: String(id) })),
      goods: simple.map(({ id }) => String(id)),
    };
  },
  leaveOut: async (shop, { id }) => shop.action('set-status', { id, status: 'cancelled' }),
  edits: {
    changeQuantity: async (shop, { id }, { line }, quantity) => shop.action('set-quantity', { id, line, quantity }),
    addLine: async (shop, { id }, goods) => shop.action('edit-order', { id, line_items: [{ product_id: Number(goods), quantity: 1 }] }),
    cancel: async (shop, { id }) => shop.action('set-status', { id, status: 'cancelled' }),
    setStatus: async (shop, { id }, status) => shop.action('set-status', { id, status }),
  },
};
