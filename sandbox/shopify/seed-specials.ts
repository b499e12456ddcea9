/** The special cases of a seeded shop, in a fixed order; `seed.ts` lists them. */
import { createCustomer } from './customer-writes.ts';
import { discountLine, discountOrder, discountShipping, lineOf, pay, shippingOf } from './order-make.ts';
import { addFulfillment, addRefund, closeCancelled, fullRefund } from './order-writes.ts';
import type { Order } from './model.ts';
import { lineFor } from './seed-catalogue.ts';
import { addressFor, orderOf, type Seeding } from './seed-orders.ts';
import { personAt } from './seed-people.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** Makes the order of one case. `plain` is a paid order of a person of its own, one line and shipping. */
type Case = (seeding: Seeding, plain: () => Order, at: number) => Order;

const changed = (change: (order: Order, seeding: Seeding, at: number) => void): Case => (seeding, plain, at) => {
  const order = plain();
  change(order, seeding, at);
  return order;
};

/** With these lines instead, and paid anew. */
const withLines = (lines: (seeding: Seeding) => Order['lines'], after?: (order: Order, seeding: Seeding) => void): Case =>
  changed((order, seeding) => {
    order.lines = lines(seeding);
    order.transactions = [];
    after?.(order, seeding);
    pay(seeding.world, order, 'PAID');
  });

const paid = (payment: Order['payment']): Case =>
  changed((order, { world }) => {
    order.transactions = [];
    pay(world, order, payment);
  });

const held = (state: Order['held']): Case => changed((order) => void (order.held = state));

/** Anna wrote herself three ways; the shop keeps her phone once. */
const anna = (phone: string, email: string | null, withAccount: boolean): Case =>
  changed((order, { world }) => {
    const person = { ...personAt(0), firstName: 'Anna', lastName: 'Nowak' };
    const known = world.store.customers.all().find((one) => one.email === 'anna.nowak@example.test');
    const customer = withAccount ? (known ?? createCustomer(world, { firstName: 'Anna', lastName: 'Nowak', email: 'anna.nowak@example.test', phone: '+48600700800', addresses: [addressFor(world, person, phone)] }, order.createdAt)) : undefined;
    const address = addressFor(world, person, phone);
    Object.assign(order, { email, phone: null, customerId: customer?.id ?? null, billing: address, shipping: { ...address } });
  });

const companyPhone = (firstName: string, lastName: string, phone: string): Case =>
  changed((order, { world }) => {
    const address = { ...addressFor(world, { ...personAt(1), firstName, lastName }, phone), company: 'Auto Serwis Example' };
    Object.assign(order, { email: `${firstName.toLowerCase()}@serwis.example.com`, phone: null, customerId: null, billing: address, shipping: address });
  });

const twoOfOne: Case = (seeding) => {
  const order = orderOf(seeding, 900_001, seeding.now - 3 * dayMs);
  order.lines.push(lineFor(seeding.world, seeding.catalogue.uncategorized, 1));
  pay(seeding.world, order, 'PAID');
  return order;
};

const many = (count: number): Case => withLines(({ world, catalogue }) => Array.from({ length: count }, (_, index) => lineFor(world, catalogue.ordinary[index % catalogue.ordinary.length] ?? catalogue.uncategorized, 1 + (index % 2))));

