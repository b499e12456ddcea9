/** Addresses as GraphQL shows them. Phones are as typed; the id carries which kind of address it is. */
import { gid } from './gid.ts';
import type { Address } from './model.ts';

const countries = new Intl.DisplayNames('en', { type: 'region' });

export const countryName = (code: string | null): string | null => (code === null ? null : (countries.of(code) ?? code));

export const fullName = (person: { firstName: string | null; lastName: string | null }): string | null => [person.firstName, person.lastName].filter(Boolean).join(' ') || null;

export function addressView(address: Address | null, model: 'CustomerAddress' | 'Address' = 'Address') {
  if (address === null) return null;
  const { firstName, lastName, company, address1, address2, city, zip, province, provinceCode, countryCode, phone } = address;
  const country = countryName(countryCode);
  return {
    __typename: 'MailingAddress',
    id: `${gid('MailingAddress', address.id)}?model_name=${model}`,
    firstName,
    lastName,
    name: fullName(address),
    company,
    address1,
    address2,
    city,
    zip,
    province,
    provinceCode,
    country,
    countryCodeV2: countryCode,
    phone,
    coordinatesValidated: false,
    latitude: null,
    longitude: null,
    formatted: [company, address1, address2, [zip, city].filter(Boolean).join(' '), country].filter((line) => line !== null && line !== ''),
    formattedArea: [city, country].filter(Boolean).join(', ') || null,
  };
}
