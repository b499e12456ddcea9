/** Whom an order names and where it goes, in canonical words (contract shopify 10, R13, R18, R19). Pure. */
import { digitsOf, type Address, type Customer } from '../../domain/customer.ts';
import { add, gross, round } from '../../domain/money.ts';
import type { Charge, Delivery } from '../../domain/order.ts';
import { normalisePhone } from '../phone.ts';
import type { ShopifyAddress, ShopifyPerson } from './schemas.ts';

/** R19: nobody to look up, to merge with or to create. */
export const unspecified: Customer = { firstName: '', lastName: '', isUnspecified: true };

/** Neither e-mail nor phone, or withheld by the shop: Unspecified (decision on R10, R19). Every order has a customer here. */
export function toCustomer(person: ShopifyPerson | null, country: string): Customer {
  if (person === null) return unspecified;
  const { customer, billingAddress: billing, shippingAddress: shipping } = person;
  const email = firstOf(person.email, customer?.defaultEmailAddress?.emailAddress);
  const phone = phoneOf(person);
  if (email === undefined && phone === undefined) return unspecified;
  const named = [customer, billing, shipping].find((who) => firstOf(who?.firstName, who?.lastName) !== undefined);
  const address = [customer?.defaultAddress, billing, shipping].map((place) => toAddress(place)).find((place) => place !== undefined);
  const company = firstOf(billing?.company, customer?.defaultAddress?.company);
  return {
    firstName: named?.firstName?.trim() ?? '',
    lastName: named?.lastName?.trim() ?? '',
    ...(company === undefined ? {} : { company }),
    ...(email === undefined ? {} : { email }),
    ...(phone === undefined ? {} : { phone: normalisePhone(phone.written, phone.country ?? country).e164 ?? phone.written, phoneAsWritten: phone.written }),
    ...(address === undefined ? {} : { address }),
  };
}

/** Customers' phones are E.164, those of addresses as typed, in the country of the address (contract 9). */
function phoneOf({ phone, customer, billingAddress, shippingAddress }: ShopifyPerson): { written: string; country: string | undefined } | undefined {
  const places = [billingAddress, customer?.defaultAddress, shippingAddress];
  const candidates = [
    { written: customer?.defaultPhoneNumber?.phoneNumber, country: undefined },
    { written: phone, country: undefined },
    ...places.map((place) => ({ written: place?.phone, country: place?.countryCodeV2 ?? undefined })),
  ];
  for (const { written, country } of candidates) if (written && digitsOf(written) !== '') return { written: written.trim(), country };
  return undefined;
}

type Place = Omit<ShopifyAddress, 'firstName' | 'lastName'>;

function toAddress(place: Place | null | undefined): Address | undefined {
  if (!place) return undefined;
  const lines = [place.address1, place.address2].flatMap((line) => firstOf(line) ?? []);
  const [postcode, city, region, country] = [place.zip, place.city, place.provinceCode, place.countryCodeV2].map((part) => firstOf(part));
  if (lines.length === 0 && city === undefined && postcode === undefined) return undefined;
  return {
    lines,
    ...(postcode === undefined ? {} : { postcode }),
    ...(city === undefined ? {} : { city }),
    ...(region === undefined ? {} : { region }),
    ...(country === undefined ? {} : { country }),
  };
}

/** R13. Without shipping lines, recipient and parcel there is no delivery: downloads, sales over the counter. */
export function toDelivery(shipping: Charge[], person: ShopifyPerson | null, numbers: readonly string[] = []): Delivery | undefined {
  const recipient = recipientOf(person?.shippingAddress ?? null);
  if (shipping.length === 0 && recipient === undefined && numbers.length === 0) return undefined;
  return {
    carrier: shipping.map(({ name }) => name).join(', ') || '–',
    ...(shipping.length === 0 ? {} : { cost: round(add(...shipping.map(({ total }) => gross(total))), 2) }),
    ...(recipient === undefined ? {} : { recipient }),
    ...(numbers.length === 0 ? {} : { trackingNumber: numbers.join(', ') }),
  };
}

/** On one line, as on a parcel: name, company, street, postcode and city, country, phone. */
function recipientOf(address: ShopifyAddress | null): string | undefined {
  if (!address) return undefined;
  const parts = [
    joined(address.firstName, address.lastName),
    joined(address.company),
    joined(address.address1),
    joined(address.address2),
    joined(address.zip, address.city),
    joined(address.provinceCode),
    joined(address.countryCodeV2),
    joined(address.phone),
  ].filter((part) => part !== '');
  return parts.length === 0 ? undefined : parts.join(', ');
}

const joined = (...parts: (string | null)[]): string => parts.flatMap((part) => firstOf(part) ?? []).join(' ');

/** The first that is more than blanks. */
const firstOf = (...texts: (string | null | undefined)[]): string | undefined => texts.map((text) => text?.trim()).find((text) => text !== undefined && text !== '');
