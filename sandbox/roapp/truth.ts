/** The account as judges read it: everything, in the vendor's words, always in the same form. The schema is for readers in other processes. */
import { z } from 'zod';
import { formatInstant } from './dates.ts';
import { renderCategory, renderContact, renderItem, renderOrder, renderProduct } from './render.ts';
import type { Comment, Contact, Order } from './store.ts';
import { createVariety } from './variety.ts';
import { nowOf, type World } from './world.ts';

const comment = z.object({ id: z.number(), at: z.string(), by: z.number(), text: z.string(), is_private: z.boolean() });
const fields = z.record(z.string(), z.json());
const phone = z.object({ title: z.string(), phone: z.string(), notify: z.boolean(), has_viber: z.boolean(), has_whatsapp: z.boolean() });
const contact = {
  id: z.number(),
  email: z.string(),
  phones: z.array(phone),
  address: z.string(),
  notes: z.string(),
  manager_id: z.number().nullable(),
  discount_code: z.string(),
  tags: z.array(z.string()),
  tax_identification_number: z.string(),
  custom_fields: fields,
  created_at: z.string(),
  modified_at: z.string(),
  comments: z.array(comment),
};
const product = z.object({
  id: z.number(),
  type: z.enum(['product', 'service']),
  title: z.string(),
  description: z.string(),
  code: z.string(),
  sku: z.string(),
  uom_id: z.number(),
  category_id: z.number().nullable(),
});
const item = z.object({
  id: z.number(),
  created_at: z.string(),
  assignee_id: z.number(),
  quantity: z.string(),
  price: z.string(),
  cost: z.string(),
  is_deduction_required: z.boolean(),
  entity: z.object({ id: z.number(), type: z.enum(['product', 'service']), code: z.string(), sku: z.string(), title: z.string() }),
  comment: z.string(),
  /** null while nothing is written off */
  write_offs: z.array(z.object({ quantity: z.number(), cost: z.number() })).nullable(),
  discount: z.object({ type: z.enum(['percentage', 'value']), percentage: z.number(), amount: z.string(), sponsor: z.enum(['staff', 'company']) }),
  warranty: z.object({ period: z.number(), period_units: z.string() }),
});
const order = z.object({
  id: z.number(),
  number: z.string(),
  status: z.object({ id: z.number(), name: z.string(), group: z.number() }),
  order_type: z.object({ id: z.number(), name: z.string() }),
  branch_id: z.number(),
  client_id: z.number(),
  manager_id: z.number().nullable(),
  assignee_id: z.number().nullable(),
  created_by_id: z.number(),
  created_at: z.string(),
  modified_at: z.string(),
  closed_at: z.string().nullable(),
  malfunction: z.string(),
  manager_notes: z.string(),
  engineer_notes: z.string(),
  total: z.string(),
  payed: z.string(),
  discount_sum: z.number(),
  urgent: z.boolean(),
  is_deduction_required: z.boolean(),
  custom_fields: fields,
  items: z.array(item),
  comments: z.array(comment),
  /** the first status included; `by` is an employee */
  status_history: z.array(z.object({ status_id: z.number(), at: z.string(), by: z.number() })),
  write_off_history: z.array(z.object({ item_id: z.number(), quantity: z.number(), at: z.string(), by: z.number(), what: z.enum(['written off', 'reverted']) })),
});

export const roappTruthSchema = z.object({
  company: z.object({ name: z.string(), currency: z.string(), country: z.string(), timezone: z.string() }),
  people: z.array(z.object({ ...contact, first_name: z.string(), last_name: z.string() })),
  organizations: z.array(z.object({ ...contact, name: z.string() })),
  categories: z.array(z.object({ id: z.number(), title: z.string(), parent_id: z.number().nullable() })),
  products: z.array(product),
  orders: z.array(order),
  /** what happened, told by webhook or not; at most the last 10,000 */
  events: z.array(z.object({ id: z.string(), at: z.string(), name: z.string(), object_id: z.number(), by: z.number() })),
  webhooks: z.array(z.object({ id: z.number(), address: z.string(), events: z.array(z.string()), description: z.string(), enabled: z.boolean() })),
  /** what staff removed: merged people name the one that was kept */
  gone: z.object({ contacts: z.array(z.object({ id: z.number(), merged_into: z.number().nullable() })), products: z.array(z.number()), orders: z.array(z.number()) }),
});

export type RoappTruth = z.output<typeof roappTruthSchema>;

const oneForm = createVariety(() => true, 0);

export function readTruth(world: World): RoappTruth {
  const { store } = world;
  const contacts = [...store.contacts.values()];
  return {
    company: store.company,
    people: contacts.filter(({ isOrganization }) => !isOrganization).map((row) => ({ ...truthOfContact(row), first_name: row.firstName, last_name: row.lastName })),
    organizations: contacts.filter(({ isOrganization }) => isOrganization).map((row) => ({ ...truthOfContact(row), name: row.name })),
    categories: [...store.categories.values()].map(renderCategory),
    products: [...store.products.values()].map((row) => ({ ...renderProduct(row, oneForm), type: row.type })),
    orders: [...store.orders.values()].map((row) => truthOfOrder(world, row)),
    events: store.events.map(({ id, at, name, objectId, by }) => ({ id, at: formatInstant(at), name, object_id: objectId, by })),
    webhooks: [...store.webhooks.values()].map(({ id, address, events, description, enabled }) => ({ id, address, events, description, enabled })),
    gone: {
      contacts: [...store.gone.contacts].map(([id, mergedInto]) => ({ id, merged_into: mergedInto })),
      products: [...store.gone.products.keys()],
      orders: [...store.gone.orders],
    },
  };
}

const truthOfContact = (row: Contact) => ({ ...renderContact(row, oneForm), phones: row.phones, custom_fields: row.customFields, comments: row.comments.map(truthOfComment) });

const truthOfComment = ({ id, at, by, text, isPrivate }: Comment) => ({ id, at: formatInstant(at), by, text, is_private: isPrivate });

function truthOfOrder(world: World, row: Order) {
  const { store } = world;
  const rendered = renderOrder(store, row, nowOf(world));
  return {
    ...rendered,
    status: { ...rendered.status, group: store.statuses.find(({ id }) => id === row.statusId)?.group.type ?? 0 },
    client_id: row.clientId,
    custom_fields: row.customFields,
    items: [...row.items.values()].map((one) => renderItem(store, one, oneForm)),
    comments: row.comments.map(truthOfComment),
    status_history: row.statusHistory.map(({ statusId, at, by }) => ({ status_id: statusId, at: formatInstant(at), by })),
    write_off_history: row.writeOffActs.map(({ itemId, quantity, at, by, what }) => ({ item_id: itemId, quantity, at: formatInstant(at), by, what })),
  };
}
