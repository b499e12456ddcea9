/** The settings of the flow *import orders*, as they are written in the file and lie in the ledger. */
import { z } from 'zod';

/** Ids of things in a system: digits may be written without quotes. */
const thingId = z.union([z.string().min(1), z.number().int()], 'expected an id').transform(String);

/** Settings of the flow *import orders*, with their defaults. */
export const importOrdersSchema = z.strictObject({
  /** R14: products of an order are compared by this first */
  identifyProductsBy: z.enum(['sku', 'code', 'name']).default('sku'),
  /** N14: do line prices in the books contain tax */
  prices: z.enum(['with-tax', 'without-tax']).default('with-tax'),
  /** N14: articles that shipping, fees and discounts become lines of; absent: named in the comment */
  articles: z
    .strictObject(
      { shipping: thingId.optional(), fee: thingId.optional(), discount: thingId.optional() },
      { error: ({ code }) => (code === 'unrecognized_keys' ? 'unknown key; allowed: shipping, fee, discount' : undefined) },
    )
    .default({})
    .transform(({ shipping, fee, discount }) => ({
      ...(shipping === undefined ? {} : { shipping }),
      ...(fee === undefined ? {} : { fee }),
      ...(discount === undefined ? {} : { discount }),
    })),
  /** R9: calendar months in the shop's zone; each costs reading its orders once */
  backfillMonths: z.number().int().min(0).max(24).default(2),
  /** R5, R7, R9; default: those that the platform's rule names */
  excludeStatuses: z.array(thingId).default([]),
  /** R17 */
  codeOf: z.enum(['variant', 'product']).default('variant'),
  /** how often the incremental window runs; each costs at least one call */
  everyMinutes: z.number().int().min(1).max(1_440).default(5),
  /** R6, R11: the two-way table; an unmapped status is left alone */
  statuses: z
    .array(z.strictObject({ platform: thingId, books: thingId, direction: z.enum(['both', 'to-books', 'to-platform']).default('both') }))
    .default([]),
  /** R11: withheld until every product line is written off; default: WooCommerce's Completed */
  afterWriteOff: z.array(thingId).default([]),
});
