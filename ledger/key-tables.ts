/** Columns of the tables behind keys, budgets and slots. Instants are ms of the ledger's clock. */

/** One row a key that was ever held: who may send under it. */
export interface KeysTable {
  key: string;
  holder: string | null;
  /** rises with every new sender */
  fence: number;
  lease_until: number;
  /** when it was last taken, for `sweepKeys` */
  used_at: number;
}

/** What was about to be sent. Several effects may stand on one key, and one effect on several keys. */
export interface IntentsTable {
  key: string;
  effect: string;
  /** `open`: its outcome is not known yet; `unknown`: it never will be, and it is never sent again */
  state: 'open' | 'unknown';
  marker: string;
  sent_at: number;
  abort_ms: number;
  settle_ms: number;
}

/** One row an account; what the columns mean is told in `budget-line.ts`. */
export interface BudgetsTable {
  account: string;
  /** compared and raised by every write, so that two processes never spend the same instant */
  version: number;
  /** microseconds */
  next_free: number;
  hold_until: number;
  seen_at: number;
  live_points: number;
  live_at: number;
  pace: number;
  paced_at: number;
  /** instants of the last minute's refusals, joined by commas */
  throttled_at: string;
}

/** One row a place among an account's simultaneous calls. */
export interface SlotsTable {
  account: string;
  slot: number;
  /** whose it is: only the taker may give it back */
  token: string;
  lease_until: number;
}

export interface KeyTables {
  keys: KeysTable;
  intents: IntentsTable;
  budgets: BudgetsTable;
  slots: SlotsTable;
}
