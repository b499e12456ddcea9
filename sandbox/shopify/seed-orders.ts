/** Ordinary orders of a seeded shop, and what every draft has in common. */
import { createCustomer } from './customer-writes.ts';
import { addFulfillment, addRefund, closeCancelled, fullRefund } from './order-writes.ts';
import { blankOrder, discountOrder, pay, shippingOf } from './order-make.ts';
import type { Address, Customer, Order, Payment } from './model.ts';
import { lineFor, type Catalogue } from './seed-catalogue.ts';
import { personAt, phoneAsTyped, type Person } from './seed-people.ts';
import type { World } from './world.ts';

export interface Seeding {
  world: World;
  catalogue: Catalogue;
  random: () => number;
  now: number;
  /** index of a person to the customer made of them */
  customers: Map<number, Customer>;
}

export const addressFor = ({ store }: World, person: Person, phone: string | null): Address => ({
  id: store.next('address'),
  firstName: person.firstName,
  lastName: person.lastName,
  company: null,
  address1: person.street,
  address2: null,
  city: person.city,
  zip: person.zip,
  province: null,
  provinceCode: null,
  countryCode: 'PL',
  phone,
});

/** The same person is the same customer. */
export function customerFor({ world, customers }: Seeding, who: number, at: number): Customer {
  const known = customers.get(who);
  if (known) return known;
  const person = personAt(who);
  const customer = createCustomer(world, { firstName: person.firstName, lastName: person.lastName, email: person.email, phone: who % 3 === 2 ? null : `+48${person.phone}`, addresses: [addressFor(world, person, phoneAsTyped(person.phone, who))] }, at);
  customer.indexedAt = 0;
  if (who % 4 === 0) customer.emailConsent = { state: 'SUBSCRIBED', level: 'SINGLE_OPT_IN', at };
  customers.set(who, customer);
  return customer;
}

/** A person's order without lines: contact, addresses, customer. */
export function orderOf(seeding: Seeding, who: number, createdAt: number, way = who): Order {
  const { world } = seeding;
  const person = personAt(who);
  const customer = customerFor(seeding, who, createdAt);
  const order = blankOrder(world, createdAt);
  const address = addressFor(world, person, phoneAsTyped(person.phone, way));
  return Object.assign(order, { email: customer.email, phone: customer.phone, customerId: customer.id, billing: address, shipping: { ...address, id: world.store.next('address') } });
}

const paymentWeights: [Payment, number][] = [['PAID', 70], ['PENDING', 14], ['AUTHORIZED', 8], ['PARTIALLY_PAID', 4], ['EXPIRED', 2], ['VOIDED', 2]];

/** An order like any other, between the two instants. */
export function ordinaryOrder(seeding: Seeding, from: number, to: number, people: number): Order {
  const { world, catalogue, random } = seeding;
  const pick = (count: number): number => Math.floor(random() * count);
  const createdAt = Math.floor((from + random() * (to - from)) / 1000) * 1000;
  const order = orderOf(seeding, pick(people), createdAt, pick(6));
  for (let left = 1 + pick(4); left > 0; left -= 1) {
    const product = random() < 0.1 ? catalogue.withOptions : (catalogue.ordinary[pick(catalogue.ordinary.length)] ?? catalogue.withOptions);
    order.lines.push(lineFor(world, product, 1 + pick(3), { variant: pick(product.variantIds.length) }));
  }
  if (random() < 0.7) order.shippingLines.push(shippingOf(world, pick(2) === 0 ? 'Kurier' : 'Paczkomat', 1_499, pick(2) === 0 ? 'inpost' : null));
  if (random() < 0.08) discountOrder(order, { kind: 'code', title: 'WITAJ10', percent: 10, amount: 0 });
  pay(world, order, weighted(random()));
  const age = seeding.now - createdAt;
  const later = (share: number): number => Math.floor((createdAt + age * share) / 1000) * 1000;
  const fate = random();
  if (fate < 0.22 && order.payment === 'PAID') addFulfillment(world, order, { lines: [], company: 'InPost', number: `63000${order.number}`, url: null }, later(0.4));
  else if (fate < 0.28) closeCancelled(order, 'CUSTOMER', later(0.3));
  else if (fate < 0.32 && order.received > 0) addRefund(world, order, fullRefund(order, 'RETURN'), later(0.5));
  order.updatedAt = fate < 0.32 ? later(0.5) : createdAt + Math.min(age, 60_000);
  return order;
}

function weighted(random: number): Payment {
  let left = random * 100;
  return paymentWeights.find(([, weight]) => (left -= weight) < 0)?.[0] ?? 'PAID';
}
