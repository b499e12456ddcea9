/** What the shop tells by webhook: one act of a merchant is one event, told under several topics (contract shopify 8). */
import { createHmac, randomUUID } from 'node:crypto';
import type { Delivery } from '../kernel/deliveries.ts';
import { appVersion, webhookFailuresAllowed } from './limits.ts';
import type { Subscription } from './model.ts';
import type { World } from './world.ts';

/** "orders/create" → ORDERS_CREATE, "customer.tags_added" → CUSTOMER_TAGS_ADDED */
export const enumOf = (topic: string): string => topic.replaceAll(/[/.]/g, '_').toUpperCase();

/** Everything told while `act` runs carries the same event id. */
export function inOneEvent<Result>(world: World, act: () => Result): Result {
  const outer = world.event;
  world.event ??= { id: randomUUID() };
  try {
    return act();
  } finally {
    world.event = outer;
  }
}

export interface EmitOptions {
  orderId?: number;
  test?: boolean;
  /** instead of writing the payload as JSON: ids that no number can hold */
  text?: string;
}

/** To every subscription of the topic. */
export function emit(world: World, topic: string, payload: Record<string, unknown>, options: EmitOptions = {}): void {
  inOneEvent(world, () => {
    for (const subscription of world.store.subscriptions.all().filter((one) => one.topic === enumOf(topic))) {
      const body = options.text ?? JSON.stringify(only(payload, subscription.includeFields));
      send(world, { topic, body, address: subscription.uri, name: subscription.name, ...options }, subscription);
    }
  });
}

/** Privacy topics: to the address in the app's configuration; nothing deletes that. */
export function emitPrivacy(world: World, topic: string, payload: Record<string, unknown>): void {
  const address = world.account.privacyAddress;
  if (address === null) throw new Error('no privacy address: set one by the action set-privacy-address');
  inOneEvent(world, () => send(world, { topic, body: JSON.stringify(payload), address, name: null }));
}

/** Which subscription a delivery belongs to; privacy deliveries belong to none. */
const owners = new WeakMap<Delivery, number>();

interface Message extends EmitOptions {
  topic: string;
  body: string;
  address: string;
  name: string | null;
}

function send(world: World, { topic, body, address, name, orderId, test }: Message, subscription?: Subscription): void {
  const secret = world.account.client.secret;
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'user-agent': 'Shopify-Captain-Hook',
    'x-shopify-topic': topic,
    'x-shopify-hmac-sha256': createHmac('sha256', secret).update(body, 'utf8').digest('base64'),
    'x-shopify-shop-domain': world.shop.domain,
    'x-shopify-api-version': appVersion,
    'x-shopify-webhook-id': randomUUID(),
    'x-shopify-event-id': world.event?.id ?? randomUUID(),
    'x-shopify-triggered-at': triggeredAt(world),
    ...(name === null ? {} : { 'x-shopify-name': name }),
    ...(orderId === undefined ? {} : { 'x-shopify-order-id': String(orderId) }),
    ...(test ? { 'x-shopify-test': 'true' } : {}),
  };
  const delivery: Delivery = { address: routed(world, address), headers, body, about: `${topic} ${orderId ?? ''}`.trim() };
  if (subscription) owners.set(delivery, subscription.id);
  world.deliveries.send(delivery);
}

/** RFC 3339 with nine decimals. */
function triggeredAt(world: World): string {
  const [whole = ''] = new Date(world.clock.now()).toISOString().split('Z');
  world.counters.webhook += 1;
  return `${whole}${String(world.counters.webhook % 1_000_000).padStart(6, '0')}Z`;
}

function routed({ account }: World, address: string): string {
  const route = account.routes.find(({ from }) => address.startsWith(from));
  return route === undefined ? address : route.to + address.slice(route.from.length);
}

const only = (payload: Record<string, unknown>, fields: readonly string[]): Record<string, unknown> => (fields.length === 0 ? payload : Object.fromEntries(Object.entries(payload).filter(([name]) => fields.includes(name))));

/** After eight failures of one event in a row, without a success of the subscription in between, the subscription is gone. */
export function noteAttempt(world: World, delivery: Delivery, accepted: boolean): void {
  const id = owners.get(delivery);
  if (id === undefined) return;
  if (accepted) return void world.failures.delete(id);
  const counts = world.failures.get(id) ?? new Map<string, number>();
  const webhookId = delivery.headers['x-shopify-webhook-id'] ?? '';
  const count = (counts.get(webhookId) ?? 0) + 1;
  counts.set(webhookId, count);
  world.failures.set(id, counts);
  if (count < webhookFailuresAllowed) return;
  world.store.subscriptions.remove(id);
  world.failures.delete(id);
}
