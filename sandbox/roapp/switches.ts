/** Where the contract page says "unreliable", "assumed" or "seen both ways", a switch chooses the behaviour. The defaults are the unkind ones. */
import { z } from 'zod';

export const switchesSchema = z.strictObject({
  /** requests per second and key; Infinity: no limit (null in JSON, which has no Infinity) */
  requestsPerSecond: z.union([z.number().positive(), z.literal(Infinity), z.null().transform(() => Infinity)]).default(3),
  /** adds `Retry-After: 1` to a 429 */
  retryAfterHeader: z.boolean().default(false),
  /** POST /catalog/products exists (assumed in the contract); else 404 */
  productCreate: z.boolean().default(true),
  /** POST /catalog/products/categories exists (assumed); else 405 */
  categoryCreate: z.boolean().default(true),
  /** the previous version still answers; else 404 for all of it */
  legacy: z.boolean().default(true),
  /** the undocumented `emails` filter of people works; else it is ignored like any unknown parameter */
  honourEmailsFilter: z.boolean().default(false),
  /** `limit` is honoured up to 100; else pages have 50 rows */
  honourLimit: z.boolean().default(false),
  /**
   * What `phones` and `client_phones` find.
   * `digits`: the same digits as stored, however grouped; `exact`: the same text; `suffix`: the last nine digits (a filter that works);
   * `unrelated`: like `digits`, with rows nobody asked for in front; `ignored`: everything
   */
  phoneFilter: z.enum(['digits', 'exact', 'suffix', 'unrelated', 'ignored']).default('digits'),
  /** seeded: forms of write replies, error bodies, phones and prices change from one to the next; plain: always the first form */
  replyVariety: z.enum(['seeded', 'plain']).default('seeded'),
  /** a 400 because of a deleted or merged record names the field, or nothing */
  goneReference: z.enum(['named', 'nameless']).default('nameless'),
  /** without the right "may add products without deduction" */
  missingRightStatus: z.union([z.literal(403), z.literal(400)]).default(403),
  validationStatus: z.union([z.literal(400), z.literal(422)]).default(400),
  /** order types and custom fields are named by `title` or by `name` */
  dictionaryNames: z.enum(['title', 'name']).default('title'),
  /** a line may have quantity 0 */
  zeroQuantity: z.boolean().default(true),
  /** a line whose goods are written off, wholly or in part, may still be changed over the API (unknown in the contract); else 400 */
  changeWrittenOff: z.boolean().default(true),
  /** writing off and reverting move the order's `modified_at` (undocumented); else a scan by change time never sees them */
  writeOffMovesModifiedAt: z.boolean().default(true),
  /** X-Signature: HMAC over the event's id as seen in live traffic, or the plain hash of id and secret */
  webhookSignature: z.enum(['hmac', 'plain']).default('hmac'),
});

export type Switches = z.output<typeof switchesSchema>;
