/** What a connection to a SARE account needs (contract sare 2, 3). */
import { z } from 'zod';
import { isTimeZone } from '../../domain/high-water-mark.ts';

const defaultHost = 'https://s.enewsletter.pl';

/** Every setting has a sentence with its default and its cost. Secrets arrive resolved. */
export const settingsSchema = z.strictObject({
  /** The account's host, with or without `/api/v1`; some accounts live on others than the default. The key travels in a header: plain http only to a machine of one's own. */
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .refine(isHost, 'must be the address of the account’s host, e.g. https://s.enewsletter.pl, without query')
    .transform((url) => new URL(url).origin)
    .default(defaultHost),
  /** UID: the number of the account. */
  uid: z.union([z.string().regex(/^\d{3,}$/), z.int().min(100)], 'the number of the account, three digits or more').transform(String),
  /** Key of the new REST API, made in Zaawansowane > API > REST API; keys of the old API do not work. */
  apiKey: z
    .string()
    .regex(/^[0-9A-Za-z]{8}(?:-[0-9A-Za-z]{4}){3}-[0-9A-Za-z]{12}$/, 'a key of the new REST API: 8-4-4-4-12 characters')
    .meta({ secret: true }),
  /** The status of a person who refused: 2 removed manually (default), 3 removed automatically, 4 removal requested. */
  optOutStatus: z.literal([2, 3, 4]).default(2),
  /** Contacts of one call; the vendor tells no maximum (contract 4.1). A refused or lost batch is halved, so a large one costs more then. */
  batch: z.int().min(1).max(500).default(100),
  /** IANA name of the zone of dates in the account's webhooks; none is documented (contract 9). We read no date so far. */
  timeZone: z.string().refine(isTimeZone, 'a time zone name, e.g. Europe/Warsaw').default('Europe/Warsaw'),
  /** Calls a second; no limit is documented (contract 3). */
  perSecond: z.number().positive().max(100).default(5),
  /** Part of that rate which is ours. */
  share: z.number().positive().max(1).default(0.8),
  /** Time limit of one call, ms. */
  abortMs: z.int().positive().max(120_000).default(10_000),
  /** How long after that SARE may still store what was sent, ms; waited for only after a lost reply. */
  settleMs: z.int().nonnegative().max(600_000).default(10_000),
});

export type SareSettings = z.output<typeof settingsSchema>;

/** The account's own identity: its host and number (design 4). The default host need not be written down. */
export function identityOf({ baseUrl = defaultHost, uid }: { baseUrl?: string; uid: string | number }): string {
  return `${new URL(baseUrl).host}/${uid}`;
}

function isHost(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { pathname, search, hash, username, password } = new URL(text);
  return /^(?:\/api\/v1)?\/?$/.test(pathname) && [search, hash, username, password].every((part) => part === '');
}
