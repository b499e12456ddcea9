/** What people do in the shop's own panel, and what its owner changes: the control surface's actions, by name. */
import { z } from 'zod';
import { amountText } from './amount.ts';
import { createCategory, createProduct, productBody, removeProduct, updateCategory, updateProduct } from './catalogue-write.ts';
import type { Product, StoredOrder, Webhook } from './model.ts';
import { orderBody } from './order-body.ts';
import { addNote, changeStatus, restoreOrder, saved, trashOrder } from './order-status.ts';
import { createOrder, deleteOrder, updateOrder } from './order-write.ts';
import type { ApiKey } from './options.ts';
import { createRefund, refundBody } from './refunds.ts';
import type { Store } from './store.ts';
import { webhookStatuses } from './webhooks.ts';

/** The shop as it is at the time of an action; `reset` and `seed` replace it. */
export interface PanelState {
  readonly store: Store;
  readonly keys: ApiKey[];
}

type Actions = Record<string, (input: unknown) => unknown>;

const id = z.number().int();
const ofOne = z.strictObject({ id });

export function createActions(state: PanelState): Actions {
  return { ...orderActions(state), ...followActions(state), ...catalogueActions(state), ...shopActions(state), ...webhookActions(state) };
}

function orderIn(store: Store, wanted: number): StoredOrder {
  const order = store.orders.find(wanted);
  if (order === undefined) throw new Error(`no order ${wanted}`);
  return order;
}

const shown = (order: StoredOrder) => ({ id: order.id, number: order.number, status: order.status, modifiedAt: new Date(order.modifiedAt).toISOString() });

/** Bodies are those of the API; `createdAt` may be set, and the order comes from the checkout unless said otherwise. */
const newOrder = orderBody.extend({ createdAt: z.string().optional() });
const orderEdit = orderBody.extend({ id });

function orderActions(state: PanelState): Actions {
  return {
    'create-order': (input) => {
      const { createdAt, ...body } = newOrder.parse(input);
      const when = createdAt === undefined ? {} : { createdAt: Math.floor(Date.parse(createdAt) / 1000) * 1000 };
      return shown(createOrder(state.store, { status: 'processing', ...body }, { ...when, createdVia: 'checkout' }));
    },
    'set-status': (input) => {
      const { id: wanted, status } = z.strictObject({ id, status: z.string() }).parse(input);
      const order = orderIn(state.store, wanted);
      if (status === 'trash') trashOrder(state.store, order);
      else changeStatus(state.store, order, status);
      if (status !== 'trash') saved(state.store, order);
      return shown(order);
    },
    'edit-order': (input) => {
      const { id: wanted, ...body } = orderEdit.parse(input);
      const order = orderIn(state.store, wanted);
      updateOrder(state.store, order, body);
      return shown(order);
    },
    'delete-order': (input) => {
      const { id: wanted, force } = z.strictObject({ id, force: z.boolean().default(false) }).parse(input);
      return shown(deleteOrder(state.store, wanted, force));
    },
    refund: (input) => {
      const { id: wanted, ...body } = refundBody.extend({ id }).parse(input);
      const order = orderIn(state.store, wanted);
      return { refund: createRefund(state.store, order, body).id, ...shown(order) };
    },
    /** A save without a change still bumps `date_modified`. */
    touch: (input) => {
      const { ids } = z.strictObject({ ids: z.array(id) }).parse(input);
      return ids.map((wanted) => {
        const order = orderIn(state.store, wanted);
        saved(state.store, order);
        return shown(order);
      });
    },
  };
}

/** What happens to an order between its import and its write-off. */
function followActions(state: PanelState): Actions {
  return {
    /** As the order page does it: the line keeps its unit price, and its totals follow. 0 is refused there. */
    'set-quantity': (input) => {
      const { id: wanted, line: lineId, quantity } = z.strictObject({ id, line: id, quantity: z.number().int().min(1) }).parse(input);
      const order = orderIn(state.store, wanted);
      const line = order.lines.find((candidate) => candidate.id === lineId);
      if (line === undefined) throw new Error(`no line ${lineId} in order ${wanted}`);
      const inProportion = (units: number): string => amountText(Math.round((units * quantity) / line.quantity), 6);
      updateOrder(state.store, order, { line_items: [{ id: lineId, quantity, subtotal: inProportion(line.subtotal), total: inProportion(line.total) }] });
      return shown(order);
    },
    'trash-order': (input) => {
      const order = orderIn(state.store, ofOne.parse(input).id);
      trashOrder(state.store, order);
      return shown(order);
    },
    /** Out of the trash, to the status it had before. */
    'restore-order': (input) => {
      const order = orderIn(state.store, ofOne.parse(input).id);
      if (order.status !== 'trash') throw new Error(`order ${order.id} is not in the trash`);
      restoreOrder(state.store, order);
      return shown(order);
    },
    'add-note': (input) => {
      const { id: wanted, note, customerNote } = z.strictObject({ id, note: z.string().min(1), customerNote: z.boolean().default(false) }).parse(input);
      return { id: addNote(state.store, orderIn(state.store, wanted), note, customerNote, 'admin').id };
    },
  };
}

