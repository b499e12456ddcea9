/** How orders come to be and change in the shop: from the checkout, or by staff. */
import { deliveryIds, paymentIds, textIn } from './dictionaries.ts';
import { localText } from './dates.ts';
import { announce } from './hook-queue.ts';
import { statusIds } from './limits.ts';
import type { Coupon, Delivery, LineType, OrderLine, StoredOrder } from './model.ts';
import { moveStock } from './order-status.ts';
import type { World } from './store.ts';
import { digest } from './variety.ts';

/** A line in the words of actions and seeds; what is left out comes from the catalogue. Amounts are hundredths. */
export interface LineWish {
  article: string;
  quantity?: number;
  price?: number;
  title?: string;
  type?: LineType;
  discountMarker?: string;
  /** default: every line is part of `total_default` */
  counts?: boolean;
  /** position of the set's or gift's parent in the same list */
  parentAt?: number;
}

export interface OrderWish {
  createdAt?: number;
  status?: number;
  currency?: string;
  language?: string;
  name?: string;
  email?: string;
  phone?: string;
  delivery?: Partial<Delivery>;
  comment?: string;
  isPaid?: boolean;
  discountPercent?: number;
  coupon?: Coupon | null;
  manager?: string | null;
  company?: string;
  campaign?: string | number;
  adjustment?: number;
  isLocked?: boolean;
  lines?: LineWish[];
}

const plainOrder = {
  status: statusIds.created,
  name: '',
  email: '',
  phone: '',
  comment: '',
  isPaid: false,
  discountPercent: 0,
  coupon: null,
  manager: null,
  company: '',
  campaign: '',
  adjustment: 0,
  isLocked: false,
} as const;

/** The order as stored under its number; nothing is announced and no stock moves. */
export function orderOf(world: World, id: number, wish: OrderWish): StoredOrder {
  const { shop, clock } = world;
  const { lines = [], delivery = {}, ...rest } = wish;
  const createdAt = Math.floor((wish.createdAt ?? clock.now()) / 1000) * 1000;
  const language = wish.language ?? shop.languages[0];
  return {
    ...plainOrder,
    currency: shop.currency,
    ...rest,
    id,
    user: id % 4 === 0 ? 0 : id,
    createdAt,
    createdText: localText(createdAt, shop.timeZone),
    place: digest(`row ${id}`, world.rowSeed),
    language,
    paymentTypeId: wish.isPaid === true ? paymentIds.card : paymentIds.onDelivery,
    delivery: { typeId: deliveryIds.branch, city: '', cityStable: delivery.city ?? '', address: '', price: 0, trackingNumber: null, ...delivery },
    lines: linesOf(world, lines, language),
    holdsStock: false,
  };
}

export function linesOf(world: World, wishes: LineWish[], language: string): OrderLine[] {
  const first = world.store.next('storage');
  const idAt = (at: number): number => first + at;
  for (let more = 1; more < wishes.length; more += 1) world.store.next('storage');
  return wishes.map(({ article, quantity = 1, price, title, type = 'product', discountMarker = 'NONE', counts = true, parentAt }, at) => {
    const product = world.store.products.get(article);
    return {
      title: title ?? textIn(product?.title ?? {}, language),
      article,
      price: price ?? product?.price ?? 0,
      quantity,
      discountMarker,
      type,
      storageId: idAt(at),
      parentStorageId: parentAt === undefined ? null : idAt(parentAt),
      counts,
    };
  });
}

/** A new order, announced to `order_created` whoever made it. */
export function createOrder(world: World, wish: OrderWish): StoredOrder {
  const order = orderOf(world, world.store.next('order'), wish);
  world.store.orders.set(order.id, order);
  moveStock(world, order, order.status !== statusIds.cancelled);
  announce(world, 'order_created', order);
  return order;
}

/** Lines, customer or delivery by staff. No hook tells it (contract cartum 8). */
export function editOrder(world: World, order: StoredOrder, { delivery, lines, ...rest }: Omit<OrderWish, 'status' | 'createdAt' | 'isPaid' | 'isLocked'>): void {
  Object.assign(order.delivery, delivery);
  Object.assign(order, rest);
  if (lines === undefined) return;
  const held = order.holdsStock;
  moveStock(world, order, false);
  order.lines = linesOf(world, lines, order.language);
  moveStock(world, order, held);
}
