/**
 * Replies of a shop, as far as we read them (contract 4, 6). Unknown fields are ignored; a missing one is an error, by name.
 * Order schemas take their own output again: what is stored in a page is what was read, and no more.
 */
import { z } from 'zod';
import { add, isDecimal, type Decimal } from '../../domain/money.ts';

/** Numbers come as JSON numbers or as numeric texts, with any number of places (contract 9). */
const decimal = z.union([z.number(), z.string()]).transform(toDecimal);
/** An amount that a shop may leave empty: then it is 0. */
const amount = z.union([z.number(), z.string()]).nullish().transform((given, check) => (given === null || given === undefined || given === '' ? '0' : toDecimal(given, check)));

function toDecimal(given: number | string, check: z.RefinementCtx): Decimal {
  const text = String(given).trim();
  if (isDecimal(text)) return add(text); // 500 and "500.00" are one content
  const number = text === '' ? Number.NaN : Number(text);
  if (Number.isFinite(number) && Math.abs(number) < 1e15) return add(number.toFixed(8)); // binary noise such as 449.99999999999994
  check.addIssue('must be a decimal number');
  return z.NEVER;
}

const id = z.union([z.int().nonnegative(), z.string().trim().regex(/^\d+$/)], 'must be a number').transform(String);
/** Empty, absent and null are one. A text of digits may come as a number. */
const text = z.union([z.string(), z.number()]).nullish().transform((given) => String(given ?? '').trim());
/** `2026-09-01 10:15:00`: shop-local, without zone (contract 4.1). */
const localTime = z.string().regex(/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d$/, 'must be a date and time');
/** Where nothing stands, PHP writes an empty list. */
const orNothing = <T>(schema: z.ZodType<T>) => z.union([schema, z.array(z.unknown()).max(0).transform(() => undefined)]).nullish();

export const lineSchema = z.object({
  title: text,
  article: text,
  price: decimal,
  quantity: decimal,
  total_price: decimal.nullish(),
  type: text,
});

export const orderSchema = z.object({
  order_id: id,
  stat_status: id,
  stat_created: localTime,
  currency: text,
  delivery_name: text,
  delivery_email: text,
  delivery_phone: text,
  delivery_city: text,
  delivery_address: text,
  delivery_type: orNothing(z.object({ title: text })),
  /** -1: not calculated */
  delivery_price: decimal.nullish().catch(undefined),
  delivery_data: orNothing(z.object({ tnNumber: text })),
  payment_type: orNothing(z.object({ title: text })),
  payment_price: amount,
  /** before the discounts of the order as a whole */
  total_default: decimal,
  /** after them, without delivery */
  total_sum: decimal,
  discount_percent: amount,
  discount_value: amount,
  coupon_code: text,
  coupon_discount_value: amount,
  products: z.array(lineSchema).nullish().transform((lines) => lines ?? []),
});

export type CartumOrder = z.output<typeof orderSchema>;
export type CartumLine = z.output<typeof lineSchema>;

/** A list must not fail as a whole for one odd order: each is read by `orderSchema` when its turn comes. */
export const listedOrderSchema = z.looseObject({ order_id: id, stat_status: id, stat_created: z.string() });
export type ListedOrder = z.output<typeof listedOrderSchema>;

/** `EMPTY` may come with any response (contract 12): undefined then. */
const orEmpty = <T>(response: z.ZodType<T>) =>
  z
    .discriminatedUnion('status', [z.object({ status: z.literal('EMPTY') }), z.object({ status: z.literal(['OK', 'WARNING']), response })])
    .transform((reply) => (reply.status === 'EMPTY' ? undefined : reply.response));

export const tokenSchema = z.object({ status: z.literal('OK'), response: z.object({ token: z.string().min(1) }) });

export const ordersSchema = orEmpty(z.object({ orders: z.array(listedOrderSchema) }));

/** Texts by language; a shop with one language may have a plain one. */
const byLanguage = z.union([z.record(z.string(), z.string().nullable()), z.string(), z.array(z.unknown()).max(0)]).nullish();
export type ByLanguage = z.output<typeof byLanguage>;

const statusSchema = z.object({ id, title: byLanguage, is_successful: z.union([z.number(), z.string(), z.boolean()]).nullish() });
export type CartumStatus = z.output<typeof statusSchema>;
/** Keyed by id. */
export const statusesSchema = orEmpty(z.object({ statuses: z.union([z.record(z.string(), statusSchema), z.array(statusSchema)]) }));

/** Entries in the order of the request; the text is `messages` in one place of the documentation, `message` in another (contract 4.3). */
export const logSchema = z.object({ log: z.array(z.object({ status: z.string(), messages: z.unknown().optional(), message: z.unknown().optional() })) });
/** A refusal in the log is read before this schema is (client.ts): a warning whose log cannot be read is no success. */
export const updatedSchema = z.discriminatedUnion('status', [z.object({ status: z.literal('OK') }), z.object({ status: z.literal('WARNING'), response: logSchema })]);

const productSchema = z.object({
  article: text,
  title: byLanguage,
  description: byLanguage,
  short_description: byLanguage,
  parent: orNothing(z.object({ id: id.nullish(), path: text, value: text })),
});
export type CartumProduct = z.output<typeof productSchema>;
export const productsSchema = orEmpty(z.object({ products: z.array(productSchema) }));

const pageSchema = z.object({ id, parent: id.nullish(), title: byLanguage });
export type CartumPage = z.output<typeof pageSchema>;
export const pagesSchema = orEmpty(z.object({ pages: z.array(pageSchema) }));

export const currenciesSchema = orEmpty(z.object({ currency: z.array(z.object({ iso: z.string() })) }));

/** Hooks have no envelope (contract 4, 8). */
export const subscribedSchema = z.object({ id });
