/** The shop as judges read it: everything, always in the same form. The schema is for readers in other processes. */
import { z } from 'zod';
import { deliveryTypes, textIn } from './dictionaries.ts';
import { hookEvents } from './limits.ts';
import { lineTypes } from './model.ts';
import type { OrderLine, StoredOrder } from './model.ts';
import { lineTotal, totalsOf } from './order-totals.ts';
import type { World } from './store.ts';

/** decimal text with two digits, in the currency of the order or shop */
const amount = z.string();
/** ISO 8601 UTC */
const instant = z.string();
const texts = z.record(z.string(), z.string());

const line = z.object({
  title: z.string(),
  article: z.string(),
  price: amount,
  quantity: z.number(),
  total: amount,
  type: z.enum(lineTypes),
  /** whether `total_default` counts it */
  counts: z.boolean(),
  discountMarker: z.string(),
});

const order = z.object({
  id: z.number(),
  status: z.number(),
  createdAt: instant,
  /** shop time, as the API shows it */
  createdText: z.string(),
  currency: z.string(),
  language: z.string(),
  name: z.string(),
  email: z.string(),
  phone: z.string(),
  company: z.string(),
  comment: z.string(),
  isPaid: z.boolean(),
  isLocked: z.boolean(),
  /** price: null is "not calculated" */
  delivery: z.object({ typeId: z.number(), title: z.string(), city: z.string(), address: z.string(), price: amount.nullable(), trackingNumber: z.string().nullable() }),
  totalDefault: amount,
  totalSum: amount,
  discount: amount,
  couponDiscount: amount,
  lines: z.array(line),
  /** e-mails sent to the customer about statuses */
  mails: z.number(),
});

export const cartumTruthSchema = z.object({
  shop: z.object({ timeZone: z.string(), currency: z.string(), country: z.enum(['UA', 'PL']), languages: z.array(z.string()) }),
  statuses: z.array(z.object({ id: z.number(), title: texts, isSuccessful: z.boolean() })),
  orders: z.array(order),
  products: z.array(z.object({ article: z.string(), title: texts, price: amount, pageId: z.number(), quantity: z.number() })),
  pages: z.array(z.object({ id: z.number(), parent: z.number().nullable(), title: texts })),
  /** every status set, in time; `from` and `to` are equal where it was set again */
  statusChanges: z.array(z.object({ at: instant, orderId: z.number(), from: z.number(), to: z.number(), by: z.enum(['api', 'staff']) })),
  mails: z.array(z.object({ at: instant, orderId: z.number(), status: z.number() })),
  hooks: z.array(z.object({ id: z.number(), event: z.enum(hookEvents), targetUrl: z.string() })),
  /** events that the queue has not handed out yet */
  hookQueue: z.array(z.object({ at: instant, event: z.enum(hookEvents), orderId: z.number() })),
});

export type CartumTruth = z.output<typeof cartumTruthSchema>;
export type TrueOrder = CartumTruth['orders'][number];

export function readTruth(world: World): CartumTruth {
  const { store, shop, queue } = world;
  const mailsOf = new Map<number, number>();
  for (const { orderId } of store.mails) mailsOf.set(orderId, (mailsOf.get(orderId) ?? 0) + 1);
  return {
    shop: { ...shop, languages: [...shop.languages] },
    statuses: store.statuses.map((status) => ({ ...status })),
    orders: [...store.orders.values()].map((one) => ({ ...trueOrder(one), mails: mailsOf.get(one.id) ?? 0 })),
    products: [...store.products.values()].map(({ article, title, price, pageId, quantity }) => ({ article, title, price: inUnits(price), pageId, quantity })),
    pages: [...store.pages.values()].map((page) => ({ ...page })),
    statusChanges: store.changes.map((change) => ({ ...change, at: iso(change.at) })),
    mails: store.mails.map((mail) => ({ ...mail, at: iso(mail.at) })),
    hooks: [...store.hooks.values()].map((hook) => ({ ...hook })),
    hookQueue: queue.waiting().map(({ at, event, orderId }) => ({ at: iso(at), event, orderId })),
  };
}

const inUnits = (hundredths: number): string => (hundredths / 100).toFixed(2);
const iso = (ms: number): string => new Date(ms).toISOString();

function trueOrder(one: StoredOrder): Omit<TrueOrder, 'mails'> {
  const { id, status, createdText, currency, language, name, email, phone, company, comment, isPaid, isLocked, delivery } = one;
  const { typeId, city, address, price, trackingNumber } = delivery;
  const totals = totalsOf(one);
  return {
    id,
    status,
    createdAt: iso(one.createdAt),
    createdText,
    currency,
    language,
    name,
    email,
    phone,
    company,
    comment,
    isPaid,
    isLocked,
    delivery: { typeId, title: textIn(deliveryTypes[typeId]?.title ?? {}, language), city, address, price: price === null ? null : inUnits(price), trackingNumber },
    totalDefault: inUnits(totals.before),
    totalSum: inUnits(totals.after),
    discount: inUnits(totals.discount),
    couponDiscount: inUnits(totals.couponDiscount),
    lines: one.lines.map(trueLine),
  };
}

const trueLine = (row: OrderLine): TrueOrder['lines'][number] => ({
  title: row.title,
  article: row.article,
  price: inUnits(row.price),
  quantity: row.quantity,
  total: inUnits(lineTotal(row)),
  type: row.type,
  counts: row.counts,
  discountMarker: row.discountMarker,
});
