/** Where the contract page says "not attested", "assumed" or "ours", a switch chooses the behaviour. */
import { z } from 'zod';

export const switchesSchema = z.strictObject({
  /** requests per second of the account; Infinity: no limit (null in JSON, which has no Infinity) */
  requestsPerSecond: z.union([z.number().positive(), z.literal(Infinity), z.null().transform(() => Infinity)]).default(10),
  /** adds `Retry-After: 1` to a 429 */
  retryAfterHeader: z.boolean().default(true),
  /** how a wrong key or account number is answered */
  authStatus: z.union([z.literal(401), z.literal(403)]).default(401),
  /** rows of one page; small, so that a second page is soon met */
  pageSize: z.number().int().min(1).default(50),
  /** what a page beyond the last one answers */
  beyondTheEnd: z.enum(['empty', 'repeats-last', '404']).default('empty'),
  /** rows of lists whose shape is not attested: as the page describes them, all bare in `response`, or all in `response.data` */
  lists: z.enum(['as-described', 'array', 'data']).default('as-described'),
  /** a status in a reply: 8, "8", or either from row to row */
  statusForm: z.enum(['number', 'text', 'mixed']).default('number'),
  /** the most items of one call; more is a 413. null: no limit */
  mostItems: z.number().int().min(1).nullable().default(null),
  /** a rejected item carries its address; else only `why` */
  rejectedAddress: z.boolean().default(true),
  /** `why` has the address in its text */
  whyNamesAddress: z.boolean().default(false),
  /** `response.error` when nothing was rejected */
  withoutErrors: z.enum(['empty-list', 'left-out']).default('empty-list'),
  /** a malformed address in a batch: rejected alone, or the whole request is a 400 */
  malformedAddress: z.enum(['item', 'request']).default('item'),
  /** an empty text for a name or trait */
  emptyTrait: z.enum(['keeps', 'clears']).default('keeps'),
  /** a forgotten address in replies: as if unknown, or with the panel's word as its status and no data */
  forgotten: z.enum(['hidden', 'shown']).default('hidden'),
  /** an opt-out written over the API sends the unsubscribe webhook like any other */
  apiOptOutsSendWebhook: z.boolean().default(true),
});

export type Switches = z.output<typeof switchesSchema>;
