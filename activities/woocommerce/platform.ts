/** What readOrderOnce needs to know of a shop's orders: how one is read, compared and completed. */
import type { Order } from '../../domain/order.ts';
import type { StepInput } from '../../domain/ports.ts';
import type { Product } from '../../domain/product.ts';
import type { ConnectorContext } from '../call.ts';
import { BadDataError } from '../errors.ts';
import { unknownProducts } from '../known-products.ts';
import type { OrderPlatform } from '../order-reading.ts';
import { categoryOf, type CategoryCache } from './categories.ts';
import type { WoocommerceClient } from './client.ts';
import { parseOrder, toOrder, type MapSettings } from './map.ts';
import { subtractRefunds } from './refunds.ts';
import { orderSchema, type WooOrder, type WooProduct } from './schemas.ts';
import type { WoocommerceSettings } from './settings.ts';
import { plainText } from './text.ts';

export interface PlatformParts {
  context: ConnectorContext<WoocommerceSettings>;
  input: StepInput;
  client: WoocommerceClient;
  settings: MapSettings;
  categories: CategoryCache;
}

export function createPlatform({ context, input, client, settings, categories }: PlatformParts): OrderPlatform<WooOrder> {
  const { language } = settings.connection;
  return {
    parse: parseOrder,
    async fetch(sourceId) {
      if (!/^\d+$/.test(sourceId)) throw new BadDataError('id', 'must be a number');
      return client.findOrder(sourceId);
    },
    digest: (raw) => digestOf(context, raw),
    number: (raw) => raw.number,
    toOrder: (raw) => toOrder(raw, settings),
    async complete(order, raw) {
      const reduced = raw.refunds.length === 0 ? order : subtractRefunds(order, raw, await client.listRefunds(String(raw.id)), language);
      return describeProducts(reduced, raw);
    },
  };

  /** Descriptions and categories, by one call for all products that the target does not know; a variant has those of its product. */
  async function describeProducts(order: Order, raw: WooOrder): Promise<Order> {
    const unknown = await unknownProducts(context, input, order.lineItems.map((line) => line.product));
    const productIdOf = new Map(raw.line_items.map((line) => [String(line.id), line.product_id]));
    const wanted = order.lineItems.flatMap((line) => (unknown.includes(line.product) ? (productIdOf.get(line.key) ?? []) : [])).filter((id) => id !== 0);
    if (wanted.length === 0) return order;
    const found = await productsById([...new Set(wanted)]);
    const ids = [...found.values()].flatMap((product) => product.categories.map(({ id }) => id));
    const tree = await categories.treeWith(ids, async () => client.listCategories());
    const describe = (product: Product, details: WooProduct | undefined): Product => {
      if (!details || !unknown.includes(product)) return product;
      const description = plainText(details.description) ?? plainText(details.short_description);
      const category = categoryOf(details.categories.map(({ id }) => id), tree, language);
      return { ...product, ...(description === undefined ? {} : { description }), ...(category === undefined ? {} : { category }) };
    };
    return { ...order, lineItems: order.lineItems.map((line) => ({ ...line, product: describe(line.product, found.get(productIdOf.get(line.key) ?? 0)) })) };
  }

  async function productsById(ids: number[]): Promise<Map<number, WooProduct>> {
    const products: WooProduct[] = [];
    for (let start = 0; start < ids.length; start += mostIds) products.push(...(await client.listProducts(ids.slice(start, start + mostIds))));
    return new Map(products.map((product) => [product.id, product]));
  }
}

const mostIds = 100;

/**
 * Over what matters for the books, and nothing of how we map it (N18). Saving an order without a change bumps its modification time, and
 * sales lower stock marks in its lines: neither counts. An order that cannot be read is compared as it came.
 */
export function digestOf(context: Pick<ConnectorContext<unknown>, 'ledger' | 'company'>, listed: unknown): string {
  const parsed = orderSchema.safeParse(listed);
  return context.ledger.crypto.digest(context.company, 'order', JSON.stringify(parsed.success ? bookedParts(parsed.data) : listed));
}

function bookedParts({ date_modified_gmt: _saved, line_items, ...order }: WooOrder) {
  return { ...order, line_items: line_items.map(({ meta_data: _marks, ...line }) => line) };
}
