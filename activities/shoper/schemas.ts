/**
 * Replies of a shop, as far as we read them (contract 4, 5, 9). Scalars come as texts, numbers or booleans, lists as arrays or as objects by id:
 * each is read in all its forms. Unknown fields are ignored; of a row only the id must be there, since one odd row must not stop a whole list.
 */
import { z } from 'zod';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** Empty for null; true and false as "1" and "0". */
const text = scalar.optional().transform((value) => (value === null || value === undefined ? '' : typeof value === 'boolean' ? (value ? '1' : '0') : String(value).trim()));

/** "", "0", 0, null, false and no value at all are no (contract 4.5, 9). */
const flag = text.transform((value) => !['', '0', 'false'].includes(value.toLowerCase()));

const id = z.union([z.int().positive(), z.string().regex(/^[1-9]\d{0,19}$/)]).transform(String);
const whole = z.union([z.int().nonnegative(), z.string().regex(/^\d{1,15}$/)]).transform(Number);

/** An array, or an object keyed by id or position (contract 5). */
const listOf = <T>(item: z.ZodType<T>) => z.union([z.array(item), z.record(z.string(), item).transform((all) => Object.values(all))]);
const optionalListOf = <T>(item: z.ZodType<T>) => listOf(item).nullish().transform((all) => all ?? []);

/** `count` is a text (contract 5). */
export const pageOf = <T>(row: z.ZodType<T>) => z.object({ count: whole, pages: whole, list: listOf(row) });
export interface ListPage<T> {
  count: number;
  pages: number;
  list: T[];
}

/** A field of the registration form as it stands on a customer: which of the two holds the answer is not said (contract 4.1). */
const fieldOnUser = z.object({ field_id: id, type: text, value: text, field_value: text });
export type FieldOnUser = z.output<typeof fieldOnUser>;

export const userSchema = z.object({
  user_id: id,
  email: text,
  firstname: text,
  lastname: text,
  comment: text,
  discount: text,
  group_id: text,
  lang_id: text,
  date_add: text,
  lastvisit: text,
  registered: flag,
  active: flag,
  newsletter: flag,
  verify_email: flag,
  tags: optionalListOf(text),
  additional_fields: optionalListOf(fieldOnUser),
});
export type ShoperUser = z.output<typeof userSchema>;

/** `dateadd` without underscore (contract 4.3). */
export const subscriberSchema = z.object({ subscriber_id: id, email: text, active: flag, lang_id: text, groups: optionalListOf(text), dateadd: text });
export type ShoperSubscriber = z.output<typeof subscriberSchema>;

/** Fields of an address that a mapping can ask for (contract 4.2). */
export const addressFields = [
  'address_name',
  'company_name',
  'pesel',
  'firstname',
  'lastname',
  'street_1',
  'street_2',
  'city',
  'zip_code',
  'state',
  'country',
  'country_code',
  'phone',
  'tax_identification_number',
] as const;

export const addressSchema = z.object({
  address_book_id: id,
  user_id: id,
  default: flag,
  address_name: text,
  company_name: text,
  pesel: text,
  firstname: text,
  lastname: text,
  street_1: text,
  street_2: text,
  city: text,
  zip_code: text,
  state: text,
  country: text,
  country_code: text,
  phone: text,
  tax_identification_number: text,
});
export type ShoperAddress = z.output<typeof addressSchema>;

/** By locale; an empty list where there are none. */
const translations = z.union([z.record(z.string(), z.object({ name: text })), z.array(z.unknown()).transform((): Record<string, { name: string }> => ({}))]).nullish().catch(undefined);
export const additionalFieldSchema = z.object({ field_id: id, type: text, locate: text.transform(Number), active: flag, translations });
export type AdditionalField = z.output<typeof additionalFieldSchema>;

export const languageSchema = z.object({ lang_id: id, locale: text });
/** A shop that does not tell is taken for one that confirms: then nobody counts as confirmed who is not. */
export const configSchema = z.object({ registration_confirm: flag.optional() }).transform(({ registration_confirm: confirms }) => ({ confirmsRegistration: confirms ?? true }));
/** Its form is not documented; empty: in no form that we know. */
export const versionSchema = z.union([z.object({ version: z.string() }).transform(({ version }) => version), z.string(), z.unknown().transform(() => '')]);

/** The list leaves `secret` out, the single reply has it; how the id is named is not said there (contract 4.8): a client tested on a shop reads `webhook_id`. */
export const webhookSchema = z
  .object({ webhook_id: id.optional(), id: id.optional(), url: text, active: flag, format: text, events: optionalListOf(text), secret: text })
  .transform(({ webhook_id: own, id: plain, ...rest }, context) => {
    const found = own ?? plain;
    if (found !== undefined) return { ...rest, id: found };
    context.addIssue({ code: 'custom', path: ['webhook_id'], message: 'is missing' });
    return z.NEVER;
  });
export type ShoperWebhook = z.output<typeof webhookSchema>;

/** The id of what was made, bare (contract 4). */
export const createdSchema = id;
/** PUT and DELETE answer with a bare 1 (contract 4). */
export const doneSchema = z.union([z.literal(1), z.literal('1'), z.literal(true)]);

export const bulkSchema = z.object({ items: listOf(z.object({ id: z.string(), code: whole, body: z.unknown() })) });
export type BulkItem = z.output<typeof bulkSchema>['items'][number];

/** Of the log-in and of both exchanges (contract 2); a log-in gives no refresh token. */
export const tokenSchema = z.object({ access_token: z.string().min(1), refresh_token: z.string().min(1).optional(), expires_in: whole.optional() });
export type TokenReply = z.output<typeof tokenSchema>;
