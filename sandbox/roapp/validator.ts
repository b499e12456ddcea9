/** What the bodies of writes must look like (contract roapp 4.2, 4.4, 4.5, 12). Unknown fields are ignored, as the vendor does. */
import type { Context } from 'hono';
import { z } from 'zod';
import { parseInstant } from './dates.ts';
import { decimalPattern } from './decimals.ts';
import { invalid, Refusal, type Fields } from './errors.ts';

const id = z.number().int().positive();
const idOrNull = id.nullable();
const instant = z.string().transform((text, context) => {
  const ms = parseInstant(text);
  if (ms === undefined) context.addIssue({ code: 'custom', message: 'must look like 2026-09-01T10:00:00Z' });
  return ms ?? 0;
});
/** a text, never a number: replies show texts, and only those were seen to be accepted */
const decimal = z.string().regex(decimalPattern, 'must be a decimal string');
const positiveDecimal = decimal.refine((text) => !text.startsWith('-'), 'must not be negative');
const customFields = z.record(z.string().regex(/^f\d+$/, 'must be f and the field id'), z.json());

const orderFields = {
  branch_id: id,
  order_type_id: id,
  client_id: id,
  manager_id: idOrNull,
  assignee_id: idOrNull,
  asset_id: idOrNull,
  payer_id: idOrNull,
  ad_campaign_id: idOrNull,
  scheduled_for: instant.nullable(),
  scheduled_to: instant.nullable(),
  resource_id: idOrNull,
  malfunction: z.string(),
  manager_notes: z.string(),
  engineer_notes: z.string(),
  resume: z.string(),
  estimated_price: positiveDecimal,
  due_date: instant.nullable(),
  urgent: z.boolean(),
  custom_fields: customFields,
};
export const orderChangeSchema = z.object(orderFields).partial();
export const newOrderSchema = orderChangeSchema.required({ branch_id: true, order_type_id: true, client_id: true });

const itemFields = {
  assignee_id: id,
  quantity: positiveDecimal,
  price: decimal,
  cost: positiveDecimal,
  discount: z.object({ type: z.enum(['percentage', 'value']), percentage: z.number().min(0).max(100), amount: positiveDecimal, sponsor: z.enum(['staff', 'company']) }),
  warranty: z.object({ period: z.string().regex(/^\d{1,5}$/, 'must be a number as text'), periodUnits: z.enum(['days', 'months', 'years']) }),
};
const optionalItemFields = { tax_ids: z.array(id).optional(), comment: z.string().optional() };
export const newItemSchema = z.object({ entity_id: id, ...itemFields, ...optionalItemFields });
export const itemChangeSchema = z.object(itemFields).partial().extend(optionalItemFields);

export const statusChangeSchema = z.object({ status_id: id, comment: z.string().optional() });
export const commentSchema = z.object({ comment: z.string().min(1), is_private: z.boolean().default(false) });

const phone = z.object({
  title: z.string().default(''),
  phone: z.string().regex(/^\+\d{8,15}$/, 'must be + and 8 to 15 digits'),
  // a phone that is not told otherwise gets messages: what contract roapp 12 wants avoided
  notify: z.boolean().default(true),
  has_viber: z.boolean().default(false),
  has_whatsapp: z.boolean().default(false),
});
const contactFields = {
  email: z.string(),
  phones: z.array(phone),
  address: z.string(),
  notes: z.string(),
  birthday: z.object({ day: z.number().int(), month: z.number().int(), year: z.number().int().nullish() }).nullable(),
  supplier: z.boolean(),
  manager_id: idOrNull,
  ad_campaign_id: idOrNull,
  discount_code: z.string(),
  custom_fields: customFields,
  tags: z.array(z.string()),
  tax_identification_number: z.string(),
};
export const personChangeSchema = z.object({ first_name: z.string().min(1), last_name: z.string(), ...contactFields }).partial();
export const newPersonSchema = personChangeSchema.required({ first_name: true });
export const organizationChangeSchema = z.object({ name: z.string().min(1), ...contactFields }).partial();
export const newOrganizationSchema = organizationChangeSchema.required({ name: true });
/** The body of a merge is not in the contract; the sandbox takes the ids that shall go. */
export const mergeSchema = z.object({ ids: z.array(id).min(1) });

export const newProductSchema = z.object({
  title: z.string().trim().min(1),
  description: z.string().default(''),
  sku: z.string().default(''),
  code: z.string().default(''),
  category_id: idOrNull.default(null),
  uom_id: id.default(1),
});
export const newCategorySchema = z.object({ title: z.string().trim().min(1), parent_id: idOrNull.default(null) });

/** Previous version: SKU is called article. Its body schema was not captured; the names are those of its replies. */
export const legacyChangeSchema = z.object({ title: z.string().trim().min(1), article: z.string(), code: z.string(), description: z.string(), category_id: idOrNull, uom_id: id }).partial();
export const legacyProductSchema = legacyChangeSchema.required({ title: true });

export type OrderChange = z.output<typeof orderChangeSchema>;
export type ItemChange = z.output<typeof itemChangeSchema>;
export type ContactChange = z.output<typeof personChangeSchema> & z.output<typeof organizationChangeSchema>;

/** Reads a JSON body. Throws a Refusal that names every wrong field. */
export async function readBody<Schema extends z.ZodType>(context: Context, schema: Schema): Promise<z.output<Schema>> {
  if (!/^application\/json\b/i.test(context.req.header('content-type') ?? '')) throw invalid('body', 'content type must be application/json');
  const result = schema.safeParse(parseJson(await context.req.text()));
  if (result.success) return result.data;
  const fields: Fields = {};
  for (const { path, message } of result.error.issues) (fields[path.join('.')] ??= []).push(message);
  throw new Refusal(400, 'Validation failed', { fields });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'Body is not JSON');
  }
}
