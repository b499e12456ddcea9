/** The products of an order's lines in RO App: linked, indexed, looked up or created, each under its key (R14, R17, N1). */
import type { Order } from '../../domain/order.ts';
import type { Note } from '../../domain/outcome.ts';
import type { Product, ProductKey } from '../../domain/product.ts';
import type { IndexEntry, LedgerWrite, Link } from '../../ledger/ledger.ts';
import { isUnknownCall, mayCreate, rememberRefusal } from './capability.ts';
import { ensureCategory } from './categories.ts';
import { createdOrFound } from './created.ts';
import { toNewProduct } from './map.ts';
import { chooseProduct, describe, lookUpProducts, productEntries, sortKnown, wantedOf, type Found, type Keyed, type Wanted } from './product-match.ts';
import type { RoappProduct } from './schemas.ts';
import { holderOf, timesOf, type RoappStep } from './step.ts';

export interface ProductsFound {
  /** line key → product id */
  products: Record<string, string>;
  /** names of all that are missing; then nothing was created */
  missing: string[];
  notes: Note[];
}

/** Known products cost no call. Safe to repeat: keys and intents. @throws PermanentError product-key-missing */
export async function ensureProducts(step: RoappStep, order: Pick<Order, 'lineItems'>): Promise<ProductsFound> {
  const wanted = wantedOf(step, order.lineItems);
  const { found, unknown } = await sortKnown(step, wanted);
  if (!(await mayCreate(step, 'productCreate'))) return nameMissing(step, unknown, found);
  for (const [position, one] of unknown.entries()) {
    const made = await ensureProduct(step, one);
    if (made === 'cannot be created') return nameMissing(step, unknown.slice(position), found);
    found.push({ wanted: one, ...made });
  }
  return summary(found, []);
}

interface Settled {
  id: string;
  notes: Note[];
  entries: IndexEntry[];
}

const createProduct = 'POST /catalog/products';
const createLegacy = 'POST /products/';

const asCreated = ({ name, sku = '', code = '' }: Product, id: string) => ({ id, title: name, sku, code });

async function ensureProduct(step: RoappStep, wanted: Keyed): Promise<{ id: string; notes: Note[] } | 'cannot be created'> {
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
          const { category, notes } = await categoryOf(step, wanted.product, async () => hold.renew());
          await hold.renew();
          const body = toNewProduct(wanted.product, category, step.settings);
          const id = await (step.settings.productCreate === 'legacy' ? step.client.createProductLegacy(body, guard) : step.client.createProduct(body, guard));
          const created = await createdOrFound<Omit<Settled, 'notes'>>(id === undefined ? undefined : { id, entries: productEntries(step, asCreated(wanted.product, id)) }, find, createProduct);
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
async function categoryOf(step: RoappStep, product: Product, whileWaiting: () => Promise<unknown>): Promise<{ category: string | undefined; notes: Note[] }> {
  const fallback = step.settings.defaultCategory === undefined ? undefined : String(step.settings.defaultCategory);
  if (product.category === undefined || product.category.length === 0) return { category: fallback, notes: [] };
  const found = await ensureCategory(step, product.category, whileWaiting);
  if (found.kind === 'found') return { category: found.id, notes: [] };
  return { category: fallback, notes: [{ code: 'category-default', text: `${product.category.join(' > ')} is missing and was not created; ${product.name} got ${fallback === undefined ? 'no category' : `category ${fallback}`}` }] };
}

/** Creating is off: whoever is found by a look-up is used, and all others are named together. */
async function nameMissing(step: RoappStep, unknown: Keyed[], found: Found[]): Promise<ProductsFound> {
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

function summary(found: Found[], missing: string[]): ProductsFound {
  const products = Object.fromEntries(found.flatMap(({ wanted, id }) => wanted.lineKeys.map((lineKey) => [lineKey, id])));
  return { products, missing, notes: found.flatMap(({ notes }) => notes) };
}
