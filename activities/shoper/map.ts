/** A shop's customers and subscribers in canonical words (contract 4.1–4.3, 10). Pure. */
import { createHash } from 'node:crypto';
import { Temporal } from 'temporal-polyfill';
import type { PropertyValue, SourceContact } from '../../domain/contact.ts';
import { digestOfParts } from '../../ledger/contact-digests.ts';
import { normalisePhone } from '../phone.ts';
import { addressFields, type FieldOnUser, type ShoperAddress, type ShoperSubscriber, type ShoperUser } from './schemas.ts';
import type { ShoperSettings } from './settings.ts';

export type MapSettings = Pick<ShoperSettings, 'country' | 'timeZone' | 'consentField'>;

/** What was read beside the row, because the mapping or the row itself asks for it. */
export interface Beside {
  /** `lang_id` → locale; absent: not read */
  languages?: ReadonlyMap<string, string>;
  /** the customer's addresses; absent: not read */
  addresses?: readonly ShoperAddress[];
  /** the shop sends a link that confirms the address of a new account */
  confirmsRegistration: boolean;
  /** properties that the mapping asks for */
  wanted: ReadonlySet<string>;
}

/** Prefixes of properties that have a name of the shop's behind them. */
export const additionalPrefix = 'additional:';
export const addressPrefix = 'address.';

/** The boxes by which a customer asks for mail; each that was set and is not any more is a refusal (decision on S). */
export const consentBoxes = (user: ShoperUser, { consentField }: Pick<MapSettings, 'consentField'>): { newsletter: boolean; consentField?: boolean } => ({
  newsletter: user.newsletter,
  ...(consentField === undefined ? {} : { consentField: isSet(user.additional_fields.find(({ field_id: id }) => id === consentField)) }),
});

const isSet = (field: FieldOnUser | undefined): boolean => field !== undefined && !['', '0', 'false'].includes(answerOf(field).toLowerCase());

export function toCustomer(user: ShoperUser, beside: Beside, settings: MapSettings): SourceContact {
  const boxes = consentBoxes(user, settings);
  const isOptedIn = boxes.newsletter || boxes.consentField === true;
  const address = defaultOf(beside.addresses);
  return {
    kind: 'customer',
    sourceId: user.user_id,
    email: user.email,
    isOptedIn,
    isConfirmed: isOptedIn && (user.verify_email || !beside.confirmsRegistration),
    boxes: { ...boxes },
    ...madeAt(user.date_add, settings),
    ...(user.registered || isOptedIn ? {} : { leftOut: 'guest-without-newsletter' as const }),
    properties: present({ ...ownProperties(user, beside, settings), ...additionalProperties(user), ...addressProperties(address, settings) }),
    // when somebody was here last is a change only to those who ask for it
    digest: digestOfParts(digestOf({ ...user, lastvisit: '' }), beside.addresses === undefined ? undefined : digestOf(address ?? null), beside.wanted.has('lastvisit') || beside.wanted.has('lastvisit_at') ? digestOf(user.lastvisit) : undefined),
  };
}

export function toSubscriber(row: ShoperSubscriber, { languages }: Pick<Beside, 'languages'>, { timeZone }: Pick<MapSettings, 'timeZone'>): SourceContact {
  return {
    kind: 'subscriber',
    sourceId: row.subscriber_id,
    email: row.email,
    isOptedIn: row.active,
    isConfirmed: row.active,
    ...madeAt(row.dateadd, { timeZone }),
    properties: present({
      email: row.email,
      lang_id: row.lang_id,
      language: languages?.get(row.lang_id),
      groups: row.groups,
      dateadd: dayOf(row.dateadd),
      dateadd_at: instantOf(row.dateadd, timeZone),
      active: row.active,
    }),
    digest: digestOf(row),
  };
}

function madeAt(local: string, { timeZone }: Pick<MapSettings, 'timeZone'>): Pick<SourceContact, 'createdAt'> {
  const createdAt = instantOf(local, timeZone);
  return createdAt === undefined ? {} : { createdAt };
}

const ownProperties = (user: ShoperUser, { languages }: Beside, { timeZone }: MapSettings): Record<string, PropertyValue | undefined> => ({
  firstname: user.firstname,
  lastname: user.lastname,
  email: user.email,
  comment: user.comment,
  discount: user.discount,
  group_id: user.group_id === '0' ? '' : user.group_id,
  lang_id: user.lang_id,
  language: languages?.get(user.lang_id),
  tags: user.tags,
  date_add: dayOf(user.date_add),
  date_add_at: instantOf(user.date_add, timeZone),
  lastvisit: dayOf(user.lastvisit),
  lastvisit_at: instantOf(user.lastvisit, timeZone),
  registered: user.registered,
  active: user.active,
  newsletter: user.newsletter,
});

const checkbox = '2';

const additionalProperties = (user: ShoperUser): Record<string, PropertyValue> =>
  Object.fromEntries(user.additional_fields.map((field) => [`${additionalPrefix}${field.field_id}`, field.type === checkbox ? isSet(field) : answerOf(field)]));

const answerOf = ({ value, field_value: fieldValue }: FieldOnUser): string => (value === '' ? fieldValue : value);

/** The default one; where none is marked the only one (contract 4.2). */
function defaultOf(addresses: readonly ShoperAddress[] | undefined): ShoperAddress | undefined {
  return addresses?.find((address) => address.default) ?? (addresses?.length === 1 ? addresses[0] : undefined);
}

function addressProperties(address: ShoperAddress | undefined, { country }: MapSettings): Record<string, PropertyValue> {
  if (address === undefined) return {};
  const own = Object.fromEntries(addressFields.map((field) => [`${addressPrefix}${field}`, address[field]]));
  // what is no possible number is left out: a target refuses the whole contact for it
  const phone = normalisePhone(address.phone, address.country_code || country).e164 ?? '';
  return { ...own, [`${addressPrefix}phone`]: phone };
}

/** Empty and missing ones are absent. */
function present(properties: Record<string, PropertyValue | undefined>): Record<string, PropertyValue> {
  const given: Record<string, PropertyValue> = {};
  for (const [name, value] of Object.entries(properties)) {
    const kept = typeof value === 'object' ? value.filter((one) => one !== '') : value;
    if (kept !== undefined && kept !== '' && (typeof kept !== 'object' || kept.length > 0)) given[name] = kept;
  }
  return given;
}

/** `2026-05-02 09:14:33` → `2026-05-02`; a zero date is none (contract 9). */
function dayOf(local: string): string | undefined {
  return /^(?!0000)\d{4}-(?!00)\d\d-(?!00)\d\d/.exec(local)?.[0];
}

/** In the shop's zone → ISO 8601 UTC. A doubled hour is read as its first passage. */
function instantOf(local: string, timeZone: string): string | undefined {
  if (dayOf(local) === undefined) return undefined;
  try {
    return new Date(Temporal.PlainDateTime.from(local.replace(' ', 'T')).toZonedDateTime(timeZone, { disambiguation: 'compatible' }).epochMilliseconds).toISOString();
  } catch {
    return undefined;
  }
}

/** Over what was read, whatever the order of its fields and lists. */
const digestOf = (read: unknown): string => createHash('sha256').update(JSON.stringify(canonical(read))).digest('hex').slice(0, 32);

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((inner) => JSON.stringify(canonical(inner))).toSorted();
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => [name, canonical(inner)]);
}
