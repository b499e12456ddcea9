/** Steps that touch only the ledger and Temporal: announcing the records of a page, parking, skipping. They run on the workflows' own queue. */
import { activityInfo, heartbeat, sleep } from '@temporalio/activity';
import { leftOutDigest } from '../domain/eligibility.ts';
import type { Step } from '../domain/outcome.ts';
import type { IntegrationRef, Lane } from '../domain/ports.ts';
import type { ParkReason, PauseReason } from '../domain/reasons.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { orderKey, recordPark, recordSkip } from './recorded.ts';

/** One run to be told of its record; the worker sends it with signalWithStart, so that there is one run at a time. */
export interface Announce {
  integration: IntegrationRef;
  sourceId: string;
  by: 'backfill' | 'sweep' | 'webhook' | 'operator';
  lane: Lane;
  /** the page that lists it */
  page?: string;
}

export interface SharedDeps {
  ledger: Ledger;
  announce: (record: Announce) => Promise<void>;
}

export interface AnnouncePageInput {
  integration: IntegrationRef;
  page: string;
  by: Announce['by'];
  lane: Lane;
  /** how many records of the integration may be open at once */
  window: number;
  /** name of the high-water mark that the page moves once all of it is announced */
  mark?: string;
}

export type AnnouncePageResult = { kind: 'expired' } | { kind: 'announced'; announced: number; unchanged: number; skipped: number };

export interface ParkInput {
  integration: IntegrationRef;
  sourceId: string;
  number?: string;
  digest?: string;
  step: Step;
  reason: ParkReason;
  words: string;
}

/** How many failures in a row, all for one reason, pause the integration (design 5; decision on R2). */
const inARow: { reason?: ParkReason; count: number; pause: PauseReason }[] = [
  { reason: 'perhaps-right-missing', count: 3, pause: 'right-missing' },
  { count: 20, pause: 'many-parked' },
];

export function createSharedActivities({ ledger, announce }: SharedDeps) {
  return {
    /**
     * Announces every record of a page that is not finished with this content, keeping at most `window` of them open, then moves the high-water mark.
     * Safe to repeat: a record has one run at a time, and finished ones are left alone.
     */
    async announcePage({ integration, page, by, lane, window, mark }: AnnouncePageInput): Promise<AnnouncePageResult> {
      const stored = await ledger.pages.entries(page);
      if (stored === undefined) return { kind: 'expired' };
      const run = activityInfo().workflowExecution?.runId ?? '';
      const toSkip = stored.entries.filter((entry) => entry.skip !== undefined);
      const skipped = await skipListed(ledger, integration.id, toSkip, run);
      const entries = stored.entries.filter((entry) => entry.skip === undefined);
      const toStart = await ledger.records.announce(integration.id, entries);
      const announceAll = toStart.map((record) => async () => announce({ integration, sourceId: record.sourceId, by, lane, page }));
      await inChunks(announceAll, 10, async (left) => roomFor(ledger, integration.id, window + left));
      if (mark !== undefined && stored.mark !== undefined) await ledger.marks.set(`integration:${integration.id}`, mark, stored.mark);
      return { kind: 'announced', announced: toStart.length, unchanged: entries.length - toStart.length, skipped };
    },

    /** Parks the record; many in a row for one reason pause the integration instead of parking thousands (design 5). Safe to repeat. */
    async park({ integration, sourceId, number, digest, step, reason, words }: ParkInput): Promise<void> {
      const run = activityInfo().workflowExecution?.runId ?? '';
      await recordPark(ledger, orderKey(integration.id, sourceId), { reason, step, words, number: number ?? null, digest: digest ?? null, run });
      await pauseOnBulkTrouble(ledger, integration.id, reason);
    },

    /** Leaves the record out because an operator said so. Safe to repeat. */
    async leaveOut({ integration, sourceId, number }: { integration: IntegrationRef; sourceId: string; number?: string }): Promise<void> {
      const run = activityInfo().workflowExecution?.runId ?? '';
      await recordSkip(ledger, orderKey(integration.id, sourceId), { reason: 'left-out-by-operator', digest: leftOutDigest, number: number ?? null, run });
    },

    /** Pauses a connection, e.g. after a harmless check call was refused too. Safe to repeat. */
    async pauseConnection({ connection, reason }: { connection: string; reason: PauseReason }): Promise<void> {
      await ledger.states.pause(`connection:${connection}`, reason);
    },

    /** Notes that a walk has come to its end. Safe to repeat. */
    async finishWalk({ integration, walk }: { integration: IntegrationRef; walk: 'index' | 'backfill' }): Promise<void> {
      await ledger.marks.set(`integration:${integration.id}`, `${walk}-done`, new Date(await ledger.clock.now()).toISOString());
    },
  };
}

export type SharedActivities = ReturnType<typeof createSharedActivities>;

type Listed = { sourceId: string; number: string | null; digest: string; skip?: { reason: string; detail?: string } };

/** Records that the list alone decides on; those already settled the same way cost nothing. */
async function skipListed(ledger: Ledger, integration: string, entries: Listed[], run: string): Promise<number> {
  const known = new Map((await ledger.records.findMany(integration, entries.map((entry) => entry.sourceId))).map((record) => [record.sourceId, record]));
  let skipped = 0;
  for (const entry of entries) {
    const record = known.get(entry.sourceId);
    // an import under way or done outranks what a list says about the status
    if (record !== undefined && (record.state !== 'skipped' || record.digest === entry.digest)) continue;
    await recordSkip(ledger, orderKey(integration, entry.sourceId), { reason: entry.skip?.reason ?? '', detail: entry.skip?.detail, digest: entry.digest, number: entry.number, run });
    skipped += 1;
  }
  return skipped;
}

async function inChunks(jobs: (() => Promise<void>)[], size: number, before: (left: number) => Promise<void>): Promise<void> {
  for (let start = 0; start < jobs.length; start += size) {
    await before(jobs.length - start);
    await Promise.all(jobs.slice(start, start + size).map(async (job) => job()));
  }
}

/** Waits until fewer records are open than `most`: the window and those of this page that have no run yet, else it would wait for itself. */
async function roomFor(ledger: Ledger, integration: string, most: number): Promise<void> {
  heartbeat();
  while ((await ledger.records.countOpen(integration)) >= most) {
    heartbeat();
    await sleep(250);
  }
}

async function pauseOnBulkTrouble(ledger: Ledger, integration: string, reason: ParkReason): Promise<void> {
  for (const rule of inARow) {
    if (rule.reason !== undefined && rule.reason !== reason) continue;
    const latest = await ledger.outcomes.latestReasons(integration, rule.count);
    if (latest.length < rule.count || latest.some((other) => other !== reason)) continue;
    await ledger.states.pause(`integration:${integration}`, rule.pause);
    return;
  }
}
