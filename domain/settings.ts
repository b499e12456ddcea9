/** Settings of an integration as steps use them; parsed and checked in worker/config.ts. */
import type { TraitRow } from './contact.ts';
import type { IdentifyBy } from './product.ts';

/** Settings of the flow *import orders* (design 6). Every field has a default there. */
export interface ImportOrdersSettings {
  /** R14 */
  identifyProductsBy: IdentifyBy;
  /** N14: do line prices in the books contain tax */
  prices: 'with-tax' | 'without-tax';
  /** product ids in the target that shipping, fees and order discounts become lines of; absent: named in the comment (N14) */
  articles: { shipping?: string; fee?: string; discount?: string };
  /** R5, R7, R9: calendar months in the shop's zone */
  backfillMonths: number;
  /** statuses that the backfill leaves out (R9); unfinished checkouts always stay out */
  excludeStatuses: string[];
  /** R17: Code is the variant's id (default) or the product's */
  codeOf: 'variant' | 'product';
  /** how often the incremental window runs */
  everyMinutes: number;
  /** R6, R11: which status means which; empty: statuses are left alone (R8) */
  statuses: StatusPair[];
  /** R11: platform statuses that are withheld until every product line is written off */
  afterWriteOff: string[];
}

/** One row of the status table. */
export interface StatusPair {
  /** the platform's status id */
  platform: string;
  /** the books' status id */
  books: string;
  /** default both ways */
  direction: 'both' | 'to-books' | 'to-platform';
}

/** The moment of connecting and what it covers; kept in the ledger, one row an integration (decision on R1). */
export interface Connected {
  /** ISO 8601 UTC; orders created at or after it are new */
  connectedAt: string;
  /** ISO 8601 UTC; from here the backfill reads; equal to connectedAt for `--since now` */
  backfillFrom: string;
}

/** Settings of the flow *export contacts* (S5, S6, S7). At least one population is exported. */
export interface ExportContactsSettings {
  customers?: ContactPopulation;
  subscribers?: ContactPopulation;
  /** how often the statuses of all known addresses are read; the safety net beside webhooks, or instead of them (S10) */
  statusesEveryMinutes: number;
}

/** One population with its own mapping and target group. */
export interface ContactPopulation {
  /** id of a group that exists in the target (S7) */
  group: string;
  traits: TraitRow[];
}

/** What the source alone cannot tell: asked once when connecting, and recorded; nothing is exported before (decision on S: first start). */
export interface ContactAnswers {
  /** an inactive subscriber met for the first time has refused, or has not confirmed yet */
  inactiveSubscribers: 'refused' | 'unconfirmed';
  /** a refusal found in the source is written over a contact that the target has as confirmed, or that contact is left */
  sourceRefusals: 'treat-as-refusal' | 'leave';
}
