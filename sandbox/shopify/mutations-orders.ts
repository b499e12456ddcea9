/** Writing back to orders: note, tags, attributes, contact, address, payment; tags of customers and products too (contract shopify 4). */
import { z } from 'zod';
import { tagScope } from './access.ts';
import { scopeMissing } from './errors.ts';
import { customerChanged } from './customer-writes.ts';
import { gid, parseGid } from './gid.ts';
import type { Order } from './model.ts';
import { addressOf, addressSchema } from './address-writes.ts';
import { markAsPaid, orderChanged } from './order-writes.ts';
import { mayRead, type Reading } from './reading.ts';
import { numberOf } from './gid.ts';
import { inOneEvent } from './events.ts';
import { orderView } from './view-order.ts';
import { customerView } from './view-customer.ts';
import { productView } from './view-product.ts';
import { productChanged } from './product-writes.ts';
import { canMarkAsPaid } from './order-writes.ts';

const inputSchema = z.object({
  id: z.string(),
  note: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
  email: z.string().nullish(),
  phone: z.string().nullish(),
  poNumber: z.string().nullish(),
  customAttributes: z.array(z.object({ key: z.string(), value: z.string() })).nullish(),
  shippingAddress: addressSchema.nullish(),
});

export function orderMutations(reading: Reading) {
  const { world } = reading;
  const orderNamed = (id: string): Order | undefined => {
    const order = world.store.orders.get(numberOf('Order', id) ?? 0);
    return order !== undefined && mayRead(reading, order) ? order : undefined;
  };
  const missing = { order: null, userErrors: [{ field: ['id'], message: 'Order does not exist' }] };
  return {
    orderUpdate: ({ input }: { input: unknown }) => {
      const { id, customAttributes, shippingAddress, ...rest } = inputSchema.parse(input);
      const order = orderNamed(id);
      if (order === undefined) return missing;
      // tags and attributes replace what is there; what is left out stays
      const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
      Object.assign(order, given, { tags: rest.tags ?? order.tags, attributes: customAttributes ?? order.attributes, shipping: shippingAddress ? addressOf(world, shippingAddress, order.shipping) : order.shipping });
      inOneEvent(world, () => orderChanged(world, order, []));
      return { order: orderView(reading, order), userErrors: [] };
    },
    orderMarkAsPaid: ({ input }: { input: { id: string } }) => {
      const order = orderNamed(input.id);
      if (order === undefined) return missing;
      if (!canMarkAsPaid(order)) return { order: orderView(reading, order), userErrors: [{ field: ['id'], message: 'Order cannot be marked as paid.' }] };
      inOneEvent(world, () => markAsPaid(world, order));
      return { order: orderView(reading, order), userErrors: [] };
    },
    tagsAdd: ({ id, tags }: { id: string; tags: string[] }) => changeTags(reading, 'tagsAdd', id, (old) => [...old, ...tags.filter((tag) => !old.some((one) => same(one, tag)))]),
    tagsRemove: ({ id, tags }: { id: string; tags: string[] }) => changeTags(reading, 'tagsRemove', id, (old) => old.filter((one) => !tags.some((tag) => same(one, tag)))),
  };
}

const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/** Repeating a call changes nothing, `updatedAt` included. */
function changeTags(reading: Reading, field: string, id: string, change: (tags: string[]) => string[]) {
  const { world } = reading;
  const { orders, customers, products } = world.store;
  const type = parseGid(id)?.type ?? '';
  const scope = tagScope(type);
  if (scope !== undefined && !reading.scopes.includes(scope)) throw scopeMissing(field, [scope]);
  const number = numberOf(type, id) ?? 0;
  const order = type === 'Order' ? orders.get(number) : undefined;
  const customer = type === 'Customer' ? customers.get(number) : undefined;
  const product = type === 'Product' ? products.get(number) : undefined;
  const row = order ?? customer ?? product;
  if (row === undefined) return { node: null, userErrors: [{ field: ['id'], message: `${type === '' ? gid('Node', id) : type} does not exist` }] };
  const before = row.tags;
  row.tags = change(before);
  if (row.tags.join() !== before.join()) {
    inOneEvent(world, () => {
      if (order) orderChanged(world, order, []);
      if (customer) customerChanged(world, customer, { tagsBefore: before });
      if (product) productChanged(world, product);
    });
  }
  const node = order ? orderView(reading, order) : customer ? customerView(reading, customer) : product ? productView(reading, product) : null;
  return { node, userErrors: [] };
}
