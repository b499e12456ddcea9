/**
 * What a flow asks of the systems it joins, in canonical words. Every connector's `activities.ts` satisfies the ports of its roles;
 * workflows see nothing else. Each function is one step: safe to repeat from any point (design 3).
 */
import type { Note, Outcome } from './outcome.ts';
import type { Order } from './order.ts';
import type { ParkReason, SkipReason } from './reasons.ts';
import type { WebhookTopic } from './webhook-topics.ts';

/** Live work goes ahead of bulk on the same account's budget (N13). */
export type Lane = 'live' | 'bulk';

/** The pair of connections a flow works on; ids from the settings file, immutable. */
export interface IntegrationRef {
  id: string;
  company: string;
  /** connection ids */
  source: string;
  target: string;
}

/** What every step is told about whose work it does. */
export interface StepInput {
  integration: IntegrationRef;
  lane: Lane;
}

export interface ReadOrderInput extends StepInput {
  sourceId: string;
  /** a page in the ledger that holds the order as it was listed; read from the platform when it is gone or old */
  page?: string;
  /** asked for by an operator: windows and excluded statuses do not count (decision on R1) */
  byOperator?: boolean;
  /** who told of it, as far as that says whether webhooks work */
  by?: 'webhook' | 'sweep';
  /** which webhooks told of it */
  heard?: WebhookTopic[];
  /** the settings and data of this very moment: never the page (retry, edit) */
  fresh?: boolean;
  /** nothing is written, not even to the ledger (N12) */
  dryRun?: boolean;
  /**
   * Our import is completed and the order is followed (R16, R6): it is read as it stands now, whatever its status; neither windows nor the rules
   * that leave orders out are asked. Gone from the platform: `skip` with `gone-from-source`.
   */
  follow?: boolean;
}

/** What the reading step found: an order to import, or why there is nothing to import. */
export type OrderReading =
  | { kind: 'order'; order: Order; digest: string }
  | { kind: 'skip'; reason: SkipReason; detail?: string; digest: string; number?: string }
  | { kind: 'park'; reason: ParkReason; detail: string };

/**
 * Which orders a page lists.
 * - `backfill`: created in the backfill window, in an allowed status, by id
 * - `excluded`: the same window, the excluded statuses: only to be named and counted as skipped
 * - `changed`: modified since the high-water mark, any listed status, oldest change first. A platform that cannot be asked for changes lists what
 *   may have changed (new orders, and those that are followed); the ledger's digests tell what did.
 */
export type Walk = 'backfill' | 'excluded' | 'changed';

export interface ReadPageInput extends StepInput {
  walk: Walk;
  /** opaque, from the page before; absent: from the beginning (changed: from the high-water mark in the ledger) */
  cursor?: string;
  /** an upper bound on the orders wanted (connect --limit) */
  limit?: number;
  /** the page is returned in full and not stored (plan) */
  dryRun?: boolean;
}

/** A page as it lies in the ledger: its orders do not travel through Temporal's history. */
export interface PageReading {
  /** id in the ledger's pages; absent when the page was empty */
  page?: string;
  count: number;
  /** absent: this was the last page */
  nextCursor?: string;
  /** how many the walk has in all, where the platform says so */
  total?: number;
  /** dryRun only */
  sourceIds?: string[];
}

/** Customer and products of an order as they stand in the target. */
export interface Parties {
  customerId: string;
  /** line item key → product id in the target */
  products: Record<string, string>;
  /** all missing ones together; then nothing else was written for products */
  missing: string[];
  notes: Note[];
}

export interface PartiesInput extends StepInput {
  order: Order;
}

export interface CreateOrderInput extends StepInput {
  order: Order;
  parties: Parties;
  digest: string;
}

export interface ImportInput extends StepInput {
  order: Order;
  /** of the platform's data */
  digest: string;
}

/** One call that would be made (N12). */
export interface PlannedWrite {
  /** e.g. "create the person", "create the order", "add a line" */
  what: string;
  /** field → value as it would be sent */
  fields: Record<string, string>;
}

export interface PlannedOrder {
  writes: PlannedWrite[];
  /** contact and products that exist and would be used: "person 90210", "product 7001 (SKU A-1)" */
  uses: string[];
  missing: string[];
  notes: Note[];
}

export interface FollowInput extends StepInput {
  sourceId: string;
  /** as the platform has it now; absent: the platform no longer has it */
  order?: Order;
  /** of the platform's data */
  digest: string;
  /** given when an earlier answer asked for them */
  parties?: Parties;
}

