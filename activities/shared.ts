/** Steps that touch only the ledger and Temporal: announcing the records of a page, parking, skipping. They run on the workflows' own queue. */
import { activityInfo, heartbeat, sleep } from '@temporalio/activity';
import { leftOutDigest } from '../domain/eligibility.ts';
import type { LedgerMemory } from '../domain/ledger-memory.ts';
import type { Step } from '../domain/outcome.ts';
import type { ChangedOrder, IntegrationRef, Lane } from '../domain/ports.ts';
import type { ParkReason, PauseReason } from '../domain/reasons.ts';
import type { WebhookTopic } from '../domain/webhook-topics.ts';
import { demandAdoption, raiseEpoch, readAdoption, setAdopted } from '../ledger/adoption.ts';
import { adoptedRecords, forgottenRecords } from '../ledger/forgotten.ts';
import { noteHeard } from '../ledger/heard.ts';
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
  /** a gateway is configured */
  hasHooks: boolean;
  /** undefined: no longer in the settings */
  integrationRef: (integration: string) => Promise<IntegrationRef | undefined>;
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

export interface AnnounceChangesInput {
  /** the target's */
  connection: string;
  changed: ChangedOrder[];
  unchanged: { targetId: string; seen: string }[];
}

export interface BeginWalkInput {
  integration: IntegrationRef;
  mode: 'backfill' | 'incremental' | 'adopt';
  /** what the walk before ended with */
  last?: LedgerMemory;
}

export interface BegunWalk {
  memory: LedgerMemory;
  /** links have to be rebuilt first, from target orders created since (ISO 8601 UTC) */
  adoptSince?: string;
  /** incremental: the platform's webhooks have not been looked after for an hour */
  areWebhooksDue?: boolean;
  /** links are rebuilt by a backfill: this walk has nothing to do until then */
  isWaiting: boolean;
}

/** A record announced longer ago than this and not settled has perhaps lost its run. */
const forgottenAfterMs = 15 * 60_000;
/** How far back links are rebuilt at least: longer than two calendar months. */
const adoptAtLeastMs = 63 * 24 * 60 * 60_000;
const dayMs = 24 * 60 * 60_000;
const openWindow = 200;

/** How many of the latest outcomes, all for one reason, pause the integration: three or twenty in a row, or a tenth of a page (design 5; decision on R2). */
const tooMany: { reason?: ParkReason; count: number; among: number; pause: PauseReason }[] = [
  { reason: 'perhaps-right-missing', count: 3, among: 3, pause: 'right-missing' },
  { count: 20, among: 20, pause: 'many-parked' },
  { count: 10, among: 100, pause: 'many-parked' },
];

