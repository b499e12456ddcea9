/** The shop and the books before the import: exactly as many orders to be imported as asked for, beside those that must be left out. */
import { z } from 'zod';
import type { RemoteSandbox } from '../../sandbox/kernel/remote.ts';
import { demandOf, type Demand } from './demand.ts';
import { booksTruth, phoneKey, shopTruth, type BooksTruth, type ShopTruth } from './truths.ts';

export interface Prepared {
  /** ids of the books' people and products before anything was imported */
  before: BooksTruth;
}

/** Every this many customers and products of the shop stand in the books already. */
const known = 8;

/** Seeds both systems. What `more` places in the shop is counted among the orders asked for. */
export async function prepare({ shop, books }: { shop: RemoteSandbox; books: RemoteSandbox }, wish: { orders: number; seed: number }, more: () => Promise<unknown>): Promise<Prepared> {
  const special = await seedEnough(shop, wish, more);
  const truth = shopTruth.parse(await shop.truth());
  const surplus = demandsOf(truth).filter(({ sourceId }) => !special.has(Number(sourceId)));
  for (const { sourceId } of surplus.slice(0, demandsOf(truth).length - wish.orders)) await shop.action('set-status', { id: Number(sourceId), status: 'cancelled' });
  await books.seed(knownThings(truth, wish.seed));
  return { before: booksTruth.parse(await books.truth()) };
}

export const demandsOf = ({ shop, orders }: ShopTruth): Demand[] => orders.flatMap((order) => demandOf(order, shop.currency) ?? []);

/** More than enough; returns the ids of the orders that stay whatever happens. */
async function seedEnough(shop: RemoteSandbox, { orders, seed }: { orders: number; seed: number }, more: () => Promise<unknown>): Promise<Set<number>> {
  for (let size = Math.ceil(orders * 1.7) + 5; ; size = Math.ceil(size * 1.2)) {
    const { special } = z.object({ special: z.record(z.string(), z.number()) }).parse(await shop.seed({ seed, orders: size }));
    const placed = z.array(z.number()).parse(await more());
    if (demandsOf(shopTruth.parse(await shop.truth())).length >= orders) return new Set([...Object.values(special).slice(0, Math.floor(orders / 2)), ...placed]);
  }
}

/** Nobody twice: a person of the shop who wrote a phone in two ways is one person. */
function knownThings({ orders, products }: ShopTruth, seed: number) {
  const seen = new Set<string>();
  const people = orders.flatMap(({ billing, shipping }) => {
    const keys = [phoneKey(billing.phone), billing.email.trim().toLowerCase()];
    if (keys.includes('') || shipping.phone !== '' || keys.some((key) => seen.has(key))) return [];
    for (const key of keys) seen.add(key);
    return [{ firstName: billing.first_name || 'Nameless', lastName: billing.last_name, email: billing.email.trim(), phones: [billing.phone] }];
  });
  const goods = products.filter(({ sku, type }) => sku !== '' && type === 'simple').map(({ id, name, sku }) => ({ title: name, sku, code: String(id) }));
  const some = <T>(list: T[]): T[] => list.filter((_, index) => index % known === seed % known);
  return { people: some(people), products: some(goods) };
}
