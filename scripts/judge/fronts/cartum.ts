/** A Cartum shop as the judge reads it (R5, R6, R10, R13, R14 and the decisions for Cartum; contract cartum 4.1, 10). */
import { z } from 'zod';
import { priced, textOf, type Demand } from '../demand.ts';
import { cents, emailKey, phoneKey } from '../truths.ts';
import { isTooOld, type Front, type FrontOrder } from './front.ts';

const shopLine = z.object({ title: z.string(), article: z.string(), price: z.string(), quantity: z.number(), total: z.string(), type: z.string(), counts: z.boolean() });
const truthSchema = z.object({
  shop: z.object({ currency: z.string() }),
  statuses: z.array(z.object({ id: z.number(), isSuccessful: z.boolean() })),
  orders: z.array(
    z.object({
      id: z.number(),
      status: z.number(),
      createdAt: z.string(),
      currency: z.string(),
      name: z.string(),
      email: z.string(),
      phone: z.string(),
      isLocked: z.boolean(),
      delivery: z.object({ title: z.string(), city: z.string(), address: z.string(), price: z.string().nullable() }),
      totalDefault: z.string(),
      totalSum: z.string(),
      lines: z.array(shopLine),
    }),
  ),
  products: z.array(z.object({ article: z.string(), title: z.record(z.string(), z.string()) })),
});
type Truth = z.infer<typeof truthSchema>;
type ShopOrder = Truth['orders'][number];

const [cancelled, delivered] = ['4', 3] as const;
const language = 'pl';
/** Of these the vendor does not say which count: connector tests have them all. */
const ambiguous = new Set(['gift', 'gift_parent']);

function toFrontOrder(order: ShopOrder, { shop, statuses }: Truth): FrontOrder {
  const counted = order.lines.filter(({ counts }) => counts);
  const sum = counted.reduce((all, line) => all + cents(line.total), 0);
  const off = cents(order.totalDefault) - cents(order.totalSum);
  const { title, city, address, price } = order.delivery;
  const articles = order.lines.map(({ article }) => article);
  const isPlain = order.lines.every(({ type, quantity, article }) => type === 'product' && Number.isInteger(quantity) && article !== '') && new Set(articles).size === articles.length;
  const content: Demand = {
    sourceId: String(order.id),
    lines: priced(counted.map((line, at) => ({ key: line.article === '' ? `${at}` : line.article, sku: line.article, name: line.title.trim(), quantity: line.quantity, totalCents: cents(line.total) }))),
    hasComment: true,
    comment: [title, ...(price === null ? [] : [String(Number(price))]), city, ...address.split('@').map((part) => part.trim()), off === 0 ? '' : textOf(off)].filter(Boolean),
    phones: [phoneKey(order.phone)].filter((digits) => digits !== ''),
    email: emailKey(order.email),
    later: [],
  };
  const isDelivered = order.status === delivered || statuses.some(({ id, isSuccessful }) => id === order.status && isSuccessful);
  return {
    id: order.id,
    content,
    isRiddle: isTooOld(order.createdAt) || order.lines.some(({ type }) => ambiguous.has(type)) || sum !== cents(order.totalDefault),
    isWanted: !isDelivered && order.currency === shop.currency && order.lines.length > 0 && (content.phones.length > 0 || content.email !== ''),
    status: String(order.status),
    editable: isPlain && !order.isLocked && String(order.status) !== cancelled ? order.lines.map(({ quantity }, line) => ({ line, quantity })) : [],
  };
}

export const cartum: Front = {
  name: 'Cartum',
  connection: (url) => `    system: cartum
    baseUrl: ${url}
    login: { env: JUDGE_SHOP_LOGIN }
    password: { env: JUDGE_SHOP_PASSWORD }
    country: PL
    language: ${language}
    requestsPerSecond: 100`,
  statuses: [
    { platform: '1', books: 101 },
    { platform: '2', books: 102 },
    { platform: '6', books: 105 },
    { platform: '7', books: 104 },
  ],
  sandboxArgs: [],
  seed: ({ seed, orders }) => ({ seed, orders, days: 50 }),
  read: (text) => {
    const truth = truthSchema.parse(text);
    const { orders, products } = truth;
    return {
      orders: orders.map((order) => toFrontOrder(order, truth)),
      people: orders.map(({ name, email, phone }) => ({ firstName: name.trim().split(/\s+/)[0] ?? '', lastName: name.trim().split(/\s+/).slice(1).join(' '), email: email.trim(), phone })),
      products: products.map(({ article, title }) => ({ title: title[language] ?? article, sku: article, code: article })),
      goods: products.map(({ article }) => article).filter((article) => article.startsWith('A-')),
    };
  },
  // a locked one takes no other status
  leaveOut: async (shop, { id, status }) => (status === cancelled ? shop.action('delete-order', { id }) : shop.action('set-status', { id, status: delivered })),
  edits: {
    changeQuantity: async (shop, { id }, { line }, quantity) => shop.action('edit-order', { id, line: { at: line, quantity } }),
    addLine: async (shop, { id }, goods) => {
      const order = truthSchema.parse(await shop.truth()).orders.find((one) => one.id === id);
      const kept = (order?.lines ?? []).map(({ article, quantity, price, title }) => ({ article, quantity, price, title }));
      return shop.action('edit-order', { id, lines: [...kept, { article: goods, quantity: 1 }] });
    },
    cancel: async (shop, { id }) => shop.action('set-status', { id, status: Number(cancelled) }),
    moveTo: async (shop, { id }, street) => shop.action('edit-order', { id, delivery: { address: street } }),
    setStatus: async (shop, { id }, status) => shop.action('set-status', { id, status: Number(status) }),
  },
};
