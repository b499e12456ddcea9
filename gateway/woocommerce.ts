/** How a WooCommerce shop tells of its orders (contract woocommerce 8): POST, signed over the raw body with a secret of ours; a ping comes unsigned. */
import { createHash, createHmac } from 'node:crypto';
import { z } from 'zod';
import { findTopic } from '../domain/webhook-topics.ts';
import { contentTypeOf, missingHeaders, refused, toldBy, type Delivery, type Verdict } from './delivery.ts';
import { idSchema, parseObject } from './json.ts';
import { isSigned } from './signature.ts';

const form = 'application/x-www-form-urlencoded';
const needed = ['x-wc-webhook-topic', 'x-wc-webhook-signature'] as const;

export function verifyWoocommerce(delivery: Delivery, secrets: readonly string[]): Verdict {
  if (contentTypeOf(delivery) === form) return verifyPing(delivery);
  const missing = missingHeaders(delivery, needed);
  if (missing) return missing;
  const [topic = '', signature = ''] = needed.map((name) => delivery.headers[name] ?? '');
  if (!isSigned(signature, secrets, (secret) => createHmac('sha256', secret).update(delivery.body).digest('base64'))) return refused('signature');
  const body = parseObject(delivery.body);
  if (body === undefined) return refused('not understood');
  if (!topic.startsWith('order.')) return { valid: true, hint: { kind: 'nothing to do', about: 'no order' } };
  const order = orderSchema.safeParse(body);
  if (order.success) return { valid: true, hint: { kind: 'order', sourceId: order.data.id, ...toldBy(findTopic('woocommerce', topic)) }, repeat: repeatOf(topic, order.data, delivery.body) };
  // the body is made when the queue comes to it: of an order that is gone by then it is the refusal of a read, and order.deleted tells of it anyway
  if (goneSchema.safeParse(body).success) return { valid: true, hint: { kind: 'nothing to do', about: 'an order that is gone' } };
  return refused('not understood', 'id');
}

/** Sent when a webhook is made; it has no effect here, so it needs no signature. */
function verifyPing({ body }: Delivery): Verdict {
  return /^webhook_id=\d{1,20}$/.test(Buffer.from(body).toString('latin1')) ? { valid: true, hint: { kind: 'ping' } } : refused('content type');
}

const orderSchema = z.object({ id: idSchema, date_modified_gmt: z.string().optional().catch(undefined) });
const goneSchema = z.object({ code: z.string(), data: z.object({ status: z.literal(404) }) });

/** Not the delivery's own id, which two deliveries of one second share. */
const repeatOf = (topic: string, order: z.output<typeof orderSchema>, body: Uint8Array): string | undefined =>
  order.date_modified_gmt === undefined ? undefined : [topic, order.id, order.date_modified_gmt, createHash('sha256').update(body).digest('hex')].join(' ');
