/** Routes below /products (contract woocommerce 4). */
import type { ArgSpecs } from './args.ts';
import { runBatch } from './batch.ts';
import { categoryView, productView, variationView } from './catalogue-view.ts';
import { categoryBody, createCategory, createProduct, productBody, removeProduct, updateCategory, updateProduct } from './catalogue-write.ts';
import { alreadyTrashed, noSuchProduct, noSuchProductToEdit, noSuchTerm, noTrashFor } from './errors.ts';
import type { Category, Product } from './model.ts';
import { parseBody } from './order-body.ts';
import { pagingSpecs } from './order-query.ts';
import { listProducts, productListSpecs } from './product-query.ts';
import { pageReply, sliceOf } from './reply.ts';
import type { Row } from './reply.ts';
import type { Call, Route } from './router.ts';
import type { Store } from './store.ts';

const ofItem = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const ofList = ['GET', 'POST'] as const;

/** Variations answer under /products/{id} too. */
function productOf(store: Store, id: number, refusal = noSuchProduct): Product {
  const product = store.products.get(id);
  if (product === undefined) throw refusal();
  return product;
}

function dropProduct(call: Call): Row {
  const product = productOf(call.store, call.id());
  const shown = productView(product, call.view);
  if (call.args.flag('force')) removeProduct(call.store, product);
  else if (product.status === 'trash') throw alreadyTrashed('product');
  else product.status = 'trash';
  return shown;
}

const products: Route[] = [
  {
    methods: ['GET'],
    path: '/products',
    need: 'list',
    allow: ofList,
    specs: productListSpecs,
    handle: ({ store, args, view }) => {
      const { rows, total } = listProducts(store, args);
      return pageReply(rows.map((product) => productView(product, view)), total, args);
    },
  },
  {
    methods: ['POST'],
    path: '/products',
    need: 'create',
    allow: ofList,
    handle: ({ store, body, view }) => ({ status: 201, body: productView(createProduct(store, parseBody(productBody, body)), view) }),
  },
  {
    methods: ['POST', 'PUT', 'PATCH'],
    path: '/products/batch',
    need: 'batch',
    allow: ['POST', 'PUT', 'PATCH'],
    handle: (call) =>
      runBatch(call.body, {
        create: (item) => productView(createProduct(call.store, parseBody(productBody, item)), call.view),
        update: (id, item) => {
          const product = productOf(call.store, id, noSuchProductToEdit);
          updateProduct(call.store, product, parseBody(productBody, item));
          return productView(product, call.view);
        },
        delete: (id) => dropProduct({ ...call, id: () => id }),
      }),
  },
  { methods: ['GET'], path: '/products/:id', need: 'view', allow: ofItem, handle: ({ store, id, view }) => ({ body: productView(productOf(store, id()), view) }) },
  {
    methods: ['PUT', 'PATCH', 'POST'],
    path: '/products/:id',
    need: 'edit',
    allow: ofItem,
    handle: ({ store, id, body, view }) => {
      const product = productOf(store, id(), noSuchProductToEdit);
      updateProduct(store, product, parseBody(productBody, body));
      return { body: productView(product, view) };
    },
  },
  { methods: ['DELETE'], path: '/products/:id', need: 'delete', allow: ofItem, specs: { force: { type: 'boolean', default: false } }, handle: (call) => ({ body: dropProduct(call) }) },
];

function variationOf({ store, id }: Call): Product {
  const variation = productOf(store, id(1));
  if (variation.parentId !== id()) throw noSuchProduct();
  return variation;
}

const variations: Route[] = [
  {
    methods: ['GET'],
    path: '/products/:id/variations',
    need: 'list',
    allow: ofList,
    specs: { ...pagingSpecs, order: productListSpecs['order'] ?? { type: 'string' } },
    handle: ({ store, id, args, view }) => {
      const all = productOf(store, id()).variationIds.flatMap((variation) => store.products.get(variation) ?? []);
      const include = args.integers('include');
      const wanted = include.length > 0 ? all.filter((variation) => include.includes(variation.id)) : all;
      const sorted = wanted.toSorted((a, b) => (args.text('order') === 'asc' ? a.id - b.id : b.id - a.id));
      const { from, to } = sliceOf(args);
      return pageReply(sorted.slice(from, to).map((variation) => variationView(variation, view)), sorted.length, args);
    },
  },
  {
    methods: ['POST'],
    path: '/products/:id/variations',
    need: 'create',
    allow: ofList,
    handle: ({ store, id, body, view }) => ({ status: 201, body: variationView(createProduct(store, parseBody(productBody, body), productOf(store, id())), view) }),
  },
  { methods: ['GET'], path: '/products/:id/variations/:sub', need: 'view', allow: ofItem, handle: (call) => ({ body: variationView(variationOf(call), call.view) }) },
  {
    methods: ['PUT', 'PATCH', 'POST'],
    path: '/products/:id/variations/:sub',
    need: 'edit',
    allow: ofItem,
    handle: (call) => {
      const variation = variationOf(call);
      updateProduct(call.store, variation, parseBody(productBody, call.body));
      return { body: variationView(variation, call.view) };
    },
  },
];

