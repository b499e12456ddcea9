/** What became of an integration's records, counted from the ledger. */
import { parkReasons, pauseReasons, skipReasons } from '../domain/reasons.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { sayTable } from './print.ts';

export interface Counts {
  /** stands in the target by our own import */
  imported: number;
  skipped: number;
  parked: number;
  /** announced, without an outcome yet */
  open: number;
  reasons: { outcome: string; reason: string; count: number }[];
  /** why the integration is paused, in words; absent: it is not */
  paused?: string;
}

export async function countRecords(ledger: Ledger, integration: string): Promise<Counts> {
  const [states, state] = await Promise.all([ledger.records.countByState(integration), ledger.states.get(`integration:${integration}`)]);
  const reasons = await ledger.outcomes.count(integration); // after the records: what is under way no more is counted here
  const sum = (outcome: string) => reasons.filter((row) => row.outcome === outcome).reduce((total, row) => total + row.count, 0);
  return {
    imported: sum('created') + sum('updated'),
    skipped: sum('skipped'),
    parked: states.parked,
    open: states.announced + states.begun,
    reasons,
    ...(state.state === 'paused' ? { paused: wordsOfPause(state.reason) } : {}),
  };
}

export const wordsOfPause = (reason: string): string => Object.entries(pauseReasons).find(([code]) => code === reason)?.[1].words ?? reason;

export const wordsOfReason = (reason: string): string => Object.entries({ ...skipReasons, ...parkReasons }).find(([code]) => code === reason)?.[1].words ?? '';

export function sayCounts({ reasons }: Pick<Counts, 'reasons'>): void {
  sayTable(['outcome', 'reason', 'orders', ''], reasons.toSorted((a, b) => a.outcome.localeCompare(b.outcome) || b.count - a.count).map((row) => [row.outcome, row.reason, row.count, wordsOfReason(row.reason)]));
}
