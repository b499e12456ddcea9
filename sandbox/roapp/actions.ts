/** What staff do in RO App's own panel, and what the account's owner changes: none of it is possible over the API. */
import { z } from 'zod';
import { changeContact, createContact, deleteContact, mergeContacts } from './contact-writes.ts';
import { closedGroup, droppedOffGroup } from './dictionaries.ts';
import { addComment, addItem, changeItem, changeOrder, changeStatus, createOrder, deleteItem, deleteOrder } from './order-writes.ts';
import { createProduct } from './routes-catalog.ts';
import type { Contact, Item, Order, Product } from './store.ts';
import { switchesSchema } from './switches.ts';
import { orderTotal } from './totals.ts';
import { createWebhookActions } from './webhooks.ts';
import type { World } from './world.ts';
import { revertWriteOff, writeOff } from './write-offs.ts';

const id = z.number().int();
const amount = z.union([z.string(), z.number()]).transform(String);
const staff = 32;
/** the employee who does it; default: one who is not the key's */
const by = id.default(staff);
const feeService = 7002;

const orderOnly = z.strictObject({ orderId: id });
const doneBy = z.strictObject({ orderId: id, by });
const lines = z.strictObject({ orderId: id, itemId: id.optional(), by });
/** `quantity`: only so many of one line */
const writtenOff = lines.extend({ quantity: amount.optional() }).refine(({ itemId, quantity }) => quantity === undefined || itemId !== undefined, 'quantity needs itemId');
const personChange = z.strictObject({
  id,
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  email: z.string().optional(),
  phone: z.string().optional(),
  address: z.string().optional(),
  notes: z.string().optional(),
});
const byHand = z.strictObject({
  /** `id`: an existing person; else a new one is made */
  customer: z.strictObject({ id: id.optional(), firstName: z.string().default(''), lastName: z.string().default(''), phone: z.string().default(''), email: z.string().default('') }),
  total: amount.optional(),
  lines: z.array(z.strictObject({ productId: id.optional(), title: z.string().default('Typed by hand'), quantity: amount.default('1'), price: amount })).optional(),
  /** ISO 8601 or ms since 1970; default now */
  createdAt: z.union([z.number(), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))]).optional(),
  number: z.string().optional(),
  notes: z.string().optional(),
  branchId: id.default(1201),
  typeId: id.default(77),
});

/** Every action takes one object and throws an Error that says what is wrong with it. */
export function createActions(world: World): Record<string, (input: unknown) => unknown> {
  return { ...orderActions(world), ...recordActions(world), ...accountActions(world), ...createWebhookActions(world) };
}

function orderActions(world: World) {
  return {
    /** the whole order, one line, or a part of one line */
    'write-off': action(writtenOff, ({ orderId, itemId, quantity, by: who }) => forLines(world, orderId, itemId, (order, item) => writeOff(world, order, item, who, quantity))),
    'revert-write-off': action(lines, ({ orderId, itemId, by: who }) => forLines(world, orderId, itemId, (order, item) => revertWriteOff(world, order, item, who))),
    'pay-order': action(orderOnly, ({ orderId }) => {
      const order = orderNamed(world, orderId);
      order.payed = orderTotal(order);
    }),
    /** writes off, takes the payment and closes */
    'close-order': action(doneBy, ({ orderId, by: who }) => {
      const order = orderNamed(world, orderId);
      forLines(world, orderId, undefined, (_order, item) => writeOff(world, order, item, who));
      order.payed = orderTotal(order);
      changeStatus(world, order, statusOfGroup(world, closedGroup), who);
    }),
    /** nobody fetched it: needs neither write-off nor payment */
    'drop-order': action(doneBy, ({ orderId, by: who }) => changeStatus(world, orderNamed(world, orderId), statusOfGroup(world, droppedOffGroup), who)),
    'set-status': action(z.strictObject({ orderId: id, statusId: id, by }), ({ orderId, statusId, by: who }) => {
      present(world.store.statuses.find((status) => status.id === statusId), `status ${statusId}`);
      changeStatus(world, orderNamed(world, orderId), statusId, who);
    }),
    'edit-order': action(z.strictObject({ orderId: id, managerNotes: z.string().optional(), customFields: z.record(z.string(), z.json()).optional() }), (input) =>
      changeOrder(world, orderNamed(world, input.orderId), { manager_notes: input.managerNotes, custom_fields: input.customFields }, staff),
    ),
    'edit-item': action(z.strictObject({ orderId: id, itemId: id, quantity: amount.optional(), price: amount.optional() }), ({ orderId, itemId, quantity, price }) => {
      const order = orderNamed(world, orderId);
      changeItem(world, order, present(order.items.get(itemId), `item ${itemId}`), { quantity, price }, staff);
    }),
    'delete-item': action(z.strictObject({ orderId: id, itemId: id }), ({ orderId, itemId }) => {
      const order = orderNamed(world, orderId);
      const item = order.items.get(itemId);
      if (item) deleteItem(world, order, item, staff);
    }),
    'add-comment': action(z.strictObject({ orderId: id, text: z.string(), by }), ({ orderId, text, by: who }) => void addComment(world, orderNamed(world, orderId), { text, isPrivate: true, by: who })),
    'delete-order': action(orderOnly, ({ orderId }) => deleteOrder(world, orderNamed(world, orderId), staff)),
    'create-order-by-hand': action(byHand, (input) => createByHand(world, input)),
  };
}

