/** Changing an order the way both the API and staff do: fields, lines, statuses. Write-offs are in write-offs.ts. */
import { closedGroup, droppedOffGroup, readyGroup } from './dictionaries.ts';
import { costDigits, formatDecimal, moneyDigits, parseDecimal, quantityDigits } from './decimals.ts';
import { Refusal } from './errors.ts';
import { emitComment, emitOrder, type EventName } from './events.ts';
import { changeClient, keepOrder, nextId, removeOrder, type Comment, type Item, type Order } from './store.ts';
import { orderAwaitsDeduction, orderTotal } from './totals.ts';
import type { ItemChange, OrderChange } from './validator.ts';
import { nowOf, type World } from './world.ts';

export interface NewOrder {
  branchId: number;
  typeId: number;
  clientId: number;
  /** staff may type an own number and date; the API cannot */
  number?: string | undefined;
  createdAt?: number | undefined;
  by?: number;
}

/** Numbered by RO App, in the type's initial status, stamped by RO App's clock. */
export function createOrder(world: World, input: NewOrder): Order {
  const { store } = world;
  const now = nowOf(world);
  const sequence = nextId(store, 'number');
  const order: Order = {
    id: nextId(store, 'order'),
    number: input.number ?? `B${sequence}`,
    statusId: store.orderTypes.find(({ id }) => id === input.typeId)?.initialStatusId ?? 0,
    typeId: input.typeId,
    branchId: input.branchId,
    clientId: input.clientId,
    payerId: null,
    managerId: null,
    assigneeId: null,
    adCampaignId: null,
    createdAt: input.createdAt ?? now,
    createdById: input.by ?? store.apiEmployeeId,
    modifiedAt: input.createdAt ?? now,
    doneAt: null,
    closedAt: null,
    closedById: null,
    scheduledFor: null,
    scheduledTo: null,
    resourceId: null,
    dueDate: null,
    malfunction: '',
    managerNotes: '',
    engineerNotes: '',
    resume: '',
    estimatedPrice: 0n,
    urgent: false,
    customFields: {},
    payed: 0n,
    items: new Map(),
    comments: [],
    statusHistory: [],
    writeOffActs: [],
  };
  order.statusHistory.push({ statusId: order.statusId, at: order.createdAt, by: order.createdById });
  keepOrder(store, order);
  emitOrder(world, 'Order.Created', order, order.createdById);
  return order;
}

/** The fields of an order that have an event of their own. */
const told: readonly [EventName, 'typeId' | 'clientId' | 'managerId' | 'assigneeId' | 'dueDate' | 'branchId'][] = [
  ['Order.Type.Changed', 'typeId'],
  ['Order.Client.Changed', 'clientId'],
  ['Order.Manager.Changed', 'managerId'],
  ['Order.Assignee.Changed', 'assigneeId'],
  ['Order.Deadline.Changed', 'dueDate'],
  ['Order.Location.Changed', 'branchId'],
];

/** Applies fields and tells what changed. */
export function changeOrder(world: World, order: Order, change: OrderChange, by: number = world.store.apiEmployeeId): void {
  const before = { ...order };
  applyFields(world, order, change);
  for (const [name, field] of told) if (order[field] !== before[field]) emitOrder(world, name, order, by, { old: { id: before[field] }, now: { id: order[field] } });
}

/** What is undefined stays as it is. Nothing is told: the fields of a new order come with it. */
export function applyFields(world: World, order: Order, change: OrderChange): void {
  if (change.client_id !== undefined && change.client_id !== order.clientId) changeClient(world.store, order, change.client_id);
  order.branchId = change.branch_id ?? order.branchId;
  order.typeId = change.order_type_id ?? order.typeId;
  order.managerId = given(change.manager_id, order.managerId);
  order.assigneeId = given(change.assignee_id, order.assigneeId);
  order.payerId = given(change.payer_id, order.payerId);
  order.adCampaignId = given(change.ad_campaign_id, order.adCampaignId);
  order.resourceId = given(change.resource_id, order.resourceId);
  order.scheduledFor = given(change.scheduled_for, order.scheduledFor);
  order.scheduledTo = given(change.scheduled_to, order.scheduledTo);
  order.dueDate = given(change.due_date, order.dueDate);
  order.malfunction = change.malfunction ?? order.malfunction;
  order.managerNotes = change.manager_notes ?? order.managerNotes;
  order.engineerNotes = change.engineer_notes ?? order.engineerNotes;
  order.resume = change.resume ?? order.resume;
  order.urgent = change.urgent ?? order.urgent;
  if (change.estimated_price !== undefined) order.estimatedPrice = parseDecimal(change.estimated_price, moneyDigits);
  order.customFields = { ...order.customFields, ...change.custom_fields };
  touch(world, order);
}

