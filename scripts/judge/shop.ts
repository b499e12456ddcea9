/** The shop and the books before the import: exactly as many orders to be imported as asked for, beside those that must be left out. */
import { z } from 'zod';
import type { RemoteSandbox } from '../../sandbox/kernel/remote.ts';
import type { FrontOrder, ShopTruth } from './fronts/front.ts';
import type { Stage } from './stage.ts';
import { booksTruth, emailKey, phoneKey, type BooksTruth } from './truths.ts';

export interface Prepared {
  /** ids of the books' people and products before anything was imported */
  before: BooksTruth;
  /** the orders that have to be imported, as they are now, by their ids in the shop */
  wanted: ReadonlyMap<string, FrontOrder>;
}

type Systems = Pick<Stage, 'shop' | 'books' | 'front'>;

/** Every this many customers and products of the shop stand in the books already. */
const known = 8;

/** Seeds both systems. What `more` places in the shop is counted among the orders asked for. */
export async function prepare(systems: Systems, wish: { orders: number; seed: number }, more: () => Promise<unknown>): Promise<Prepared> {
  const { shop, books, front } = systems;
  const special = await seedEnough(systems, wish, more);
  const all = wantedOf(await readShop(systems));
  const surplus = all.filter(({ id }) => !special.has(id)).slice(0, all.length - wish.orders);
  for (const order of surplus) await front.leaveOut(shop, order);
  const truth = await readShop(systems);
  await seedBooks(books, truth, wish.seed);
  return { before: booksTruth.parse(await books.truth()), wanted: new Map(wantedOf(truth).map((order) => [String(order.id), order])) };
}

export const readShop = async ({ shop, front }: Pick<Systems, 'shop' | 'front'>): Promise<ShopTruth> => front.read(await shop.truth());

const wantedOf = ({ orders }: ShopTruth): FrontOrder[] => orders.filter(({ isWanted }) => isWanted);

/** More than enough, riddles left out; returns the ids of the orders that stay whatever happens. */
async function seedEnough(systems: Systems, { orders, seed }: { orders: number; seed: number }, more: () => Promise<unknown>): Promise<Set<number>> {
  const { shop, front } = systems;
  for (let size = Math.ceil(orders * 1.7) + 5; ; size = Math.ceil(size * 1.2)) {
    const { special } = z.object({ special: z.record(z.string(), z.number()) }).parse(await shop.seed(front.seed({ seed, orders: size })));
    const placed = z.array(z.number()).parse(await more());
    for (const order of wantedOf(await readShop(systems))) if (order.isRiddle) await front.leaveOut(shop, order);
    if (wantedOf(await readShop(systems)).length >= orders) return new Set([...Object.values(special).slice(0, Math.floor(orders / 2)), ...placed]);
  }
}

/** Nobody twice: a person of the shop who wrote a phone in two ways is one person. */
async function seedBooks(books: RemoteSandbox, { people, products }: ShopTruth, seed: number): Promise<void> {
  const seen = new Set<string>();
  const persons = people.flatMap(({ firstName, lastName, email, phone }) => {
    const keys = [phoneKey(phone), emailKey(email)];
    if (keys.includes('') || keys.some((key) => seen.has(key))) return [];
    for (const key of keys) seen.add(key);
    return [{ firstName: firstName || 'Nameless', lastName, email, phones: [phone] }];
  });
  const some = <T>(list: T[]): T[] => list.filter((_, index) => index % known === seed % known);
  await books.seed({ people: some(persons), products: some(products) });
}
