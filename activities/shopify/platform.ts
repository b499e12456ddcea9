/** What readOrderOnce needs to know of a shop's orders: how one is read, compared and completed. */
import type { Order } from '../../domain/order.ts';
import type { ReadOrderInput, StepInput } from '../../domain/ports.ts';
import type { Product } from '../../domain/product.ts';
import type { ConnectorContext } from '../call.ts';
import { BadDataError, PermanentError } from '../errors.ts';
import { unknownProducts } from '../known-products.ts';
import type { OrderPlatform } from '../order-reading.ts';
import type { ShopifyClient } from './client.ts';
import { plainText } from '../plain-text.ts';
import { allOrdersScope, mostAliases } from './documents.ts';
import { lineKey, parseOrder, toOrder, type MapSettings } from './map.ts';
import { numbersOf, parcelsSince, withParcelsSince } from './parcels.ts';
import { readPersons } from './persons.ts';
import { rawOrderSchema, type RawOrder, type ShopifyProduct } from './schemas.ts';
import type { ShopifySettings } from './settings.ts';

export interface PlatformParts {
  context: ConnectorContext<ShopifySettings>;
  input: StepInput & Pick<ReadOrderInput, 'dryRun'>;
  client: ShopifyClient;
  settings: MapSettings;
}

export function createPlatform({ context, input, client, settings }: PlatformParts): OrderPlatform<RawOrder> {
  return {
    parse: parseOrder,
    async fetch(sourceId) {
      if (!/^\d+$/.test(sourceId)) throw new BadDataError('id', 'must be a number');
      const order = await client.findOrder(sourceId);
      if (order === undefined) {
        await assertGone(client, sourceId);
        return undefined;
      }
      const told = (await readPersons(context, client, [sourceId])).get(sourceId);
      return told && { order: withParcelsSince(order, await parcelsSince(context, input.integration.id, input.dryRun)), person: told.person };
    },
    digest: (raw) => digestOf(context, raw),
    number: ({ order }) => order.name,
    toOrder: (raw) => toOrder(raw, settings),
    complete: describeProducts,
  };

  /** Descriptions and categories of products that the target does not know; a variant has those of its product (R14, contract 10). */
  async function describeProducts(order: Order, raw: RawOrder): Promise<Order> {
    const unknown = await unknownProducts(context, input, order.lineItems.map((line) => line.product));
    const productIdOf = new Map(raw.order.lineItems.nodes.map((line) => [lineKey(line), line.product?.legacyResourceId]));
    const wanted = order.lineItems.flatMap((line) => (unknown.includes(line.product) ? (productIdOf.get(line.key) ?? []) : []));
    const found = await productsById([...new Set(wanted)]);
    const describe = (product: Product, details: ShopifyProduct | undefined): Product => (details && unknown.includes(product) ? { ...product, ...describedBy(details) } : product);
    return { ...order, lineItems: order.lineItems.map((line) => ({ ...line, product: describe(line.product, found.get(productIdOf.get(line.key) ?? '')) })) };
  }

  async function productsById(ids: string[]): Promise<Map<string, ShopifyProduct>> {
    const products: ShopifyProduct[] = [];
    for (let start = 0; start < ids.length; start += mostAliases) products.push(...(await client.listProducts(ids.slice(start, start + mostAliases))));
    return new Map(products.map((product) => [product.legacyResourceId, product]));
  }
}

/** No tree that the merchant owns: the vendor's category, else the merchant's own type (contract 9, 10). */
function describedBy({ descriptionHtml, category, productType }: ShopifyProduct): Pick<Product, 'description' | 'category'> {
  const description = plainText(descriptionHtml);
  const name = category?.name.trim() || productType.trim();
  return { ...(description === undefined ? {} : { description }), ...(name === '' ? {} : { category: [name] }) };
}

/**
 * A token without `read_all_orders` sees nothing older than sixty days: such an order is silently absent and must not pass for deleted. Ids rise with
 * time, so one that lies behind the oldest order which can be read is of that kind.
 */
async function assertGone(client: ShopifyClient, sourceId: string): Promise<void> {
  const { currentAppInstallation } = await client.getShop();
  if (currentAppInstallation.accessScopes.some(({ handle }) => handle === allOrdersScope)) return;
  const oldest = await client.probeOrder('oldest');
  if (oldest && BigInt(sourceId) > BigInt(oldest.id)) return;
  throw new PermanentError({ system: 'shopify', endpoint: 'POST graphql OrderById', sent: 'no', reason: 'source-refused', words: `not there for this token, which reads the last 60 days only: give the app the scope ${allOrdersScope}` });
}

/**
 * Over what matters for the books, and nothing of how we map it (N18). Any touch of an order moves `updatedAt`: it does not count.
 * An order that cannot be read is compared as it came.
 */
export function digestOf(context: Pick<ConnectorContext<unknown>, 'ledger' | 'company'>, raw: unknown): string {
  const parsed = rawOrderSchema.safeParse(raw);
  return context.ledger.crypto.digest(context.company, 'order', JSON.stringify(parsed.success ? bookedParts(parsed.data) : raw));
}

/** Of parcels the numbers alone: the way of a parcel moves its times and states. */
function bookedParts({ order: { updatedAt: _touched, fulfillments, ...order }, person }: RawOrder) {
  const numbers = numbersOf(fulfillments);
  return { order: { ...order, ...(numbers.length === 0 ? {} : { numbers }) }, person };
}
