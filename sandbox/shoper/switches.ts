/** Where the contract page says "not verified", "one saw this, another that" or names a choice of the shop, a switch chooses. */
import { z } from 'zod';
import { limits } from './limits.ts';

export const switchesSchema = z.strictObject({
  /** false: nobody is ever throttled; the headers are sent all the same */
  rateLimit: z.boolean().default(true),
  /** capacity of the bucket */
  apiLimit: z.number().int().min(1).default(limits.apiLimit),
  /** drained per second */
  apiBandwidth: z.number().min(0.1).default(limits.apiBandwidth),
  /** each item of a bulk call fills the bucket; else the call counts once */
  bulkCountsItems: z.boolean().default(false),
  /** `newsletter` in a write to /users: left out of the documented schema */
  newsletterWrites: z.enum(['ignored', 'accepted']).default('ignored'),
  /** filters on /subscribers: documented for no shop */
  subscriberFilters: z.enum(['work', 'ignored', 'refused']).default('work'),
  /** filters on /users that the documentation does not list, e.g. date_add */
  undocumentedFilters: z.enum(['refused', 'ignored', 'work']).default('refused'),
  /** how e-mail addresses compare, in filters and where they must be unique */
  emailCase: z.enum(['any-case', 'exact']).default('any-case'),
  /** a second subscriber with the same address */
  subscriberDuplicates: z.enum(['refused', 'allowed']).default('refused'),
  pagePastEnd: z.enum(['404', 'empty']).default('404'),
  /** `list` as an object keyed by id was seen once */
  listForm: z.enum(['array', 'object']).default('array'),
  /** what `*.delete` webhooks carry; nobody has seen one */
  deletePayload: z.enum(['id', 'row']).default('id'),
  /** how the header with the shop's host is named */
  domainHeader: z.enum(['X-Shop-Domain', 'X-Shop-Hostname']).default('X-Shop-Domain'),
  /** the shop asks new customers to confirm their address; off it reads as "" */
  registrationConfirm: z.boolean().default(true),
  /** the old access token after a refresh */
  oldTokenAfterRefresh: z.enum(['ends', 'lives']).default('ends'),
  tokenLifeSeconds: z.number().int().min(1).default(limits.tokenLifeSeconds),
  /** why an administrator with the right password is still not let in */
  adminLogin: z.enum(['open', 'auth_ip_not_allowed', 'auth_webapi_access_denied']).default('open'),
});

export type Switches = z.output<typeof switchesSchema>;
