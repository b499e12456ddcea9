/** The catalogue of a seeded shop: a category tree for every case of R15, products of each kind. */
import { createCategory, createProduct } from './catalogue-write.ts';
import type { Category, Product } from './model.ts';
import { lineName } from './order-lines.ts';
import type { Store } from './store.ts';

/** What an order can sell, with its name as an order line carries it. */
export interface Goods {
  product: Product;
  lineName: string;
}

export interface Catalogue {
  ordinary: Goods[];
  chain: Goods;
  oneLevel: Goods;
  differentLevels: Goods;
  uncategorized: Goods;
  withoutSku: Goods;
  htmlName: Goods;
  variation: Goods;
  /** in the catalogue while the orders are made; `forget` takes it out */
  deleted: Goods;
  forget(): void;
}

/** @param size how many ordinary simple products */
export function seedCatalogue(store: Store, size: number): Catalogue {
  const tree = seedCategories(store);
  const goods = (product: Product): Goods => ({ product, lineName: lineName(store, product) });
  const make = (name: string, sku: string, price: string, categories: Category[]) =>
    goods(createProduct(store, { name, sku, regular_price: price, description: `<p>${name} for everyday use.</p>\n`, categories: categories.map(({ id }) => ({ id })) }));
  const special = {
    chain: make('Oil filter X', 'OF-X', '49.90', [tree.parts, tree.filters, tree.oilFilters]),
    oneLevel: make('Chain set', 'CHAIN-1', '120', [tree.chains, tree.lights, tree.accessories]),
    differentLevels: make('Belt cover', 'BELT-C', '35.50', [tree.belts, tree.accessories]),
    uncategorized: make('Loose clip', 'CLIP-1', '1.20', []),
    withoutSku: make('Cleaning rag', '', '4.99', [tree.accessories]),
    htmlName: make('Salt & pepper "Duo" <mini>', 'SALT-P', '19.99', [tree.food]),
    deleted: make('Discontinued lamp', 'LAMP-OLD', '59.00', [tree.lights]),
  };
  const belts = seedVariables(store, tree.belts).map(goods);
  const first = belts[0];
  if (first === undefined) throw new Error('a variable product has variations');
  const leaves = [tree.oilFilters, tree.belts, tree.accessories, tree.chains, tree.lights, tree.food, tree.screws];
  const simple = Array.from({ length: size }, (_, index) => {
    const leaf = leaves[index % leaves.length] ?? tree.parts;
    const name = `${leaf.name.replace('&amp;', '&')} item ${index + 1}`;
    return make(name, `SKU-${String(index + 1).padStart(4, '0')}`, `${5 + ((index * 13) % 290)}.${index % 4 === 0 ? '00' : '95'}`, [leaf]);
  });
  simple.slice(0, 5).forEach(({ product }) => Object.assign(product, { manageStock: true, stockQuantity: 1000 }));
  const { deleted, ...kept } = special;
  return {
    ...special,
    variation: first,
    ordinary: [...simple, ...belts, kept.chain, kept.oneLevel, kept.differentLevels, kept.uncategorized, kept.withoutSku, kept.htmlName],
    forget: () => void store.products.delete(deleted.product.id),
  };
}

/** Parts > Filters > Oil filters, Parts > Belts, and roots whose names Polish collation orders unlike ASCII. */
function seedCategories(store: Store) {
  const make = (name: string, parent?: Category) => createCategory(store, { name, parent: parent?.id ?? 0 });
  const parts = make('Parts');
  const filters = make('Filters', parts);
  return {
    parts,
    filters,
    oilFilters: make('Oil filters', filters),
    belts: make('Belts', parts),
    screws: make('Śruby', parts),
    accessories: make('Accessories'),
    chains: make('Łańcuchy'),
    lights: make('Żarówki'),
    food: make('Food & Drink'),
  };
}

function seedVariables(store: Store, category: Category): Product[] {
  return ['Belt', 'Strap', 'Cord'].flatMap((name, index) => {
    const sizes = ['S', 'M', 'L'];
    const parent = createProduct(store, { name, type: 'variable', sku: name.toUpperCase(), categories: [{ id: category.id }], attributes: [{ name: 'Size', options: sizes }] });
    return sizes.map((size) => createProduct(store, { sku: `${name.toUpperCase()}-${size}`, regular_price: String(20 + index * 5), attributes: [{ name: 'Size', option: size }] }, parent));
  });
}
