/** How Shopify tells of orders and asks for privacy (contract shopify 8): POST, signed over the raw body with the app's secret, which covers no header. */
import { createHash, createHmac } from 'node:crypto';
import { z } from 'zod';
import { findTopic } from '../domain/webhook-topics.ts';
import { privacyTopics, type PrivacySubject, type PrivacyTopic } from '../workflows/messages.ts';
import { missingHeaders, refused, toldBy, type Delivery, type Verdict } from './delivery.ts';
import { idSchema, parseObject } from './json.ts';
import { isSigned } from './signature.ts';

const needed = ['x-shopify-topic', 'x-shopify-hmac-sha256', 'x-shopify-shop-domain', 'x-shopify-webhook-id'] as const;

export function verifyShopify(delivery: Delivery, secrets: readonly string[]): Verdict {
  const missing = missingHeaders(delivery, needed);
  if (missing) return missing;
  const [topic = '', signature = '', , webhookId = ''] = needed.map((name) => delivery.headers[name] ?? '');
  if (!isSigned(signature, secrets, (secret) => createHmac('sha256', secret).update(delivery.body).digest('base64'))) return refused('signature');
  const body = parseObject(delivery.body);
  if (body === undefined) return refused('not understood');
  const privacy = privacyTopics.find((known) => known === topic);
  if (privacy) return { valid: true, hint: { kind: 'privacy', topic: privacy, request: requestOf(privacy, signature), subject: subjectOf(body) } };
  const findOrder = Object.hasOwn(orderTopics, topic) ? orderTopics[topic] : undefined;
  if (findOrder === undefined) return { valid: true, hint: { kind: 'nothing to do', about: 'no order' } };
  const sourceId = findOrder(body);
  if (sourceId === undefined) return refused('not understood', 'id');
  // the header is not signed: with the body's signature a repeat is one only if both are the same
  return { valid: true, hint: { kind: 'order', sourceId, ...toldBy(findTopic('shopify', topic)) }, repeat: `${webhookId} ${topic} ${signature}` };
}

type Body = Record<string, unknown>;

const gid = z.string().transform((text) => /^gid:\/\/shopify\/Order\/(\d{1,20})$/.exec(text)?.[1]).pipe(z.string());
const ownId = (body: Body): string | undefined => gid.safeParse(body['admin_graphql_api_id']).data ?? idSchema.safeParse(body['id']).data;
const orderId = (body: Body): string | undefined => idSchema.safeParse(body['order_id']).data;
const editedId = (body: Body): string | undefined => z.object({ order_edit: z.object({ order_id: idSchema }) }).safeParse(body).data?.order_edit.order_id;

/** Topics that mean a change of an order, and where its id stands in them. All others are nothing to us. */
const orderTopics: Readonly<Record<string, (body: Body) => string | undefined>> = {
  'orders/create': ownId,
  'orders/updated': ownId,
  'orders/cancelled': ownId,
  'orders/paid': ownId,
  'orders/fulfilled': ownId,
  'orders/partially_fulfilled': ownId,
  'orders/delete': ownId,
  'orders/edited': editedId,
  'refunds/create': orderId,
  'fulfillments/create': orderId,
  'fulfillments/update': orderId,
};

const requestLength = 32;

/** One body, one request: only `customers/data_request` has a number. The signature is keyed, so its digest says nothing about the person. */
const requestOf = (topic: PrivacyTopic, signature: string): string => `${topic.replaceAll(/[/_]/g, '-')}-${createHash('sha256').update(signature).digest('hex').slice(0, requestLength)}`;

const text = z.string().min(1).optional().catch(undefined);
const number = idSchema.optional().catch(undefined);
const orders = z.array(idSchema).catch([]);
/** What does not fit is left out: the request itself must not be refused. */
const privacySchema = z.object({
  shop_domain: text,
  customer: z.object({ id: number, email: text, phone: text }).optional().catch(undefined),
  orders_requested: orders,
  orders_to_redact: orders,
  data_request: z.object({ id: number }).optional().catch(undefined),
});

function subjectOf(body: Body): PrivacySubject {
  const { shop_domain: shop, customer, orders_requested: requested, orders_to_redact: toRedact, data_request: request } = privacySchema.parse(body);
  return {
    ...(shop === undefined ? {} : { shop }),
    ...(customer === undefined ? {} : { customer: given(customer) }),
    orders: [...requested, ...toRedact],
    ...(request?.id === undefined ? {} : { number: request.id }),
  };
}

const given = ({ id, email, phone }: { id?: string | undefined; email?: string | undefined; phone?: string | undefined }): NonNullable<PrivacySubject['customer']> => ({
  ...(id === undefined ? {} : { id }),
  ...(email === undefined ? {} : { email }),
  ...(phone === undefined ? {} : { phone }),
});
