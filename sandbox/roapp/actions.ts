/** What staff do in RO App's own panel, and what the account's owner changes: none of it is possible over the API. */
import { z } from 'zod';
import { changeContact, createContact, mergeContacts } from './contact-writes.ts';
import { closedGroup } from './dictionaries.ts';
import { addComment, addItem, changeItem, changeOrder, changeStatus, createOrder, revertWriteOff, writeOff } from './order-writes.ts';
import { createProduct } from './routes-catalog.ts';
import { removeContact, removeOrder, type Contact, type Item, type Order, type Product } from './store.ts';
import { switchesSchema } from './switches.ts';
import { orderTotal } from './totals.ts';
import type { World } from './world.ts';

const id = z.number().int();
const amount = z.union([z.string(), z.number()]).transform(String);
const staff = 32;
const feeService = 7002;

const orderOnly = z.strictObject({ orderId: id });
const lines = z.strictObject({ orderId: id, itemId: id.optional() });
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
  return { ...orderActions(world), ...recordActions(world), ...accountActions(world) };
}

function orderActions(world: World) {
  return {
    /** the whole order, or one line */
    'write-off': action(lines, ({ orderId, itemId }) => forLines(world, orderId, itemId, writeOff)),
    'revert-write-off': action(lines, ({ orderId, itemId }) => forLines(world, orderId, itemId, revertWriteOff)),
    'pay-order': action(orderOnly, ({ orderId }) => {
      const order = orderNamed(world, orderId);
      order.payed = orderTotal(order);
    }),
    /** writes off, takes the payment and closes */
    'close-order': action(orderOnly, ({ orderId }) => {
      const order = orderNamed(world, orderId);
      forLines(world, orderId, undefined, writeOff);
      order.payed = orderTotal(order);
      const closed = present(world.store.statuses.find(({ group }) => group.type === closedGroup), 'status of the Closed group');
      changeStatus(world, order, closed.id, staff);
    }),
    'set-status': action(z.strictObject({ orderId: id, statusId: id }), ({ orderId, statusId }) => {
      present(world.store.statuses.find((status) => status.id === statusId), `status ${statusId}`);
      changeStatus(world, orderNamed(world, orderId), statusId, staff);
    }),
    'edit-order': action(z.strictObject({ orderId: id, managerNotes: z.string().optional(), customFields: z.record(z.string(), z.json()).optional() }), (input) =>
      changeOrder(world, orderNamed(world, input.orderId), { manager_notes: input.managerNotes, custom_fields: input.customFields }),
    ),
    'edit-item': action(z.strictObject({ orderId: id, itemId: id, quantity: amount.optional(), price: amount.optional() }), ({ orderId, itemId, quantity, price }) => {
      const order = orderNamed(world, orderId);
      changeItem(world, order, present(order.items.get(itemId), `item ${itemId}`), { quantity, price });
    }),
    'delete-item': action(z.strictObject({ orderId: id, itemId: id }), ({ orderId, itemId }) => void orderNamed(world, orderId).items.delete(itemId)),
    'add-comment': action(z.strictObject({ orderId: id, text: z.string() }), ({ orderId, text }) => void addComment(world, orderNamed(world, orderId), { text, isPrivate: true, by: staff })),
    'delete-order': action(orderOnly, ({ orderId }) => removeOrder(world.store, orderNamed(world, orderId))),
    'create-order-by-hand': action(byHand, (input) => createByHand(world, input)),
  };
}

function recordActions(world: World) {
  return {
    'merge-people': action(z.strictObject({ keep: id, remove: id }), ({ keep, remove }) => mergeContacts(world, contactNamed(world, keep), contactNamed(world, remove))),
    'delete-person': action(z.strictObject({ id }), (input) => removeContact(world.store, contactNamed(world, input.id), null)),
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
  const client = customer.id === undefined ? createContact(world, false, { first_name: customer.firstName, last_name: customer.lastName, email: customer.email, phones: phonesOf(customer.phone) }) : contactNamed(world, customer.id);
  const order = createOrder(world, { branchId: input.branchId, typeId: input.typeId, clientId: client.id, number: input.number, createdAt: input.createdAt, by: staff });
  for (const line of input.lines ?? []) {
    const product = line.productId === undefined ? createProduct(world, { title: line.title, description: '', sku: '', code: '', categoryId: null, uomId: 1 }) : productNamed(world, line.productId);
    addItem(world, order, product.id, { quantity: line.quantity, price: line.price });
  }
  if (input.total !== undefined && !input.lines) addItem(world, order, feeService, { quantity: '1', price: input.total });
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

function forLines(world: World, orderId: number, itemId: number | undefined, change: (world: World, order: Order, item: Item) => void): void {
  const order = orderNamed(world, orderId);
  const items = itemId === undefined ? [...order.items.values()] : [present(order.items.get(itemId), `item ${itemId}`)];
  for (const item of items) change(world, order, item);
}
