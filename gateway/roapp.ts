/** How RO App tells of its orders (contract roapp 8): POST, with a signature over the event's id alone, so that nothing else in the body is believed. */
import { createHash, createHmac } from 'node:crypto';
import { z } from 'zod';
import { findTopic } from '../domain/webhook-topics.ts';
import { missingHeaders, refused, toldBy, type Delivery, type Verdict } from './delivery.ts';
import { idSchema, parseObject } from './json.ts';
import { isSigned } from './signature.ts';

/** By which of the two forms seen in the wild an account signs; a setting of the connection. */
export type RoappSignature = 'hmac' | 'plain';

const header = 'x-signature';

const signatureOf: Record<RoappSignature, (secret: string, id: string) => string> = {
  hmac: (secret, id) => createHmac('sha256', secret).update(id).digest('hex'),
  plain: (secret, id) => createHash('sha256').update(id + secret).digest('hex'),
};

/** Events that our own writes caused come too: the run that follows the order recognises them. */
export const verifyRoapp =
  (form: RoappSignature) =>
  (delivery: Delivery, secrets: readonly string[]): Verdict => {
    const missing = missingHeaders(delivery, [header]);
    if (missing) return missing;
    // the signature is over a field of the body, so here JSON comes first
    const body = parseObject(delivery.body);
    const event = eventSchema.safeParse(body);
    if (!event.success) return refused('not understood', body === undefined ? undefined : 'id, event_name');
    const { id, event_name: name } = event.data;
    if (!isSigned(delivery.headers[header] ?? '', secrets, (secret) => signatureOf[form](secret, id))) return refused('signature');
    if (!name.startsWith('Order.')) return { valid: true, hint: { kind: 'nothing to do', about: 'no order' } };
    const order = orderSchema.safeParse(body);
    if (!order.success) return refused('not understood', 'context');
    return { valid: true, hint: { kind: 'target-order', targetId: order.data.context.object_id, ...toldBy(findTopic('roapp', name)) }, repeat: id };
  };

const eventSchema = z.object({ id: z.string().min(1), event_name: z.string() });
const orderSchema = z.object({ context: z.object({ object_type: z.literal('order'), object_id: idSchema }) });
