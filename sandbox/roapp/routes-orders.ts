/** Orders: list, read, create, change, status, comments (contract roapp 4.2). There is no delete, and comments cannot be listed. */
import type { Context, Hono } from 'hono';
import { invalid, notFound } from './errors.ts';
import { listOrders } from './order-list.ts';
import { addComment, applyFields, changeOrder, changeStatus, createOrder } from './order-writes.ts';
import { pageOf } from './query.ts';
import { checkCustomFields, checkEmployee, checkKnown, checkLocation, checkRequiredFields, clientNamed } from './references.ts';
import { renderOrder } from './render.ts';
import { doneReply, listReply, oneReply, writeReply } from './replies.ts';
import type { Order } from './store.ts';
import { commentSchema, newOrderSchema, orderChangeSchema, readBody, statusChangeSchema, type OrderChange } from './validator.ts';
import { nowOf, type World } from './world.ts';

export function mountOrders(app: Hono, world: World): void {
  const render = (order: Order) => renderOrder(world.store, order, nowOf(world));

  app.get('/orders', (context) => listReply(listOrders(world, context), pageOf(context, world.switches.honourLimit), render));
  app.post('/orders', async (context) => {
    const body = await readBody(context, newOrderSchema);
    checkOrder(world, body);
    checkRequiredFields(world.store.orderFields, body.custom_fields);
    const order = createOrder(world, { branchId: body.branch_id, typeId: body.order_type_id, clientId: body.client_id });
    applyFields(world, order, body);
    return writeReply(world, order.id, () => render(order));
  });
  app.get('/orders/:id', (context) => oneReply(world, render(orderOf(world, context))));
  app.patch('/orders/:id', async (context) => {
    const order = orderOf(world, context);
    const body = await readBody(context, orderChangeSchema);
    checkOrder(world, body);
    changeOrder(world, order, body);
    return writeReply(world, order.id, () => render(order));
  });
  app.post('/orders/:id/status', async (context) => {
    const order = orderOf(world, context);
    const { status_id: statusId, comment } = await readBody(context, statusChangeSchema);
    checkKnown('status_id', world.store.statuses, [statusId]);
    changeStatus(world, order, statusId, world.store.apiEmployeeId);
    if (comment) addComment(world, order, { text: comment, isPrivate: false });
    return writeReply(world, order.id, () => render(order));
  });
  app.post('/orders/:id/comments', async (context) => {
    const order = orderOf(world, context);
    const { comment, is_private: isPrivate } = await readBody(context, commentSchema);
    addComment(world, order, { text: comment, isPrivate });
    return doneReply(world);
  });
  app.get('/orders/:id/public-url', (context) => Response.json({ url: `https://orders.example.com/${orderOf(world, context).id}` }));
}

/** The order named in the path; 404 if it is not there. */
export function orderOf(world: World, context: Context): Order {
  const order = world.store.orders.get(Number(context.req.param('id')));
  if (!order) throw notFound();
  return order;
}

function checkOrder(world: World, body: OrderChange): void {
  const { store } = world;
  if (body.branch_id !== undefined) checkLocation(world, body.branch_id);
  if (body.order_type_id !== undefined) checkKnown('order_type_id', store.orderTypes, [body.order_type_id]);
  if (body.client_id !== undefined) clientNamed(world, 'client_id', body.client_id);
  if (body.payer_id) clientNamed(world, 'payer_id', body.payer_id);
  if (body.asset_id) throw invalid('asset_id', 'does not exist'); // the sandbox has no assets
  checkEmployee(world, 'manager_id', body.manager_id);
  checkEmployee(world, 'assignee_id', body.assignee_id);
  checkCustomFields(store.orderFields, body.custom_fields);
}