const cases: Record<string, Case> = {
  'anna-plus48': anna('+48 600 700 800', 'Anna.Nowak@example.test', true),
  'anna-digits': anna('600700800', 'anna.nowak@example.test', true),
  'anna-guest': anna('600-700-800', null, false),
  'company-phone-jan': companyPhone('Jan', 'Kowalski', '+48 22 555 01 01'),
  'company-phone-ewa': companyPhone('Ewa', 'Lis', '225550101'),
  'same-second-a': twoOfOne,
  'same-second-b': twoOfOne,
  'guest-email-only': changed((order) => {
    Object.assign(order, { customerId: null, phone: null, email: 'guest.only@example.com' });
    for (const address of [order.billing, order.shipping]) if (address) address.phone = null;
  }),
  'guest-phone-only': changed((order) => void Object.assign(order, { customerId: null, email: null, phone: null })),
  'no-contact': changed((order) => {
    Object.assign(order, { customerId: null, email: null, phone: null });
    for (const address of [order.billing, order.shipping]) if (address) address.phone = null;
  }),
  'pos-nobody': changed((order) => void Object.assign(order, { customerId: null, email: null, phone: null, billing: null, shipping: null, shippingLines: [], sourceName: 'pos' })),
  'no-lines': changed((order) => void Object.assign(order, { lines: [], shippingLines: [], received: 0, payment: 'PENDING' })),
  'deleted-product': withLines(({ world, catalogue }) => [lineFor(world, catalogue.deleted, 2), lineFor(world, catalogue.uncategorized, 1)]),
  variant: withLines(({ world, catalogue }) => [lineFor(world, catalogue.withOptions, 2, { variant: 1 }), lineFor(world, catalogue.withOptions, 1, { variant: 2 })]),
  'no-sku': withLines(({ world, catalogue }) => [lineFor(world, catalogue.withoutSku, 1)]),
  'custom-item': withLines(({ world }) => [lineOf(world, { title: 'Grawer na zamówienie', quantity: 1, price: 3_500 })]),
  'twin-sku': withLines(({ world, catalogue }) => catalogue.twins.map((twin) => lineFor(world, twin, 1))),
  'html-name': withLines(({ world, catalogue }) => [lineFor(world, catalogue.htmlName, 1)]),
  'archived-product': withLines(({ world, catalogue }) => [lineFor(world, catalogue.archived, 1)]),
  'uneven-price': withLines(({ world, catalogue }) => [lineFor(world, catalogue.uncategorized, 3, { price: 334 })], (order) => order.lines[0] && discountLine(order, order.lines[0], 2)),
  'line-discount': withLines(({ world, catalogue }) => [lineFor(world, catalogue.uncategorized, 2)], (order) => order.lines[0] && discountLine(order, order.lines[0], 1_500)),
  'order-discount': withLines(({ world, catalogue }) => [lineFor(world, catalogue.uncategorized, 1), lineFor(world, catalogue.withoutSku, 2), lineFor(world, catalogue.htmlName, 1)], (order) => discountOrder(order, { kind: 'code', title: 'LATO', percent: null, amount: 1_000 })),
  'free-shipping': withLines(({ world, catalogue }) => [lineFor(world, catalogue.uncategorized, 1)], (order) => discountShipping(order, 'DARMOWA')),
  'free-item': withLines(({ world, catalogue }) => [lineFor(world, catalogue.uncategorized, 1), lineFor(world, catalogue.htmlName, 1, { price: 0 })]),
  'tip-and-fee': withLines(({ world, catalogue }) => [lineFor(world, catalogue.uncategorized, 1)], (order, { world }) => void Object.assign(order, { tip: 500, fees: [{ id: world.store.next('other'), name: 'Opłata za opakowanie', amount: 200 }] })),
  'tax-beside': withLines(({ world, catalogue }) => [lineFor(world, catalogue.uncategorized, 3)], (order) => void Object.assign(order, { taxesIncluded: false, vatPercent: 23 })),
  'tax-inside': withLines(({ world, catalogue }) => [lineFor(world, catalogue.uncategorized, 3)], (order) => void Object.assign(order, { taxesIncluded: true, vatPercent: 23 })),
  'other-presentment': changed((order) => void Object.assign(order, { presentmentCurrency: 'EUR', rate: 0.2345 })),
  'more-than-50-lines': many(60),
  'more-than-250-lines': many(260),
  'edited-removed-line': withLines(
    ({ world, catalogue }) => [lineFor(world, catalogue.uncategorized, 2), lineFor(world, catalogue.htmlName, 1)],
    (order) => {
      const [, second] = order.lines;
      if (second) second.removed = second.quantity;
      order.edited = true;
    },
  ),
  'refund-partial': withLines(({ world, catalogue }) => [lineFor(world, catalogue.uncategorized, 3), lineFor(world, catalogue.htmlName, 1)]),
  'refund-amount-only': changed(() => undefined),
  'refund-full': changed((order, { world }, at) => void addRefund(world, order, fullRefund(order, 'RETURN'), at)),
  cancelled: changed((order, { world }, at) => {
    addRefund(world, order, fullRefund(order), at);
    closeCancelled(order, 'INVENTORY', at);
  }),
  'cancelled-unpaid': changed((order, { world }, at) => {
    order.transactions = [];
    pay(world, order, 'PENDING');
    closeCancelled(order, 'CUSTOMER', at);
  }),
  test: changed((order) => void (order.test = true)),
  fulfilled: changed((order, { world }, at) => void addFulfillment(world, order, { lines: [], company: 'DPD', number: '000111222', url: 'https://tracking.example.com/000111222' }, at)),
  'partly-fulfilled': withLines(({ world, catalogue }) => [lineFor(world, catalogue.uncategorized, 2), lineFor(world, catalogue.htmlName, 1)]),
  'financial-authorized': paid('AUTHORIZED'),
  'financial-pending': paid('PENDING'),
  'financial-partially-paid': paid('PARTIALLY_PAID'),
  'financial-expired': paid('EXPIRED'),
  'financial-voided': paid('VOIDED'),
  'state-in-progress': held('IN_PROGRESS'),
  'state-on-hold': held('ON_HOLD'),
  'state-open': held('OPEN'),
  'state-pending-fulfillment': held('PENDING_FULFILLMENT'),
  'state-request-declined': held('REQUEST_DECLINED'),
  'state-restocked': held('RESTOCKED'),
  'state-scheduled': held('SCHEDULED'),
  'imported-from-elsewhere': changed((order) => void Object.assign(order, { processedAt: order.createdAt - 300 * dayMs, sourceName: '12345' })),
  'older-than-60-days': (seeding) => aged(seeding, 61),
  'older-than-two-months': (seeding) => aged(seeding, 75),
};

