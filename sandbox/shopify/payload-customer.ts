/** Customers in webhooks: REST-shaped, shop-local times, ids as numbers, personal fields null where the plan gives none (contract shopify 8, 9). */
import { personalDataRefusal } from './access.ts';
import { localOrNull, localText } from './dates.ts';
import { gid } from './gid.ts';
import type { Address, Customer } from './model.ts';
import { countryName, fullName } from './view-address.ts';
import type { World } from './world.ts';

/** Null where personal data are refused. */
export const personal = <Value>(world: World, value: Value): Value | null => (personalDataRefusal(world) === undefined ? value : null);

export function addressPayload(world: World, address: Address | null): Record<string, unknown> | null {
  if (address === null) return null;
  const hide = <Value>(value: Value): Value | null => personal(world, value);
  return {
    first_name: hide(address.firstName),
    address1: hide(address.address1),
    phone: hide(address.phone),
    city: address.city,
    zip: hide(address.zip),
    province: address.province,
    country: countryName(address.countryCode),
    last_name: hide(address.lastName),
    address2: hide(address.address2),
    company: address.company,
    latitude: null,
    longitude: null,
    name: hide(fullName(address)),
    country_code: address.countryCode,
    province_code: address.provinceCode,
  };
}

function ownAddress(world: World, customer: Customer, address: Address, isDefault: boolean): Record<string, unknown> {
  const { latitude: _latitude, longitude: _longitude, ...shown } = addressPayload(world, address) ?? {};
  return { id: address.id, customer_id: customer.id, ...shown, country_name: countryName(address.countryCode), default: isDefault };
}

export const customerPayload = (world: World, customer: Customer): Record<string, unknown> => ({
  ...orderCustomerPayload(world, customer),
  addresses: customer.addresses.map((address, index) => ownAddress(world, customer, address, index === 0)),
});

/** The customer inside an order: without the list of addresses. */
export function orderCustomerPayload(world: World, customer: Customer): Record<string, unknown> {
  const [first] = customer.addresses;
  return {
    id: customer.id,
    created_at: localText(customer.createdAt, world.shop.timeZone),
    updated_at: localText(customer.updatedAt, world.shop.timeZone),
    first_name: personal(world, customer.firstName),
    last_name: personal(world, customer.lastName),
    state: 'disabled',
    note: customer.note,
    verified_email: customer.email !== null,
    multipass_identifier: null,
    tax_exempt: false,
    email: personal(world, customer.email),
    phone: personal(world, customer.phone),
    currency: world.shop.currency,
    tax_exemptions: [],
    admin_graphql_api_id: gid('Customer', customer.id),
    ...(first === undefined ? {} : { default_address: ownAddress(world, customer, first, true) }),
  };
}

const consentAt = (world: World, at: number | null): string | null => localOrNull(at, world.shop.timeZone);

export const emailConsentPayload = (world: World, { id, email, emailConsent }: Customer) => ({
  customer_id: id,
  email_address: personal(world, email),
  email_marketing_consent: { state: emailConsent.state.toLowerCase(), opt_in_level: emailConsent.level?.toLowerCase() ?? null, consent_updated_at: consentAt(world, emailConsent.at) },
});

export const smsConsentPayload = (world: World, { id, phone, smsConsent }: Customer) => ({
  id,
  phone: personal(world, phone),
  sms_marketing_consent: { state: smsConsent.state.toLowerCase(), opt_in_level: smsConsent.level?.toLowerCase() ?? null, consent_updated_at: consentAt(world, smsConsent.at), consent_collected_from: 'other' },
});

export const tagsPayload = (world: World, { id }: Customer, tags: string[]) => ({ customerId: gid('Customer', id), tags, occurredAt: new Date(world.clock.now()).toISOString() });
