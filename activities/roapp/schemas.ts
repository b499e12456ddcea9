/** Replies of RO App, only the fields we read. Unknown fields are ignored; a missing one is an error, by name. */
import { z } from 'zod';

/** "Missing text is empty, not null" (contract roapp 9), but some fields may be missing altogether. */
const text = z.string().nullish().transform((value) => value ?? '');
const id = z.int();

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const unwrap = (body: unknown): unknown => (isRecord(body) && 'data' in body ? body.data : body);

/** One object, bare or in `data`. */
const single = <T>(schema: z.ZodType<T>) => z.preprocess(unwrap, schema);
/** Dictionaries come as a bare array or in `data`. */
const whole = <T>(schema: z.ZodType<T>) => z.preprocess(unwrap, z.array(schema));
/** Lists in pages. */
const pageOf = <T>(schema: z.ZodType<T>) => z.object({ data: z.array(schema), paging: z.object({ total_pages: z.int() }).optional() });

/** Write replies vary: `{"id":1}`, `{"data":{"id":1}}`, the whole object, or nothing; without an id the object is looked up. */
export const writtenSchema = z.unknown().transform((body) => {
  const object = unwrap(body);
  return isRecord(object) && typeof object.id === 'number' ? object.id : undefined;
});

export const companySchema = single(z.object({ currency: z.string().min(3), timezone: text }));

const named = z
  .object({ id, title: z.string().optional(), name: z.string().optional() })
  .transform((entry) => ({ id: entry.id, name: entry.title ?? entry.name ?? '' }));
export const orderTypesSchema = whole(named);

export const locationsSchema = whole(z.object({ id, name: text, is_archived: z.boolean().optional() }));
export const employeesSchema = whole(z.object({ id }));
export const customFieldsSchema = whole(
  z
    .object({ id: z.union([id, z.string()]), title: z.string().optional(), name: z.string().optional(), type: z.int(), required: z.boolean().optional() })
    .transform((field) => ({ key: `f${String(field.id).replace(/^f/, '')}`, name: field.title ?? field.name ?? '', type: field.type, required: field.required ?? false })),
);

const phones = z.array(z.union([z.string(), z.object({ phone: text }).transform((entry) => entry.phone)])).nullish().transform((list) => list ?? []);

const person = z
  .object({ id, first_name: text, last_name: text, email: text, phones, notes: text, modified_at: z.string().optional() })
  .transform((found) => ({ id: found.id, firstName: found.first_name, lastName: found.last_name, notes: found.notes, company: '', email: found.email, phones: found.phones, modifiedAt: found.modified_at }));
const organization = z
  .object({ id, name: text, email: text, phones, modified_at: z.string().optional() })
  .transform((found) => ({ id: found.id, firstName: '', lastName: '', notes: '', company: found.name, email: found.email, phones: found.phones, modifiedAt: found.modified_at }));

export const peopleSchema = pageOf(person);
export const organizationsSchema = pageOf(organization);
/** Only asked whether it is there. */
export const presenceSchema = z.unknown();

export const productsSchema = pageOf(z.object({ id, title: text, sku: text, code: text }));
export const categoriesSchema = pageOf(z.object({ id, title: text, parent_id: id.nullish().transform((parent) => parent ?? null) }));

/** Empty maps can come as `[]` (contract roapp 9). */
const map = z.union([z.record(z.string(), z.unknown()), z.array(z.unknown()).transform(() => ({}))]).nullish().transform((found): Record<string, unknown> => found ?? {});

const order = z.object({
  id,
  number: text,
  created_at: z.string(),
  manager_notes: text,
  custom_fields: map,
  total: z.union([z.string(), z.number().transform(String)]),
  modified_at: text,
  status: z.object({ id }),
  is_deduction_required: z.boolean().nullish().transform((value) => value ?? null),
  client: z.object({ id, email: text, phone: z.array(z.string()).nullish().transform((list) => list ?? []) }).nullish(),
});
export const ordersSchema = pageOf(order);
export const oneOrderSchema = single(order);

/** Group numbers as seen in use (contract roapp 4.1): names are free per account and localised. */
export const statusesSchema = whole(z.object({ id, name: text, group: z.object({ type: z.int() }).nullish() }));
export type RoappStatus = z.infer<typeof statusesSchema>[number];

/** How many pieces; a form that is not known still counts as a write-off. */
const writeOff = z.object({ quantity: z.union([z.number(), z.string().regex(/^\d/).transform(Number)]).optional().catch(undefined) }).catch({});

const item = z.object({
  id,
  comment: text,
  entity: z.object({ id, type: text, title: text }),
  quantity: z.union([z.string(), z.number().transform(String)]),
  /** for one piece; optional, since nothing but a reconciliation reads it */
  price: z.union([z.string(), z.number().transform(String)]).optional(),
  /** null or empty while nothing was deducted (contract roapp 4.3) */
  write_offs: z.array(writeOff).nullish().transform((list) => list ?? []),
});
export const itemsSchema = whole(item);
export type RoappItem = z.infer<typeof item>;

export interface Page<T> {
  data: T[];
  paging?: { total_pages: number } | undefined;
}
export type Person = z.infer<typeof person>;
export type RoappProduct = z.infer<typeof productsSchema>['data'][number];
export type RoappCategory = z.infer<typeof categoriesSchema>['data'][number];
export type RoappOrder = z.infer<typeof order>;