function aged(seeding: Seeding, days: number): Order {
  const order = orderOf(seeding, 900_100 + days, seeding.now - days * dayMs);
  order.lines.push(lineFor(seeding.world, seeding.catalogue.uncategorized, 1));
  pay(seeding.world, order, 'PAID');
  return order;
}

/** What can only be done once the order is paid. */
const afterwards: Record<string, (order: Order, seeding: Seeding, at: number) => void> = {
  'refund-partial': (order, { world }, at) => void addRefund(world, order, { lines: [{ lineId: order.lines[0]?.id ?? 0, quantity: 1, restock: 'RETURN' }], shipping: 0, amount: null, note: 'Uszkodzony' }, at),
  'refund-amount-only': (order, { world }, at) => void addRefund(world, order, { lines: [], shipping: 0, amount: 500, note: null }, at),
  'partly-fulfilled': (order, { world }, at) => void addFulfillment(world, order, { lines: [{ lineId: order.lines[0]?.id ?? 0, quantity: 1 }], company: 'InPost', number: '630009999', url: null }, at),
};

export const specialNames = Object.keys(cases);

/** The orders of the first `count` cases by name. */
export function specialOrders(seeding: Seeding, count: number): Map<string, Order> {
  const { world, catalogue, now } = seeding;
  const made = new Map<string, Order>();
  Object.entries(cases).slice(0, count).forEach(([name, make], index) => {
    const createdAt = Math.floor((now - 20 * dayMs + index * 3 * hourMs) / 1000) * 1000;
    const plain = (): Order => {
      const order = orderOf(seeding, 800_000 + index, createdAt);
      order.lines.push(lineFor(world, catalogue.uncategorized, 1));
      order.shippingLines.push(shippingOf(world, 'Kurier', 1_500, 'dpd'));
      pay(world, order, 'PAID');
      return order;
    };
    const order = make(seeding, plain, createdAt + hourMs);
    afterwards[name]?.(order, seeding, createdAt + hourMs);
    order.updatedAt = Math.max(order.updatedAt, Math.min(now, order.createdAt + hourMs));
    made.set(name, order);
  });
  return made;
}

