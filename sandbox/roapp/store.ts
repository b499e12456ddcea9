/** What the account holds: records in maps by id, with the indexes that big imports need. Money as whole smallest units, instants in ms. */
import { baseDictionaries, type Dictionaries } from './dictionaries.ts';
import type { AccountEvent } from './events.ts';

/** What JSON can hold: values of custom fields. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export interface Phone {
  title: string;
  phone: string;
  notify: boolean;
  has_viber: boolean;
  has_whatsapp: boolean;
}

export interface Comment {
  id: number;
  at: number;
  by: number;
  text: string;
  isPrivate: boolean;
}

/** A person or an organisation; one id space, because an order's client may be either. */
export interface Contact {
  id: number;
  isOrganization: boolean;
  /** organisations only */
  name: string;
  firstName: string;
  lastName: string;
  email: string;
  phones: Phone[];
  address: string;
  notes: string;
  birthday: { day: number; month: number; year?: number | null | undefined } | null;
  supplier: boolean;
  managerId: number | null;
  adCampaignId: number | null;
  discountCode: string;
  customFields: Record<string, Json>;
  tags: string[];
  taxIdentificationNumber: string;
  createdAt: number;
  modifiedAt: number;
  comments: Comment[];
}

export interface Category {
  id: number;
  title: string;
  parentId: number | null;
}

export interface Product {
  id: number;
  type: 'product' | 'service';
  title: string;
  description: string;
  code: string;
  sku: string;
  uomId: number;
  categoryId: number | null;
  /** 2 digits */
  cost: bigint;
  /** price list id to price, 2 digits */
  prices: Record<string, bigint>;
  barcodes: { code: string; type: string }[];
  isHidden: boolean;
  createdAt: number;
  modifiedAt: number;
}

export interface WriteOff {
  cost: number;
  cellId: number;
  goodId: number;
  quantity: number;
  sernum_id: null;
  sernum_code: null;
  warehouseId: number;
  repairOrderProductId: number;
}

export interface Item {
  id: number;
  createdAt: number;
  assigneeId: number;
  entityId: number;
  /** 3 digits */
  quantity: bigint;
  /** 2 digits */
  price: bigint;
  /** 5 digits */
  cost: bigint;
  discount: { type: 'percentage' | 'value'; percentage: number; amount: bigint; sponsor: 'staff' | 'company' };
  warranty: { period: number; units: 'days' | 'months' | 'years' };
  taxIds: number[];
  comment: string;
  writeOffs: WriteOff[];
  /** some of the quantity was written off, the rest still waits */
  isPartlyWrittenOff: boolean;
}

/** What staff did to the stock ledger, for the truth only: the API shows but the outcome. */
export interface WriteOffAct {
  itemId: number;
  quantity: number;
  at: number;
  by: number;
  what: 'written off' | 'reverted';
}

export interface Webhook {
  id: number;
  address: string;
  secret: string;
  events: string[];
  description: string;
  enabled: boolean;
  /** since when no delivery was accepted; null: the last one was */
  failingSince: number | null;
}

export interface Order {
  id: number;
  number: string;
  statusId: number;
  typeId: number;
  branchId: number;
  clientId: number;
  payerId: number | null;
  managerId: number | null;
  assigneeId: number | null;
  adCampaignId: number | null;
  createdAt: number;
  createdById: number;
  modifiedAt: number;
  doneAt: number | null;
  closedAt: number | null;
  closedById: number | null;
  scheduledFor: number | null;
  scheduledTo: number | null;
  resourceId: number | null;
  dueDate: number | null;
  malfunction: string;
  managerNotes: string;
  engineerNotes: string;
  resume: string;
  /** 2 digits */
  estimatedPrice: bigint;
  urgent: boolean;
  customFields: Record<string, Json>;
  /** 2 digits */
  payed: bigint;
  items: Map<number, Item>;
  comments: Comment[];
  /** every status it had, the first included, with who set it */
  statusHistory: { statusId: number; at: number; by: number }[];
  writeOffActs: WriteOffAct[];
}

export interface Store extends Dictionaries {
  contacts: Map<number, Contact>;
  categories: Map<number, Category>;
  products: Map<number, Product>;
  orders: Map<number, Order>;
  webhooks: Map<number, Webhook>;
  /** what happened, oldest first, at most the last 10,000 */
  events: AccountEvent[];
  /** what staff deleted or merged away; lines of old orders still show a deleted product */
  gone: { contacts: Map<number, number | null>; products: Map<number, Product>; orders: Set<number> };
  /** digits of a phone to contact ids */
  contactsByDigits: Map<string, Set<number>>;
  /** client id to order ids */
  ordersByClient: Map<number, Set<number>>;
  /** the last id given, per kind */
  lastId: { contact: number; category: number; product: number; order: number; item: number; comment: number; number: number; webhook: number };
}

export function createStore(currency: string): Store {
  const store: Store = {
    ...baseDictionaries(currency),
    contacts: new Map(),
    categories: new Map(),
    products: new Map(),
    orders: new Map(),
    webhooks: new Map(),
    events: [],
    gone: { contacts: new Map(), products: new Map(), orders: new Set() },
    contactsByDigits: new Map(),
    ordersByClient: new Map(),
    lastId: { contact: 90_000, category: 300, product: 8_000, order: 4_400, item: 500, comment: 0, number: 1_000, webhook: 0 },
  };
  for (const service of store.services) store.products.set(service.id, service);
  return store;
}

export function nextId(store: Store, kind: keyof Store['lastId']): number {
  store.lastId[kind] += 1;
  return store.lastId[kind];
}

export const digitsOf = (phone: string): string => phone.replaceAll(/\D/g, '');

function addTo<K>(index: Map<K, Set<number>>, key: K, id: number): void {
  const ids = index.get(key);
  if (ids) ids.add(id);
  else index.set(key, new Set([id]));
}

/** Puts a contact in, or takes note of its new phones. */
export function keepContact(store: Store, contact: Contact): void {
  store.contacts.set(contact.id, contact);
  for (const { phone } of contact.phones) addTo(store.contactsByDigits, digitsOf(phone), contact.id);
}

/** `mergedInto` null: deleted. */
export function removeContact(store: Store, contact: Contact, mergedInto: number | null): void {
  store.contacts.delete(contact.id);
  store.gone.contacts.set(contact.id, mergedInto);
}

export function keepOrder(store: Store, order: Order): void {
  store.orders.set(order.id, order);
  addTo(store.ordersByClient, order.clientId, order.id);
}

export function changeClient(store: Store, order: Order, clientId: number): void {
  store.ordersByClient.get(order.clientId)?.delete(order.id);
  order.clientId = clientId;
  addTo(store.ordersByClient, clientId, order.id);
}

export function removeOrder(store: Store, order: Order): void {
  store.orders.delete(order.id);
  store.ordersByClient.get(order.clientId)?.delete(order.id);
  store.gone.orders.add(order.id);
}

/** Orders of one client, oldest first. */
export function ordersOf(store: Store, clientId: number): Order[] {
  const ids = [...(store.ordersByClient.get(clientId) ?? [])].sort((a, b) => a - b);
  return ids.flatMap((id) => store.orders.get(id) ?? []);
}
