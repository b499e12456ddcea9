/** What the ledger keeps for contact flows: consents (N3), rows of the source, addresses in the target. Persons are keyed digests; addresses are sealed. */
import type { ConsentEvent } from '../domain/consent.ts';
import type { ConsentState, ContactKind } from '../domain/contact.ts';

/** The only channel so far. */
export type Channel = 'email';

/** One entry of a person's story. */
export interface ConsentEntry extends ConsentEvent {
  company: string;
  /** `ledger.crypto.digest(company, 'email', normalised address)` */
  person: string;
  channel: Channel;
  /** connection that it was learned from; `operator` for acts of operators */
  source: string;
  /** form, wording, proof or vendor's code, where known; sealed at rest */
  wording?: string;
  recordedAt: number;
}

export interface Consents {
  /**
   * Adds one entry; one that says the same (person, channel, state, by, cause, source, earliest, latest) is already there and stays. Returns whether it was new.
   * Never changed, never deleted, also not by `erase` (N23).
   */
  add(entry: Omit<ConsentEntry, 'recordedAt'>): Promise<boolean>;
  addMany(entries: Omit<ConsentEntry, 'recordedAt'>[]): Promise<void>;
  /** Oldest first. */
  story(company: string, person: string, channel: Channel): Promise<ConsentEntry[]>;
  /** What holds now, by `domain/consent.ts`; persons without an entry are `unknown`. One query for up to 1,000 persons. */
  standing(company: string, persons: readonly string[], channel: Channel): Promise<Map<string, ConsentState>>;
  count(company: string, channel: Channel): Promise<Record<Exclude<ConsentState, 'unknown'>, number>>;
}

/** A row of the source as it was seen last. */
export interface ContactRow {
  integration: string;
  kind: ContactKind;
  sourceId: string;
  /** of the row's address now */
  person: string;
  /** lower case; sealed at rest */
  email: string;
  /** of the source's data as it was seen last */
  digest: string;
  isOptedIn: boolean;
  isConfirmed: boolean;
  /** where a row has several boxes of consent: each by name */
  boxes?: Readonly<Record<string, boolean>>;
  /** exported, left out by a rule, gone from the source, or erased (N23): the row is never taken up again */
  state: 'here' | 'left-out' | 'gone' | 'erased';
  seenAt: number;
}

/** An address in the target of an integration. */
export interface ContactAddress {
  integration: string;
  person: string;
  /** lower case; sealed at rest; empty when erased */
  email: string;
  /** digest over the rows' digests and their kinds as the target acknowledged them last; null: never sent */
  sentDigest: string | null;
  /** the same of what an operator left out; null: nothing, or it was sent since */
  skippedDigest: string | null;
  /** the settings version that was sent */
  settingsVersion: string | null;
  /** the target's status as it was read last: its vendor code, with our word for it */
  status: { state: 'granted' | 'unconfirmed' | 'refused'; cause?: string; vendor: string } | null;
  /** the refusal that stands in the ledger was written to, or found in, the target */
  isRefusalThere: boolean;
  /** what the source's rows made of a refusal; null: none is to be carried there */
  withdrawal: 'due' | 'done' | 'not-writable' | null;
  sentAt: number | null;
  /** the person of the address that took this one's place in the source, until this one has left the target's groups */
  movedTo: string | null;
}

export interface Contacts {
  findRows(integration: string, kind: ContactKind, sourceIds: readonly string[]): Promise<ContactRow[]>;
  /** Rows of both kinds of these persons, `here` only. */
  rowsOf(integration: string, persons: readonly string[]): Promise<ContactRow[]>;
  /** Inserts or replaces; an erased one stays erased. */
  putRows(rows: readonly ContactRow[]): Promise<void>;
  setRowState(integration: string, kind: ContactKind, sourceIds: readonly string[], state: ContactRow['state']): Promise<void>;
  /** Rows of a kind that are `here` and were not seen since then, by ascending id: gone from the source. */
  listUnseen(integration: string, kind: ContactKind, since: number, after: string | undefined, limit: number): Promise<ContactRow[]>;
  findAddresses(integration: string, persons: readonly string[]): Promise<ContactAddress[]>;
  /** Addresses whose place these persons' addresses took, and that still stand in the target's groups. */
  listMoved(integration: string, to: readonly string[]): Promise<ContactAddress[]>;
  /** Merges the fields given into the address, making it when it is new. */
  putAddresses(integration: string, rows: readonly (Pick<ContactAddress, 'person'> & Partial<Omit<ContactAddress, 'integration' | 'person'>>)[]): Promise<void>;
  /** Addresses that were erased and that somebody has given to the source anew: from now on they are as if they had never been known. */
  renewAddresses(integration: string, persons: readonly string[]): Promise<void>;
  /** Addresses that were sent, by ascending person: for sweeps over known addresses. */
  listAddresses(integration: string, after: string | undefined, limit: number): Promise<ContactAddress[]>;
  /** Persons whose refusal stands in the ledger and not yet in the target (`target`), or is due in the source (`source`), oldest refusal first. `skip`: so many of the first are passed over. */
  listDue(integration: string, where: 'target' | 'source', limit: number, skip?: number): Promise<string[]>;
  counts(integration: string): Promise<{ rows: Record<ContactKind, number>; addresses: number; sent: number; refusalsDue: number; withdrawalsDue: number; notWritable: number }>;
}
