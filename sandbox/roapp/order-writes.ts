/** Changing an order the way both the API and staff do: fields, lines, statuses, write-offs. */
import { closedGroup, droppedOffGroup, readyGroup } from './dictionaries.ts';
import { costDigits, moneyDigits, parseDecimal, quantityDigits } from './decimals.ts';
import { Refusal } from './errors.ts';
import { changeClient, keepOrder, nextId, type Comment, type Item, type Order } from './store.ts';
import { costAsNumber, entityOf, orderAwaitsDeduction, orderTotal, quantityAsNumber } from './totals.ts';
import type { ItemChange, OrderChange } from './validator.ts';
import { nowOf, type World } from './world.ts';

const warehouse = { id: 13, cell: 11 };

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
  };
  keepOrder(store, order);
  return order;
}

/** What is undefined stays as it is. */
export function changeOrder(world: World, order: Order, change: OrderChange): void {
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

export function addItem(world: World, order: Order, entityId: number, input: ItemChange): Item {
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
  };
  order.items.set(item.id, item);
  changeItem(world, order, item, input);
  return item;
}

export function changeItem(world: World, order: Order, item: Item, change: ItemChange): void {
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
  order.statusId = statusId;
  if (group === readyGroup) order.doneAt ??= nowOf(world);
  order.closedAt = isOver ? nowOf(world) : null;
  order.closedById = isOver ? by : null;
  touch(world, order);
}

/** A comment in the event feed. It does not count as a change of the order. */
export function addComment(world: World, record: { comments: Comment[] }, input: { text: string; isPrivate: boolean; by?: number }): Comment {
  const comment = { id: nextId(world.store, 'comment'), at: nowOf(world), by: input.by ?? world.store.apiEmployeeId, text: input.text, isPrivate: input.isPrivate };
  record.comments.push(comment);
  return comment;
}

/** Goods leave the stock ledger. Services have none. */
export function writeOff(world: World, order: Order, item: Item): void {
  if (entityOf(world.store, item.entityId)?.type !== 'product' || item.writeOffs.length > 0) return;
  item.writeOffs = [
    {
      cost: costAsNumber(item.cost),
      cellId: warehouse.cell,
      goodId: item.entityId,
      quantity: quantityAsNumber(item.quantity),
      sernum_id: null,
      sernum_code: null,
      warehouseId: warehouse.id,
      repairOrderProductId: item.id,
    },
  ];
  touch(world, order);
}

export function revertWriteOff(world: World, order: Order, item: Item): void {
  item.writeOffs = [];
  touch(world, order);
}

export function touch(world: World, order: Order): void {
  order.modifiedAt = nowOf(world);
}
