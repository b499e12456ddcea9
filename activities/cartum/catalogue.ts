/** What the lines of an order do not say of their products: name in the connection's language, description, category (decision on R14 for Cartum). */
import type { Order } from '../../domain/order.ts';
import type { StepInput } from '../../domain/ports.ts';
import type { Product } from '../../domain/product.ts';
import type { ConnectorContext } from '../call.ts';
import { unknownProducts } from '../known-products.ts';
import { plainText } from '../plain-text.ts';
import { categoryOf, orNone, type CategoryCache } from './categories.ts';
import type { CartumClient } from './client.ts';
import { exactlyIn, inLanguage } from './language.ts';
import type { CartumProduct } from './schemas.ts';
import type { CartumSettings } from './settings.ts';

export interface CatalogueParts {
  context: ConnectorContext<CartumSettings>;
  input: StepInput;
  client: CartumClient;
  settings: Pick<CartumSettings, 'language' | 'categoryRoot'>;
  categories: CategoryCache;
}

/**
 * Products that the target does not know are read from the catalogue by article, all with one call. With *identify by name* the catalogue's name
 * decides who is known, so those are read too that are not linked yet. What the catalogue no longer has stays as the order names it.
 */
export async function describeProducts({ context, input, client, settings, categories }: CatalogueParts, order: Order): Promise<Order> {
  const { settings: pair } = await context.integrationSettings(input.integration.id);
  const products = order.lineItems.map((line) => line.product);
  const candidates = pair.identifyProductsBy === 'name' ? await unlinked(products) : await unknownProducts(context, input, products);
  const articles = [...new Set(candidates.flatMap(({ sku }) => sku ?? []))];
  if (articles.length === 0) return order;
  const found = new Map((await client.listProducts(articles)).map((product) => [product.article, product]));
  const named = new Map(candidates.map((product) => [product, withName(product)]));
  const unknown = await unknownProducts(context, input, [...named.values()]);
  const tree = await treeFor(unknown.flatMap(({ sku }) => found.get(sku ?? '') ?? []));
  const described = new Map([...named].map(([product, renamed]) => [product, unknown.includes(renamed) ? withDetails(renamed) : renamed]));
  return { ...order, lineItems: order.lineItems.map((line) => ({ ...line, product: described.get(line.product) ?? line.product })) };

  /** Links stand by the article, whatever the names are. */
  async function unlinked(all: Product[]): Promise<Product[]> {
    const bare = all.map((product): Product => ({ name: '', ...(product.sourceId === undefined ? {} : { sourceId: product.sourceId }) }));
    const without = await unknownProducts(context, input, bare);
    return all.filter((_, at) => without.some((product) => product === bare[at]));
  }

  function withName(product: Product): Product {
    const name = exactlyIn(found.get(product.sku ?? '')?.title, settings.language);
    return name === undefined ? product : { ...product, name };
  }

  async function treeFor(details: CartumProduct[]) {
    const ids = details.flatMap(({ parent }) => parent?.id ?? []);
    if (ids.length === 0) return undefined;
    return orNone(async () => categories.treeWith(ids, async (parent) => client.listPages(parent ?? settings.categoryRoot)));
  }

  function withDetails(product: Product): Product {
    const details = found.get(product.sku ?? '');
    if (details === undefined) return product;
    const { language } = settings;
    const description = plainText(inLanguage(details.description, language) ?? '') ?? plainText(inLanguage(details.short_description, language) ?? '');
    const category = categoryOf(details, tree, language);
    return { ...product, ...(description === undefined ? {} : { description }), ...(category === undefined ? {} : { category }) };
  }
}
