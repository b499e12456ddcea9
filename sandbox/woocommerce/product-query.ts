/** `GET /products`: which products, and the variations that a SKU finds (contract woocommerce 4). */
import type { ArgSpecs, Args } from './args.ts';
import { filterInstant } from './dates.ts';
import type { Product } from './model.ts';
import { dateSpecs, pagingSpecs } from './order-query.ts';
import { sliceOf } from './reply.ts';
import type { Store } from './store.ts';

export const productListSpecs: ArgSpecs = {
  ...pagingSpecs,
  ...dateSpecs,
  order: { type: 'string', enum: ['asc', 'desc'], default: 'desc' },
  orderby: {
    type: 'string',
    enum: ['date', 'id', 'include', 'title', 'slug', 'modified', 'popularity', 'rating', 'post__in', 'price', 'sales', 'menu_order', 'random'],
    default: 'date',
  },
  parent: { type: 'integers' },
  slug: { type: 'string' },
  status: { type: 'string', enum: ['any', 'future', 'trash', 'draft', 'pending', 'private', 'publish'], default: 'any' },
  type: { type: 'string', enum: ['simple', 'grouped', 'external', 'variable'] },
  sku: { type: 'string' },
  category: { type: 'string' },
  stock_status: { type: 'string', enum: ['instock', 'outofstock', 'onbackorder'] },
};

/** Past the end the total is the true one, unlike orders. */
export function listProducts(store: Store, args: Args): { rows: Product[]; total: number } {
  const matching = [...store.products.values()].filter(filterOf(store, args)).toSorted(orderOf(args));
  const { from, to } = sliceOf(args);
  return { rows: matching.slice(from, to), total: matching.length };
}

/** Variations are found by SKU only; otherwise they are not listed. */
function filterOf(store: Store, args: Args): (product: Product) => boolean {
  const skus = args.text('sku')?.split(',').map((sku) => sku.trim());
  const tests: ((product: Product) => boolean)[] = [skus === undefined ? (product) => product.type !== 'variation' : (product) => product.sku !== '' && skus.includes(product.sku)];
  const is = (name: string, valueOf: (product: Product) => string) => {
    const wanted = args.text(name);
    if (wanted !== undefined && wanted !== 'any') tests.push((product) => valueOf(product) === wanted);
  };
  is('type', (product) => product.type);
  is('slug', (product) => product.slug);
  is('status', (product) => product.status);
  if (args.text('status') === 'any') tests.push((product) => product.status !== 'trash');
  const [include, exclude, parents] = [args.integers('include'), args.integers('exclude'), args.integers('parent')];
  if (include.length > 0) tests.push((product) => include.includes(product.id));
  if (exclude.length > 0) tests.push((product) => !exclude.includes(product.id));
  if (parents.length > 0) tests.push((product) => parents.includes(product.parentId));
  const search = args.text('search')?.toLowerCase();
  if (search) tests.push((product) => `${product.name} ${product.description}`.toLowerCase().includes(search));
  const category = args.text('category')?.split(',').map(Number);
  if (category) tests.push((product) => product.categoryIds.some((id) => category.includes(id)));
  tests.push(timeTest(store, args));
  return (product) => tests.every((test) => test(product));
}

function timeTest(store: Store, args: Args): (product: Product) => boolean {
  const bound = (name: string, otherwise: number) => {
    const text = args.text(name);
    return text === undefined ? otherwise : filterInstant(text, args.flag('dates_are_gmt'), store.shop.timeZone);
  };
  const [after, before] = [bound('after', -Infinity), bound('before', Infinity)];
  const [modifiedAfter, modifiedBefore] = [bound('modified_after', -Infinity), bound('modified_before', Infinity)];
  return ({ createdAt, modifiedAt }) => createdAt > after && createdAt < before && modifiedAt > modifiedAfter && modifiedAt < modifiedBefore;
}

function orderOf(args: Args): (a: Product, b: Product) => number {
  const by = args.text('orderby');
  const direction = args.text('order') === 'asc' ? 1 : -1;
  const include = args.integers('include');
  if (by === 'include') return (a, b) => include.indexOf(a.id) - include.indexOf(b.id);
  if (by === 'title') return (a, b) => direction * a.name.localeCompare(b.name, 'en');
  if (by === 'slug') return (a, b) => direction * a.slug.localeCompare(b.slug, 'en');
  if (by === 'modified') return (a, b) => direction * (a.modifiedAt - b.modifiedAt);
  if (by === 'date') return (a, b) => direction * (a.createdAt - b.createdAt || a.id - b.id);
  return (a, b) => direction * (a.id - b.id);
}
