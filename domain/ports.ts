/**
 * What a flow asks of the systems it joins, in canonical words. Every connector's `activities.ts` satisfies the ports of its roles;
 * workflows see nothing else. Each function is one step: safe to repeat from any point (design 3).
 */
import type { Note, Outcome } from './outcome.ts';
import type { Order } from './order.ts';
import type { ParkReason, SkipReason } from './reasons.ts';

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
  /** the settings and data of this very moment: never the page (retry, edit) */
  fresh?: boolean;
  /** nothing is written, not even to the ledger (N12) */
  dryRun?: boolean;
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
 * - `changed`: modified since the high-water mark, any listed status, oldest change first
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
  /** Creates the order with lines and comment and records it as completed; a half-made one is completed. Safe to repeat: intents. */
  createOrder(input: CreateOrderInput): Promise<Extract<Outcome, { kind: 'created' | 'parked' }>>;
  /** What the two steps above would write now (N12). Reads only. */
  planOrder(input: PartiesInput): Promise<PlannedOrder>;
  /** Orders in the target that have no marker of ours and match by customer, total and day (N16). Reads only. */
  findLookalikes(input: StepInput & { summaries: OrderSummary[] }): Promise<Lookalike[]>;
}
