/** What the judge reads of the two simulated systems. */
import { z } from 'zod';

const shopLine = z.object({ id: z.number(), name: z.string(), sku: z.string().nullable(), quantity: z.number().int(), total: z.string(), totalTax: z.string(), refunded: z.number().int() });

export const shopTruth = z.object({
  shop: z.object({ currency: z.string() }),
  orders: z.array(
    z.object({
      id: z.number(),
      number: z.string(),
      status: z.string(),
      currency: z.string(),
      createdAt: z.string(),
      customerId: z.number(),
      billing: z.object({ first_name: z.string(), last_name: z.string(), company: z.string(), email: z.string(), phone: z.string() }),
      shipping: z.object({ phone: z.string() }),
      totalTax: z.string(),
      lines: z.array(shopLine),
      shippingLines: z.array(z.object({ total: z.string() })),
      fees: z.array(z.object({ total: z.string() })),
      refunds: z.array(z.object({ amount: z.string() })),
    }),
  ),
  products: z.array(z.object({ id: z.number(), type: z.string(), name: z.string(), sku: z.string() })),
});
export type ShopTruth = z.infer<typeof shopTruth>;
export type ShopOrder = ShopTruth['orders'][number];

export const booksTruth = z.object({
  people: z.array(z.object({ id: z.number(), email: z.string(), phones: z.array(z.object({ phone: z.string() })) })),
  categories: z.array(z.object({ id: z.number(), title: z.string(), parent_id: z.number().nullable() })),
  products: z.array(z.object({ id: z.number(), title: z.string(), sku: z.string(), code: z.string() })),
  orders: z.array(
    z.object({
      id: z.number(),
      client_id: z.number(),
      custom_fields: z.record(z.string(), z.unknown()),
      items: z.array(z.object({ quantity: z.string(), price: z.string(), entity: z.object({ title: z.string(), sku: z.string() }) })),
      comments: z.array(z.object({ text: z.string() })),
    }),
  ),
});
export type BooksTruth = z.infer<typeof booksTruth>;
export type BooksOrder = BooksTruth['orders'][number];

/** Decimal text as whole cents; no float is touched. @throws RangeError for more than two places that are not 0 */
export function cents(text: string): number {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === '' || /[1-9]/.test(fraction.slice(2))) throw new RangeError('not an amount in whole cents');
  return (sign === '-' ? -1 : 1) * Number(whole + fraction.slice(0, 2).padEnd(2, '0'));
}

/** The same number however it was written: Polish numbers differ in their last nine digits. */
export const phoneKey = (text: string): string => text.replace(/\D/g, '').slice(-9);
export const emailKey = (text: string): string => text.trim().toLowerCase();
