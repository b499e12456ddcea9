/** How a product of the shop is recognised in RO App (R14): by link, by digest in the index, by an exact look-up. */
import type { LineItem } from '../../domain/order.ts';
import type { Note } from '../../domain/outcome.ts';
import { normaliseKey, productKey, type IdentifyBy, type Product, type ProductKey } from '../../domain/product.ts';
import type { IndexEntry } from '../../ledger/ledger.ts';
import { PermanentError } from '../errors.ts';
import { productLinkId } from '../known-products.ts';
import { allPages } from './client.ts';
import type { RoappProduct } from './schemas.ts';
import { byId, digestOf, type RoappStep } from './step.ts';

/** A product of one or several lines, and how it is recognised. */
export interface Wanted {
  product: Product;
  lineKeys: string[];
  linkId: string | undefined;
  key: (ProductKey & { digest: string }) | undefined;
}

/** One that can be looked for. */
export type Keyed = Wanted & { key: NonNullable<Wanted['key']> };

/** Lines of one product are one question. */
export function wantedOf(step: RoappStep, lines: LineItem[]): Wanted[] {
  const wanted = new Map<string, Wanted>();
  for (const { key: lineKey, product } of lines) {
    const by = productKey(product, step.pair.identifyProductsBy);
    const key = by && { ...by, digest: digestOf(step, by.by, by.value) };
    const linkId = product.sourceId === undefined ? undefined : productLinkId(step.source, product.sourceId);
    const same = JSON.stringify([linkId, key?.by, key?.value]);
    const known = linkId === undefined && key === undefined ? undefined : wanted.get(same);
    if (known) known.lineKeys.push(lineKey);
    else wanted.set(linkId === undefined && key === undefined ? lineKey : same, { product, lineKeys: [lineKey], linkId, key });
  }
  return [...wanted.values()];
}

export interface Found {
  wanted: Wanted;
  id: string;
  notes: Note[];
}

/** By link, then by the index: no call. @throws PermanentError product-key-missing, before anything is written */
export async function sortKnown(step: RoappStep, wanted: Wanted[]): Promise<{ found: Found[]; unknown: Keyed[] }> {
  const { ledger, connection } = step;
  const links = new Map((await ledger.index.findLinks(connection, 'product', wanted.flatMap(({ linkId }) => linkId ?? []))).map((link) => [link.sourceId, link.targetId]));
  const entries = await ledger.index.findMany(connection, wanted.flatMap(({ key }) => (key ? [{ kind: key.by, digest: key.digest }] : [])));
  const found: Found[] = [];
  const unknown: Keyed[] = [];
  for (const one of wanted) {
    const { linkId, key } = one;
    const linked = linkId === undefined ? undefined : links.get(linkId);
    const indexed = key && chooseProduct(key, entries.filter((entry) => entry.kind === key.by && entry.digest === key.digest).map((entry) => entry.targetId));
    if (linked !== undefined) found.push({ wanted: one, id: linked, notes: [] });
    else if (indexed) found.push({ wanted: one, ...indexed });
    else if (key) unknown.push({ ...one, key });
    else throw keyMissing(one);
  }
  return { found, unknown };
}

/** Several hits: the lowest id is used and reported (R14). */
export function chooseProduct(key: ProductKey, targetIds: string[]): { id: string; notes: Note[] } | undefined {
  const ids = [...new Set(targetIds)].sort(byId);
  const [id] = ids;
  if (id === undefined) return undefined;
  const notes: Note[] = ids.length > 1 ? [{ code: 'several-products', text: `${words[key.by]} ${key.value}: products ${ids.join(', ')}; taken: ${id}` }] : [];
  return { id, notes };
}

const words: Record<IdentifyBy, string> = { sku: 'SKU', code: 'Code', name: 'name' };

const keyMissing = ({ lineKeys }: Wanted): PermanentError =>
  new PermanentError({ system: 'roapp', endpoint: 'products of the order', sent: 'no', reason: 'product-key-missing', words: `line ${lineKeys.join(', ')}: neither SKU, ID nor name` });

/** The text search is no exact filter: its hits are compared by us, after trimming. A few pages at most; the index knows the rest. */
export async function lookUpProducts(step: RoappStep, key: ProductKey): Promise<RoappProduct[]> {
  const field = { sku: 'sku', code: 'code', name: 'title' } as const;
  const listed = await allPages(step.client.products, { q: key.value }, 5);
  return listed.filter((product) => normaliseKey(product[field[key.by]]) === key.value);
}

/** What the index keeps of a product: empty keys equal nothing (R14). */
export function productEntries(step: RoappStep, product: { id: number | string; title: string; sku: string; code: string }): IndexEntry[] {
  const values = [['sku', product.sku], ['code', product.code], ['name', product.title]] as const;
  return values
    .filter(([, value]) => normaliseKey(value) !== '')
    .map(([kind, value]) => ({ connection: step.connection, kind, digest: digestOf(step, kind, normaliseKey(value)), targetId: String(product.id) }));
}

export const describe = ({ product, key }: Wanted): string => (key === undefined || key.by === 'name' ? product.name : `${product.name} (${words[key.by]} ${key.value})`);
