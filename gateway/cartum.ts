/** How Cartum tells of its orders (contract cartum 8): PUT without a signature, so the address is all there is; DELETE when somebody removed the subscription. */
import { z } from 'zod';
import { refused, type Delivery, type Verdict } from './delivery.ts';
import { idSchema, parseObject } from './json.ts';

/** Nothing to compare: the unguessable address has been checked, and of the body only the order's number is believed, which is read again. */
export function verifyCartum(delivery: Delivery): Verdict {
  if (delivery.method === 'DELETE') return { valid: true, hint: { kind: 'unsubscribed' } };
  const body = parseObject(delivery.body);
  if (body === undefined) return refused('not understood');
  const order = orderSchema.safeParse(body);
  // no repeat: a status that went there and back is told twice in the same words
  if (order.success) return { valid: true, hint: { kind: 'order', sourceId: order.data.order_id, topic: 'order_*' } };
  return 'order_id' in body ? refused('not understood', 'order_id') : { valid: true, hint: { kind: 'nothing to do', about: 'no order' } };
}

const orderSchema = z.object({ order_id: idSchema });
