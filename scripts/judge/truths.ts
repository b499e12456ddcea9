/** What the judge reads of the simulated books, and how it compares. */
import { z } from 'zod';

export const booksTruth = z.object({
  people: z.array(z.object({ id: z.number(), email: z.string(), phones: z.array(z.object({ phone: z.string() })) })),
  categories: z.array(z.object({ id: z.number(), title: z.string(), parent_id: z.number().nullable() })),
  products: z.array(z.object({ id: z.number(), title: z.string(), sku: z.string(), code: z.string() })),
  orders: z.array(
    z.object({
      id: z.number(),
      client_id: z.number(),
      status: z.object({ id: z.number() }),
      custom_fields: z.record(z.string(), z.unknown()),
      items: z.array(z.object({ id: z.number(), quantity: z.string(), price: z.string(), entity: z.object({ title: z.string(), sku: z.string() }) })),
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
