/** Lines of an order, one per call (contract roapp 4.2). Lines added here are without deduction; there is no delete. */
import type { Context, Hono } from 'hono';
import { parseDecimal, quantityDigits } from './decimals.ts';
import { invalid, notFound, Refusal } from './errors.ts';
import { addItem, changeItem } from './order-writes.ts';
import { checkEmployee, checkKnown, entityNamed } from './references.ts';
import { renderItem } from './render.ts';
import { writeReply } from './replies.ts';
import { orderOf } from './routes-orders.ts';
import type { Item, Order } from './store.ts';
import { itemChangeSchema, newItemSchema, readBody, type ItemChange } from './validator.ts';
import type { World } from './world.ts';

export function mountItems(app: Hono, world: World): void {
  const render = (item: Item) => renderItem(world.store, item, world.variety);

  app.get('/orders/:id/items', (context) => Response.json([...orderOf(world, context).items.values()].map(render)));
  app.post('/orders/:id/items', async (context) => {
    const order = orderOf(world, context);
    const body = await readBody(context, newItemSchema);
    checkItem(world, body);
    const entity = entityNamed(world, 'entity_id', body.entity_id);
    if (entity.type === 'product' && !world.store.rights.addProductsWithoutDeduction) {
      throw new Refusal(world.switches.missingRightStatus, 'Employee may not add products without deduction');
    }
    const item = addItem(world, order, entity.id, body);
    return writeReply(world, item.id, () => render(item));
  });
  app.patch('/orders/:id/items/:item', async (context) => {
    const order = orderOf(world, context);
    const item = itemOf(order, context);
    const body = await readBody(context, itemChangeSchema);
    checkItem(world, body);
    if (item.writeOffs.length > 0 && !world.switches.changeWrittenOff) throw new Refusal(400, 'Goods of the line are deducted');
    changeItem(world, order, item, body);
    return writeReply(world, item.id, () => render(item));
  });
}

function itemOf(order: Order, context: Context): Item {
  const item = order.items.get(Number(context.req.param('item')));
  if (!item) throw notFound();
  return item;
}

function checkItem(world: World, body: ItemChange): void {
  checkEmployee(world, 'assignee_id', body.assignee_id);
  checkKnown('tax_ids', world.store.taxes, body.tax_ids ?? []);
  const isZero = body.quantity !== undefined && parseDecimal(body.quantity, quantityDigits) === 0n;
  if (isZero && !world.switches.zeroQuantity) throw invalid('quantity', 'must be greater than 0');
}
