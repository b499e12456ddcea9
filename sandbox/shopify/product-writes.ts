/** The catalogue: products with their variants and stock, made, changed and deleted. */
import { emit, inOneEvent } from './events.ts';
import { productPayload } from './payload-product.ts';
import type { Product, Variant } from './model.ts';
import { levelKey } from './store.ts';
import { nowOf, type World } from './world.ts';

export interface VariantWish {
  sku: string | null;
  /** hundredths */
  price: number;
  barcode?: string | null;
  values?: string[];
  stock?: number;
}

export interface ProductWish {
  title: string;
  descriptionHtml?: string;
  vendor?: string;
  productType?: string;
  tags?: string[];
  categoryId?: string | null;
  collectionIds?: number[];
  status?: Product['status'];
  options?: string[];
  variants: VariantWish[];
}

export function addProduct(world: World, wish: ProductWish, at: number = nowOf(world)): Product {
  const { store } = world;
  const id = store.next('product');
  const product: Product = {
    id,
    title: wish.title,
    handle: `${wish.title.normalize('NFD').replaceAll(/[^\w]+/g, '-').toLowerCase()}-${id % 1_000_000}`,
    descriptionHtml: wish.descriptionHtml ?? '',
    status: wish.status ?? 'ACTIVE',
    vendor: wish.vendor ?? world.shop.name,
    productType: wish.productType ?? '',
    tags: wish.tags ?? [],
    categoryId: wish.categoryId ?? null,
    collectionIds: wish.collectionIds ?? [],
    options: (wish.options ?? []).map((name) => ({ id: store.next('other'), name })),
    variantIds: [],
    metafields: [],
    createdAt: at,
    updatedAt: at,
  };
  store.products.put(product);
  for (const variant of wish.variants) addVariant(world, product, variant, at);
  return product;
}

function addVariant({ store }: World, product: Product, { sku, price, barcode = null, values = [], stock = 0 }: VariantWish, at: number): Variant {
  const variant: Variant = {
    id: store.next('variant'),
    productId: product.id,
    title: values.length === 0 ? 'Default Title' : values.join(' / '),
    sku,
    barcode,
    price,
    values,
    position: product.variantIds.length + 1,
    inventoryItemId: store.next('item'),
    tracked: true,
    createdAt: at,
    updatedAt: at,
  };
  store.variants.put(variant);
  product.variantIds.push(variant.id);
  const [location] = store.locations.all();
  if (location) store.levels.set(levelKey(variant.inventoryItemId, location.id), { itemId: variant.inventoryItemId, locationId: location.id, available: stock, committed: 0, updatedAt: at });
  return variant;
}

/** Call inside `inOneEvent` after a change. */
export function productChanged(world: World, product: Product): void {
  product.updatedAt = nowOf(world);
  world.store.products.changed();
  world.store.variants.changed();
  emit(world, 'products/update', productPayload(world, product));
}

export const productCreated = (world: World, product: Product): void => inOneEvent(world, () => emit(world, 'products/create', productPayload(world, product)));

/** Lines of orders keep their copies of title and SKU. */
export function deleteProduct(world: World, product: Product): void {
  for (const id of product.variantIds) world.store.variants.remove(id);
  world.store.products.remove(product.id);
  emit(world, 'products/delete', { id: product.id });
}
