/**
 * The parts of the previous version that the contract names (roapp 4.5, 5, 9): brackets and trailing slashes matter, SKU is `article`,
 * dates are ms since 1970, pages have another envelope.
 */
import type { Context, Hono } from 'hono';
import { formatDecimal, moneyDigits } from './decimals.ts';
import { invalid } from './errors.ts';
import { pageSize } from './limits.ts';
import { pageOf } from './query.ts';
import { writeReply } from './replies.ts';
import { containsText, createProduct, productOf } from './routes-catalog.ts';
import type { Product, Store } from './store.ts';
import { legacyChangeSchema, legacyProductSchema, readBody } from './validator.ts';
import { nowOf, type World } from './world.ts';

export function mountLegacy(app: Hono, world: World): void {
  const render = (product: Product) => renderLegacyProduct(world.store, product);

  app.get('/products/', (context) => legacyList(context, listProducts(world.store, context), render));
  app.post('/products/', async (context) => {
    const { title, description = '', article = '', code = '', category_id: categoryId = null, uom_id: uomId = 1 } = await readBody(context, legacyProductSchema);
    const product = createProduct(world, { title, description, sku: article, code, categoryId, uomId });
    return writeReply(world, product.id, () => render(product));
  });
  app.get('/products/:id', (context) => Response.json({ data: render(productOf(world.store, context)), success: true }));
  app.put('/products/:id', async (context) => {
    const product = productOf(world.store, context);
    const { article, title, code, description } = await readBody(context, legacyChangeSchema);
    Object.assign(product, { title: title ?? product.title, sku: article ?? product.sku, code: code ?? product.code, description: description ?? product.description, modifiedAt: nowOf(world) });
    return writeReply(world, product.id, () => render(product));
  });
  app.get('/warehouse/categories/', (context) => legacyList(context, [...world.store.categories.values()], ({ id, title, parentId }) => ({ id, title, ...(parentId !== null && { parent_id: parentId }) })));
  app.get('/catalogs/uoms', () => Response.json({ data: world.store.uoms, success: true }));
}

function legacyList<T>(context: Context, rows: readonly T[], render: (row: T) => unknown): Response {
  const { page } = pageOf(context, false);
  return Response.json({ data: rows.slice((page - 1) * pageSize, page * pageSize).map(render), page, count: rows.length, success: true });
}

/** Arrays are heard with brackets only. */
function listProducts(store: Store, context: Context): Product[] {
  const ids = idsIn(context, 'ids[]');
  const categories = idsIn(context, 'categories[]');
  const articles = context.req.queries('articles[]');
  const barcodes = context.req.queries('barcodes[]');
  const title = context.req.query('title');
  const wanted = context.req.query('q')?.trim().toLowerCase() ?? '';
  return [...store.products.values()].filter(
    (product) =>
      product.type === 'product' &&
      (ids === undefined || ids.includes(product.id)) &&
      (categories === undefined || (product.categoryId !== null && categories.includes(product.categoryId))) &&
      (articles === undefined || articles.includes(product.sku)) &&
      (barcodes === undefined || product.barcodes.some(({ code }) => barcodes.includes(code))) &&
      (title === undefined || product.title === title) &&
      containsText(product, wanted),
  );
}

function idsIn(context: Context, name: string): number[] | undefined {
  return context.req.queries(name)?.map((value) => {
    if (!/^\d{1,15}$/.test(value)) throw invalid(name, 'must be an integer');
    return Number(value);
  });
}

function renderLegacyProduct(store: Store, product: Product) {
  const category = product.categoryId === null ? undefined : store.categories.get(product.categoryId);
  const prices = Object.fromEntries(Object.entries(product.prices).map(([id, price]) => [id, formatDecimal(price, moneyDigits)]));
  return {
    id: product.id,
    code: product.code,
    title: product.title,
    article: product.sku,
    description: product.description,
    is_serial: false,
    category: category ? { id: category.id, title: category.title, ...(category.parentId !== null && { parent_id: category.parentId }) } : null,
    uom: store.uoms.find(({ id }) => id === product.uomId) ?? null,
    prices: Object.keys(prices).length === 0 ? [] : prices,
    barcodes: product.barcodes,
    created_at: product.createdAt,
  };
}
