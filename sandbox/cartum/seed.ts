/**
 * Fills a shop from a seed: the same input gives the same shop.
 *
 * Orders are sorted by the time they were created and only then get their numbers. The special ones come first, as many as fit, in the order of
 * `specialNames`. What is not plain from the name:
 *
 * | name | what is special |
 * |---|---|
 * | anna-… | one person, three ways of writing phone and e-mail |
 * | company-phone-… | two people, one phone |
 * | by-telephone, free-goods | taken by a manager, no e-mail; the latter sums up to 0 |
 * | no-contact, no-lines | skipped by R10 |
 * | set-main-counts, set-items-count | the same lines, `total_default` is 450 or 500 |
 * | gift-parent-counts, gift-parent-doubles | the parent is the only line with a price, or repeats a product's line |
 * | lines-fit-neither | no choice of lines gives `total_default` |
 * | deleted-article, no-article | the catalogue does not have it; a line that was typed |
 * | same-name | two goods of the same name |
 * | doubled-hour-… | both passages of the same half hour in the latest autumn before `now`: the same `stat_created` |
 * | just-…-two-months | six hours on either side of two calendar months |
 * | locked | status 4 was set over the API |
 */
import { z } from 'zod';
import { createRandom } from '../kernel/random.ts';
import { localText, monthsBefore } from './dates.ts';
import { statusIds } from './limits.ts';
import { moveStock } from './order-status.ts';
import { orderOf } from './order-write.ts';
import type { OrderWish } from './order-write.ts';
import { seedCatalogue } from './seed-catalogue.ts';
import { ordinaryOrder } from './seed-orders.ts';
import { specialOrders } from './seed-specials.ts';
import type { World } from './store.ts';

export const seedSchema = z.strictObject({
  seed: z.number().int().default(7),
  /** special ones included */
  orders: z.number().int().min(0).max(200_000).default(300),
  /** ISO 8601; default: the sandbox's clock */
  now: z.string().optional(),
  /** over how many days before `now` the ordinary orders are spread */
  days: z.number().int().min(1).default(100),
  /** ordinary goods */
  products: z.number().int().min(1).max(2_000).default(60),
  /** false: only ordinary orders */
  specials: z.boolean().default(true),
});
export type SeedInput = z.input<typeof seedSchema>;

export interface SeedSummary {
  orders: number;
  /** how many of them are older than two calendar months */
  older: number;
  products: number;
  /** how many orders have which status */
  statuses: Record<string, number>;
  /** order numbers by the names above */
  special: Record<string, number>;
}

const dayMs = 86_400_000;

type Draft = OrderWish & { createdAt: number; special?: string };

/** Fills an empty shop. No hook tells of it. */
export function seedShop(world: World, input: unknown): SeedSummary {
  const wish = seedSchema.parse(input ?? {});
  const now = wish.now === undefined ? world.clock.now() : Date.parse(wish.now);
  const catalogue = seedCatalogue(world, wish.products, localText(now - 400 * dayMs, world.shop.timeZone));
  const special: Draft[] = wish.specials ? specialOrders(world, now).slice(0, wish.orders) : [];
  const ordinary = { random: createRandom(wish.seed), shop: world.shop, from: now - wish.days * dayMs, to: now - 60_000, articles: catalogue.ordinary, people: Math.max(20, Math.round(wish.orders * 0.6)) };
  const drafts: Draft[] = [...special, ...Array.from({ length: wish.orders - special.length }, () => ordinaryOrder(ordinary))];
  const numbers = fileOrders(world, drafts);
  catalogue.forget();
  return summaryOf(world, numbers, monthsBefore(now, 2, world.shop.timeZone));
}

/** Numbers rise with time and have a gap now and then. */
function fileOrders(world: World, drafts: Draft[]): Record<string, number> {
  const numbers: Record<string, number> = {};
  drafts
    .toSorted((a, b) => a.createdAt - b.createdAt)
    .forEach(({ special, ...wish }, at) => {
      if (at % 17 === 16) world.store.next('order');
      const order = orderOf(world, world.store.next('order'), wish);
      world.store.orders.set(order.id, order);
      moveStock(world, order, order.isLocked || order.status !== statusIds.cancelled);
      if (special !== undefined) numbers[special] = order.id;
    });
  return numbers;
}

function summaryOf({ store }: World, special: Record<string, number>, twoMonthsAgo: number): SeedSummary {
  const orders = [...store.orders.values()];
  const statuses: Record<string, number> = {};
  for (const { status } of orders) statuses[status] = (statuses[status] ?? 0) + 1;
  return { orders: orders.length, older: orders.filter(({ createdAt }) => createdAt < twoMonthsAgo).length, products: store.products.size, statuses, special };
}
