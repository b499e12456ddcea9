/** Ordinary orders of a seeded shop, and how a draft becomes a stored order. */
import { netOf, toUnits } from './amount.ts';
import type { OrderLine, StoredOrder } from './model.ts';
import { blankOrder, orderKeyOf } from './order-write.ts';
import { calculateTotals, sum } from './order-totals.ts';
import type { Catalogue, Goods } from './seed-catalogue.ts';
import { emailAsTyped, personAt, phoneAsTyped } from './seed-people.ts';
import type { Person } from './seed-people.ts';
import type { Store } from './store.ts';

/** One order to be, in the seed's words. Money is decimal text. */
export interface Draft {
  /** name of a special case */
  special?: string;
  createdAt: number;
  modifiedAt: number;
  status: string;
  /** missing: the order names nobody */
  person?: Person;
  email?: string;
  phone?: string;
  shippingPhone?: string;
  /** index of the person with an account */
  account?: number;
  goods: { item: Goods; quantity: number; total?: string }[];
  shipping?: string;
  fee?: string;
  coupon?: string;
  currency?: string;
  vatPercent?: number;
  pricesIncludeTax?: boolean;
  refund?: 'partial' | 'full';
  note?: string;
}

/** The draft as an order with the given id. */
export function orderOf(store: Store, draft: Draft, id: number, customerId: number): StoredOrder {
  const order = blankOrder(store, draft.createdAt);
  order.id = id;
  order.number = String(id);
  order.orderKey = orderKeyOf(id);
  order.status = draft.status;
  order.customerId = customerId;
  order.currency = draft.currency ?? store.shop.currency;
  order.vatPercent = draft.vatPercent ?? store.shop.vatPercent;
  order.pricesIncludeTax = draft.pricesIncludeTax ?? store.shop.pricesIncludeTax;
  order.taxLineId = order.vatPercent === null ? 0 : store.next('item');
  order.modifiedAt = draft.modifiedAt;
  order.customerNote = draft.note ?? '';
  order.paymentMethod = 'bacs';
  order.paymentMethodTitle = 'Direct bank transfer';
  if (['processing', 'completed', 'refunded', 'packed'].includes(draft.status)) order.paidAt = draft.createdAt;
  if (draft.status === 'completed') order.completedAt = draft.modifiedAt;
  order.stockReduced = ['processing', 'completed', 'on-hold', 'packed'].includes(draft.status);
  addAddresses(order, draft);
  order.lines = draft.goods.map(({ item, quantity, total }) => lineOf(store, order, item, quantity, total));
  addExtras(store, order, draft);
  calculateTotals(order);
  if (draft.refund) addRefund(store, order, draft.refund);
  return order;
}

function addAddresses(order: StoredOrder, { person, email = '', phone = '', shippingPhone = '' }: Draft): void {
  Object.assign(order.billing, { email, phone, country: 'PL' });
  order.shipping.phone = shippingPhone;
  if (person === undefined) return;
  const place = { first_name: person.firstName, last_name: person.lastName, company: person.company, address_1: person.street, city: person.city, postcode: person.postcode, country: 'PL' };
  Object.assign(order.billing, place);
  Object.assign(order.shipping, place);
}

function lineOf(store: Store, order: StoredOrder, { product, lineName }: Goods, quantity: number, total: string | undefined): OrderLine {
  const gross = total === undefined ? toUnits(product.regularPrice) * quantity : toUnits(total);
  const net = netOf(gross, order.pricesIncludeTax ? order.vatPercent : null);
  const meta = product.type === 'variation' ? product.attributes.map(({ name, options }) => ({ id: store.next('meta'), key: name.toLowerCase(), value: options[0] ?? '' })) : [];
  return {
    id: store.next('item'),
    name: lineName,
    productId: product.parentId || product.id,
    variationId: product.type === 'variation' ? product.id : 0,
    quantity,
    taxClass: '',
    subtotal: net,
    total: net,
    subtotalTax: 0,
    totalTax: 0,
    meta,
  };
}

