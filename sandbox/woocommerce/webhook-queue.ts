/**
 * Deliveries of the shop: an event is queued for every active webhook of its topic, and the body is built when the queue comes to it,
 * so several quick edits can arrive with the same latest content (contract woocommerce 8).
 */
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Deliveries, Delivery } from '../kernel/deliveries.ts';
import { productView, variationView } from './catalogue-view.ts';
import { noSuchOrder, noSuchProduct } from './errors.ts';
import { limits, versions } from './limits.ts';
import type { ChangeEvent, Webhook } from './model.ts';
import { orderView } from './order-view.ts';
import { phpJson } from './php-json.ts';
import type { Store, StoreListener } from './store.ts';
import { partsOf } from './webhooks.ts';

interface Job {
  webhook: Webhook;
  id: number;
}

/** Which webhook a delivery belongs to; pings belong to none, so they never count as failures. */
export type Senders = WeakMap<Delivery, Webhook>;

export interface WebhookQueue extends StoreListener {
  /** Runs everything that is queued now. */
  run(): void;
  /** `running: false` holds the queue until `run`; `delayMs` is how much later (real time) an event's turn comes. */
  set(input: unknown): { running: boolean; delayMs: number; queued: number };
  /** Forgets what is queued. */
  clear(): void;
}

const settings = z.strictObject({ running: z.boolean().optional(), delayMs: z.number().int().min(0).optional() });

export function createWebhookQueue(store: Store, deliveries: Pick<Deliveries, 'send'>, senders: Senders): WebhookQueue {
  let queue: Job[] = [];
  let running = true;
  let delayMs = 0;

  const deliver = ({ webhook, id }: Job): void => {
    // what was queued before the webhook was disabled or deleted is not sent either
    if (webhook.status !== 'active' || !store.webhooks.has(webhook.id)) return;
    const delivery = deliveryOf(store, webhook, id);
    senders.set(delivery, webhook);
    deliveries.send(delivery);
  };
  const take = (job: Job): void => {
    if (!queue.includes(job)) return;
    queue = queue.filter((other) => other !== job);
    deliver(job);
  };
  const schedule = (job: Job): void => void setTimeout(() => running && take(job), delayMs).unref();

  return {
    noticed({ topic, id }: ChangeEvent) {
      for (const webhook of store.webhooks.values()) {
        if (webhook.status !== 'active' || webhook.topic !== topic) continue;
        const job = { webhook, id };
        queue.push(job);
        if (running) schedule(job);
      }
    },
    webhookCreated(webhook) {
      if (webhook.status === 'active') deliveries.send(pingOf(webhook));
    },
    run: () => [...queue].forEach(take),
    set(input) {
      const change = settings.parse(input);
      delayMs = change.delayMs ?? delayMs;
      running = change.running ?? running;
      if (change.running) queue.forEach(schedule);
      return { running, delayMs, queued: queue.length };
    },
    clear: () => void (queue = []),
  };
}

/** Called after every attempt: the seventh failure in a row disables the webhook, one success clears the count. */
export function countAttempt(webhook: Webhook, accepted: boolean, at: number): void {
  if (accepted) webhook.failures = 0;
  else if (webhook.failures <= limits.webhookFailures) webhook.failures += 1;
  else Object.assign(webhook, { status: 'disabled' as const, modifiedAt: at });
}

/** No redirect is followed; anything up to 302 counts as taken. */
export const isTaken = (status: number): boolean => status >= 200 && status <= 302;

const userAgent = `WooCommerce/${versions.woocommerce} Hookshot (WordPress/${versions.wordpress})`;

/** On creation only, unsigned. */
function pingOf(webhook: Webhook): Delivery {
  return {
    address: webhook.deliveryUrl,
    headers: { 'User-Agent': userAgent, 'Content-Type': 'application/x-www-form-urlencoded' },
    body: `webhook_id=${webhook.id}`,
    about: `ping ${webhook.id}`,
  };
}

function deliveryOf(store: Store, webhook: Webhook, id: number): Delivery {
  const { resource, event } = partsOf(webhook.topic);
  const body = phpJson(payloadOf(store, webhook, id));
  return {
    address: webhook.deliveryUrl,
    headers: {
      'User-Agent': userAgent,
      'Content-Type': 'application/json',
      'X-WC-Webhook-Source': `${webhook.site}/`,
      'X-WC-Webhook-Topic': webhook.topic,
      'X-WC-Webhook-Resource': resource,
      'X-WC-Webhook-Event': event,
      'X-WC-Webhook-Signature': createHmac('sha256', webhook.secret).update(body).digest('base64'),
      'X-WC-Webhook-ID': String(webhook.id),
      'X-WC-Webhook-Delivery-ID': deliveryIdOf(webhook, store.now()),
    },
    body,
    about: `${webhook.topic} ${id}`,
  };
}

/** A hash of webhook and second: two deliveries within one second carry the same. */
function deliveryIdOf(webhook: Webhook, now: number): string {
  return createHmac('md5', 'a salt of the site').update(`${webhook.id}${now / 1000}`).digest('hex');
}

/** What a GET would answer now: of a record that is gone meanwhile, the refusal. */
function payloadOf(store: Store, { topic, site }: Webhook, id: number): unknown {
  const { resource, event } = partsOf(topic);
  if (event === 'deleted') return { id };
  const view = { store, site, dp: 2 };
  if (resource === 'order') {
    const order = store.orders.find(id);
    return order === undefined ? noSuchOrder().envelope() : orderView(order, view);
  }
  const product = store.products.get(id);
  if (product === undefined) return noSuchProduct().envelope();
  return product.type === 'variation' ? variationView(product, view) : productView(product, view);
}
