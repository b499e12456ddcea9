/**
 * Fills a shop from a seed: the same input gives the same shop.
 *
 * Orders are drafted by index, then sorted by the time they were created, and only then get their ids (with gaps, as WordPress shares ids).
 * The first indexes are the special cases; a shop of fewer orders has as many of them as fit, in this order:
 *
 * | index | name | what is special |
 * |---|---|---|
 * | 0–2 | anna-plus48, anna-digits, anna-dashes | one person: `Anna.Nowak@example.test` with `+48 600 700 800`, `anna.nowak@example.test ` with `600700800`, no e-mail with `600-700-800` |
 * | 3, 4 | company-phone-jan, company-phone-ewa | two people, one company phone (written twice differently) |
 * | 5, 6 | same-second-a, same-second-b | one new customer, two orders in one second |
 * | 7, 8 | phone-only, email-only | guests with one kind of contact |
 * | 9, 10 | no-contact, shipping-phone-only | a name without contact; a phone only in the shipping address |
 * | 11, 12 | no-lines, nobody | skipped by R10 |
 * | 13 | deleted-product | first line: product 0, SKU null, name kept |
 * | 14–16 | variation, no-sku, html-names | `Belt - S`; a product without SKU; `Salt &amp; pepper …` in `Food &amp; Drink` |
 * | 17–20 | category-chain, category-one-level, category-different-levels, uncategorized | the cases of R15 and the default category |
 * | 21 | euro | another currency |
 * | 22, 23 | tax-beside, tax-inside | 23 % VAT, `prices_include_tax` both ways |
 * | 24, 25 | shipping-and-fee, coupon | |
 * | 26, 27 | refund-partial, refund-full | |
 * | 28, 29 | doubled-hour-first, doubled-hour-second | both passages of 02:30 in the latest autumn before `now` (2026-10-25 where it applies) |
 * | 30, 31 | uneven-price, many-pieces | 10.00 for 3; 24 and 7 pieces |
 * | 32, 33 | two-phones, account | billing and shipping phone differ; a registered customer |
 * | 34–42 | status-pending … status-checkout-draft | every other status once, `packed` from a plugin |
 *
 * Ordinary orders follow. A tenth of them (150 at most) were saved in one second, as by a bulk edit.
 */
import { z } from 'zod';
import { createRandom } from '../kernel/random.ts';
import { createCustomer } from './customers.ts';
import { monthsBefore } from './dates.ts';
import { seedCatalogue } from './seed-catalogue.ts';
import { orderOf, ordinaryDraft } from './seed-orders.ts';
import type { Draft, Window } from './seed-orders.ts';
import { personAt } from './seed-people.ts';
import { specialDrafts } from './seed-specials.ts';
import { createStore } from './store.ts';
import type { Store } from './store.ts';

export const seedSchema = z.strictObject({
  seed: z.number().int().default(7),
  /** within the window, special cases included */
  orders: z.number().int().min(0).max(200_000).default(300),
  /** before the window: up to two more months back */
  older: z.number().int().min(0).default(0),
  /** ISO 8601; default: the sandbox's clock */
  now: z.string().optional(),
  /** calendar months in the shop's zone */
  monthsBack: z.number().int().min(1).default(2),
  /** ordinary simple products */
  products: z.number().int().min(1).max(2_000).default(60),
  /** false: only ordinary orders */
  specials: z.boolean().default(true),
});
export type SeedInput = z.input<typeof seedSchema>;

export interface SeedSummary {
  orders: number;
  products: number;
  customers: number;
  /** order ids by the names above */
  special: Record<string, number>;
}

/** Fills an empty shop. */
export function seedShop(store: Store, input: unknown): SeedSummary {
  const wish = seedSchema.parse(input ?? {});
  const now = Math.floor((wish.now === undefined ? store.now() : Date.parse(wish.now)) / 1000) * 1000;
  const zone = store.shop.timeZone;
  const random = createRandom(wish.seed);
  const catalogue = seedCatalogue(store, wish.products);
  for (const product of store.products.values()) product.createdAt = product.modifiedAt = monthsBefore(now, 12, zone);
  const window: Window = { from: monthsBefore(now, wish.monthsBack, zone) + 3_600_000, to: now - 60_000 };
  const before: Window = { from: monthsBefore(now, wish.monthsBack + 2, zone), to: window.from - 2 * 3_600_000 };
  const people = Math.max(20, Math.round(wish.orders * 0.6));
  const special = wish.specials ? specialDrafts(now, zone, catalogue).slice(0, wish.orders) : [];
  const ordinary = draftsOf(wish.orders - special.length, () => ordinaryDraft(random, window, catalogue, people));
  const older = draftsOf(wish.older, () => ordinaryDraft(random, before, catalogue, people));
  saveTogether(ordinary, now - 86_400_000);
  const ids = fileOrders(store, [...special, ...ordinary, ...older], random);
  catalogue.forget();
  return { orders: special.length + ordinary.length + older.length, products: store.products.size, customers: store.customers.size, special: ids };
}

/**
 * The special order ids by name, without a sandbox. Give the same input as to `seed`, `now` included: the ids follow the times.
 * `seed` itself returns the same under `special`.
 */
export function describeSeed(input: SeedInput, options: Parameters<typeof createStore>[0] = {}): Record<string, number> {
  return seedShop(createStore(options, { now: () => Date.now() }), input).special;
}

const draftsOf = (count: number, draft: () => Draft): Draft[] => Array.from({ length: count }, draft);

/** A bulk edit in the panel: many orders modified in the same second, more than a page of them in a larger shop. */
function saveTogether(drafts: Draft[], at: number): void {
  const early = drafts.filter((draft) => draft.createdAt < at && draft.status !== 'trash');
  for (const draft of early.slice(0, Math.min(150, Math.floor(drafts.length / 10)))) draft.modifiedAt = at;
}

function fileOrders(store: Store, drafts: Draft[], random: () => number): Record<string, number> {
  const accounts = new Map<number, number>();
  const ids: Record<string, number> = {};
  const byTime = drafts.toSorted((a, b) => a.createdAt - b.createdAt);
  const orders = byTime.map((draft) => {
    for (let gap = Math.floor(random() * 3); gap > 0; gap -= 1) store.next('post');
    const id = store.next('post');
    if (draft.special !== undefined) ids[draft.special] = id;
    return orderOf(store, draft, id, draft.account === undefined ? 0 : accountOf(store, accounts, draft.account));
  });
  store.orders.addAll(orders);
  return ids;
}

function accountOf(store: Store, accounts: Map<number, number>, who: number): number {
  const known = accounts.get(who);
  if (known !== undefined) return known;
  const { email, firstName, lastName, phone } = personAt(who);
  const { id } = createCustomer(store, { email, first_name: firstName, last_name: lastName, billing: { phone, email } });
  accounts.set(who, id);
  return id;
}
