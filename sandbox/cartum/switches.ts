/** Where the contract page says "not stated", "seen both ways" or "depends on the release", a switch chooses. The defaults are the unkind ones of a current release. */
import { z } from 'zod';

export const switchesSchema = z.strictObject({
  /** before 4.0 there is no `orders/get_available_statuses`, before 3.30 no time in date filters, before 4.26 no `photo_url` */
  release: z.string().regex(/^\d+(\.\d+)*$/).default('4.26'),
  /** how a wrong login is answered */
  badLogin: z.enum(['ERROR', 'UNAUTHORIZED', 'AUTHORIZATION_ERROR']).default('ERROR'),
  /** how a missing, wrong or expired token is answered */
  badToken: z.enum(['UNAUTHORIZED', 'AUTHORIZATION_ERROR', 'HTTP 401']).default('UNAUTHORIZED'),
  /** order of rows; shuffled: neither by number nor by time, the same from call to call */
  rowOrder: z.enum(['shuffled', 'oldest-first', 'newest-first']).default('shuffled'),
  /** the most rows of one `orders/get`, silently; null: none, as none is documented */
  ordersCap: z.number().int().min(1).nullable().default(null),
  offsetWithoutLimit: z.enum(['EXCEPTION', 'ignored']).default('EXCEPTION'),
  /** a `to` without a time reaches to the end of its day; else to its first second */
  dateOnlyToCoversDay: z.boolean().default(false),
  /** seeded: numbers come as JSON numbers or as text, decimals with any scale, `EMPTY` with any response; plain: always the first form */
  variety: z.enum(['seeded', 'plain']).default('seeded'),
  /** spelling in the log of `orders/update`; the vendor's text has message and order_id, its example messages and none */
  logSpelling: z.enum(['messages', 'message']).default('messages'),
  /** a status set sends the customer an e-mail, also when it is the status the order has already */
  statusMails: z.boolean().default(true),
  /** id of the page above all others; not stated by the vendor */
  rootPageId: z.number().int().default(0),
  /** `pages/export` without `parent` */
  pagesWithoutParent: z.enum(['root', 'EXCEPTION']).default('root'),
  /** off: the shop's tariff has no hooks */
  hooks: z.boolean().default(true),
  /** events that may be subscribed to: all, or those of the English page */
  hookEvents: z.enum(['all', 'english-page']).default('all'),
  /** the hosting in front of the shop; `challenge-unfamiliar` stops clients that do not name themselves */
  front: z.enum(['open', 'challenge', 'challenge-unfamiliar', 'too-many', 'unavailable']).default('open'),
  /** `Retry-After` in 429 and 503; null: none */
  retryAfterSeconds: z.number().int().min(0).nullable().default(null),
});

export type Switches = z.output<typeof switchesSchema>;
