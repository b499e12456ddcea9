/** What people do in the shop's own panel, and what its owner changes: the control surface's actions, by name. */
import { z } from 'zod';
import { createCategory, createProduct, productBody, removeProduct, updateCategory, updateProduct } from './catalogue-write.ts';
import type { Product, StoredOrder } from './model.ts';
import { orderBody } from './order-body.ts';
import { changeStatus, saved, trashOrder } from './order-status.ts';
import { createOrder, deleteOrder, updateOrder } from './order-write.ts';
import type { ApiKey } from './options.ts';
import { createRefund, refundBody } from './refunds.ts';
import type { Store } from './store.ts';

/** The shop as it is at the time of an action; `reset` and `seed` replace it. */
export interface PanelState {
  readonly store: Store;
  readonly keys: ApiKey[];
}

type Actions = Record<string, (input: unknown) => unknown>;

const id = z.number().int();
const ofOne = z.strictObject({ id });

export function createActions(state: PanelState): Actions {
  return { ...orderActions(state), ...catalogueActions(state), ...shopActions(state) };
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