function webhookIn(store: Store, wanted: number): Webhook {
  const webhook = store.webhooks.get(wanted);
  if (webhook === undefined) throw new Error(`no webhook ${wanted}`);
  return webhook;
}

function webhookActions(state: PanelState): Actions {
  const set = (wanted: number, status: Webhook['status']) => Object.assign(webhookIn(state.store, wanted), { status, modifiedAt: state.store.now() }).status;
  return {
    'disable-webhook': (input) => ({ status: set(ofOne.parse(input).id, 'disabled') }),
    'set-webhook-status': (input) => {
      const { id: wanted, status } = z.strictObject({ id, status: z.enum(webhookStatuses) }).parse(input);
      return { status: set(wanted, status) };
    },
    'delete-webhook': (input) => void state.store.webhooks.delete(webhookIn(state.store, ofOne.parse(input).id).id),
  };
}

function productIn(store: Store, wanted: number): Product {
  const product = store.products.get(wanted);
  if (product === undefined) throw new Error(`no product ${wanted}`);
  return product;
}

function catalogueActions(state: PanelState): Actions {
  return {
    /** Body of the API, with `variations` (bodies of their own) for a variable product. */
    'create-product': (input) => {
      const { variations, ...body } = productBody.extend({ variations: z.array(productBody).default([]) }).parse(input);
      const product = createProduct(state.store, variations.length > 0 ? { type: 'variable', ...body } : body);
      return { id: product.id, variations: variations.map((variation) => createProduct(state.store, variation, product).id) };
    },
    'edit-product': (input) => {
      const { id: wanted, ...body } = productBody.extend({ id }).parse(input);
      updateProduct(state.store, productIn(state.store, wanted), body);
      return { id: wanted };
    },
    'delete-product': (input) => {
      const { id: wanted } = ofOne.parse(input);
      removeProduct(state.store, productIn(state.store, wanted));
      return { id: wanted };
    },
    'create-category': (input) => {
      const { name, parent } = z.strictObject({ name: z.string(), parent: id.default(0) }).parse(input);
      return { id: createCategory(state.store, { name, parent }).id };
    },
    'rename-category': (input) => {
      const { id: wanted, name } = z.strictObject({ id, name: z.string() }).parse(input);
      const category = state.store.categories.get(wanted);
      if (category === undefined) throw new Error(`no category ${wanted}`);
      updateCategory(category, { name });
      return { id: wanted, name: category.name };
    },
  };
}

function shopActions(state: PanelState): Actions {
  return {
    /** Settings of the shop; orders made before keep what they were made with. */
    'set-shop': (input) => {
      const change = z.strictObject({ currency: z.string().optional(), timeZone: z.string().optional(), pricesIncludeTax: z.boolean().optional(), vatPercent: z.number().nullable().optional() }).parse(input);
      return Object.assign(state.store.shop, change);
    },
    /** The key's permission or its user's role; `revoked` takes the key away for good. */
    'set-key': (input) => {
      const change = z
        .strictObject({ key: z.string(), permission: z.enum(['read', 'write', 'read_write']).optional(), role: z.enum(['administrator', 'shop_manager', 'none']).optional(), secret: z.string().optional(), revoked: z.boolean().default(false) })
        .parse(input);
      const at = state.keys.findIndex(({ key }) => key === change.key);
      const found = state.keys[at];
      if (found === undefined) throw new Error('no such key');
      if (change.revoked) state.keys.splice(at, 1);
      found.permission = change.permission ?? found.permission;
      found.role = change.role ?? found.role;
      found.secret = change.secret ?? found.secret;
      return { keys: state.keys.length };
    },
  };
}
