/** Replies of a shop, as far as we read them (contract 4). Unknown fields are ignored; a missing one is an error, by name. */
import { z } from 'zod';
import { isDecimal } from '../../domain/money.ts';

const decimal = z.string().refine(isDecimal, 'must be a decimal number');
/** `2026-11-21T16:49:51`: GMT without Z (contract 9). */
const gmt = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/, 'must be a date and time');
const id = z.int().nonnegative();
const text = z.string();
/** Absent in older versions. */
const laterText = z.string().nullish();

/** `value` is anything at all. */
const meta = z.object({ key: z.string(), value: z.unknown().optional(), display_value: z.unknown().optional() });

export const lineSchema = z.object({
  id,
  name: text,
  product_id: id,
  variation_id: id,
  quantity: z.number(),
  total: decimal,
  total_tax: decimal,
  sku: z.string().nullable(),
  parent_name: laterText,
  meta_data: z.array(meta),
});

/** Shipping and fees: money of no product. */
const chargeSchema = z.object({ id, total: decimal, total_tax: decimal });

export const orderSchema = z.object({
  id,
  number: text,
  status: text,
  currency: text,
  date_created_gmt: gmt,
  date_modified_gmt: gmt,
  total: decimal,
  total_tax: decimal,
  customer_id: id,
  billing: z.object({ first_name: text, last_name: text, company: text, country: text, email: text, phone: text }),
  shipping: z.object({ phone: laterText }),
  line_items: z.array(lineSchema),
  shipping_lines: z.array(chargeSchema),
  fee_lines: z.array(chargeSchema.extend({ name: z.string().nullable() })),
  refunds: z.array(z.object({ id, total: decimal })),
});

export type WooOrder = z.output<typeof orderSchema>;
export type WooLine = z.output<typeof lineSchema>;

/** Only these are asked for: what the books need, and no address, IP or payment data. */
export const orderFields = Object.keys(orderSchema.shape).join(',');

/** A list must not fail as a whole for one odd order: each is read by `orderSchema` when its turn comes. */
export const listedOrdersSchema = z.array(z.looseObject({ id, number: text, status: text, date_created_gmt: gmt, date_modified_gmt: gmt }));
export type ListedOrder = z.output<typeof listedOrdersSchema>[number];

const refundedChargeSchema = chargeSchema.extend({ meta_data: z.array(meta).default([]) });

/** Quantities and amounts of a refund's lines are negative (contract 4). */
export const refundsSchema = z.array(
  z.object({
    id,
    amount: decimal,
    reason: text,
    line_items: z.array(z.object({ quantity: z.number(), total: decimal, total_tax: decimal, meta_data: z.array(meta) })),
    shipping_lines: z.array(refundedChargeSchema),
    fee_lines: z.array(refundedChargeSchema),
  }),
);
export type WooRefund = z.output<typeof refundsSchema>[number];

export const statusesSchema = z.array(z.object({ slug: text, name: text }));

export const productsSchema = z.array(z.object({ id, description: text, short_description: text, categories: z.array(z.object({ id })) }));
export type WooProduct = z.output<typeof productsSchema>[number];

export const categoriesSchema = z.array(z.object({ id, name: text, slug: text, parent: id }));
export type WooCategory = z.output<typeof categoriesSchema>[number];

export const currencySettingSchema = z.object({ value: text });
export const currentCurrencySchema = z.object({ code: text });
/** What `check` looks at. */
export const probedOrdersSchema = z.array(z.object({ id, currency: text, date_created: gmt, date_created_gmt: gmt }));
export const idsSchema = z.array(z.object({ id }));

/** A shop's webhooks, as far as ours are recognised by address and topic; the secret never comes back (contract 4). */
export const webhooksSchema = z.array(z.object({ id, topic: text, delivery_url: text, status: text }));
export type WooWebhook = z.output<typeof webhooksSchema>[number];
export const webhookSchema = webhooksSchema.element;
export const writtenSchema = z.object({ id });
