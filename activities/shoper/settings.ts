/** What a connection to a Shoper shop needs (contract shoper 2, 3, 4.6). */
import { z } from 'zod';
import { isTimeZone } from '../../domain/high-water-mark.ts';

const secret = z.string().min(1).optional().meta({ secret: true });

/** Every setting has a sentence with its default and its cost. Secrets arrive resolved. One of the three ways to log in is given, and only one. */
export const settingsSchema = z
  .strictObject({
    /** Address of the shop, `https://<shop>`, with or without `/webapi/rest`. Plain http only to a machine of one's own: credentials travel along. */
    baseUrl: z
      .url({ protocol: /^https?$/ })
      .refine(isShopAddress, 'must be the address of the shop, e.g. https://shop.example, and nothing behind it')
      .transform((url) => new URL(url).origin),
    /** *Token API* of an integration made in the shop's panel ("Dodaj integrację"). It neither ends nor rotates. */
    token: secret,
    /** Login of an administrator whose group has WebAPI access; tokens of 30 days are asked for with it. */
    login: secret,
    /** That administrator's password. */
    password: secret,
    /** Of an App Store application. Its tokens rotate: the pair that is valid now lies sealed in the ledger. */
    clientId: z.string().min(1).optional(),
    clientSecret: secret,
    /** What the platform gave when the application was installed. Good for one exchange; not needed where the pair is in the ledger already. */
    authCode: secret,
    /** Of an App Store application: what the secret of webhooks declared in it is derived from. Not needed for webhooks that Waybill registers. */
    appstoreSecret: secret,
    /** ISO 3166-1 alpha-2: whose phones are meant where an address names no country. */
    country: z.string().regex(/^[A-Z]{2}$/, 'two capital letters, e.g. PL'),
    /** IANA name of the shop's zone: the API gives local times only. Days are as the shop has them; only the `…_at` properties depend on it. */
    timeZone: z.string().refine(isTimeZone, 'a time zone name, e.g. Europe/Warsaw').default('Europe/Warsaw'),
    /** Id of an additional field (a checkbox) that holds the newsletter consent of customers; it counts beside the newsletter box. Default: none. */
    consentField: z
      .union([z.int().positive(), z.string().regex(/^[1-9]\d{0,9}$/, 'the number of an additional field')])
      .transform(String)
      .optional(),
    /** What becomes of a subscriber who opted out elsewhere: `deactivate` keeps the row, so that it stays known; `delete` removes it for good. */
    unsubscribe: z.enum(['deactivate', 'delete']).default('deactivate'),
    /** Calls a second that the shop takes. Default: what its replies say, until the first one 2 (contract 3). */
    requestsPerSecond: z.number().positive().max(100).optional(),
    /** Part of that rate which is ours. */
    share: z.number().positive().max(1).default(0.8),
  })
  .superRefine((settings, context) => {
    const wrong = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    const ways = [['token'], ['login', 'password'], ['clientId', 'clientSecret']] as const;
    const begun = ways.filter((way) => way.some((field) => settings[field] !== undefined));
    if (begun.length !== 1) wrong('token', 'give one of: token; login and password; clientId and clientSecret');
    for (const field of begun.length === 1 ? (begun[0] ?? []) : []) if (settings[field] === undefined) wrong(field, 'is needed too');
    if (settings.authCode !== undefined && settings.clientId === undefined) wrong('authCode', 'belongs to clientId and clientSecret');
  });

export type ShoperSettings = z.output<typeof settingsSchema>;

/** The account's own identity: the shop's host (design 4). */
export const identityOf = ({ baseUrl }: Pick<ShoperSettings, 'baseUrl'>): string => new URL(baseUrl).host;

function isShopAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { pathname, search, hash, username, password } = new URL(text);
  return /^\/(webapi\/rest\/?)?$/.test(pathname) && `${search}${hash}${username}${password}` === '';
}