/** null is a value: it empties the field. */
const given = <T>(value: T | undefined, before: T): T => (value === undefined ? before : value);

export function addItem(world: World, order: Order, entityId: number, input: ItemChange, by: number = world.store.apiEmployeeId): Item {
  const item: Item = {
    id: nextId(world.store, 'item'),
    createdAt: nowOf(world),
    assigneeId: world.store.apiEmployeeId,
    entityId,
    quantity: 0n,
    price: 0n,
    cost: 0n,
    discount: { type: 'value', percentage: 0, amount: 0n, sponsor: 'staff' },
    warranty: { period: 0, units: 'days' },
    taxIds: [],
    comment: '',
    writeOffs: [],
    isPartlyWrittenOff: false,
  };
  tellingAmount(world, order, by, () => {
    order.items.set(item.id, item);
    applyItem(world, order, item, input);
  });
  return item;
}

export function changeItem(world: World, order: Order, item: Item, change: ItemChange, by: number = world.store.apiEmployeeId): void {
  tellingAmount(world, order, by, () => applyItem(world, order, item, change));
}

/** Staff only. */
export function deleteItem(world: World, order: Order, item: Item, by: number): void {
  tellingAmount(world, order, by, () => void order.items.delete(item.id));
}

/** Staff only. */
export function deleteOrder(world: World, order: Order, by: number): void {
  removeOrder(world.store, order);
  emitOrder(world, 'Order.Deleted', order, by);
}

function tellingAmount(world: World, order: Order, by: number, change: () => void): void {
  const before = orderTotal(order);
  change();
  const after = orderTotal(order);
  if (after !== before) emitOrder(world, 'Order.Amount.Changed', order, by, { old: shownAmount(before), now: shownAmount(after) });
}

const shownAmount = (amount: bigint) => ({ amount: formatDecimal(amount, moneyDigits) });

function applyItem(world: World, order: Order, item: Item, change: ItemChange): void {
  item.assigneeId = change.assignee_id ?? item.assigneeId;
  if (change.quantity !== undefined) item.quantity = parseDecimal(change.quantity, quantityDigits);
  if (change.price !== undefined) item.price = parseDecimal(change.price, moneyDigits);
  if (change.cost !== undefined) item.cost = parseDecimal(change.cost, costDigits);
  if (change.discount) item.discount = { ...change.discount, amount: parseDecimal(change.discount.amount, moneyDigits) };
  if (change.warranty) item.warranty = { period: Number(change.warranty.period), units: change.warranty.periodUnits };
  item.taxIds = change.tax_ids ?? item.taxIds;
  item.comment = change.comment ?? item.comment;
  touch(world, order);
}

/** Closing fails while goods are not deducted or the order is not fully paid. */
export function changeStatus(world: World, order: Order, statusId: number, by: number): void {
  const group = world.store.statuses.find(({ id }) => id === statusId)?.group.type;
  if (group === closedGroup && orderAwaitsDeduction(world.store, order)) throw new Refusal(400, 'Goods of the order are not deducted');
  if (group === closedGroup && order.payed < orderTotal(order)) throw new Refusal(400, 'The order is not fully paid');
  const isOver = group === closedGroup || group === droppedOffGroup;
  const before = order.statusId;
  order.statusId = statusId;
  if (group === readyGroup) order.doneAt ??= nowOf(world);
  order.closedAt = isOver ? nowOf(world) : null;
  order.closedById = isOver ? by : null;
  touch(world, order);
  if (statusId === before) return;
  order.statusHistory.push({ statusId, at: nowOf(world), by });
  emitOrder(world, 'Order.Status.Changed', order, by, { old: { id: before }, now: { id: statusId } });
}

/** A comment in the event feed. It does not count as a change of the order. */
export function addComment(world: World, record: { comments: Comment[] }, input: { text: string; isPrivate: boolean; by?: number }): Comment {
  const comment = { id: nextId(world.store, 'comment'), at: nowOf(world), by: input.by ?? world.store.apiEmployeeId, text: input.text, isPrivate: input.isPrivate };
  record.comments.push(comment);
  emitComment(world, comment.id, comment.by);
  return comment;
}

export function touch(world: World, order: Order): void {
  order.modifiedAt = nowOf(world);
}
