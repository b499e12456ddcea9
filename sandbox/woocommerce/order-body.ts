/** What may stand in the body of an order write, and how it is checked (contract woocommerce 4 and 6). */
import { z } from 'zod';
import type { ArgSpecs } from './args.ts';
import { currencyCodes } from './currencies.ts';
import { WooError, invalidParams } from './errors.ts';
import type { Store } from './store.ts';

const amount = z.union([z.string(), z.number()]);
const id = z.coerce.number().int();
const text = z.coerce.string();
const metaInput = z.array(z.object({ id: id.optional(), key: text, value: z.unknown() }));

export const lineInput = z.object({
  id: id.optional(),
  /** null removes the line */
  product_id: z.union([z.null(), id]).optional(),
  variation_id: id.optional(),
  sku: text.nullish(),
  name: text.nullish(),
  quantity: z.coerce.number().optional(),
  subtotal: amount.optional(),
  total: amount.optional(),
  meta_data: metaInput.optional(),
});
export type LineInput = z.infer<typeof lineInput>;

const addressInput = z
  .object({ first_name: text, last_name: text, company: text, address_1: text, address_2: text, city: text, state: text, postcode: text, country: text, phone: text })
  .partial();
const billingInput = addressInput.extend({ email: z.string().nullish() });

export const orderBody = z.object({
  status: text.optional(),
  currency: text.optional(),
  customer_id: id.optional(),
  customer_note: text.optional(),
  payment_method: text.optional(),
  payment_method_title: text.optional(),
  transaction_id: text.optional(),
  created_via: text.optional(),
  set_paid: z.boolean().optional(),
  billing: billingInput.optional(),
  shipping: addressInput.optional(),
  meta_data: metaInput.optional(),
  line_items: z.array(lineInput).optional(),
  shipping_lines: z.array(z.object({ id: id.optional(), method_id: text.nullish(), method_title: text.nullish(), total: amount.optional() })).optional(),
  fee_lines: z.array(z.object({ id: id.optional(), name: text.nullish(), total: amount.optional() })).optional(),
  coupon_lines: z.array(z.object({ code: text.optional() })).optional(),
});
export type OrderBody = z.infer<typeof orderBody>;

/** What is checked before a write; batch items skip this. `trash` cannot be written. */
export function orderBodySpecs(store: Store): ArgSpecs {
  return {
    status: { type: 'string', enum: ['auto-draft', ...store.shop.statuses.map(({ slug }) => slug)] },
    currency: { type: 'string', enum: currencyCodes },
    customer_id: { type: 'integer' },
    customer_note: { type: 'string' },
    set_paid: { type: 'boolean' },
  };
}

/** @throws WooError 400 naming the argument whose shape is wrong */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const failures = read.error.issues.map((issue) => {
    const name = String(issue.path[0] ?? 'body');
    return [name, { code: 'rest_invalid_type', message: `${issue.path.map(String).join('.')} is not of the expected type.`, data: { param: name } }] as const;
  });
  throw invalidParams(Object.fromEntries(failures));
}

export const invalidCustomer = () => new WooError(400, 'woocommerce_rest_invalid_customer_id', 'Customer ID is invalid.');
export const invalidCoupon = (code: string) => new WooError(400, 'woocommerce_rest_invalid_coupon', `Coupon "${code}" does not exist!`);
