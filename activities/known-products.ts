/** Which products of an order the target does not know yet: only for these does the source read descriptions and categories. */
import { productKey, type Product } from '../domain/product.ts';
import type { StepInput } from '../domain/ports.ts';
import type { ConnectorContext } from './call.ts';

/** Source id of a product link in the ledger: the platform's ids are unique only within one connection. */
export const productLinkId = (sourceConnection: string, productId: string): string => `${sourceConnection}/${productId}`;

/** Those neither linked nor found in the target's index by the configured key (R14). Reads the ledger only. */
export async function unknownProducts(context: ConnectorContext<unknown>, input: StepInput, products: Product[]): Promise<Product[]> {
  const { ledger, company } = context;
  const { settings } = await context.integrationSettings(input.integration.id);
  const { source, target } = input.integration;
  const linkIds = products.flatMap((product) => (product.sourceId === undefined ? [] : [productLinkId(source, product.sourceId)]));
  const linked = new Set((await ledger.index.findLinks(target, 'product', linkIds)).map((link) => link.sourceId));
  const keyed = products.map((product) => {
    const key = productKey(product, settings.identifyProductsBy);
    return { product, lookup: key && { kind: key.by, digest: ledger.crypto.digest(company, key.by, key.value) } };
  });
  const indexed = await ledger.index.findMany(target, keyed.flatMap(({ lookup }) => lookup ?? []));
  const known = new Set(indexed.map((entry) => `${entry.kind} ${entry.digest}`));
  return keyed
    .filter(({ product, lookup }) => !(product.sourceId !== undefined && linked.has(productLinkId(source, product.sourceId))) && !(lookup !== undefined && known.has(`${lookup.kind} ${lookup.digest}`)))
    .map(({ product }) => product);
}
