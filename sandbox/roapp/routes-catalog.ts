/** Catalogue (contract roapp 4.5). Creating products and categories in v2 is assumed by analogy: each can be switched off. */
import type { Context, Hono } from 'hono';
import { invalid, notFound, Refusal } from './errors.ts';
import { pageOf } from './query.ts';
import { checkKnown } from './references.ts';
import { renderCategory, renderProduct } from './render.ts';
import { listReply, writeReply } from './replies.ts';
import { nextId, type Product, type Store } from './store.ts';
import { newCategorySchema, newProductSchema, readBody } from './validator.ts';
import { nowOf, type World } from './world.ts';

export function mountCatalog(app: Hono, world: World): void {
  const render = (product: Product) => renderProduct(product, world.variety);

  app.get('/catalog/products/categories', (context) => listReply([...world.store.categories.values()], pageOf(context, world.switches.honourLimit), renderCategory));
  app.post('/catalog/products/categories', async (context) => {
    if (!world.switches.categoryCreate) throw new Refusal(405, 'Method not allowed');
    const body = await readBody(context, newCategorySchema);
    checkCategory(world.store, 'parent_id', body.parent_id);
    const category = { id: nextId(world.store, 'category'), title: body.title, parentId: body.parent_id };
    world.store.categories.set(category.id, category);
    return writeReply(world, category.id, () => renderCategory(category));
  });
  app.get('/catalog/products', (context) => listReply(listProducts(world.store, context), pageOf(context, world.switches.honourLimit), render));
  app.post('/catalog/products', async (context) => {
    if (!world.switches.productCreate) throw notFound();
    const { category_id: categoryId, uom_id: uomId, ...texts } = await readBody(context, newProductSchema);
    const product = createProduct(world, { ...texts, categoryId, uomId });
    return writeReply(world, product.id, () => render(product));
  });
  app.get('/catalog/products/:id', (context) => Response.json(render(productOf(world.store, context))));
}

export interface NewProduct {
  title: string;
  description: string;
  sku: string;
  code: string;
  categoryId: number | null;
  uomId: number;
}

/** Always a new record: live accounts hold duplicate codes. */
export function createProduct(world: World, input: NewProduct): Product {
  const { store } = world;
  checkCategory(store, 'category_id', input.categoryId);
  checkKnown('uom_id', store.uoms, [input.uomId]);
  const now = nowOf(world);
  const product: Product = { id: nextId(store, 'product'), type: 'product', ...input, cost: 0n, prices: {}, barcodes: [], isHidden: false, createdAt: now, modifiedAt: now };
  store.products.set(product.id, product);
  return product;
}

function checkCategory(store: Store, field: string, id: number | null): void {
  if (id !== null && !store.categories.has(id)) throw invalid(field, 'does not exist');
}

/** Services are not products. */
export function productOf(store: Store, context: Context): Product {
  const product = store.products.get(Number(context.req.param('id')));
  if (product?.type !== 'product') throw notFound();
  return product;
}

/** `q` finds text anywhere in title, SKU, code or barcode; there is no exact filter. */
function listProducts(store: Store, context: Context): Product[] {
  const wanted = context.req.query('q')?.trim().toLowerCase() ?? '';
  return [...store.products.values()].filter((product) => product.type === 'product' && containsText(product, wanted));
}

export const containsText = ({ title, sku, code, barcodes }: Product, wanted: string): boolean =>
  [title, sku, code, ...barcodes.map((barcode) => barcode.code)].some((text) => text.toLowerCase().includes(wanted));
