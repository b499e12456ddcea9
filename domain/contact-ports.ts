/** What the contact flows ask of the systems they join, in canonical words. Each function is one step, safe to repeat from any point. */
import type { ContactKind } from './contact.ts';
import type { CheckRow, StepInput, WebhookRow } from './ports.ts';
import type { WebhookTopic } from './webhook-topics.ts';

/** A hint that a row of the source changed or is gone; the row itself is read again. */
export interface ContactChange {
  kind: ContactKind;
  sourceId: string;
  event: 'changed' | 'deleted';
}

export interface ReadContactPageInput extends StepInput {
  kind: ContactKind;
  cursor?: string;
  /** every address goes on the page, also one that the target holds as it is (S11) */
  isForced?: boolean;
  /** consents are recorded and nothing is put on a page: before an export of both kinds, so that the status of an address is told by all its rows */
  isLookOnly?: boolean;
  /** nothing is recorded: for the comparison before the first start */
  dryRun?: boolean;
  /** what changed was told of by no webhook */
  by?: 'sweep';
}

/** A page of rows as it lies in the ledger. Addresses do not travel through Temporal's history. */
export interface ContactPage {
  /** id in the ledger's pages; absent when nothing on it is to be looked at further */
  page?: string;
  /** rows read */
  count: number;
  nextCursor?: string;
  /** rows of this kind in all, where the source says so */
  total?: number;
  /** rows that are left out by a rule, or have no address */
  leftOut: number;
  /** keyed digests of persons on the page who refused and were sent before: their refusal is to be written */
  refused: string[];
}

/** Both sides compared before anything is written (decision on S: first start). Lists hold some of the addresses; counts are of all. */
export interface Comparison {
  addresses: number;
  knownThere: number;
  /** refused here (or perhaps, as long as nobody said what an inactive subscriber means) and confirmed there */
  refusedHereConfirmedThere: { count: number; some: string[] };
  /** nothing known here and confirmed there */
  unknownHereConfirmedThere: { count: number; some: string[] };
  /** refused there: will be carried to the source */
  refusedThere: number;
  inactiveSubscribers: number;
}

/** What became of the contacts of a step. Counts are addresses that the target acknowledged. */
export interface SentContacts {
  sent: number;
  /** the same data as acknowledged last: no call was made */
  unchanged: number;
  parked: number;
  /** refused persons whose refusal was written in this step */
  refusalsWritten: number;
}

/** A property of the source or a trait of the target that a mapping row can name. */
export interface FieldName {
  name: string;
  /** as people read it */
  label: string;
}

export interface GroupName {
  id: string;
  name: string;
}

/** A population that contacts come from. */
export interface ContactSource {
  /** Credentials, rights and settings; one row each, failures included. Reads only. */
  checkContactSource(input: StepInput): Promise<{ rows: CheckRow[]; properties: Record<ContactKind, FieldName[]> }>;
  /** One page of rows, into the ledger; consent changes found on it are recorded before it answers. Safe to repeat. */
  readContactPage(input: ReadContactPageInput): Promise<ContactPage>;
  /** The rows named, as they stand now, into the ledger; consent changes are recorded. Rows that are gone are noted. At most 25. Safe to repeat. */
  readContacts(input: StepInput & { changes: ContactChange[]; isForced?: boolean; heard?: WebhookTopic[] }): Promise<ContactPage>;
  /** Rows that no page has listed since then (ms of the ledger's clock), some at a time: they are read by their ids, and those that are gone noted. */
  readUnseen(input: StepInput & { kind: ContactKind; since: number; cursor?: string; isLookOnly?: boolean }): Promise<ContactPage>;
  /** Carries refusals that came from elsewhere to the source (S10); `due`: some of those that are left over. what its API cannot write is kept and reported. Safe to repeat: absolute writes. */
  withdrawContacts(input: StepInput & { persons: string[] | 'due' }): Promise<{ withdrawn: number; notWritable: number; nothingToDo: number }>;
  ensureContactWebhooks(input: StepInput): Promise<WebhookRow[]>;
}

/** A mailing system that contacts are brought into. */
export interface ContactTarget {
  /** Credentials, groups and traits against the settings; one row each, failures included. Reads only. */
  checkContactTarget(input: StepInput): Promise<{ rows: CheckRow[]; groups: GroupName[]; traits: FieldName[] }>;
  /**
   * The beginning of every walk: is the ledger the one of the walk before, and none older (N21)? As long as `mustReread` holds, nothing is sent or
   * confirmed. Touches the ledger alone; safe to repeat.
   */
  beginContactWalk(input: StepInput & { last?: { incarnation: string; epoch: number } }): Promise<{ memory: { incarnation: string; epoch: number }; mustReread: boolean }>;
  /** Refusals were read anew from all rows of the source and all statuses of the target. Touches the ledger alone; safe to repeat. */
  endContactReread(input: StepInput): Promise<void>;
  /**
   * Brings the addresses of a page into the target, one item an address with the rows of both kinds, under their keys; then writes the refusals
   * recorded meanwhile. No status leaves that the ledger does not allow. Safe to repeat: the target's upsert, and keys.
   * `expired`: the page is to be read again.
   */
  sendContacts(input: StepInput & { page: string }): Promise<({ kind: 'sent' } & SentContacts) | { kind: 'expired' }>;
  /** One page of a dry read against the target's statuses. Reads only. */
  compareContacts(input: StepInput & { page: string; kind: ContactKind }): Promise<Comparison | { kind: 'expired' }>;
  /** Writes refusals of known addresses (S9); `due`: some of those that are left over. Unknown addresses are left alone. Safe to repeat. */
  refuseContacts(input: StepInput & { persons: string[] | 'due' }): Promise<{ written: number; alreadyRefused: number; unknown: number }>;
  /** Overwrites the status of persons who opted in again with proof (`waybill opt-in`). Only those whom the ledger has as granted. Safe to repeat. */
  confirmContacts(input: StepInput & { persons: string[] }): Promise<{ written: number }>;
  /** Reads the status of persons, or of one page of all known addresses, and records refusals found (S10). Reads only outside. */
  readContactStatuses(input: StepInput & ({ persons: string[] } | { addresses: string[]; heard?: WebhookTopic[] } | { cursor?: string; by?: 'sweep' })): Promise<{ read: number; refused: string[]; nextCursor?: string }>;
}
