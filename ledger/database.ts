/** The ledger's tables as Kysely sees them. Instants are integers (ms), sealed columns are bytes, yes/no is 1/0. */
import type { Kysely } from 'kysely';
import type { ConsentState, ContactKind } from '../domain/contact.ts';
import type { Channel, ConsentEntry, ContactAddress, ContactRow } from './contact-ledger.ts';
import type { KeyTables } from './key-tables.ts';
import type { IndexEntry, Link, OutcomeEntry, RecordKey, RecordState } from './ledger.ts';

/** A database or a transaction in it: what every part of the ledger speaks through. */
export type Executor = Kysely<Database>;

export interface Database extends KeyTables {
  facts: FactRow;
  connections: ConnectionRow;
  connected: ConnectedRow;
  states: StatesRow;
  settings: SettingsRow;
  settings_current: SettingsCurrentRow;
  records: RecordRow;
  outcomes: OutcomeRow;
  latest_outcomes: LatestOutcomeRow;
  parked: ParkedRow;
  pages: PageRow;
  page_entries: PageEntryRow;
  index_entries: IndexRow;
  links: LinkRow;
  follows: FollowsRow;
  marks: MarkRow;
  exchanges: ExchangeRow;
  acts: ActRow;
  consents: ConsentRow;
  consent_standings: ConsentStandingRow;
  contact_rows: ContactsRow;
  contact_addresses: ContactAddressRow;
}

/** What the ledger knows of itself: its incarnation, check values of the secrets. */
export interface FactRow {
  name: string;
  value: string;
}

export interface ConnectionRow {
  id: string;
  company: string;
  /** the account's own name for itself */
  identity: string;
  identified_at: number;
}

export interface ConnectedRow {
  integration: string;
  connected_at: string;
  backfill_from: string;
}

/** Pause and trouble are kept apart: a paused connection may be in trouble as well. */
export interface StatesRow {
  subject: string;
  pause_reason: string | null;
  paused_at: number | null;
  failures: number;
  failure_reason: string | null;
  failing_since: number | null;
  /** delay before the next try; doubled at most once per delay, however many calls fail meanwhile */
  wait_ms: number;
  wait_set_at: number;
  ok_since: number;
}

export interface SettingsRow {
  subject: string;
  version: string;
  body: string;
  first_at: number;
}

export interface SettingsCurrentRow {
  subject: string;
  version: string;
  since: number;
}

export interface RecordRow {
  integration: string;
  kind: RecordKey['kind'];
  source_id: string;
  state: RecordState;
  number: string | null;
  target_id: string | null;
  /** applied or decided on */
  digest: string | null;
  /** the digest last announced */
  announced_digest: string | null;
  announced_at: number | null;
  completed_at: number | null;
  /** first seen; never changes, so lists can be paged by it */
  noted_at: number;
  /** announced or begun, without an outcome yet */
  is_open: number;
  settings_version: string | null;
  /** sealed; what the outside is being written from */
  content: Uint8Array | null;
  /** sealed; the operator's corrections */
  edits: Uint8Array | null;
}

export interface OutcomeRow {
  /** rises with time */
  id: string;
  integration: string;
  kind: RecordKey['kind'];
  source_id: string;
  number: string | null;
  outcome: OutcomeEntry['outcome'];
  reason: string;
  target_id: string | null;
  /** sealed */
  detail: Uint8Array | null;
  run: string;
  at: number;
  settings_version: string | null;
}

/** Each record's latest outcome, for counting. */
export interface LatestOutcomeRow {
  integration: string;
  kind: RecordKey['kind'];
  source_id: string;
  id: string;
  outcome: OutcomeEntry['outcome'];
  reason: string;
}

export interface ParkedRow {
  integration: string;
  kind: RecordKey['kind'];
  source_id: string;
  number: string | null;
  step: string;
  reason: string;
  /** sealed */
  words: Uint8Array;
  since: number;
  run: string;
  persons: string | null;
}

export interface PageRow {
  id: string;
  integration: string;
  walk: string;
  mark: string | null;
  stored_at: number;
  expires_at: number;
}

export interface PageEntryRow {
  page: string;
  position: number;
  source_id: string;
  number: string | null;
  digest: string;
  skip_reason: string | null;
  /** sealed */
  skip_detail: Uint8Array | null;
  /** sealed */
  body: Uint8Array;
  persons: string | null;
}

export interface IndexRow {
  connection: string;
  kind: IndexEntry['kind'];
  digest: string;
  target_id: string;
  /** digests, separated by spaces */
  words: string;
}

export interface LinkRow {
  connection: string;
  kind: Link['kind'];
  source_id: string;
  target_id: string;
}

export interface FollowsRow {
  integration: string;
  source_id: string;
  connection: string;
  target_id: string;
  target_length: number;
  state: string;
  is_open: number;
  is_frozen: number;
  is_withheld: number;
  ignored: number;
  seen: string | null;
}

export interface MarkRow {
  subject: string;
  name: string;
  value: string;
  set_at: number;
}

export interface ExchangeRow {
  /** rises with time */
  id: string;
  at: number;
  expires_at: number;
  connection: string;
  integration: string | null;
  record: string;
  run: string;
  endpoint: string;
  /** sealed */
  request: Uint8Array | null;
  /** sealed */
  reply: Uint8Array | null;
  status: number | null;
  size: number;
  reply_digest: string | null;
  is_write: number;
  result: string;
  duration_ms: number;
  object_id: string | null;
  persons: string | null;
}

export interface ActRow {
  /** rises with time */
  id: string;
  operator: string;
  verb: string;
  subject: string;
  /** sealed: free text */
  reason: Uint8Array | null;
  /** sealed */
  before: Uint8Array | null;
  /** sealed */
  after: Uint8Array | null;
  at: number;
}

/** Every change of a consent, never changed afterwards (N3). */
export interface ConsentRow {
  /** over all that tells an entry from another: the same one told twice is one */
  id: string;
  company: string;
  person: string;
  channel: Channel;
  state: ConsentEntry['state'];
  told_by: ConsentEntry['by'];
  cause: ConsentEntry['cause'] | null;
  earliest: number;
  latest: number;
  source: string;
  /** sealed */
  wording: Uint8Array | null;
  recorded_at: number;
}

/** What a person's entries come to, renewed with each of them; for counts and lists. */
export interface ConsentStandingRow {
  company: string;
  person: string;
  channel: Channel;
  state: ConsentState;
  /** until when the refusal that stands held at least; null: none stands */
  refused_at: number | null;
}

export interface ContactsRow {
  integration: string;
  kind: ContactKind;
  source_id: string;
  person: string;
  /** sealed; null when erased */
  email: Uint8Array | null;
  digest: string;
  is_opted_in: number;
  is_confirmed: number;
  /** JSON of the boxes of consent by name; null where a row has one only */
  boxes: string | null;
  state: ContactRow['state'];
  seen_at: number;
}

export interface ContactAddressRow {
  integration: string;
  person: string;
  /** sealed; null when not known yet, or erased */
  email: Uint8Array | null;
  sent_digest: string | null;
  skipped_digest: string | null;
  moved_to: string | null;
  settings_version: string | null;
  /** null: never read */
  status_state: NonNullable<ContactAddress['status']>['state'] | null;
  status_cause: string | null;
  /** the vendor's own code */
  status_vendor: string | null;
  is_refusal_there: number;
  withdrawal: ContactAddress['withdrawal'];
  sent_at: number | null;
  is_erased: number;
}
