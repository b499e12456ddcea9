/** What a connection to a Shopify shop needs (contract shopify 2, 3). */
import { z } from 'zod';
import { isTimeZone } from '../../domain/high-water-mark.ts';

const secret = z.string().min(1).optional().meta({ secret: true });

/**
 * Every setting has a sentence with its default and its cost. Secrets arrive resolved. Either `accessToken`, or `clientId` and `clientSecret`.
 */
export const settingsSchema = z
  .strictObject({
    /** The shop's own address: `https://<shop>.myshopify.com`. */
    baseUrl: z
      .url({ protocol: /^https?$/ })
      .refine(isOrigin, 'must be the shop’s own address and nothing behind it, e.g. https://acme.myshopify.com')
      .transform((url) => new URL(url).origin),
    /** `shpat_…` of an app that was made in the shop's admin. */
    accessToken: secret,
    /** Of an app from the Dev Dashboard: tokens of 24 hours are asked for by the connector itself. */
    clientId: z.string().min(1).optional(),
    clientSecret: secret,
    /** What the shop signs its webhooks with: the app's API secret. Needed beside `accessToken` only; else it is `clientSecret`. */
    apiSecret: secret,
    /** ISO 3166-1 alpha-2: whose phones are meant where an address names no country. */
    country: z.string().regex(/^[A-Z]{2}$/, 'two capital letters, e.g. PL'),
    /** IANA name of the shop's zone: calendar months of the backfill are counted in it. `check` compares it with the shop. */
    timeZone: z.string().refine(isTimeZone, 'a time zone name, e.g. Europe/Warsaw'),
    /** Language of the few words we add, e.g. for shipping. */
    language: z.enum(['pl', 'it', 'fr', 'en']).default('pl'),
    /** Points that the shop's plan restores in a second. Default: what its replies say, until the first one 100 (Basic and Grow). */
    pointsPerSecond: z.number().positive().max(2_000).optional(),
    /** Part of that rate which is ours. */
    share: z.number().positive().max(1).default(0.8),
    /** A backfill whose window holds more orders than this reads them by one bulk operation of the shop instead of page by page. Costs ten points to find out. */
    bulkAbove: z.number().int().positive().default(5_000),
  })
  .superRefine(({ accessToken, clientId, clientSecret }, context) => {
    const wrong = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
    if (clientId === undefined && clientSecret === undefined) {
      if (accessToken === undefined) wrong('accessToken', 'give accessToken, or clientId and clientSecret');
    } else if (accessToken !== undefined) wrong('accessToken', 'give either accessToken or clientId and clientSecret, not both');
    else if (clientId === undefined) wrong('clientId', 'is needed beside clientSecret');
    else if (clientSecret === undefined) wrong('clientSecret', 'is needed beside clientId');
  });

export type ShopifySettings = z.output<typeof settingsSchema>;

/** The account's own identity: the shop's domain (design 4). */
export const identityOf = ({ baseUrl }: Pick<ShopifySettings, 'baseUrl'>): string => new URL(baseUrl).host;

/** What the shop's webhooks are signed with; undefined: they cannot be verified. */
export const signingSecretOf = ({ apiSecret, clientSecret }: Pick<ShopifySettings, 'apiSecret' | 'clientSecret'>): string | undefined => apiSecret ?? clientSecret;

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { pathname, search, hash, username, password } = new URL(text);
  return pathname === '/' && `${search}${hash}${username}${password}` === '';
}
