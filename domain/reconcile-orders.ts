/** One order as a reconciliation sees it on either side (N6). No personal data: ids, codes, amounts. */
import type { AppliedLine } from './follow.ts';
import type { Decimal } from './money.ts';
import type { PriceDifference } from './pricing.ts';
import type { SkipReason } from './reasons.ts';

/** How far the ledger says a record is. */
export type RecordState = 'announced' | 'begun' | 'completed' | 'skipped' | 'parked' | 'erased';

/** As the platform has it now, in the form that the target would have it. */
export interface SourceOrder {
  sourceId: string;
  number: string;
  /** ISO 8601 UTC */
  createdAt: string;
  modifiedAt: string;
  /** over the source's data, the same as the import's */
  digest: string;
  /** why our rules leave it out now */
  refusal?: SkipReason;
  /** absent: its data cannot be read */
  booked?: Booked;
}

export interface Booked {
  /** ISO 4217 */
  currency: string;
  /** priced lines by their key, as an import would write them now */
  lines: Record<string, AppliedLine>;
  /** what the platform says the order comes to, with or without tax by the setting */
  total: Decimal;
  /** every part of `total` − sum of the lines, with its reason */
  differences: PriceDifference[];
}

/** What the target answered about one order that we completed there. */
export interface TargetReading {
  /** ISO 8601 UTC, by the ledger's clock: right before it was asked */
  readAt: string;
  /** absent: it is not there */
  order?: TargetOrder;
}

export interface TargetOrder {
  targetId: string;
  total: Decimal;
  /** read only where the total is not what we applied */
  lines?: TargetLine[];
}

export interface TargetLine extends AppliedLine {
  /** of the line that it was made from; absent: staff added it */
  key?: string;
  id: string;
}
