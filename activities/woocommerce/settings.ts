/** What a connection to a WooCommerce shop needs (contract woocommerce 2, 3). */
import { z } from 'zod';
import { isTimeZone } from '../../domain/high-water-mark.ts';

/** Every setting has a sentence with its default and its cost. Secrets arrive resolved. */
export const settingsSchema = z.strictObject({
  /** Address of the REST API. Configuration, never derived: WordPress may live in a sub-folder, and shops without pretty permalinks use `?rest_route=`. */
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .refine(isApiAddress, 'must end in /wp-json/wc/v3, or in ?rest_route=/wc/v3')
    .transform((url) => url.replace(/\/+$/, '')),
  /** `ck_…`; made in the shop under WooCommerce > Settings > Advanced > REST API. */
  consumerKey: z.string().min(1).meta({ secret: true }),
  /** `cs_…`; shown once, when the key is made. */
  consumerSecret: z.string().min(1).meta({ secret: true }),
  /** ISO 3166-1 alpha-2: whose phones are meant where an order names no country. */
  country: z.string().regex(/^[A-Z]{2}$/, 'two capital letters, e.g. PL'),
  /** IANA name of the shop's zone: calendar months of the backfill are counted in it. */
  timeZone: z.string().refine(isTimeZone, 'a time zone name, e.g. Europe/Warsaw'),
  /** Language of category names (their order, R15) and of the few words we add, e.g. for shipping. */
  language: z.enum(['pl', 'it', 'fr', 'en']).default('pl'),
  /** The host strips the Authorization header: send the keys in the query instead. They then stand in the host's access log. Only over https. */
  keysInQuery: z.boolean().default(false),
  /** Calls in flight at once. More than two slow a small shop down for its visitors (contract 3). */
  simultaneous: z.int().min(1).max(10).default(2),
  /** WooCommerce has no limit of its own; this one spares the host. */
  requestsPerSecond: z.number().positive().max(100).default(10),
  /** Part of that rate which is ours. */
  share: z.number().positive().max(1).default(0.8),
});

export type WoocommerceSettings = z.output<typeof settingsSchema>;

/** The account's own identity: the shop's address, however it is written (design 4). */
export function identityOf({ baseUrl }: Pick<WoocommerceSettings, 'baseUrl'>): string {
  const url = new URL(baseUrl);
  return `${url.host}${url.pathname.replace(/\/(wp-json|index\.php)?(\/wc\/v3)?\/?$/, '')}`;
}

function isApiAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const route = url.searchParams.get('rest_route') ?? url.pathname;
  return /\/wc\/v3\/*$/.test(route) && url.hash === '' && url.username === '' && url.password === '';
}
