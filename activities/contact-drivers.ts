/**
 * What a connector of a contact flow provides: calls and mapping of one system, nothing about consent, keys or batches.
 * `contact-source.ts` and `contact-target.ts` make the steps of the flow out of it, the same for every system.
 */
import type { ContactKind, SourceContact, TargetContact } from '../domain/contact.ts';
import type { FieldName, GroupName } from '../domain/contact-ports.ts';
import type { CheckRow } from '../domain/ports.ts';
import type { SendGuard } from '../ledger/ledger.ts';

/** Which properties the mapping asks for: what costs a call of its own is read only when it is named. */
export interface Wanted {
  properties: ReadonlySet<string>;
}

export interface ListedContacts {
  contacts: SourceContact[];
  nextCursor?: string;
  total?: number;
}

/** What became of one row when a refusal was carried to it. */
export type Withdrawal =
  | { kind: ContactKind; sourceId: string; result: 'withdrawn' | 'already withdrawn' }
  /** the API has no way, or took the write and did not change the row */
  | { kind: ContactKind; sourceId: string; result: 'not writable' };

/** One step's view of a source: made per step, with its lane and record. */
export interface ContactSourceDriver {
  /** One page of rows by ascending id. */
  list(kind: ContactKind, cursor: string | undefined, wanted: Wanted): Promise<ListedContacts>;
  /** Rows as they stand now; those that are gone are missing in the answer. At most 25 ids of a kind a call. */
  read(kind: ContactKind, sourceIds: readonly string[], wanted: Wanted): Promise<SourceContact[]>;
  /** Rows of a kind with these addresses, as far as the system can be asked for them; a row may come twice. */
  findByEmail(kind: ContactKind, emails: readonly string[], wanted: Wanted): Promise<SourceContact[]>;
  /** Takes back the consent of every row of this address that still has one; looks the rows up by address besides the ids that are known. Absolute: safe to repeat. */
  withdraw(email: string, known: readonly { kind: ContactKind; sourceId: string }[]): Promise<Withdrawal[]>;
  /** Credentials, rights and settings; one row each, failures included. Reads only. */
  check(): Promise<CheckRow[]>;
  /** Properties that a mapping row may name. */
  properties(kind: ContactKind): Promise<FieldName[]>;
}

/** A status as the target has it. */
export interface TargetStatus {
  /** lower case */
  email: string;
  state: 'granted' | 'unconfirmed' | 'refused';
  /** refused by the target's own rule, and neither overwritten nor filled in by us */
  cause?: 'blocked' | 'forgotten' | 'bounce' | 'complaint';
  /** the vendor's own code, for reports: "3" */
  vendor: string;
}

export interface RejectedItem {
  /** lower case; absent: the reply does not name the address */
  email?: string;
  /** the vendor's words */
  words: string;
}

/** A trait that the target would refuse, left out so that the contact is not refused with it; to be told to the operator. */
export interface OmittedTrait {
  /** lower case */
  email: string;
  trait: string;
  /** one of our own sentences, never the value */
  why: string;
}

/** An address whose status was not written, and why. */
export interface LeftAlone {
  /** lower case */
  email: string;
  /** `not read`: it was not among the items when the statuses were read; the next try reads it */
  why: 'unknown' | 'already so' | 'blocked' | 'forgotten' | 'not read' | 'status not understood';
}

export interface ContactTargetDriver {
  /** items of one call at most */
  batch: number;
  /** whole call, from send to the last byte */
  abortMs: number;
  /** how long after that the vendor may still commit */
  settleMs: number;
  /**
   * One call: adds unknown addresses with the status given, fills in traits and groups of known ones and keeps their status, mails nobody (S8, N15).
   * Must call `guard.intend()` after the budget's wait and right before the request. The items are asked for at that moment, because what the ledger
   * allows may have changed during the wait.
   */
  upsert(items: () => Promise<readonly TargetContact[]>, guard: SendGuard): Promise<{ rejected: RejectedItem[]; omittedTraits?: OmittedTrait[] }>;
  /** Overwrites the status of known addresses: the opt-out, and the opt-in with proof. Same guard. */
  setStatus(items: () => Promise<readonly { email: string; state: 'refused' | 'granted' }[]>, guard: SendGuard): Promise<{ rejected: RejectedItem[]; left?: LeftAlone[] }>;
  /** Unknown addresses are missing in the answer. Any number of addresses up to `batch`. */
  readStatuses(emails: readonly string[]): Promise<TargetStatus[]>;
  /** Takes addresses out of groups (changed e-mail). Same guard. */
  leaveGroups(emails: readonly string[], groups: readonly string[], guard: SendGuard): Promise<void>;
  /** For judging a rejected batch: does the target hold these groups' ids. */
  groups(): Promise<GroupName[]>;
  traits(): Promise<FieldName[]>;
  /** Credentials and settings; one row each, failures included. Reads only. */
  check(): Promise<CheckRow[]>;
}
