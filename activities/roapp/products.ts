/** The products of an order's lines in RO App: linked, indexed, looked up or created, each under its key (R14, R17, N1). */
import type { LineItem, Order } from '../../domain/order.ts';
import type { Note } from '../../domain/outcome.ts';
import { normaliseKey, productKey, type IdentifyBy, type Product, type ProductKey } from '../../domain/product.ts';
import type { IndexEntry, LedgerWrite, Link } from '../../ledger/ledger.ts';
import { PermanentError } from '../errors.ts';
import { productLinkId } from '../known-products.ts';
import { isUnknownCall, mayCreate, rememberRefusal } from './capability.ts';
import { ensureCategory } from './categories.ts';
import { allPages } from './client.ts';
import { createdOrFound } from './created.ts';
import { toNewProduct } from './map.ts';
import type { RoappProduct } from './schemas.ts';
import { byId, digestOf, holderOf, timesOf, type RoappStep } from './step.ts';

export interface ProductsFound {
  /** line key → product id */
  products: Record<string, string>;
  /** names of all that are missing; then nothing was created */
  missing: string[];
  notes: Note[];
}

/** A product of one or several lines, and how it is recognised. */
export interface Wanted {
  product: Product;
  lineKeys: string[];
  linkId: string | undefined;
  key: (ProductKey & { digest: string }) | undefined;
}

/** Known products cost no call. Safe to repeat: keys and intents. @throws PermanentError product-key-missing */
export async function ensureProducts(step: RoappStep, order: Pick<Order, 'lineItems'>): Promise<ProductsFound> {
  const wanted = wantedOf(step, order.lineItems);
  const { found, unknown } = await sortKnown(step, wanted);
  const missing: string[] = [];
  if (await mayCreate(step, 'productCreate')) {
    for (const [position, one] of unknown.entries()) {
      const made = await ensureProduct(step, one);
      if (made === 'cannot be created') return nameMissing(step, unknown.slice(position), found);
      found.push({ wanted: one, ...made });
    }
    return summary(found, missing);
  }
  return nameMissing(step, unknown, found);
}

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
export async function sortKnown(step: RoappStep, wanted: Wanted[]): Promise<{ found: Found[]; unknown: (Wanted & { key: NonNullable<Wanted['key']> })[] }> {
  const { ledger, connection } = step;
  const links = new Map((await ledger.index.findLinks(connection, 'product', wanted.flatMap(({ linkId }) => linkId ?? []))).map((link) => [link.sourceId, link.targetId]));
  const entries = await ledger.index.findMany(connection, wanted.flatMap(({ key }) => (key ? [{ kind: key.by, digest: key.digest }] : [])));
  const found: Found[] = [];
  const unknown: (Wanted & { key: NonNullable<Wanted['key']> })[] = [];
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

interface Settled {
  id: string;
  notes: Note[];
  entries: IndexEntry[];
}

const createProduct = 'POST /catalog/products';
const createLegacy = 'POST /products/';

const asCreated = ({ name, sku = '', code = '' }: Product, id: string) => ({ id, title: name, sku, code });

async function ensureProduct(step: RoappStep, wanted: Wanted & { key: NonNullable<Wanted['key']> }): Promise<{ id: string; notes: Note[] } | 'cannot be created'> {
  const { key } = wanted;
  return step.ledger.keys.hold([`product:${step.company}:${step.connection}:${key.by}:${key.digest}`], holderOf(step), async (hold) => {
    const meanwhile = chooseProduct(key, (await step.ledger.index.find(step.connection, key.by, key.digest)).map((entry) => entry.targetId));
    if (meanwhile) return meanwhile;
    let isLookedUp = false;
    const find = async (): Promise<Settled | undefined> => {
      isLookedUp = true;
      return settle(step, key, await lookUpProducts(step, key));
    };
    try {
      const done = await hold.once<Settled>({
        name: 'product',
        ...timesOf(step),
        find,
        send: async (guard) => {
          const found = isLookedUp ? undefined : await find();
          if (found) return found;
          const { category, notes } = await categoryOf(step, wanted.product);
          await hold.renew();
          const body = toNewProduct(wanted.product, category, step.settings);
          const id = await (step.settings.productCreate === 'legacy' ? step.client.createProductLegacy(body, guard) : step.client.createProduct(body, guard));
          const created = await createdOrFound(id === undefined ? undefined : { id, entries: productEntries(step, asCreated(wanted.product, id)) }, find, createProduct);
          return { ...created, notes };
        },
        record: async ({ id, entries }, write) => remember(step, write, wanted, { id, entries }),
      });
      if (done.kind === 'unknown') throw new Error('a product can be looked up: unknown does not happen');
      return { id: done.result.id, notes: done.result.notes };
    } catch (error) {
      if (!isUnknownCall(error, createProduct) && !isUnknownCall(error, createLegacy)) throw error;
      await rememberRefusal(step, 'productCreate');
      return 'cannot be created';
    }
  });
}

function settle(step: RoappStep, key: ProductKey, hits: RoappProduct[]): Settled | undefined {
  const chosen = chooseProduct(key, hits.map((hit) => String(hit.id)));
  return chosen && { ...chosen, entries: hits.flatMap((hit) => productEntries(step, hit)) };
}

async function remember(step: RoappStep, write: Pick<LedgerWrite, 'putIndex' | 'setLink'>, { linkId }: Wanted, { id, entries }: { id: string; entries: IndexEntry[] }): Promise<void> {
  await write.putIndex(entries);
  if (linkId !== undefined) await write.setLink(linkTo(step, linkId, id));
}

const linkTo = ({ connection }: RoappStep, sourceId: string, targetId: string): Link => ({ connection, kind: 'product', sourceId, targetId });

/** An existing category is used, a missing one created; where that cannot be, the configured default (R15). */
async function categoryOf(step: RoappStep, product: Product): Promise<{ category: string | undefined; notes: Note[] }> {
  const fallback = step.settings.defaultCategory === undefined ? undefined : String(step.settings.defaultCategory);
  if (product.category === undefined || product.category.length === 0) return { category: fallback, notes: [] };
  const found = await ensureCategory(step, product.category);
  if (found.kind === 'found') return { category: found.id, notes: [] };
  return { category: fallback, notes: [{ code: 'category-default', text: `${product.category.join(' > ')} is missing and was not created; ${product.name} got ${fallback === undefined ? 'no category' : `category ${fallback}`}` }] };
}

/** Creating is off: whoever is found by a look-up is used, and all others are named together. */
async function nameMissing(step: RoappStep, unknown: (Wanted & { key: NonNullable<Wanted['key']> })[], found: Found[]): Promise<ProductsFound> {
  const missing: string[] = [];
  const { index } = step.ledger;
  for (const one of unknown) {
    const settled = settle(step, one.key, await lookUpProducts(step, one.key));
    if (!settled) missing.push(describe(one));
    else {
      await remember(step, { putIndex: (entries) => index.put(entries), setLink: (link) => index.setLink(link) }, one, settled);
      found.push({ wanted: one, id: settled.id, notes: settled.notes });
    }
  }
  return summary(found, missing);
}

export const describe = ({ product, key }: Wanted): string => (key === undefined || key.by === 'name' ? product.name : `${product.name} (${words[key.by]} ${key.value})`);

function summary(found: Found[], missing: string[]): ProductsFound {
  const products = Object.fromEntries(found.flatMap(({ wanted, id }) => wanted.lineKeys.map((lineKey) => [lineKey, id])));
  return { products, missing, notes: found.flatMap(({ notes }) => notes) };
}