const categorySpecs: ArgSpecs = {
  ...pagingSpecs,
  order: { type: 'string', enum: ['asc', 'desc'], default: 'asc' },
  orderby: { type: 'string', enum: ['id', 'include', 'name', 'slug', 'term_group', 'description', 'count'], default: 'name' },
  hide_empty: { type: 'boolean', default: false },
  parent: { type: 'integer' },
  product: { type: 'integer' },
  slug: { type: 'strings' },
};

function categoryOf({ store, id }: Call): Category {
  const category = store.categories.get(id());
  if (category === undefined) throw noSuchTerm();
  return category;
}

function listCategories({ store, args, view }: Call): Row[] {
  const [include, exclude, parent, slugs] = [args.integers('include'), args.integers('exclude'), args.integer('parent'), args.texts('slug')];
  const product = store.products.get(args.integer('product') ?? 0);
  const search = args.text('search')?.toLowerCase();
  const found = [...store.categories.values()].filter(
    (category) =>
      (include.length === 0 || include.includes(category.id)) &&
      !exclude.includes(category.id) &&
      (parent === undefined || category.parent === parent) &&
      (slugs.length === 0 || slugs.includes(category.slug)) &&
      (product === undefined || product.categoryIds.includes(category.id)) &&
      (!search || category.name.toLowerCase().includes(search)),
  );
  const by = args.text('orderby');
  const direction = args.text('order') === 'desc' ? -1 : 1;
  const sorted = found.toSorted((a, b) => direction * (by === 'id' ? a.id - b.id : by === 'slug' ? a.slug.localeCompare(b.slug, 'en') : a.name.localeCompare(b.name, 'en')));
  const rows = sorted.map((category) => categoryView(category, view));
  return args.flag('hide_empty') ? rows.filter((row) => row['count'] !== 0) : rows;
}

const categories: Route[] = [
  {
    methods: ['GET'],
    path: '/products/categories',
    need: 'list',
    allow: ofList,
    specs: categorySpecs,
    handle: (call) => {
      const rows = listCategories(call);
      const { from, to } = sliceOf(call.args);
      return pageReply(rows.slice(from, to), rows.length, call.args);
    },
  },
  {
    methods: ['POST'],
    path: '/products/categories',
    need: 'create',
    allow: ofList,
    specs: { name: { type: 'string', required: true }, parent: { type: 'integer' } },
    handle: ({ store, body, view }) => ({ status: 201, body: categoryView(createCategory(store, parseBody(categoryBody, body)), view) }),
  },
  { methods: ['GET'], path: '/products/categories/:id', need: 'view', allow: ofItem, handle: (call) => ({ body: categoryView(categoryOf(call), call.view) }) },
  {
    methods: ['PUT', 'PATCH', 'POST'],
    path: '/products/categories/:id',
    need: 'edit',
    allow: ofItem,
    handle: (call) => {
      const category = categoryOf(call);
      updateCategory(category, parseBody(categoryBody, call.body));
      return { body: categoryView(category, call.view) };
    },
  },
  {
    methods: ['DELETE'],
    path: '/products/categories/:id',
    need: 'delete',
    allow: ofItem,
    specs: { force: { type: 'boolean', default: false } },
    handle: (call) => {
      const category = categoryOf(call);
      const shown = categoryView(category, call.view);
      if (!call.args.flag('force')) throw noTrashFor('Terms');
      call.store.categories.delete(category.id);
      return { body: shown };
    },
  },
];

export const catalogueRoutes: Route[] = [...categories, ...products, ...variations];
