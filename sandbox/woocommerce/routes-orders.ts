/** Routes below /orders (contract woocommerce 4). */
import { noteView, refundView } from './aside-view.ts';
import { runBatch } from './batch.ts';
import { WooError, noSuchOrder, noSuchOrderToEdit } from './errors.ts';
import type { StoredOrder } from './model.ts';
import { orderBody, orderBodySpecs, parseBody } from './order-body.ts';
import { listOrders, orderListSpecs, pagingSpecs } from './order-query.ts';
import { addNote } from './order-status.ts';
import { orderView } from './order-view.ts';
import { createOrder, deleteOrder, updateOrder } from './order-write.ts';
import { createRefund, refundBody } from './refunds.ts';
import { pageReply, sliceOf } from './reply.ts';
import type { Call, Route } from './router.ts';

const ofItem = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const ofList = ['GET', 'POST'] as const;

function orderToEdit({ store, id }: Call): StoredOrder {
  const order = store.orders.find(id());
  if (order === undefined) throw noSuchOrderToEdit();
  return order;
}

/** Notes and refunds of an order that is not there: 404 with a text of their own. */
function orderAbove({ store, id }: Call): StoredOrder {
  const order = store.orders.find(id());
  if (order === undefined) throw new WooError(404, 'woocommerce_rest_shop_order_invalid_id', 'Invalid order ID.');
  return order;
}

const itself: Route[] = [
  {
    methods: ['GET'],
    path: '/orders',
    need: 'list',
    allow: ofList,
    specs: orderListSpecs,
    handle: ({ store, args, view }) => {
      const { rows, total } = listOrders(store, args);
      return pageReply(rows.map((order) => orderView(order, view)), total, args);
    },
  },
  {
    methods: ['POST'],
    path: '/orders',
    need: 'create',
    allow: ofList,
    specs: orderBodySpecs,
    handle: ({ store, body, view }) => ({ status: 201, body: orderView(createOrder(store, parseBody(orderBody, body)), view) }),
  },
  {
    methods: ['GET'],
    path: '/orders/:id',
    need: 'view',
    allow: ofItem,
    specs: { dp: { type: 'integer', default: 2 } },
    handle: ({ store, id, view }) => {
      const order = store.orders.find(id());
      if (order === undefined) throw noSuchOrder();
      return { body: orderView(order, view) };
    },
  },
  {
    methods: ['PUT', 'PATCH', 'POST'],
    path: '/orders/:id',
    need: 'edit',
    allow: ofItem,
    specs: orderBodySpecs,
    handle: (call) => {
      const order = orderToEdit(call);
      updateOrder(call.store, order, parseBody(orderBody, call.body));
      return { body: orderView(order, call.view) };
    },
  },
  {
    methods: ['DELETE'],
    path: '/orders/:id',
    need: 'delete',
    allow: ofItem,
    specs: { force: { type: 'boolean', default: false } },
    handle: ({ store, args, id, view }) => ({ body: orderView(deleteOrder(store, id(), args.flag('force')), view) }),
  },
];

const around: Route[] = [
  {
    methods: ['POST', 'PUT', 'PATCH'],
    path: '/orders/batch',
    need: 'batch',
    allow: ['POST', 'PUT', 'PATCH'],
    handle: ({ store, body, view }) =>
      runBatch(body, {
        create: (item) => orderView(createOrder(store, parseBody(orderBody, item)), view),
        update: (id, item) => {
          const order = store.orders.find(id);
          if (order === undefined) throw noSuchOrderToEdit();
          updateOrder(store, order, parseBody(orderBody, item));
          return orderView(order, view);
        },
        delete: (id) => orderView(deleteOrder(store, id, false), view),
      }),
  },
  {
    methods: ['GET'],
    path: '/orders/statuses',
    need: 'list',
    allow: ['GET'],
    handle: ({ store }) => ({ body: store.shop.statuses }),
  },
  {
    methods: ['GET'],
    path: '/reports/orders/totals',
    need: 'list',
    allow: ['GET'],
    handle: ({ store }) => {
      const counts = new Map<string, number>();
      for (const { status } of store.orders.byId.rows) counts.set(status, (counts.get(status) ?? 0) + 1);
      return { body: store.shop.statuses.map(({ slug, name }) => ({ slug, name, total: counts.get(slug) ?? 0 })) };
    },
  },
];

const noteSpecs = {
  note: { type: 'string', required: true },
  customer_note: { type: 'boolean', default: false },
  added_by_user: { type: 'boolean', default: false },
} as const;

const notes: Route[] = [
  {
    methods: ['GET'],
    path: '/orders/:id/notes',
    need: 'list',
    allow: ofList,
    specs: { type: { type: 'string', enum: ['any', 'customer', 'internal'], default: 'any' } },
    handle: (call) => {
      const order = orderAbove(call);
      const type = call.args.text('type') ?? 'any';
      const wanted = order.notes.filter((note) => type === 'any' || note.customerNote === (type === 'customer'));
      // newest second first, but within a second the older id comes first: as recorded
      return { body: wanted.toSorted((a, b) => b.createdAt - a.createdAt || a.id - b.id).map((note) => noteView(note, order, call.view)) };
    },
  },
  {
    methods: ['POST'],
    path: '/orders/:id/notes',
    need: 'create',
    allow: ofList,
    specs: noteSpecs,
    handle: (call) => {
      const order = orderAbove(call);
      const { args, store } = call;
      const author = args.flag('added_by_user') ? 'admin' : 'WooCommerce';
      return { status: 201, body: noteView(addNote(store, order, args.text('note') ?? '', args.flag('customer_note'), author), order, call.view) };
    },
  },
];

const refunds: Route[] = [
  {
    methods: ['GET'],
    path: '/orders/:id/refunds',
    need: 'list',
    allow: ofList,
    specs: pagingSpecs,
    handle: (call) => {
      const order = orderAbove(call);
      const { from, to } = sliceOf(call.args);
      return pageReply(order.refunds.slice(from, to).map((refund) => refundView(refund, order, call.view)), order.refunds.length, call.args);
    },
  },
  {
    methods: ['POST'],
    path: '/orders/:id/refunds',
    need: 'create',
    allow: ofList,
    handle: (call) => {
      const order = orderAbove(call);
      return { status: 201, body: refundView(createRefund(call.store, order, parseBody(refundBody, call.body)), order, call.view) };
    },
  },
];

export const orderRoutes: Route[] = [...around, ...itself, ...notes, ...refunds];