function recordActions(world: World) {
  return {
    'merge-people': action(z.strictObject({ keep: id, remove: id }), ({ keep, remove }) => mergeContacts(world, contactNamed(world, keep), contactNamed(world, remove), staff)),
    'delete-person': action(z.strictObject({ id }), (input) => deleteContact(world, contactNamed(world, input.id), staff)),
    'edit-person': action(personChange, (input) =>
      changeContact(world, contactNamed(world, input.id), {
        first_name: input.firstName,
        last_name: input.lastName,
        email: input.email,
        phones: input.phone === undefined ? undefined : phonesOf(input.phone),
        address: input.address,
        notes: input.notes,
      }),
    ),
    'delete-product': action(z.strictObject({ id }), (input) => {
      const product = productNamed(world, input.id);
      world.store.products.delete(product.id);
      world.store.gone.products.set(product.id, product);
    }),
    'rename-product': action(z.strictObject({ id, title: z.string() }), (input) => void (productNamed(world, input.id).title = input.title)),
    'edit-product': action(z.strictObject({ id, title: z.string().optional(), sku: z.string().optional(), code: z.string().optional() }), (input) => {
      const product = productNamed(world, input.id);
      Object.assign(product, { title: input.title ?? product.title, sku: input.sku ?? product.sku, code: input.code ?? product.code });
    }),
    'delete-category': action(z.strictObject({ id }), (input) => void world.store.categories.delete(input.id)),
  };
}

function accountActions(world: World) {
  return {
    'set-right': action(z.strictObject({ right: z.literal('add-products-without-deduction').default('add-products-without-deduction'), granted: z.boolean() }), ({ granted }) => {
      world.store.rights.addProductsWithoutDeduction = granted;
    }),
    'set-currency': action(z.strictObject({ currency: z.string().length(3) }), ({ currency }) => void (world.store.company.currency = currency)),
    'hide-location': action(z.strictObject({ id, hidden: z.boolean().default(true) }), (input) => {
      present(world.store.locations.find((location) => location.id === input.id), `location ${input.id}`).isHidden = input.hidden;
    }),
    /** another key is made; the old one is refused from now on */
    'set-api-key': action(z.strictObject({ apiKey: z.string() }), ({ apiKey }) => void (world.apiKey = apiKey)),
    /** any of the sandbox's switches, until the next reset */
    'set-switches': action(z.record(z.string(), z.unknown()), (input) => {
      world.switches = switchesSchema.parse({ ...world.switches, ...input });
    }),
  };
}

function createByHand(world: World, input: z.output<typeof byHand>) {
  const { customer } = input;
  const client = customer.id === undefined ? createContact(world, false, { first_name: customer.firstName, last_name: customer.lastName, email: customer.email, phones: phonesOf(customer.phone) }, staff) : contactNamed(world, customer.id);
  const order = createOrder(world, { branchId: input.branchId, typeId: input.typeId, clientId: client.id, number: input.number, createdAt: input.createdAt, by: staff });
  for (const line of input.lines ?? []) {
    const product = line.productId === undefined ? createProduct(world, { title: line.title, description: '', sku: '', code: '', categoryId: null, uomId: 1 }) : productNamed(world, line.productId);
    addItem(world, order, product.id, { quantity: line.quantity, price: line.price }, staff);
  }
  if (input.total !== undefined && !input.lines) addItem(world, order, feeService, { quantity: '1', price: input.total }, staff);
  order.managerNotes = input.notes ?? '';
  order.modifiedAt = order.createdAt;
  return { id: order.id, number: order.number, clientId: client.id, itemIds: [...order.items.keys()] };
}

const action =
  <Schema extends z.ZodType>(schema: Schema, run: (input: z.output<Schema>) => unknown) =>
  (input: unknown): unknown =>
    run(schema.parse(input ?? {}));

/** Staff may write a phone in any way. */
const phonesOf = (phone: string) => (phone === '' ? [] : [{ title: '', phone, notify: false, has_viber: false, has_whatsapp: false }]);

function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`${what} is not there`);
  return value;
}

const orderNamed = (world: World, orderId: number): Order => present(world.store.orders.get(orderId), `order ${orderId}`);
const contactNamed = (world: World, contactId: number): Contact => present(world.store.contacts.get(contactId), `person ${contactId}`);
const productNamed = (world: World, productId: number): Product => present(world.store.products.get(productId), `product ${productId}`);

function forLines(world: World, orderId: number, itemId: number | undefined, change: (order: Order, item: Item) => void): void {
  const order = orderNamed(world, orderId);
  const items = itemId === undefined ? [...order.items.values()] : [present(order.items.get(itemId), `item ${itemId}`)];
  for (const item of items) change(order, item);
}

const statusOfGroup = (world: World, type: number): number => present(world.store.statuses.find(({ group }) => group.type === type), `status of group ${type}`).id;
