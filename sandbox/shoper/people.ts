/** The one place where customers and subscribers change, whoever does it: the row, the list of changes and the webhooks go together. */
import type { PeopleEvent } from './limits.ts';
import type { Customer, Subscriber } from './model.ts';
import { announce } from './sender.ts';
import { noteChange } from './store.ts';
import type { World } from './store.ts';
import { customerView, subscriberView } from './views.ts';

export interface Doing {
  by: 'api' | 'people';
  /** false: the shop's webhooks for it are lost */
  tell: boolean;
}

export const overApi: Doing = { by: 'api', tell: true };

type Verb = 'create' | 'edit' | 'delete';

export function saveCustomer(world: World, customer: Customer, verb: Exclude<Verb, 'delete'>, doing: Doing): void {
  world.store.customers.put(customer);
  report(world, `client.${verb}`, customer, doing);
}

/** Addresses go with it. */
export function removeCustomer(world: World, customer: Customer, doing: Doing): void {
  world.store.customers.remove(customer.id);
  for (const { id } of world.store.addresses.find(String(customer.id))) world.store.addresses.remove(id);
  report(world, 'client.delete', customer, doing);
}

export function saveSubscriber(world: World, subscriber: Subscriber, verb: Exclude<Verb, 'delete'>, doing: Doing): void {
  world.store.subscribers.put(subscriber);
  report(world, `subscriber.${verb}`, subscriber, doing);
}

export function removeSubscriber(world: World, subscriber: Subscriber, doing: Doing): void {
  world.store.subscribers.remove(subscriber.id);
  report(world, 'subscriber.delete', subscriber, doing);
}

function report(world: World, event: PeopleEvent, row: Customer | Subscriber, { by, tell }: Doing): void {
  noteChange(world, { event, id: row.id, email: row.email, by });
  if (!tell) return;
  const isCustomer = 'firstname' in row;
  const isGone = event.endsWith('.delete') && world.switches.deletePayload === 'id';
  const id = String(row.id);
  if (isGone) announce(world, event, row.id, isCustomer ? { user_id: id } : { subscriber_id: id });
  else announce(world, event, row.id, isCustomer ? customerView(world, row) : subscriberView(world, row));
}
