/** A contact of a marketing flow: one address, which may stand in several rows of its source. */

/** Which population of the source a row belongs to; each has its own mapping, group and rules (S6). */
export type ContactKind = 'customer' | 'subscriber';

/** A property's value as the source has it, before any mapping. Several texts: tags. */
export type PropertyValue = string | boolean | readonly string[];

/** One row of the source. */
export interface SourceContact {
  kind: ContactKind;
  sourceId: string;
  /** as the source writes it, trimmed; empty: the row has none */
  email: string;
  /** The person asked for mail on this row (box ticked, subscription active, consent field set). */
  isOptedIn: boolean;
  /** The address is confirmed as far as the source tells; only counts together with `isOptedIn`. */
  isConfirmed: boolean;
  /** Where a row has several boxes of consent: each by name. One that was set and is not any more is a refusal, whatever the others say (decision on S). */
  boxes?: Readonly<Record<string, boolean>>;
  /** when the row was made, ISO 8601 UTC; absent: the source does not tell */
  createdAt?: string;
  /** Why the row stays out although it can be read; absent: it is exported. */
  leftOut?: 'guest-without-newsletter';
  /** property name of the source → value; empty and missing ones are absent */
  properties: Readonly<Record<string, PropertyValue>>;
  /** over the source's data, never over mapped output (N18); in parts where some of it is read only on demand (ledger/contact-digests.ts) */
  digest: string;
}

/** One row of a mapping table (S5). */
export interface TraitRow {
  /** trait of the target */
  trait: string;
  /** property of the source */
  from: string;
  /** an empty value clears the trait; default: it is left as it is */
  clear?: boolean;
}

/** What is known of one person's wish on one channel. */
export type ConsentState = 'granted' | 'unconfirmed' | 'refused' | 'unknown';

/** One contact as it is to stand in the target: one item an address (decision on S). */
export interface TargetContact {
  /** lower case */
  email: string;
  /** for addresses that the target does not know; a known one keeps its status (S8) */
  status: Exclude<ConsentState, 'unknown'>;
  /** group ids of the target */
  groups: readonly string[];
  /** trait → value; an empty text clears it */
  traits: Readonly<Record<string, string>>;
}

/** How persons are told apart and addresses sent: trimmed, lower case. Undefined: this is no address. */
export function normaliseEmail(text: string): string | undefined {
  const email = text.trim().toLowerCase();
  return /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>"]+$/.test(email) && email.length <= 254 ? email : undefined;
}

/** A value as targets take it: tags joined by ", ", booleans as 1 and 0 (decision on S). */
export function textOf(value: PropertyValue | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'boolean') return value ? '1' : '0';
  return typeof value === 'string' ? value.trim() : value.join(', ');
}

/** The traits of one row of the source (S5): a value overwrites, an empty one clears only where the row says so. */
export function mapTraits(rows: readonly TraitRow[], properties: SourceContact['properties']): Record<string, string> {
  const traits: Record<string, string> = {};
  for (const { trait, from, clear = false } of rows) {
    const value = textOf(properties[from]);
    if (value !== '' || clear) traits[trait] = value;
  }
  return traits;
}
