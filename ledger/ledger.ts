/**
 * The ledger: our own memory beside Temporal (design 4). This file is what the rest of the program sees of it; one file beside it
 * implements each part. All instants are milliseconds of the ledger's clock unless a name ends in `At` with type string (ISO 8601 UTC).
 * Every statement may be repeated after a lost reply.
 */
import type { FollowState } from '../domain/follow.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Lane } from '../domain/ports.ts';
import type { PauseReason } from '../domain/reasons.ts';
import type { Connected } from '../domain/settings.ts';
import type { Consents, Contacts } from './contact-ledger.ts';
import type { PersonContent } from './person-content.ts';

export interface Ledger {
  readonly clock: Clock;
  readonly crypto: LedgerCrypto;
  readonly keys: Keys;
  readonly budgets: Budgets;
  readonly slots: Slots;
  readonly records: Records;
  readonly outcomes: Outcomes;
  readonly parked: ParkedRecords;
  readonly pages: Pages;
  readonly index: Index;
  readonly follows: Follows;
  readonly consents: Consents;
  readonly contacts: Contacts;
  readonly people: People;
  readonly marks: Marks;
  readonly exchanges: Exchanges;
  readonly acts: Acts;
  readonly settings: SettingsVersions;
  readonly states: States;
  /** Random name this ledger was given when it was first opened: another one means another memory (design 4, N21). */
  readonly incarnation: string;
  /** Deletes what has expired (pages, exchanges, freed keys); called now and then by the worker. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}

/** The ledger's clock: PostgreSQL's own, or an injected one for SQLite and tests. */
export interface Clock {
  now(): Promise<number>;
}

export interface LedgerCrypto {
  /** HMAC-SHA256 (hex, 32 bytes) of a person or key under the digest secret, separated by company (N17). */
  digest(company: string, kind: string, text: string): string;
  /** AES-256-GCM with the current key; the key id is inside. */
  seal(text: string): Uint8Array;
  /** Throws KeyMissingError when the key that sealed it is not configured. */
  open(body: Uint8Array): string;
}

// ---------------------------------------------------------------- keys, intents, fences (promise 2, 3)

export interface Keys {
  /**
   * Holds all keys (all or none, sorted) while `work` runs. Each call is a new sender: the fence of every key rises.
   * A lease says only when another may take over; waits inside renew it.
   * @throws BusyKeyError when another holder's lease runs (benign; carries retryAfterMs)
   */
  hold<T>(keys: string[], holder: Holder, work: (hold: Hold) => Promise<T>): Promise<T>;
  /** For tests, status and repair. */
  find(key: string): Promise<KeyRow | undefined>;
}

/** Who holds: shown to operators, compared to tell a retry from a stranger. */
export interface Holder {
  /** workflow id, step and attempt-independent name: `order:shop-books:17/customer and products` */
  name: string;
  /** how long until another may take over; default 30 s, must exceed abort time */
  leaseMs?: number;
  /** called before and during every wait, at least every second; throws to give up (cancelled) */
  heartbeat?: () => void;
}

export interface KeyRow {
  key: string;
  holder: string | null;
  fence: number;
  leaseUntil: number;
  /** the earliest open one */
  intent: Intent | null;
  /** all open ones, earliest first: several effects may stand on one key */
  intents?: Intent[];
}

export interface Intent {
  /** which effect: "person", "order", "item:3", "comment:<digest>" */
  effect: string;
  /** our marker, where the target can hold one */
  marker: string;
  sentAt: number;
  abortMs: number;
  settleMs: number;
}

export interface Effect<T> {
  /** stable name of the effect under these keys */
  name: string;
  marker?: string;
  /** the call's absolute time limit from the moment before the intent is written */
  abortMs: number;
  /** how long after the abort the vendor may still commit; 0 where an id or key of ours makes a repeat harmless */
  settleMs: number;
  /**
   * Looks in the target for the effect of an earlier, unsettled sending. Called only when an open intent of this effect was found and its time is over.
   * Absent: the effect cannot be looked up and is sent at most once (promise 4): the result is then `unknown`.
   */
  find?: () => Promise<T | undefined>;
  /**
   * Sends. Must call `guard.intend()` right before the request leaves (after the budget's wait) and send nothing if it throws.
   * An error with `sent === 'no'` (refused, 4xx, 429, never connected) closes the intent; any other leaves it open.
   */
  send: (guard: SendGuard) => Promise<T>;
  /** Writes the result (records, index) in the same transaction that closes the intent. */
  record: (result: T, write: LedgerWrite) => Promise<void>;
}

export interface SendGuard {
  /**
   * Writes the intent under the current fence and returns the time left for the call. Throws StaleFenceError when another sender took over,
   * DeadlineError when the process woke too late.
   */
  intend(): Promise<{ remainingMs: number; assertInTime: () => void }>;
}

export interface Hold {
  /**
   * One create, exactly once (or at most once without `find`). `adopted`: an earlier sending had worked and was found.
   * `unknown`: an earlier sending cannot be looked up; the effect is closed and never sent again.
   */
  once<T>(effect: Effect<T>): Promise<{ kind: 'sent' | 'adopted'; result: T } | { kind: 'unknown' }>;
  /** Renews the lease; throws StaleFenceError when it was taken over. */
  renew(): Promise<void>;
}

/** The writes that may share a transaction with closing an intent. */
export interface LedgerWrite {
  putIndex(entries: IndexEntry[]): Promise<void>;
  setLink(link: Link): Promise<void>;
  /** What became of a record, beside what ends it. */
  outcome(entry: Omit<OutcomeEntry, 'at'>): Promise<void>;
  complete(record: RecordKey, targetId: string, digest: string): Promise<void>;
  follow(row: FollowRow): Promise<void>;
}

// ---------------------------------------------------------------- budgets and slots (N13, design 4)

export interface BudgetRule {
  account: string;
  /** vendor's limit, requests (or points) per second */
  perSecond: number;
  /** part of it that is ours, 0–1; default 0.8 */
  share: number;
  /** requests that may leave at once after a pause; 1 = strictly spaced */
  burst: number;
}

export type Reservation =
  | { kind: 'granted'; waitMs: number }
  /** nothing was reserved; ask again after waitMs */
  | { kind: 'bounced'; waitMs: number }
  /** the vendor asked everybody to wait (Retry-After): nothing was reserved */
  | { kind: 'held'; waitMs: number };

export interface Budgets {
  /** Reserves one instant. Succeeds only within about 2 s; live before bulk, bulk never below one in ten. */
  reserve(rule: BudgetRule, lane: Lane, cost?: number): Promise<Reservation>;
  /**
   * A delay in ms for a step that hands its place back because nothing was granted: the waiting steps of this process come back one after the other,
   * and not all for the same instant. `waitMs` and at most a minute.
   */
  comeBack(rule: BudgetRule, lane: Lane, cost: number, waitMs: number): Promise<number>;
  /** A Retry-After, a cost reply or a 429 moves the budget for everybody. Clamped to the longest permitted pause. */
  holdUntil(account: string, waitMs: number): Promise<void>;
  /** Counts a 429; repeated ones below our share lower the pace for a while. Returns how many came in the last minute. */
  noteThrottled(account: string): Promise<number>;
}

export interface Slots {
  /**
   * One of `count` simultaneous calls of an account, leased. One slot is kept for urgent work (opt-outs). Undefined: all taken.
   * A timed-out call is not released: its slot stays until `leaseMs` is over.
   */
  take(account: string, count: number, leaseMs: number, urgent: boolean): Promise<{ release: () => Promise<void> } | undefined>;
}

// ---------------------------------------------------------------- records, links, index

export interface RecordKey {
  integration: string;
  kind: 'order' | 'customer' | 'subscriber' | 'contact';
  sourceId: string;
}

export type RecordState = 'announced' | 'begun' | 'completed' | 'skipped' | 'parked' | 'erased';

export interface OrderRecord extends RecordKey {
  state: RecordState;
  /** the shop's number for it, for operators; no personal data */
  number: string | null;
  targetId: string | null;
  /** digest of the source's data last applied (completed) or last decided on (skipped, parked) */
  digest: string | null;
  announcedAt: number | null;
  completedAt: number | null;
  /** the settings version that acted */
  settingsVersion: string | null;
}

export interface Records {
  find(key: RecordKey): Promise<OrderRecord | undefined>;
  findMany(integration: string, sourceIds: string[]): Promise<OrderRecord[]>;
  /** by the shop's number or the source id */
  findByNumber(integration: string, number: string): Promise<OrderRecord[]>;
  /** Marks as announced whatever is not finished with this digest; returns those that have to be started. One transaction. */
  announce(integration: string, entries: { sourceId: string; number: string | null; digest: string }[]): Promise<{ sourceId: string; state: RecordState }[]>;
  /** Notes that the outside is about to be written, with the content read at this moment (kept until completed). A second begin returns the first content. */
  begin(key: RecordKey, content: string, number: string): Promise<{ content: string; targetId: string | null }>;
  /** A half-made record's target id, as soon as it is known. */
  setTarget(key: RecordKey, targetId: string): Promise<void>;
  /** Found in the target by our marker: begun, and to be looked at, unless it is completed or erased here (N21). Never announced, so far. */
  adopt(key: RecordKey, targetId: string): Promise<void>;
  complete(key: RecordKey, targetId: string, digest: string): Promise<void>;
  skip(key: RecordKey, digest: string | null, number: string | null): Promise<void>;
  park(key: RecordKey, digest: string | null): Promise<void>;
  /** Looked at and left as it was (its import is completed): no longer under way. `digest`: the content that was applied, or decided on, by following. */
  close(key: RecordKey, digest?: string): Promise<void>;
  /** A completed one whose target order is gone, and that an operator wants anew: announced again as if it had never been imported. */
  reopen(key: RecordKey): Promise<void>;
  /** The operator's corrections of one record (encrypted), applied after each reading until it is completed. */
  setEdits(key: RecordKey, edits: string): Promise<void>;
  edits(key: RecordKey): Promise<string | undefined>;
  /** announced or begun, without an outcome: the open window of a walk */
  countOpen(integration: string): Promise<number>;
  countByState(integration: string): Promise<Record<RecordState, number>>;
  /** oldest first; for repair and audit */
  list(integration: string, state: RecordState, after: string | undefined, limit: number): Promise<OrderRecord[]>;
}

/** What a thing of the source is in the target: product, order line. Known links cost no call. */
export interface Link {
  connection: string;
  /** `item` links carry source ids `<order target id>/<line key>` */
  kind: 'product' | 'category' | 'item' | 'comment';
  sourceId: string;
  targetId: string;
}

/** One way a person, product or category of an account can be recognised: digests only. */
export interface IndexEntry {
  connection: string;
  kind: 'phone' | 'email' | 'sku' | 'code' | 'name' | 'category';
  digest: string;
  targetId: string;
  /** people: digests of the words of the name, sorted, for *names share no word*; else empty */
  words?: string[];
}

export interface Index {
  /** Lowest target id first, numerically. */
  find(connection: string, kind: IndexEntry['kind'], digest: string): Promise<IndexEntry[]>;
  findMany(connection: string, lookups: { kind: IndexEntry['kind']; digest: string }[]): Promise<IndexEntry[]>;
  put(entries: IndexEntry[]): Promise<void>;
  /** Replaces all entries of these kinds of one target id (its phone or e-mail changed). */
  replace(connection: string, targetId: string, kinds: IndexEntry['kind'][], entries: IndexEntry[]): Promise<void>;
  /** The target object is gone: entries and links to it are dropped. */
  drop(connection: string, kinds: (IndexEntry['kind'] | Link['kind'])[], targetId: string): Promise<void>;
  findLinks(connection: string, kind: Link['kind'], sourceIds: string[]): Promise<Link[]>;
  setLink(link: Link): Promise<void>;
}

/** An imported order between two runs (design 3). */
export interface FollowRow {
  integration: string;
  sourceId: string;
  /** of the target, and the order's id there */
  connection: string;
  targetId: string;
  state: FollowState;
  /** looked at by sweeps: not closed in the target yet, or a status is still to be delivered */
  isOpen: boolean;
  /** the target's row as it was noted last; not changed by `put` */
  seen?: string;
}

/** A row of the target's list as it was seen last; the digest tells whether the order is to be looked at. */
export interface Seen {
  targetId: string;
  seen: string;
}

export interface Follows {
  find(integration: string, sourceId: string): Promise<FollowRow | undefined>;
  put(row: FollowRow): Promise<void>;
  findByTarget(connection: string, targetIds: string[]): Promise<FollowRow[]>;
  noteSeen(connection: string, listed: Seen[]): Promise<void>;
  /** Open ones in the target, by ascending id there. */
  listOpen(connection: string, after: string | undefined, limit: number): Promise<FollowRow[]>;
  /** Open ones of an integration, by ascending source id: for platforms that cannot be asked for changes. */
  listOpenSources(integration: string, after: string | undefined, limit: number): Promise<string[]>;
  count(integration: string): Promise<{ open: number; frozen: number; ignored: number; withheld: number }>;
}

/** Cursors and high-water marks: the authoritative ones. */
export interface Marks {
  get(subject: string, name: string): Promise<string | undefined>;
  /** Those of these names that are there, with their values. */
  find(subject: string, names: readonly string[]): Promise<Map<string, string>>;
  set(subject: string, name: string, value: string): Promise<void>;
  remove(subject: string, name: string): Promise<void>;
  /** All marks of the subject whose name begins with this. */
  removeAll(subject: string, prefix: string): Promise<void>;
}

// ---------------------------------------------------------------- outcomes, parked, acts, settings, states

export interface OutcomeEntry extends RecordKey {
  number: string | null;
  outcome: Outcome['kind'] | 'retried';
  /** reason code; empty for created */
  reason: string;
  targetId: string | null;
  /** notes and detail, sealed */
  detail: string | null;
  run: string;
  at: number;
  settingsVersion: string | null;
}

export interface Outcomes {
  add(entry: Omit<OutcomeEntry, 'at'>): Promise<void>;
  /** counts by outcome and reason of the *latest* outcome of each record */
  count(integration: string): Promise<{ outcome: string; reason: string; count: number }[]>;
  /** latest first */
  list(integration: string, filter: { sourceId?: string; outcome?: string; since?: number; limit: number }): Promise<OutcomeEntry[]>;
  /** the latest outcomes' reasons over the integration, newest first: for problems in bulk */
  latestReasons(integration: string, count: number): Promise<string[]>;
}

export interface ParkedEntry extends RecordKey {
  number: string | null;
  step: string;
  reason: string;
  /** the vendor's words and the detail (sealed at rest) */
  words: string;
  since: number;
  run: string;
  /** digests of the people that the words may name, for finding and erasing (N23) */
  persons?: string[];
}

export interface ParkedRecords {
  put(entry: Omit<ParkedEntry, 'since'>): Promise<void>;
  remove(key: RecordKey): Promise<void>;
  find(key: RecordKey): Promise<ParkedEntry | undefined>;
  list(integration: string | undefined, reason?: string): Promise<ParkedEntry[]>;
}

export interface Pages {
  /** Stores the records of one page, sealed, expiring. `mark`: the high-water mark that may be set once all of them are announced. */
  put(page: { integration: string; walk: string; mark?: string; entries: PageEntry[] }): Promise<string>;
  entries(page: string): Promise<{ mark?: string; entries: Omit<PageEntry, 'body'>[] } | undefined>;
  /** Undefined when expired or unknown: then it is read again, never an error. `ageMs`: since it was stored. */
  body(page: string, sourceId: string): Promise<{ body: string; ageMs: number } | undefined>;
}

export interface PageEntry {
  sourceId: string;
  number: string | null;
  /** over the source's data, never over mapped output (N18) */
  digest: string;
  body: string;
  /** decided from the list alone, e.g. an excluded status: the record is recorded as skipped without a run of its own */
  skip?: { reason: string; detail?: string };
  /** digests of the people in the body, for finding and erasing (N23) */
  persons?: string[];
}

export interface ExchangeEntry {
  connection: string;
  integration: string | null;
  /** `order:<source id>` or empty */
  record: string;
  run: string;
  /** e.g. "POST /orders" without query */
  endpoint: string;
  /** query and bodies after redaction of secrets; null for reads that succeeded */
  request: string | null;
  reply: string | null;
  status: number | null;
  /** bytes of the reply */
  size: number;
  /** plain digest of the reply body, for reads */
  replyDigest: string | null;
  isWrite: boolean;
  /** outcome class: ok, refused, retryable, … */
  result: string;
  durationMs: number;
  /** target object created or changed by a write */
  objectId: string | null;
  /** digests of the people in the bodies, for finding and erasing (N23) */
  persons?: string[];
}

export interface Exchanges {
  /** Queued and written in batches off the path; lost at most with the process. */
  add(entry: ExchangeEntry): void;
  flush(): Promise<void>;
  list(filter: { integration?: string; record?: string; writesOnly?: boolean; since?: number; limit: number }): Promise<(ExchangeEntry & { at: number })[]>;
}

export interface Act {
  operator: string;
  verb: string;
  subject: string;
  reason: string | null;
  /** sealed at rest */
  before: string | null;
  after: string | null;
  at: number;
}

export interface Acts {
  add(act: Omit<Act, 'at'>): Promise<void>;
  list(filter: { subject?: string; since?: number; limit: number }): Promise<Act[]>;
}

/** Versions of the settings file's parts; secrets only as references (design 6). */
export interface SettingsVersions {
  /** Makes this the current version of the subject (`company:acme`, `connection:shop`, `integration:shop-books`); returns its digest. */
  apply(subject: string, body: string): Promise<{ version: string; changed: boolean }>;
  current(subject: string): Promise<{ version: string; body: string } | undefined>;
  listCurrent(prefix: string): Promise<{ subject: string; version: string; body: string }[]>;
}

export interface StateRow {
  /** `all`, `connection:<id>` or `integration:<id>` */
  subject: string;
  state: 'ok' | 'waiting' | 'paused';
  /** a PauseReason when paused; the class of trouble when waiting */
  reason: string;
  since: number;
}

export interface States {
  get(subject: string): Promise<StateRow>;
  list(): Promise<StateRow[]>;
  pause(subject: string, reason: PauseReason): Promise<void>;
  resume(subject: string): Promise<void>;
  /** A transport failure of the connection: counted; returns the delay before the next try (0.5 s · 2^n up to 60 s) */
  noteFailure(connection: string, reason: string): Promise<{ failures: number; waitMs: number }>;
  /** The connection answered: the count is reset, *waiting* ends. Cheap when nothing was noted. */
  noteSuccess(connection: string): Promise<void>;
  /** Is anything of these paused: all, the connection, the integration. Read at every outside call; answers within a second of a change. */
  paused(connection: string, integration: string | null): Promise<StateRow | undefined>;
  connected(integration: string): Promise<Connected | undefined>;
  setConnected(integration: string, connected: Connected): Promise<void>;
  /** The account's own identity; throws IdentityError when the same account is known under another id, or this id under another account. */
  identify(connection: string, company: string, identity: string): Promise<void>;
}

// ---------------------------------------------------------------- people (N23)

/** A person of one company, by whatever tells them. */
export interface PersonQuery {
  /** digests of e-mail addresses and phones (`LedgerCrypto.digest`, which holds the company) */
  digests: readonly string[];
  /** records that are known to be theirs, from their systems: the ledger's own rows tell only while their bodies are kept */
  records?: readonly RecordKey[];
  /** what names them in sealed text where no digest stands beside it: rows are opened to find it */
  texts?: PersonTexts;
}

export interface PersonTexts {
  /** e-mail address, phones: at least five letters each; compared without case */
  words: readonly string[];
  /** of the company (N17) */
  integrations: readonly string[];
  connections: readonly string[];
}

/** Rows by table. */
export interface PersonRows {
  /** what they said, kept for ever */
  consents: number;
  contactRows: number;
  contactAddresses: number;
  /** records not yet erased that are theirs */
  records: number;
  parked: number;
  pageEntries: number;
  /** with bodies */
  exchanges: number;
  /** with details */
  outcomes: number;
  /** operators' acts on their records, with content */
  acts: number;
  indexEntries: number;
}

export interface People {
  /** Where they stand in the ledger; nothing is changed. */
  find(query: PersonQuery): Promise<PersonRows>;
  /** The same rows with their content. Records that are given, or that only mention the person, are among them. */
  read(query: PersonQuery): Promise<PersonContent>;
  /**
   * Takes their data out and keeps what stops them from being re-created: consents, and their rows and records as *erased*, with source and target ids (N23).
   * Returns what stood there before. Safe to repeat: the second time finds the consents alone.
   */
  erase(query: PersonQuery): Promise<PersonRows>;
}
