/** Additional fields of the shop's forms (contract 4.4): which of them a customer can have, and which holds a consent. Pure. */
import type { FieldName } from '../../domain/contact-ports.ts';
import { additionalPrefix } from './map.ts';
import type { AdditionalField } from './schemas.ts';

export const checkbox = '2';
/** text, checkbox, select, hidden; files and descriptions hold nothing that can be mapped */
const mappable = ['1', checkbox, '3', '5'];
/** user, account panel, registration, guest order with registration: the other places belong to orders */
const onCustomers = 1 | 2 | 4 | 16;

/** As mapping rows name them. */
export const offeredFields = (fields: readonly AdditionalField[]): FieldName[] =>
  fields.filter(({ type, locate }) => mappable.includes(type) && (locate & onCustomers) !== 0).map((field) => ({ name: `${additionalPrefix}${field.field_id}`, label: labelOf(field) }));

/** In Polish, else in whatever language there is. */
export function labelOf({ field_id: id, translations }: AdditionalField): string {
  const names = new Map(Object.entries(translations ?? {}).map(([locale, { name }]) => [locale, name]));
  return [names.get('pl_PL') ?? '', ...names.values()].find((name) => name !== '') ?? `additional field ${id}`;
}
