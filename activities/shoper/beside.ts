/** What is read beside customers and subscribers: only what the mapping or a row asks for, since each costs a call (S5). */
import type { ContactKind, SourceContact } from '../../domain/contact.ts';
import type { Wanted } from '../contact-drivers.ts';
import { ForbiddenError } from '../errors.ts';
import type { ShoperClient } from './client.ts';
import { addressPrefix, consentBoxes, toCustomer, toSubscriber } from './map.ts';
import type { ShoperSubscriber, ShoperUser } from './schemas.ts';
import type { Sessions } from './session.ts';
import type { ShoperSettings } from './settings.ts';

export interface ReaderParts {
  client: ShoperClient;
  sessions: Sessions;
  settings: ShoperSettings;
}

export async function toCustomers(parts: ReaderParts, rows: readonly ShoperUser[], { properties }: Wanted): Promise<SourceContact[]> {
  const { client, settings } = parts;
  const optedIn = rows.filter((user) => Object.values(consentBoxes(user, settings)).includes(true));
  const exported = rows.filter((user) => user.registered || optedIn.includes(user));
  const languages = await languagesIfWanted(parts, properties);
  const addresses = [...properties].some((name) => name.startsWith(addressPrefix)) ? await client.readAddresses(exported.map(({ user_id: id }) => id)) : undefined;
  const confirmsRegistration = optedIn.some((user) => !user.verify_email) && (await readsConfirmation(parts));
  return rows.map((user) => {
    const own = addresses?.get(user.user_id);
    return toCustomer(user, { ...languages, ...(own === undefined ? {} : { addresses: own }), confirmsRegistration, wanted: properties }, settings);
  });
}

export async function toSubscribers(parts: ReaderParts, rows: readonly ShoperSubscriber[], { properties }: Wanted): Promise<SourceContact[]> {
  const languages = await languagesIfWanted(parts, properties);
  return rows.map((row) => toSubscriber(row, languages, parts.settings));
}

async function languagesIfWanted(parts: ReaderParts, wanted: ReadonlySet<string>): Promise<{ languages?: ReadonlyMap<string, string> }> {
  return wanted.has('language') ? { languages: await readLanguages(parts) } : {};
}

/** `lang_id` → locale. */
const readLanguages = async ({ client, sessions, settings }: ReaderParts): Promise<ReadonlyMap<string, string>> =>
  sessions.remember(settings, {
    name: 'languages',
    read: async () => new Map((await client.listLanguages()).map(({ lang_id: id, locale }) => [id, locale])),
    isFact: (value) => value instanceof Map,
  });

/** Where the setting may not be read, nobody counts as confirmed who is not. */
const readsConfirmation = async ({ client, sessions, settings }: ReaderParts): Promise<boolean> =>
  sessions.remember(settings, {
    name: 'confirmation',
    read: async () => {
      try {
        return (await client.getConfig()).confirmsRegistration;
      } catch (error) {
        if (error instanceof ForbiddenError) return true;
        throw error;
      }
    },
    isFact: (value) => typeof value === 'boolean',
  });

/** Names that a mapping row may use, without those of additional fields. */
export const ownProperties = {
  customer: [
    ['email', 'E-mail'],
    ['firstname', 'First name'],
    ['lastname', 'Last name'],
    ['comment', 'Comment'],
    ['discount', 'Discount in percent'],
    ['group_id', 'Price group (id)'],
    ['lang_id', 'Language (id)'],
    ['language', 'Language, e.g. pl_PL'],
    ['tags', 'Tags'],
    ['date_add', 'Day of registration'],
    ['date_add_at', 'Moment of registration (UTC)'],
    ['lastvisit', 'Day of the last visit'],
    ['lastvisit_at', 'Moment of the last visit (UTC)'],
    ['registered', 'Has an account'],
    ['active', 'Account is enabled'],
    ['newsletter', 'Newsletter is ticked'],
  ],
  subscriber: [
    ['email', 'E-mail'],
    ['lang_id', 'Language (id)'],
    ['language', 'Language, e.g. pl_PL'],
    ['groups', 'Subscriber groups (ids)'],
    ['dateadd', 'Day of subscription'],
    ['dateadd_at', 'Moment of subscription (UTC)'],
    ['active', 'Subscription is active'],
  ],
} as const satisfies Record<ContactKind, readonly (readonly [string, string])[]>;
