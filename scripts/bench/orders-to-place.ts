/** Orders of a shop's ordinary day, placed one by one, so that it is known what of them the books know already. */
import { z } from 'zod';
import type { RemoteSandbox } from '../../sandbox/kernel/remote.ts';

export interface PlacedOrder {
  id: number;
  /** which customer and products, by their number here */
  person: number;
  products: number[];
  hasShipping: boolean;
}

export interface Goods {
  /** the shop's id */
  id: number;
  sku: string;
  name: string;
  /** names from the root */
  category: string[];
}

export const linesPerOrder = 2;
const categories = 5;
const created = z.object({ id: z.number() });

/** A branch of `categories` leaves under one root, and products spread over it. */
export async function placeGoods(shop: RemoteSandbox, count: number): Promise<Goods[]> {
  const root = created.parse(await shop.action('create-category', { name: 'Bench' })).id;
  const leaves: { id: number; name: string }[] = [];
  for (let index = 0; index < categories; index += 1) {
    const name = `Shelf ${index + 1}`;
    leaves.push({ name, ...created.parse(await shop.action('create-category', { name, parent: root })) });
  }
  const goods: Goods[] = [];
  for (let index = 0; index < count; index += 1) {
    const leaf = leaves[index % leaves.length] ?? { id: root, name: '' };
    const [sku, name] = [`BENCH-${index + 1}`, `Bench item ${index + 1}`];
    const product = { name, sku, regular_price: '20.00', description: `<p>${name}.</p>`, categories: [{ id: leaf.id }] };
    goods.push({ sku, name, category: ['Bench', leaf.name], ...created.parse(await shop.action('create-product', product)) });
  }
  return goods;
}

export const emailOf = (person: number): string => `bench.person${person}@example.com`;
export const phoneOf = (person: number): string => `+48 ${600_000_000 + person * 13}`;

/** The n-th order: everybody their own products; every second one pays shipping, which becomes a comment (N14). */
export async function placeOrder(shop: RemoteSandbox, goods: readonly Goods[], person: number): Promise<PlacedOrder> {
  const products = Array.from({ length: linesPerOrder }, (_, line) => person * linesPerOrder + line);
  const hasShipping = person % 2 === 1;
  const { id } = created.parse(
    await shop.action('create-order', {
      status: 'processing',
      billing: { first_name: 'Bench', last_name: `Person ${person}`, email: emailOf(person), phone: phoneOf(person), country: 'PL' },
      line_items: products.map((index) => ({ product_id: goods[index]?.id ?? 0, quantity: 1 })),
      ...(hasShipping ? { shipping_lines: [{ method_id: 'flat_rate', method_title: 'Kurier', total: '15.00' }] } : {}),
    }),
  );
  return { id, person, products, hasShipping };
}
