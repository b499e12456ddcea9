/** What an import would write, field by field, and what it would use; nothing is written, not even into the ledger (N12). */
import type { Order } from '../../domain/order.ts';
import type { Note } from '../../domain/outcome.ts';
import type { IntegrationRef, PlannedOrder, PlannedWrite } from '../../domain/ports.ts';
import { priceLines } from '../../domain/pricing.ts';
import { mayCreate } from './capability.ts';
import { planCategory } from './categories.ts';
import type { Body } from './client.ts';
import { commentOf, pricingNotes } from './comment.ts';
import { markerOf, toNewCategory, toNewItem, toNewOrder, toNewPerson, toNewProduct } from './map.ts';
import { findCustomer } from './people.ts';
import { chooseProduct, describe, lookUpProducts, sortKnown, wantedOf, type Wanted } from './product-match.ts';
import { subjectOf, type RoappStep } from './step.ts';

/** Stands for the id of something that does not exist yet. */
const newId = '(new)';

export async function planOrder(step: RoappStep, { integration, order }: { integration: IntegrationRef; order: Order }): Promise<PlannedOrder> {
  const plan: PlannedOrder = { writes: [], uses: [], missing: [], notes: [] };
  const customer = await planCustomer(step, order, plan);
  const products = await planProducts(step, order, plan);
  if (plan.missing.length > 0) return plan;
  const priced = priceLines(order, step.pair);
  const content = { order, priced, digest: '', parties: { customerId: customer, products, missing: [], notes: [] } };
  plan.notes.push(...pricingNotes(content));
  const timeZone = await step.ledger.marks.get(subjectOf(step.connection), 'timeZone');
  const body = toNewOrder(order, '0', { marker: markerOf(integration.id, order.sourceId), texts: step.texts, timeZone, settings: step.settings });
  plan.writes.push(write('create the order', { ...body, client_id: customer }));
  for (const [index, line] of priced.lines.entries()) {
    const product = line.kind === 'charge' ? line.article : products[line.lineKey ?? ''];
    plan.writes.push(write(`add line ${index + 1}: ${line.name}`, { ...toNewItem(line, '0', index, step.settings), entity_id: product ?? newId }));
  }
  const comment = commentOf(step, content, plan.notes);
  if (comment !== undefined) plan.writes.push(write('add a comment', { comment, is_private: true }));
  return plan;
}

async function planCustomer(step: RoappStep, order: Order, plan: PlannedOrder): Promise<string> {
  if (order.customer?.isUnspecified) return planUnspecified(step, plan);
  const { customer, identity, found } = await findCustomer(step, order);
  if (!found) {
    plan.writes.push(write('create the person', toNewPerson(customer, identity, step)));
    return newId;
  }
  plan.uses.push(`contact ${found.id}`);
  plan.notes.push(...found.notes);
  return found.id;
}

/** R19 */
function planUnspecified({ settings, texts }: RoappStep, plan: PlannedOrder): string {
  if (settings.unspecified === 'per-order') {
    plan.writes.push(write('create the person', { first_name: texts.unspecified }));
    return newId;
  }
  if (settings.unspecified === undefined) {
    plan.missing.push('a placeholder contact for masked customers (setting `unspecified`)');
    return newId;
  }
  plan.uses.push(`contact ${settings.unspecified}, which stands for masked customers`);
  return String(settings.unspecified);
}

async function planProducts(step: RoappStep, order: Order, plan: PlannedOrder): Promise<Record<string, string>> {
  const { found, unknown } = await sortKnown(step, wantedOf(step, order.lineItems));
  const mayBeCreated = await mayCreate(step, 'productCreate');
  const ids = found.map(({ wanted, id, notes }) => use(plan, wanted, id, notes));
  for (const wanted of unknown) {
    const hit = chooseProduct(wanted.key, (await lookUpProducts(step, wanted.key)).map((product) => String(product.id)));
    if (hit) ids.push(use(plan, wanted, hit.id, hit.notes));
    else if (mayBeCreated) ids.push(await planProduct(step, wanted, plan));
    else plan.missing.push(describe(wanted));
  }
  return Object.fromEntries(ids.flat());
}

function use(plan: PlannedOrder, wanted: Wanted, id: string, notes: Note[]): [string, string][] {
  plan.uses.push(`product ${id}: ${describe(wanted)}`);
  plan.notes.push(...notes);
  return wanted.lineKeys.map((lineKey) => [lineKey, id]);
}

async function planProduct(step: RoappStep, { product, lineKeys }: Wanted, plan: PlannedOrder): Promise<[string, string][]> {
  const fallback = step.settings.defaultCategory === undefined ? undefined : String(step.settings.defaultCategory);
  const { id, missing } = product.category?.length ? await planCategory(step, product.category) : { id: fallback, missing: [] };
  const mayBeCreated = await mayCreate(step, 'categoryCreate');
  for (const [depth, title] of (mayBeCreated ? missing : []).entries()) {
    const parent = depth === 0 ? id : newId;
    plan.writes.push(write('create the category', { ...toNewCategory(title, undefined), ...(parent === undefined ? {} : { parent_id: parent }) }));
  }
  const category = missing.length === 0 ? id : mayBeCreated ? newId : fallback;
  plan.writes.push(write('create the product', { ...toNewProduct(product, undefined, step.settings), ...(category === undefined ? {} : { category_id: category }) }));
  return lineKeys.map((lineKey) => [lineKey, newId]);
}

const write = (what: string, body: Body): PlannedWrite => ({ what, fields: Object.fromEntries(Object.entries(body).map(([field, value]) => [field, typeof value === 'string' ? value : JSON.stringify(value)])) });
