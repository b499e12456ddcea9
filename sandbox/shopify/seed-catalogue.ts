/** The catalogue of a seeded shop: ordinary products, and one of every special kind. */
import type { Product } from './model.ts';
import { addProduct, deleteProduct } from './product-writes.ts';
import { lineOf } from './order-make.ts';
import type { World } from './world.ts';

export interface Catalogue {
  ordinary: Product[];
  /** colour and size, four variants */
  withOptions: Product;
  withoutSku: Product;
  /** one SKU on two products */
  twins: [Product, Product];
  uncategorized: Product;
  htmlName: Product;
  archived: Product;
  /** orders may still take it; deleted when `forget` is called */
  deleted: Product;
  forget(): void;
}

const taxonomy: [id: string, name: string, parentId: string | null][] = [
  ['el', 'Electronics', null],
  ['el-2', 'Audio', 'el'],
  ['el-2-1', 'Headphones', 'el-2'],
  ['el-4', 'Communications', 'el'],
  ['aa', 'Apparel & Accessories', null],
  ['aa-1', 'Clothing', 'aa'],
  ['aa-1-13', 'Clothing Tops', 'aa-1'],
  ['hg', 'Home & Garden', null],
];

const names = ['Kabel USB-C', 'Ładowarka', 'Etui', 'Słuchawki', 'Podstawka', 'Adapter', 'Lampka', 'Kubek'];

export function seedCatalogue(world: World, products: number, at: number): Catalogue {
  const { store } = world;
  for (const [id, name, parentId] of taxonomy) store.categories.set(id, { id, name, parentId });
  const collections = ['Nowości', 'Wyprzedaż'].map((title, index) => {
    const collection = { id: store.next('collection'), title, handle: index === 0 ? 'nowosci' : 'wyprzedaz', updatedAt: at };
    store.collections.put(collection);
    return collection.id;
  });
  const leaves = ['el-2-1', 'el-4', 'aa-1-13', 'hg'];
  const ordinary = Array.from({ length: products }, (_, index) =>
    addProduct(world, {
      title: `${names[index % names.length] ?? 'Rzecz'} ${index + 1}`,
      descriptionHtml: `<p>Opis <strong>produktu</strong> ${index + 1} &amp; więcej</p>`,
      productType: index % 3 === 0 ? 'Akcesoria' : '',
      categoryId: index % 4 === 3 ? null : (leaves[index % leaves.length] ?? null),
      collectionIds: index % 2 === 0 ? collections.slice(0, 1 + (index % 4 === 0 ? 1 : 0)) : [],
      tags: index % 5 === 0 ? ['promo', 'lato'] : [],
      variants: [{ sku: `SH-${1000 + index}`, price: 990 + ((index * 733) % 20_000), stock: 5 + (index % 40), barcode: index % 6 === 0 ? `590000000${String(1000 + index)}` : null }],
    }, at),
  );
  const one = (title: string, sku: string | null, rest: Partial<Parameters<typeof addProduct>[1]> = {}): Product => addProduct(world, { title, variants: [{ sku, price: 4_900, stock: 3 }], categoryId: 'hg', ...rest }, at);
  const deleted = one('Wycofany towar', 'SH-GONE');
  return {
    ordinary,
    withOptions: addProduct(world, {
      title: 'Koszulka',
      categoryId: 'aa-1-13',
      options: ['Kolor', 'Rozmiar'],
      variants: [['Czerwony', 'S'], ['Czerwony', 'M'], ['Czarny', 'S'], ['Czarny', 'M']].map((values, index) => ({ sku: `TEE-${index + 1}`, price: 7_900, values, stock: 4 })),
    }, at),
    withoutSku: one('Rękodzieło bez SKU', null),
    twins: [one('Bliźniak A', 'SH-TWIN'), one('Bliźniak B', 'SH-TWIN')],
    uncategorized: one('Bez kategorii', 'SH-NOCAT', { categoryId: null }),
    htmlName: one('Sól & pieprz <zestaw>', 'SH-HTML', { descriptionHtml: '<ul><li>sól</li><li>pieprz</li></ul>' }),
    archived: one('Archiwalny', 'SH-OLD', { status: 'ARCHIVED' }),
    deleted,
    forget: () => deleteProduct(world, deleted),
  };
}

/** A line of the product's n-th variant. */
export function lineFor(world: World, product: Product, quantity: number, { variant = 0, price, discount }: { variant?: number; price?: number; discount?: number } = {}): ReturnType<typeof lineOf> {
  return lineOf(world, { variantId: product.variantIds[variant], quantity, price, discount });
}
