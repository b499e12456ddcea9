/** Routes of products and variations (contract woocommerce 4). */
import { runBatch } from './batch.ts';
import { productView, variationView } from './catalogue-view.ts';
import { createProduct, productBody, removeProduct, updateProduct } from './catalogue-write.ts';
import { alreadyTrashed, noSuchProduct, noSuchProductToEdit } from './errors.ts';
import type { Product } from './model.ts';
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

export const catalogueRoutes: Route[] = [...products, ...variations];