/** What following did with an imported order. */
export type Followed =
  /** new lines or a customer known only now: look them up first, then ask again */
  | { kind: 'needs parties' }
  /** `writeBack`: the status that the platform is to be set to (R6, R11) */
  | { kind: 'followed'; targetId: string; isChanged: boolean; notes: Note[]; writeBack?: Pick<SetStatusInput, 'status' | 'books' | 'isLast'> }
  /** linked by an operator, or imported before orders were followed */
  | { kind: 'not followed' };

/** A target order that is to be looked at, and what is to be noted once its run was told. */
export interface ChangedOrder {
  integration: string;
  sourceId: string;
  targetId: string;
  seen: string;
}

export interface ChangesPage {
  nextCursor?: string;
  /** orders read on this page */
  count: number;
  changed: ChangedOrder[];
  /** rows that need no look, to be noted as seen */
  unchanged: { targetId: string; seen: string }[];
  /** how long to rest before the next page, so that reading keeps to its share of the budget */
  restMs: number;
}

/** One line of `waybill check`. */
export interface CheckRow {
  what: string;
  state: 'ok' | 'not ok' | 'cannot be read';
  /** what was found, in plain words */
  found: string;
  /** the step to take when it is not ok */
  step?: string;
}

/**
 * What two orders are compared by without moving people through history (N16). Digests are `ledger.crypto.digest(company, 'phone' | 'email', value)`
 * of the E.164 phone and the lower-case e-mail, the same that the target's index holds.
 */
export interface OrderSummary {
  sourceId: string;
  number: string;
  /** ISO 8601 UTC */
  createdAt: string;
  /** with tax, after refunds */
  total: string;
  phoneDigest?: string;
  emailDigest?: string;
}

/** A target order without our marker that looks like a source order (N16). */
export interface Lookalike {
  sourceId: string;
  number: string;
  targetId: string;
  targetNumber: string;
  /** ISO 8601 UTC, of the target order */
  createdAt: string;
  total: string;
}

export interface IndexPage {
  nextCursor?: string;
  /** entries read on this page */
  count: number;
  /** what is indexed on this page: "people", "products", "categories" */
  of: string;
  /** pages in all of this kind, where the system says so */
  pages?: number;
}

/** One page of rebuilding links (N21). */
export interface LinksPage {
  nextCursor?: string;
  /** orders read on this page */
  count: number;
  /** of these, ours, and unknown to the ledger until now */
  adopted: number;
}

/** A status as its system names it. */
export interface StatusName {
  /** what the status table of the settings and `Order.status` say */
  id: string;
  name: string;
  /** target: in the group of closed orders, which no table may lead to (decision on R6) */
  isClosed?: boolean;
}

export interface SetStatusInput extends StepInput {
  sourceId: string;
  /** one of the platform's own status ids */
  status: string;
  /** the target's status that it stands for: both are agreed once it is written */
  books: string;
  /** the target's order is closed: nothing more is to be delivered */
  isLast: boolean;
  /** of the platform's data that the decision was made on */
  digest: string;
}

/** `unchanged`: it already stood there. `gone`: the platform no longer has the order. `never`: this platform's status is not ours to set (R8). A refusal is an error. */
export type StatusWrite = { kind: 'written' | 'unchanged' | 'gone' | 'never' };

/** One webhook that a connection needs, as `check` and `status` show it. */
export interface WebhookRow {
  /** the sender's own topic or event: "order.updated" */
  topic: string;
  state: 'there' | 'made' | 'mended' | 'missing' | 'by hand';
  /** what was found or done, in plain words; for those made by hand: what to enter where, without the secret address */
  found: string;
}

/** A platform that orders come from. */
export interface OrderSource {
  /** Credentials, currency, rights and settings of the account; one row each, failures included. Writes nothing. */
  checkSource(input: StepInput): Promise<CheckRow[]>;
  /** At most one page of the platform's list, stored in the ledger. Safe to repeat: a repeat stores another page that expires. */
  readPage(input: ReadPageInput): Promise<PageReading>;
  /** The orders of a stored page as summaries; no call (N16). An expired page gives none. */
  summarisePage(input: StepInput & { page: string }): Promise<OrderSummary[]>;
  /** One order with all that a target may need of it; products unknown to the target come with description and category. Reads only. */
  readOrder(input: ReadOrderInput): Promise<OrderReading>;
  /** The statuses an order can have here. Reads only. */
  listStatuses(input: StepInput): Promise<StatusName[]>;
  /**
   * Sets an order's status (R6, R11). Reads first and leaves an equal one alone, because
   * some platforms mail the customer at every write; absolute, so a repeat is harmless.
   */
  setStatus(input: SetStatusInput): Promise<StatusWrite>;
  /** Registers what this connection should be told of, at the address and under the secret in `context.hooks()`: lists first, makes what is missing, mends what the sender dropped or disabled. Safe to repeat. */
  ensureWebhooks(input: StepInput): Promise<WebhookRow[]>;
}

