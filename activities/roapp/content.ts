/** What an import began with, as the ledger keeps it: a half-made order is completed with it (decision "R4 and a half-made import"). */
import { z } from 'zod';
import type { Order } from '../../domain/order.ts';
import { noteCodes } from '../../domain/outcome.ts';
import type { Parties } from '../../domain/ports.ts';
import type { Priced } from '../../domain/pricing.ts';

export interface Content {
  order: Order;
  parties: Parties;
  priced: Priced;
  /** of the source's data */
  digest: string;
}

const amount = z.object({ net: z.string(), tax: z.string() });
const note = z.object({
  code: z.enum(noteCodes),
  text: z.string(),
});
const address = z.object({ lines: z.array(z.string()), postcode: z.string().optional(), city: z.string().optional(), region: z.string().optional(), country: z.string().optional() });
const customer = z.object({
  firstName: z.string(),
  lastName: z.string(),
  company: z.string().optional(),
  email: z.string().optional(),
  phone: z.string().optional(),
  phoneAsWritten: z.string().optional(),
  address: address.optional(),
  isUnspecified: z.boolean().optional(),
});
const product = z.object({
  sourceId: z.string().optional(),
  name: z.string(),
  sku: z.string().optional(),
  code: z.string().optional(),
  description: z.string().optional(),
  category: z.array(z.string()).optional(),
});
const charge = z.object({ kind: z.enum(['shipping', 'fee', 'discount']), name: z.string(), total: amount });

const schema = z.object({
  order: z.object({
    sourceId: z.string(),
    number: z.string(),
    status: z.string(),
    ending: z.enum(['cancelled', 'refunded', 'trashed', 'deleted']).optional(),
    platform: z.string().optional(),
    createdAt: z.string(),
    modifiedAt: z.string(),
    currency: z.string(),
    customer: customer.optional(),
    lineItems: z.array(z.object({ key: z.string(), product, quantity: z.string(), total: amount })),
    charges: z.array(charge),
    delivery: z.object({ carrier: z.string(), cost: z.string().optional(), isCostOpen: z.boolean().optional(), recipient: z.string().optional(), trackingNumber: z.string().optional() }).optional(),
    total: z.string(),
    totalTax: z.string(),
    remarks: z.array(z.string()).optional(),
  }),
  parties: z.object({ customerId: z.string(), products: z.record(z.string(), z.string()), missing: z.array(z.string()), notes: z.array(note) }),
  priced: z.object({
    lines: z.array(
      z.object({ key: z.string(), kind: z.enum(['product', 'charge']), lineKey: z.string().optional(), article: z.string().optional(), name: z.string(), quantity: z.string(), price: z.string() }),
    ),
    inComment: z.array(charge),
    total: z.string(),
    expected: z.string(),
    differences: z.array(z.object({ reason: z.enum(['charges-in-comment', 'rounding', 'platform-total']), amount: z.string() })),
  }),
  digest: z.string(),
}) satisfies z.ZodType<Content>;

export const writeContent = (content: Content): string => JSON.stringify(content);
export const readContent = (text: string): Content => schema.parse(JSON.parse(text));