function addExtras(store: Store, order: StoredOrder, draft: Draft): void {
  if (draft.shipping) {
    order.shippingLines = [{ id: store.next('item'), methodTitle: 'Kurier', methodId: 'flat_rate', instanceId: '1', total: toUnits(draft.shipping), totalTax: 0, meta: [] }];
  }
  if (draft.fee) order.feeLines = [{ id: store.next('item'), name: 'Pakowanie na prezent', total: toUnits(draft.fee), totalTax: 0, meta: [] }];
  const [first] = order.lines;
  if (!draft.coupon || first === undefined) return;
  const off = Math.min(toUnits(draft.coupon), first.total);
  first.total -= off;
  order.couponLines = [{ id: store.next('item'), code: 'welcome', discount: off, discountTax: 0, nominal: toUnits(draft.coupon), meta: [] }];
}

/** One piece of the first line, or everything. */
function addRefund(store: Store, order: StoredOrder, kind: 'partial' | 'full'): void {
  const taken = order.lines.slice(0, kind === 'full' ? undefined : 1).map((line) => {
    const quantity = kind === 'full' ? line.quantity : 1;
    const total = -Math.round(((line.total + line.totalTax) * quantity) / line.quantity / 10_000) * 10_000;
    const meta = [{ id: store.next('meta'), key: '_refunded_item_id', value: String(line.id) }];
    return { ...line, id: store.next('item'), quantity: -quantity, subtotal: total, total, subtotalTax: 0, totalTax: 0, meta };
  });
  const amount = kind === 'full' ? order.totals.total : -sum(taken.map((line) => line.total));
  const type = [{ id: store.next('meta'), key: '_refund_type', value: kind }];
  order.refunds = [{ id: store.next('post'), createdAt: order.modifiedAt, amount, reason: '', refundedPayment: false, meta: type, lines: taken }];
}

const weights: [string, number][] = [
  ['processing', 38],
  ['completed', 24],
  ['on-hold', 8],
  ['pending', 8],
  ['packed', 5],
  ['cancelled', 5],
  ['failed', 4],
  ['checkout-draft', 3],
  ['refunded', 3],
  ['trash', 2],
];
const allWeights = sum(weights.map(([, weight]) => weight));

function statusFor(random: number): string {
  let left = random * allWeights;
  return weights.find(([, weight]) => (left -= weight) < 0)?.[0] ?? 'processing';
}

export interface Window {
  from: number;
  to: number;
}

const second = (ms: number) => Math.floor(ms / 1000) * 1000;

/** An order like any other within the window. `people` is how many the shop knows; the first fifty of them have accounts. */
export function ordinaryDraft(random: () => number, window: Window, catalogue: Catalogue, people: number): Draft {
  const pick = (count: number) => Math.floor(random() * count);
  const createdAt = second(window.from + random() * (window.to - window.from));
  const who = pick(people);
  const person = personAt(who);
  const contact = random();
  const draft: Draft = {
    createdAt,
    modifiedAt: second(Math.min(window.to, createdAt + random() * random() * 5 * 86_400_000)),
    status: statusFor(random()),
    person,
    goods: Array.from({ length: 1 + pick(4) }, () => ({ item: catalogue.ordinary[pick(catalogue.ordinary.length)] ?? catalogue.chain, quantity: 1 + pick(random() < 0.1 ? 12 : 3) })),
  };
  if (contact < 0.89) draft.phone = phoneAsTyped(person.phone, pick(6));
  if (contact > 0.2 && contact < 0.99) draft.email = emailAsTyped(person.email, pick(6));
  if (who < 50 && random() < 0.5) draft.account = who;
  if (random() < 0.6) draft.shipping = ['12.99', '15.00', '9.90'][pick(3)] ?? '15.00';
  if (random() < 0.05) draft.fee = '5.00';
  if (random() < 0.08) draft.coupon = '3.00';
  if (random() < 0.03) draft.refund = draft.status === 'refunded' ? 'full' : 'partial';
  return draft;
}
