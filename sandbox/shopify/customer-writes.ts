/** Customers: how they are made, changed and told about. */
import { emit } from './events.ts';
import type { Address, Consent, Customer } from './model.ts';
import { customerPayload, emailConsentPayload, smsConsentPayload, tagsPayload } from './payload-customer.ts';
import { nowOf, type World } from './world.ts';

export const noConsent = (): Consent => ({ state: 'NOT_SUBSCRIBED', level: null, at: null });

export interface CustomerFields {
  firstName?: string | null | undefined;
  lastName?: string | null | undefined;
  email?: string | null | undefined;
  phone?: string | null | undefined;
  note?: string | null | undefined;
  locale?: string | null | undefined;
  tags?: string[] | null | undefined;
  addresses?: Address[] | null | undefined;
}

export function createCustomer(world: World, fields: CustomerFields, createdAt: number = nowOf(world)): Customer {
  const customer: Customer = {
    id: world.store.next('customer'),
    firstName: fields.firstName ?? null,
    lastName: fields.lastName ?? null,
    email: fields.email?.trim() || null,
    phone: fields.phone ?? null,
    addresses: fields.addresses ?? [],
    note: fields.note ?? null,
    tags: fields.tags ?? [],
    locale: fields.locale ?? 'pl',
    emailConsent: noConsent(),
    smsConsent: noConsent(),
    createdAt,
    updatedAt: createdAt,
    indexedAt: createdAt + world.switches.searchLagMs,
  };
  world.store.customers.put(customer);
  return customer;
}

/** Tells the world of a new customer. */
export const customerCreated = (world: World, customer: Customer): void => emit(world, 'customers/create', customerPayload(world, customer));

/** Call inside `inOneEvent` after a change. */
export function customerChanged(world: World, customer: Customer, { tagsBefore }: { tagsBefore?: string[] } = {}): void {
  customer.updatedAt = nowOf(world);
  world.store.customers.changed();
  emit(world, 'customers/update', customerPayload(world, customer));
  if (tagsBefore === undefined) return;
  const added = customer.tags.filter((tag) => !tagsBefore.includes(tag));
  const removed = tagsBefore.filter((tag) => !customer.tags.includes(tag));
  if (added.length > 0) emit(world, 'customer.tags_added', tagsPayload(world, customer, added));
  if (removed.length > 0) emit(world, 'customer.tags_removed', tagsPayload(world, customer, removed));
}

export function setEmailConsent(world: World, customer: Customer, consent: Consent): void {
  customer.emailConsent = consent;
  customerChanged(world, customer);
  emit(world, 'customers_email_marketing_consent/update', emailConsentPayload(world, customer));
}

export function setSmsConsent(world: World, customer: Customer, consent: Consent): void {
  customer.smsConsent = consent;
  customerChanged(world, customer);
  emit(world, 'customers_marketing_consent/update', smsConsentPayload(world, customer));
}