export function createSharedActivities({ ledger, announce, integrationRef, hasHooks }: SharedDeps) {
  const restart = async (sourceIds: string[], integration: IntegrationRef): Promise<void> =>
    inChunks(sourceIds.map((sourceId) => async () => announce({ integration, sourceId, by: 'sweep', lane: 'bulk' })), 10, async () => roomFor(ledger, integration.id, openWindow + sourceIds.length));

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

    /**
     * The beginning of every walk: does the ledger know the target, is it the one of the walk before, and was a record forgotten (design 3).
     * Safe to repeat: the epoch only rises, and a run that is told twice looks twice.
     */
    async beginWalk({ integration, mode, last }: BeginWalkInput): Promise<BegunWalk> {
      const { incarnation } = ledger;
      const { epoch, isRestored } = await raiseEpoch(ledger, integration.id, last?.incarnation === incarnation ? last.epoch : 0);
      if (isRestored) await demandAdoption(ledger, integration.id, 'restored');
      const memory = { incarnation, epoch };
      const adoption = await readAdoption(ledger, integration.id);
      const needed = await adoptionWindow(ledger, integration.id);
      if (mode === 'incremental' && adoption.state === 'needed') return { memory, isWaiting: true };
      const isKnown = adoption.state === 'done' && adoption.since <= needed.atLatest;
      if (mode === 'adopt' || (mode === 'backfill' ? !isKnown : adoption.state === 'restored')) {
        await demandAdoption(ledger, integration.id, mode === 'incremental' ? 'restored' : 'needed');
        return { memory, isWaiting: false, adoptSince: needed.since };
      }
      const areWebhooksDue = mode === 'incremental' && hasHooks && (await isDue(ledger, integration.id));
      if (mode === 'incremental') await restart(await forgottenRecords(ledger, integration.id, forgottenAfterMs), integration);
      return { memory, isWaiting: false, ...(areWebhooksDue ? { areWebhooksDue } : {}) };
    },

    /** Starts the runs of records that were found in the target and never announced. Safe to repeat. */
    async restartAdopted({ integration }: { integration: IntegrationRef }): Promise<void> {
      await restart(await adoptedRecords(ledger, integration.id), integration);
    },

    /** Tells the runs of orders that changed in the target, then notes what was seen. Safe to repeat: a run that is told twice looks twice. */
    async announceChanges({ connection, changed, unchanged }: AnnounceChangesInput): Promise<void> {
      for (const { integration: id, sourceId } of changed) {
        const integration = await integrationRef(id);
        if (integration !== undefined) await announce({ integration, sourceId, by: 'sweep', lane: 'live' });
        heartbeat();
      }
      await ledger.follows.noteSeen(connection, [...changed, ...unchanged]);
    },

    /** Tells the runs of the orders that stand in the target under this id; returns how many. Safe to repeat. */
    async announceTarget({ connection, targetId, heard }: { connection: string; targetId: string; heard?: WebhookTopic[] }): Promise<number> {
      await noteHeard(ledger, { connection }, heard);
      const rows = await ledger.follows.findByTarget(connection, [targetId]);
      // not *webhook*: that one is the platform's, and its silence must show
      for (const { integration: id, sourceId } of rows) {
        const integration = await integrationRef(id);
        if (integration !== undefined) await announce({ integration, sourceId, by: 'sweep', lane: 'live' });
      }
      return rows.length;
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

    /** What the connection's webhooks were remembered by: the next look registers them anew. Safe to repeat. */
    async forgetWebhooks({ connection }: { connection: string }): Promise<void> {
      await ledger.marks.removeAll(`connection:${connection}`, 'webhook:');
    },

    /** Notes that a walk has come to its end. Safe to repeat. */
    async finishWalk({ integration, walk, since }: { integration: IntegrationRef; walk: 'index' | 'backfill' | 'adopt'; since?: string }): Promise<void> {
      if (walk === 'adopt') await setAdopted(ledger, integration.id, since ?? '');
      await ledger.marks.set(`integration:${integration.id}`, `${walk}-done`, new Date(await ledger.clock.now()).toISOString());
    },
  };
}

export type SharedActivities = ReturnType<typeof createSharedActivities>;

const webhooksEveryMs = 60 * 60_000;

/** Senders drop or disable webhooks without telling; asked for again once an hour. */
async function isDue(ledger: Ledger, integration: string): Promise<boolean> {
  const now = await ledger.clock.now();
  const subject = `integration:${integration}`;
  const last = await ledger.marks.get(subject, 'webhooks-looked-after');
  if (last !== undefined && now - Date.parse(last) < webhooksEveryMs) return false;
  await ledger.marks.set(subject, 'webhooks-looked-after', iso(now));
  return true;
}

/** `since`: read from here; `atLatest`: what was rebuilt from here on or earlier is enough. */
async function adoptionWindow(ledger: Ledger, integration: string): Promise<{ since: string; atLatest: string }> {
  const now = await ledger.clock.now();
  const connected = await ledger.states.connected(integration);
  const from = Date.parse(connected?.backfillFrom ?? iso(now));
  return { since: iso(Math.min(from, now - adoptAtLeastMs) - dayMs), atLatest: iso(from) };
}

const iso = (ms: number): string => new Date(ms).toISOString();

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
  for (const rule of tooMany) {
    if (rule.reason !== undefined && rule.reason !== reason) continue;
    const latest = await ledger.outcomes.latestReasons(integration, rule.among);
    if (latest.length < rule.among || latest.filter((other) => other === reason).length < rule.count) continue;
    await ledger.states.pause(`integration:${integration}`, rule.pause);
    return;
  }
}
