/**
 * Fills a shop from a seed: the same input gives the same shop.
 *
 * The first orders are the special cases in the order of `specialNames` (seed-specials.ts), as many as fit; ordinary ones follow. Then all are
 * numbered by the time they were created. The cases: one person written three ways, a company's phone, two orders of a new customer in one second,
 * guests with one kind of contact or none, an order of nobody, without lines; a deleted product, variants, a line without SKU, a custom item,
 * one SKU on two products; discounts on a line, an order, shipping, a free item, tip and fee, tax beside and inside, another presentment currency;
 * 60 and 260 lines; an edited order with a line removed, refunds in part, of an amount, in full; cancelled with and without payment; a test order;
 * every state of payment and fulfilment; an order imported from elsewhere; orders of 61 and 75 days.
 */
import { z } from 'zod';
import { createRandom } from '../kernel/random.ts';
import { wholeSecond } from './dates.ts';
import type { Order } from './model.ts';
import { seedCatalogue } from './seed-catalogue.ts';
import { ordinaryOrder, type Seeding } from './seed-orders.ts';
import { specialOrders } from './seed-specials.ts';
import { nowOf, type World } from './world.ts';

export const seedSchema = z.strictObject({
  seed: z.number().int().default(7),
  /** special cases included */
  orders: z.number().int().min(0).max(200_000).default(300),
  /** ISO 8601; default: the sandbox's clock */
  now: z.string().optional(),
  /** how far back ordinary orders go, in days */
  days: z.number().int().min(1).default(60),
  /** ordinary products */
  products: z.number().int().min(1).max(5_000).default(60),
  /** false: only ordinary orders */
  specials: z.boolean().default(true),
  currency: z.string().length(3).optional(),
  timeZone: z.string().optional(),
});
export type SeedInput = z.input<typeof seedSchema>;

export interface SeedSummary {
  orders: number;
  products: number;
  customers: number;
  /** order ids by the names of the cases */
  special: Record<string, number>;
}

/** Fills an empty shop; nobody is told by webhook. */
export function seedShop(world: World, input: unknown): SeedSummary {
  const wish = seedSchema.parse(input ?? {});
  const now = wish.now === undefined ? nowOf(world) : wholeSecond(Date.parse(wish.now));
  if (wish.currency) world.shop.currency = wish.currency;
  if (wish.timeZone) world.shop.timeZone = wish.timeZone;
  const day = 86_400_000;
  const catalogue = seedCatalogue(world, wish.products, now - 300 * day);
  const seeding: Seeding = { world, catalogue, random: createRandom(wish.seed), now, customers: new Map() };
  const special = wish.specials ? specialOrders(seeding, wish.orders) : new Map<string, Order>();
  const people = Math.max(20, Math.round(wish.orders * 0.6));
  const ordinary = Array.from({ length: wish.orders - special.size }, () => ordinaryOrder(seeding, now - (wish.days - 0.5) * day, now - 120_000, people));
  file(world, [...special.values(), ...ordinary]);
  catalogue.forget();
  return { orders: special.size + ordinary.length, products: world.store.products.all().length, customers: world.store.customers.all().length, special: Object.fromEntries([...special].map(([name, { id }]) => [name, id])) };
}

/** Ids and numbers rise with the time of creation. */
function file({ store }: World, orders: Order[]): void {
  const ids = orders.map(({ id }) => id).sort((a, b) => a - b);
  const numbers = orders.map(({ number }) => number).sort((a, b) => a - b);
  orders.toSorted((a, b) => a.createdAt - b.createdAt).forEach((order, index) => {
    order.id = ids[index] ?? order.id;
    order.number = numbers[index] ?? order.number;
    for (const [place, fulfillment] of order.fulfillments.entries()) fulfillment.name = `#${order.number}.${place + 1}`;
    store.orders.put(order);
  });
}
