/** `GET /orders`: the documented filters and sort orders (contract roapp 4.2, 9). */
import type { Context } from 'hono';
import { findByPhones } from './phone-filter.ts';
import { instants, integers, isAmong, isIn, sortOf, texts } from './query.ts';
import { nameOf } from './render.ts';
import { ordersOf, type Order } from './store.ts';
import type { World } from './world.ts';

const sortFields = ['id', 'modified_at', 'scheduled_for', 'due_date'] as const;

/** Everything that matches, sorted; the newest first unless asked otherwise. */
export function listOrders(world: World, context: Context): Order[] {
  const isWanted = readFilters(world, context);
  const clients = integers(context, 'clients_ids');
  const { field, descending } = sortOf(context, sortFields, { field: 'id', descending: true });
  const candidates = clients ? [...clients].flatMap((id) => ordersOf(world.store, id)) : [...world.store.orders.values()];
  const found = candidates.filter(isWanted);
  // the map is in the order of ids already
  if (clients || field !== 'id') found.sort((a, b) => sortValue(a, field) - sortValue(b, field) || a.id - b.id);
  return descending ? found.toReversed() : found;
}

function readFilters(world: World, context: Context): (order: Order) => boolean {
  const [types, branches, ids, numbers, statuses, managers] = ['types', 'branches', 'ids', 'numbers', 'statuses', 'managers'].map((name) => integers(context, name));
  const createdAt = instants(context, 'created_at');
  const modifiedAt = instants(context, 'modified_at');
  const scheduledFor = instants(context, 'scheduled_for');
  const dueDate = instants(context, 'due_date');
  const names = texts(context, 'client_names')?.map((name) => name.toLowerCase());
  const withPhone = findByPhones(world.store, texts(context, 'client_phones'), world.switches.phoneFilter);
  const hidden = new Set(world.store.locations.filter(({ isHidden }) => isHidden).map(({ id }) => id));
  if (texts(context, 'asset_uid')) return () => false; // the sandbox has no assets
  return (order) =>
    isAmong(types, order.typeId) &&
    isAmong(branches, order.branchId) &&
    isAmong(ids, order.id) &&
    isAmong(statuses, order.statusId) &&
    isAmong(managers, order.managerId) &&
    (numbers === undefined || numbers.has(integerIn(order.number))) &&
    isIn(createdAt, order.createdAt) &&
    isIn(modifiedAt, order.modifiedAt) &&
    isIn(scheduledFor, order.scheduledFor) &&
    isIn(dueDate, order.dueDate) &&
    isAmong(withPhone, order.clientId) &&
    (names === undefined || names.some((name) => clientName(world, order).includes(name))) &&
    !hidden.has(order.branchId);
}

/** `numbers` filters integers while the number is a text such as "B1045". */
const integerIn = (number: string): number => Number(/\d+/.exec(number)?.[0] ?? NaN);

function clientName(world: World, order: Order): string {
  const client = world.store.contacts.get(order.clientId);
  return client ? nameOf(client).toLowerCase() : '';
}

function sortValue(order: Order, field: (typeof sortFields)[number]): number {
  switch (field) {
    case 'id':
      return order.id;
    case 'modified_at':
      return order.modifiedAt;
    case 'scheduled_for':
      return order.scheduledFor ?? 0;
    case 'due_date':
      return order.dueDate ?? 0;
    default:
      return field satisfies never;
  }
}
