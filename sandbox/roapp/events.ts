/** What the account tells by webhook: events with who caused them, worded and signed (contract roapp 8). There is none for stock or write-offs. */
import { createHash, createHmac, randomUUID } from 'node:crypto';
import type { Delivery } from '../kernel/deliveries.ts';
import type { Contact, Json, Order, Store, Webhook } from './store.ts';
import type { Switches } from './switches.ts';
import type { World } from './world.ts';

/** Those that this sandbox can cause. */
const causedEvents = [
  'Order.Created', 'Order.Type.Changed', 'Order.Status.Changed', 'Order.Client.Changed', 'Order.Manager.Changed', 'Order.Assignee.Changed',
  'Order.Deadline.Changed', 'Order.Amount.Changed', 'Order.Location.Changed', 'Order.Deleted', 'Client.Created', 'Client.Deleted', 'Comment.Created',
] as const;
/** Those that may be chosen and never come here. */
const otherEvents = ['Order.Approval.Accepted', 'Order.Approval.Declined', 'Attachment.Created', 'Invoice.Created', 'Invoice.Deleted', 'CustomerFeedback.Created', 'Auth.Login'] as const;

export type EventName = (typeof causedEvents)[number];
export const choosableEvents: readonly string[] = [...causedEvents, ...otherEvents];

export interface AccountEvent {
  /** a UUID: receivers recognise repeats by it, also over a reset of the sandbox */
  id: string;
  at: number;
  name: EventName;
  objectId: number;
  objectType: 'order' | 'client' | 'comment';
  metadata: { [key: string]: Json };
  /** employee */
  by: number;
}

const keptEvents = 10_000;

/** Takes note of an event and sends it to every enabled webhook that chose it. While an account is seeded nothing happens. */
function emit(world: World, event: Omit<AccountEvent, 'id' | 'at'>): void {
  if (world.isSeeding) return;
  const { store } = world;
  const told: AccountEvent = { id: randomUUID(), at: world.clock.now(), ...event };
  store.events.push(told);
  if (store.events.length > keptEvents) store.events.splice(0, store.events.length - keptEvents);
  for (const webhook of store.webhooks.values()) {
    if (!webhook.enabled || !webhook.events.includes(told.name)) continue;
    const delivery = deliveryOf(store, world.switches, webhook, told);
    world.senders.set(delivery, webhook);
    world.deliveries.send(delivery);
  }
}

/** `old` and `now` are shown as the vendor does: `{"new":{"id":9},"old":{"id":3}}`. */
export function emitOrder(world: World, name: EventName, order: Order, by: number, change?: { old: { [key: string]: Json }; now: { [key: string]: Json } }): void {
  const about = { order: { id: order.id, name: order.number } };
  emit(world, { name, objectId: order.id, objectType: 'order', metadata: change ? { new: change.now, old: change.old, ...about } : about, by });
}

export function emitClient(world: World, name: EventName, contact: Contact, by: number): void {
  emit(world, { name, objectId: contact.id, objectType: 'client', metadata: { client: { id: contact.id } }, by });
}

export function emitComment(world: World, commentId: number, by: number): void {
  emit(world, { name: 'Comment.Created', objectId: commentId, objectType: 'comment', metadata: {}, by });
}

function deliveryOf(store: Store, switches: Switches, webhook: Webhook, event: AccountEvent): Delivery {
  return {
    address: webhook.address,
    headers: { 'Content-Type': 'application/json', 'X-Signature': signatureOf(switches.webhookSignature, webhook.secret, event.id) },
    body: JSON.stringify(bodyOf(store, event)),
    about: `${event.name} ${event.objectId}`,
  };
}

/** Over the id alone, not over the body. */
function signatureOf(form: Switches['webhookSignature'], secret: string, id: string): string {
  if (form === 'plain') return createHash('sha256').update(id + secret).digest('hex');
  return createHmac('sha256', secret).update(id).digest('hex');
}

/** Instants have microseconds here, unlike everywhere else. */
function bodyOf(store: Store, { id, at, name, objectId, objectType, metadata, by }: AccountEvent) {
  const employee = store.employees.find((candidate) => candidate.id === by);
  return {
    id,
    created_at: new Date(at).toISOString().replace('Z', '000Z'),
    created_at_ts: at / 1_000,
    event_name: name,
    context: { object_id: objectId, object_type: objectType },
    metadata,
    employee: { id: by, full_name: employee ? `${employee.firstName} ${employee.lastName}`.trim() : '', email: employee?.email ?? '' },
  };
}
