/** Products and categories come into being and change (contract woocommerce 4). */
import { z } from 'zod';
import { noSuchTerm, takenSku, takenTerm } from './errors.ts';
import type { Category, Product } from './model.ts';
import { encodeName, slugOf } from './names.ts';
import { mergeMeta } from './order-lines.ts';
import type { Store } from './store.ts';

const text = z.coerce.string();

export const productBody = z.object({
  name: text.optional(),
  type: z.enum(['simple', 'grouped', 'external', 'variable']).optional(),
  status: text.optional(),
  sku: text.optional(),
  global_unique_id: text.optional(),
  description: text.optional(),
  short_description: text.optional(),
  regular_price: text.optional(),
  sale_price: text.optional(),
  manage_stock: z.boolean().optional(),
  stock_quantity: z.coerce.number().int().nullish(),
  categories: z.array(z.object({ id: z.coerce.number().int() })).optional(),
  attributes: z.array(z.object({ name: text, options: z.array(text).optional(), option: text.optional() })).optional(),
  meta_data: z.array(z.object({ key: text, value: z.unknown() })).optional(),
});
export type ProductBody = z.infer<typeof productBody>;

/** @throws WooError 400 with the owner of a SKU that is taken */
export function createProduct(store: Store, body: ProductBody, parent?: Product): Product {
  checkSku(store, body.sku ?? '', 0);
  const now = store.now();
  const product: Product = {
    id: store.next('post'),
    type: parent === undefined ? (body.type ?? 'simple') : 'variation',
    name: '',
    slug: '',
    status: 'publish',
    description: '',
    shortDescription: '',
    sku: '',
    globalUniqueId: '',
    regularPrice: '',
    salePrice: '',
    manageStock: false,
    stockQuantity: null,
    backorders: 'no',
    categoryIds: parent === undefined ? [store.defaultCategoryId] : [],
    attributes: [],
    variationIds: [],
    parentId: parent?.id ?? 0,
    createdAt: now,
    modifiedAt: now,
    meta: [],
  };
  applyProduct(store, product, { ...body, name: body.name ?? (parent === undefined ? 'Product' : '') });
  store.products.set(product.id, product);
  parent?.variationIds.push(product.id);
  store.emit('product.created', product.id);
  return product;
}

/** @throws WooError 400 with the owner of a SKU that is taken */
export function updateProduct(store: Store, product: Product, body: ProductBody): void {
  if (body.sku !== undefined) checkSku(store, body.sku, product.id);
  applyProduct(store, product, body);
  product.modifiedAt = store.now();
  store.emit('product.updated', product.id);
}

function applyProduct(store: Store, product: Product, body: ProductBody): void {
  if (body.attributes) product.attributes = body.attributes.map(({ name, options, option }) => ({ name, options: options ?? [option ?? ''] }));
  if (body.name !== undefined) product.name = encodeName(body.name);
  if (product.type === 'variation') product.name = product.attributes.map(({ options }) => options[0] ?? '').join(', ');
  product.slug = slugOf(product.name);
  product.status = body.status ?? product.status;
  product.sku = body.sku ?? product.sku;
  product.globalUniqueId = body.global_unique_id ?? product.globalUniqueId;
  product.description = body.description ?? product.description;
  product.shortDescription = body.short_description ?? product.shortDescription;
  product.regularPrice = body.regular_price === undefined ? product.regularPrice : priceAsStored(body.regular_price);
  product.salePrice = body.sale_price === undefined ? product.salePrice : priceAsStored(body.sale_price);
  product.manageStock = body.manage_stock ?? product.manageStock;
  if (body.stock_quantity !== undefined && product.manageStock) product.stockQuantity = body.stock_quantity;
  if (body.categories) product.categoryIds = body.categories.length > 0 ? body.categories.map(({ id }) => id) : [store.defaultCategoryId];
  if (body.meta_data) product.meta = mergeMeta(store, product.meta, body.meta_data);
}

/** A price that is no number is silently stored as empty. */
function priceAsStored(price: string): string {
  return price.trim() !== '' && Number.isFinite(Number(price)) ? price.trim() : '';
}

/** SKUs are unique over products and variations, in their case as stored. */
function checkSku(store: Store, sku: string, own: number): void {
  const taken = (candidate: string) => [...store.products.values()].find((product) => product.sku === candidate && product.id !== own);
  const owner = sku === '' ? undefined : taken(sku);
  if (owner === undefined) return;
  let number = 1;
  while (taken(`${sku}-${number}`) !== undefined) number += 1;
  throw takenSku(owner.id, `${sku}-${number}`);
}

/** Gone for good; lines that sold it lose product id and SKU, not their name. */
export function removeProduct(store: Store, product: Product): void {
  for (const id of product.variationIds) store.products.delete(id);
  const parent = store.products.get(product.parentId);
  if (parent !== undefined) parent.variationIds = parent.variationIds.filter((id) => id !== product.id);
  store.products.delete(product.id);
  store.emit('product.deleted', product.id);
}

export const categoryBody = z.object({ name: text.optional(), slug: text.optional(), parent: z.coerce.number().int().optional(), description: text.optional() });
export type CategoryBody = z.infer<typeof categoryBody>;

/** @throws WooError 400 `term_exists` with the owner of the same name under the same parent */
export function createCategory(store: Store, body: CategoryBody): Category {
  const name = encodeName(body.name ?? '');
  const parent = body.parent ?? 0;
  const owner = [...store.categories.values()].find((category) => category.parent === parent && category.name.toLowerCase() === name.toLowerCase());
  if (owner !== undefined) throw takenTerm(owner.id);
  if (parent !== 0 && !store.categories.has(parent)) throw noSuchTerm();
  const category: Category = { id: store.next('term'), name, slug: freeSlug(store, body.slug ?? slugOf(name)), parent, description: body.description ?? '' };
  store.categories.set(category.id, category);
  return category;
}

export function updateCategory(category: Category, body: CategoryBody): void {
  if (body.name !== undefined) category.name = encodeName(body.name);
  category.slug = body.slug ?? category.slug;
  category.parent = body.parent ?? category.parent;
  category.description = body.description ?? category.description;
}

function freeSlug(store: Store, slug: string): string {
  const taken = new Set([...store.categories.values()].map((category) => category.slug));
  let free = slug;
  for (let number = 2; taken.has(free); number += 1) free = `${slug}-${number}`;
  return free;
}
