/** Webhooks as records: what may be asked for, what is refused, how they are shown (contract woocommerce 4 and 8). */
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { ArgSpecs } from './args.ts';
import { gmtText, localText } from './dates.ts';
import { invalidDeliveryUrl, invalidTopic } from './errors.ts';
import type { Webhook } from './model.ts';
import { pagingSpecs } from './order-query.ts';
import type { Row } from './reply.ts';
import type { Store } from './store.ts';
import { itemMethods } from './view-options.ts';
import type { ViewOptions } from './view-options.ts';

export const webhookStatuses = ['active', 'paused', 'disabled'] as const;

export const newWebhookSpecs: ArgSpecs = {
  name: { type: 'string' },
  status: { type: 'string', enum: webhookStatuses, default: 'active' },
  topic: { type: 'string', required: true },
  secret: { type: 'string' },
  delivery_url: { type: 'string', required: true },
};

/** The address cannot be changed afterwards: it is no argument here. */
export const webhookChangeSpecs: ArgSpecs = {
  name: { type: 'string' },
  status: { type: 'string', enum: webhookStatuses },
  topic: { type: 'string' },
  secret: { type: 'string' },
};

export const webhookListSpecs: ArgSpecs = {
  ...pagingSpecs,
  after: { type: 'string', format: 'date-time' },
  before: { type: 'string', format: 'date-time' },
  order: { type: 'string', enum: ['asc', 'desc'], default: 'desc' },
  orderby: { type: 'string', enum: ['date', 'id', 'title'], default: 'date' },
  status: { type: 'string', enum: ['all', ...webhookStatuses], default: 'all' },
};

const text = z.coerce.string();
export const webhookChange = z.object({ name: text.optional(), status: z.enum(webhookStatuses).optional(), topic: text.optional(), secret: text.optional() });
export const newWebhook = webhookChange.extend({ delivery_url: text.optional() });

/** What the shop itself listens to for a topic; those of coupons and customers never happen in this sandbox. */
const hooksOf: Record<string, string[]> = {
  'order.created': ['woocommerce_new_order'],
  'order.updated': ['woocommerce_update_order', 'woocommerce_order_refunded'],
  'order.deleted': ['wp_trash_post', 'woocommerce_trash_order'],
  'order.restored': ['untrashed_post', 'woocommerce_untrash_order'],
  'product.created': ['woocommerce_process_product_meta', 'woocommerce_new_product', 'woocommerce_new_product_variation'],
  'product.updated': ['woocommerce_process_product_meta', 'woocommerce_update_product', 'woocommerce_update_product_variation'],
  'product.deleted': ['wp_trash_post'],
  'product.restored': ['untrashed_post'],
};

/** `order.updated` and the like, or `action.` with any hook. */
const topicPattern = /^(?:(?:order|product|customer|coupon)\.(?:created|updated|deleted|restored)|action\.\w+)$/;

export const partsOf = (topic: string): { resource: string; event: string } => {
  const [resource = '', event = ''] = topic.split('.');
  return { resource, event };
};

/**
 * Two webhooks of one topic and address are two webhooks.
 * @throws WooError 400 for a topic or an address that is none
 */
export function createWebhook(store: Store, body: z.output<typeof newWebhook>, site: string): Webhook {
  const { topic = '', delivery_url: deliveryUrl = '' } = body;
  if (!topicPattern.test(topic)) throw invalidTopic();
  if (!isHttpAddress(deliveryUrl)) throw invalidDeliveryUrl();
  const now = store.now();
  const webhook: Webhook = {
    id: store.next('webhook'),
    name: body.name ?? `Webhook created on ${gmtText(now)}`,
    status: body.status ?? 'active',
    topic,
    deliveryUrl,
    secret: body.secret || secretOfUser,
    createdAt: now,
    modifiedAt: now,
    failures: 0,
    site,
  };
  store.webhooks.set(webhook.id, webhook);
  store.listener?.webhookCreated(webhook);
  return webhook;
}

/** Made from the creating user where the caller gives none; nobody outside knows it. */
const secretOfUser = createHmac('sha256', 'a salt of the site').update('user 1').digest('hex');

function isHttpAddress(address: string): boolean {
  return /^https?:\/\//.test(address) && URL.canParse(address);
}

/**
 * Set to active again, it goes on with its next failure where it stood: only a success clears the count.
 * @throws WooError 400 for a topic that is none
 */
export function updateWebhook(store: Store, webhook: Webhook, body: z.output<typeof webhookChange>): void {
  if (body.topic !== undefined && !topicPattern.test(body.topic)) throw invalidTopic();
  webhook.name = body.name ?? webhook.name;
  webhook.status = body.status ?? webhook.status;
  webhook.topic = body.topic ?? webhook.topic;
  webhook.secret = body.secret || webhook.secret;
  webhook.modifiedAt = store.now();
}

/** Never with its secret. The reply to a creation has no date of change yet. */
export function webhookView(webhook: Webhook, { store, site }: ViewOptions, isNew = false): Row {
  const zone = store.shop.timeZone;
  const { resource, event } = partsOf(webhook.topic);
  const collection = `${site}/wp-json/wc/v3/webhooks`;
  return {
    id: webhook.id,
    name: webhook.name,
    status: webhook.status,
    topic: webhook.topic,
    resource,
    event,
    hooks: resource === 'action' ? [event] : (hooksOf[webhook.topic] ?? []),
    delivery_url: webhook.deliveryUrl,
    date_created: localText(webhook.createdAt, zone),
    date_created_gmt: gmtText(webhook.createdAt),
    date_modified: isNew ? null : localText(webhook.modifiedAt, zone),
    date_modified_gmt: isNew ? null : gmtText(webhook.modifiedAt),
    _links: { self: [{ href: `${collection}/${webhook.id}`, targetHints: { allow: itemMethods } }], collection: [{ href: collection }] },
  };
}
