/** What a connection to a Cartum (Horoshop) shop needs (contract cartum 2, 3, 9). */
import { z } from 'zod';
import { isTimeZone } from '../../domain/high-water-mark.ts';

/** Every setting has a sentence with its default and its cost. Secrets arrive resolved. */
export const settingsSchema = z.strictObject({
  /** Address of the shop, `https://<shop domain>`, with or without `/api`. The password travels in the body: plain http only to a machine of one's own. */
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .refine(isShopAddress, 'must be the address of the shop, e.g. https://shop.example, without query')
    .transform((url) => `${url.replace(/\/+$/, '').replace(/\/api$/, '')}/api`),
  /** The *login* of a user of the shop's panel (Settings > Users), not the e-mail address. */
  login: z.string().min(1).meta({ secret: true }),
  /** That user's password. */
  password: z.string().min(1).meta({ secret: true }),
  /** ISO 3166-1 alpha-2: whose phones are meant where a number has no country code. */
  country: z.string().regex(/^[A-Z]{2}$/, 'two capital letters, e.g. UA'),
  /** IANA name of the shop's zone: the API gives and takes local times only. A wrong one shifts every order's date. */
  timeZone: z.string().refine(isTimeZone, 'a time zone name, e.g. Europe/Kyiv').default('Europe/Kyiv'),
  /** Key of the texts in the catalogue (`title.<language>`): in it products and categories are named in the books (R14). */
  language: z.string().regex(/^[a-z]{2,3}(-[A-Za-z]{2,4})?$/, 'a language key of the shop’s catalogue, e.g. ua or en'),
  /** How the one name field is split: first word = first name (default), first word = last name, or not at all (then all of it is the first name). */
  nameOrder: z.enum(['first-last', 'last-first', 'unsplit']).default('first-last'),
  /** Id of the page whose children are the top categories. Absent: the shop is asked without one; set it if `check` finds no categories. */
  categoryRoot: z.int().nonnegative().optional(),
  /** No limit is documented; one or two calls a second are polite (contract 3). */
  requestsPerSecond: z.number().positive().max(100).default(2),
  /** Part of that rate which is ours. */
  share: z.number().positive().max(1).default(0.8),
});

export type CartumSettings = z.output<typeof settingsSchema>;

/** The account's own identity: the shop's address, however it is written (design 4). */
export function identityOf({ baseUrl }: Pick<CartumSettings, 'baseUrl'>): string {
  const url = new URL(baseUrl);
  return `${url.host}${url.pathname.replace(/\/api\/?$/, '').replace(/\/$/, '')}`;
}

function isShopAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return url.search === '' && url.hash === '' && url.username === '' && url.password === '';
}