/** A system that orders are brought into. */
export interface OrderTarget {
  /** Credentials, currency, order type, location, employee, products settings; one row each. Writes nothing. */
  checkTarget(input: StepInput): Promise<CheckRow[]>;
  /** One page of the account's people, products or categories into the ledger's index (R18, R14). Safe to repeat. */
  readIndexPage(input: StepInput & { cursor?: string; since?: 'last time' }): Promise<IndexPage>;
  /**
   * One page of the target's orders created since then (ISO 8601 UTC): those that carry our marker and are unknown to the ledger become half-made
   * imports, which their runs complete without doubling what stands there (N21). Reads only; safe to repeat.
   */
  rebuildLinks(input: StepInput & { since: string; cursor?: string }): Promise<LinksPage>;
  /** Finds or creates customer, categories and products, each under its key (N1). Safe to repeat: keys and intents. */
  ensureParties(input: PartiesInput): Promise<Parties>;
  /** Creates the order with lines and comment and records it as completed, with its outcome; a half-made one is completed. Safe to repeat: intents. */
  createOrder(input: CreateOrderInput): Promise<Extract<Outcome, { kind: 'created' | 'parked' }>>;
  /** The statuses an order can have here. Reads only. */
  listStatuses(input: StepInput): Promise<StatusName[]>;
  /**
   * Brings an imported order up to the platform's state until the write-off (R4, R13, R16), and says which status is due on either side (R6, R11).
   * Safe to repeat: changes are absolute, comments and new lines go under intents.
   */
  followOrder(input: FollowInput): Promise<Followed>;
  /**
   * One page of the account's orders that we follow and that changed there: `modified` by the list's change time, `open` by reading every open one,
   * since no event and perhaps no change time tells of a write-off. Of all integrations into this account. Reads only.
   */
  findChanges(input: StepInput & { way: 'modified' | 'open'; cursor?: string }): Promise<ChangesPage>;
  /** What the two steps above would write now (N12). Reads only. */
  planOrder(input: PartiesInput): Promise<PlannedOrder>;
  /** Orders in the target that have no marker of ours and match by customer, total and day (N16). Reads only. */
  findLookalikes(input: StepInput & { summaries: OrderSummary[] }): Promise<Lookalike[]>;
}

/** What a flow asks of every target beside its own steps: made of them, since each durable step costs more than a call (design 3). */
export interface OrderImport {
  /** Customer, products, then the order; products that are missing park it before anything of the order is written. Safe to repeat from any point. */
  importOrder(input: ImportInput): Promise<Extract<Outcome, { kind: 'created' | 'parked' }>>;
}

/** A source whose orders can be compared anew with what stands in the target (N6); no other flow needs it. */
export interface ReconcilableSource {
  /**
   * One page of all orders created in the window, whatever their status, by time of creation; stored in the ledger with a `SourceOrder` (JSON) as each body.
   * A page may repeat orders of the page before. Reads only; a repeat stores another page that expires.
   * @param input `from` inclusive, `until` exclusive, ISO 8601 UTC
   */
  readWindow(input: StepInput & { from: string; until: string; cursor?: string }): Promise<PageReading>;
}

/** A target order that carries the mark of one of the integration's orders. */
export interface MarkedOrder {
  sourceId: string;
  targetId: string;
}

export interface MarkedPage {
  nextCursor?: string;
  marked: MarkedOrder[];
}

/** A target that orders of a source can be compared with (N6). */
export interface ReconcilableTarget {
  /**
   * What stands there of those orders of a stored page that we completed: existence and total, and the lines where the total is not what we applied last.
   * Stored in the ledger with a `TargetReading` (JSON) as each body. Without a page: the given one has expired. Reads only; safe to repeat.
   */
  readTotals(input: StepInput & { page: string }): Promise<{ page?: string }>;
  /** One page of the target's orders of this integration made there since then (ISO 8601 UTC), by their mark. Reads only. */
  listMarked(input: StepInput & { since: string; cursor?: string }): Promise<MarkedPage>;
}
