/** Addresses as they are handed in. */
import { z } from 'zod';
import type { Address } from './model.ts';
import type { World } from './world.ts';

const text = z.string().nullish();

/** Loose, as the type system has checked the names already. */
export const addressSchema = z.object({ firstName: text, lastName: text, company: text, address1: text, address2: text, city: text, zip: text, province: text, provinceCode: text, countryCode: text, phone: text });
export type AddressInput = z.output<typeof addressSchema>;

/** What is left out keeps its value. */
export function addressOf({ store }: Pick<World, 'store'>, input: AddressInput, before: Address | null = null): Address {
  const pick = (name: keyof AddressInput): string | null => (input[name] === undefined ? (before?.[name] ?? null) : input[name]);
  return {
    id: before?.id ?? store.next('address'),
    firstName: pick('firstName'),
    lastName: pick('lastName'),
    company: pick('company'),
    address1: pick('address1'),
    address2: pick('address2'),
    city: pick('city'),
    zip: pick('zip'),
    province: pick('province'),
    provinceCode: pick('provinceCode'),
    countryCode: pick('countryCode'),
    phone: pick('phone'),
  };
}
