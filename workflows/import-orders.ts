/**
 * Bring in many orders.
 * 0. A ledger that does not know the target's orders of ours learns of them before anything is written (N21).
 * 1. The target's people and products are indexed first, so that known ones cost no call (R18).
 * 2. Backfill, once: all orders of the window in an allowed status, page after page; then the excluded ones are named and counted (R9).
 * 3. Incremental, on a schedule: what changed since the high-water mark (G4).
 * 4. Each order is announced to its own run; a window of them is open at a time. The mark moves only after all up to it are announced.
 * 5. Once an hour the platform's webhooks are looked after.
 * 6. What was found in the target and no walk has listed is started at the end.
 */
import { ActivityFailure, continueAsNew, isCancellation, setCurrentDetails, setHandler, setWorkflowOptions, sleep, workflowInfo } from '@temporalio/workflow';
import { memoryOf } from '../domain/ledger-memory.ts';
import type { IntegrationRef, Lane, Walk } from '../domain/ports.ts';
import { ledgerSteps, systemsForQuestions, systemsOf } from './connect.ts';
import { cancelWalk, walkProgress, type ImportOrdersInput, type WalkProgress } from './messages.ts';
import { upgradeable } from './release.ts';

/** Open records of an integration at a time; parked ones do not count (design 3). */
const windowOfOpenRecords = 200;
/** Pages a run reads before it continues as new, so that no history grows with the shop. */
const pagesPerRun = 40;

const started: WalkProgress = { phase: 'index', indexed: 0, listed: 0, announced: 0, unchanged: 0, skipped: 0, pages: 0 };

// a walk through a large shop takes longer than a release may wait for (design 3)
setWorkflowOptions(upgradeable, importOrders);
export async function importOrders(input: ImportOrdersInput): Promise<WalkProgress> {
  const { integration, mode, limit } = input;
  const lane: Lane = mode === 'backfill' ? 'bulk' : 'live';
  const { source, target } = systemsOf(integration, 'bulk');
  const steps = ledgerSteps('bulk');
  const progress: WalkProgress = { ...(input.progress ?? started) };
  const asked = { cancel: false };
  setHandler(cancelWalk, () => void (asked.cancel = true));
  setHandler(walkProgress, () => progress);
  if (input.progress === undefined) Object.assign(progress, await begin());
  const phases = phasesOf(input, progress);

  for (let pages = 0; progress.phase !== 'done' && !asked.cancel; pages += 1) {
    setCurrentDetails(inWords(progress));
    if (pages >= pagesPerRun || workflowInfo().continueAsNewSuggested) await continueAsNew<typeof importOrders>({ ...input, progress });
    if (await nextPage(progress.phase)) await nextPhase();
  }
  setCurrentDetails(inWords(progress));
  return progress;

  async function begin(): Promise<WalkProgress> {
    const last = memoryOf(workflowInfo().lastResult);
    const { memory, adoptSince, isWaiting, areWebhooksDue } = await steps.beginWalk({ integration, mode, ...(last === undefined ? {} : { last }) });
    if (areWebhooksDue) await lookAfterWebhooks(integration);
    return { ...started, memory, ...(isWaiting ? { phase: 'done' } : {}), ...(adoptSince === undefined ? {} : { phase: 'adopt', adoptSince }) };
  }

  /** True: it was the last one of its phase. */
  async function nextPage(phase: Exclude<WalkProgress['phase'], 'done'>): Promise<boolean> {
    if (phase === 'adopt') return adoptPage();
    return phase === 'index' ? indexPage() : announcePage(phase);
  }

  async function adoptPage(): Promise<boolean> {
    const page = await target.rebuildLinks({ integration, lane: 'bulk', since: progress.adoptSince ?? '', ...(progress.cursor === undefined ? {} : { cursor: progress.cursor }) });
    progress.adopted = (progress.adopted ?? 0) + page.adopted;
    progress.cursor = page.nextCursor;
    return page.nextCursor === undefined;
  }

  async function indexPage(): Promise<boolean> {
    const page = await target.readIndexPage({ integration, lane: 'bulk', ...(progress.cursor === undefined ? {} : { cursor: progress.cursor }), ...(mode === 'incremental' && progress.adoptSince === undefined ? { since: 'last time' as const } : {}) });
    progress.indexed += page.count;
    progress.cursor = page.nextCursor;
    return page.nextCursor === undefined;
  }

  async function announcePage(walk: Walk): Promise<boolean> {
    const left = limit === undefined ? {} : { limit: limit - progress.listed };
    const page = await source.readPage({ integration, lane: 'bulk', walk, ...(progress.cursor === undefined ? {} : { cursor: progress.cursor }), ...left });
    if (page.total !== undefined && walk !== 'excluded') progress.total = page.total;
    if (page.page !== undefined) {
      const result = await steps.announcePage({ integration, page: page.page, by: mode === 'backfill' ? 'backfill' : 'sweep', lane, window: windowOfOpenRecords, ...(walk === 'changed' ? { mark: 'changed' } : {}) });
      if (result.kind === 'expired') {
        await sleep('1 second'); // the page was gone before its turn came: read it again at the same cursor
        return false;
      }
      progress.announced += result.announced;
      progress.unchanged += result.unchanged;
      progress.skipped += result.skipped;
    }
    progress.pages += 1;
    progress.listed += page.count;
    progress.cursor = page.nextCursor;
    return page.nextCursor === undefined || (limit !== undefined && progress.listed >= limit);
  }

  async function nextPhase(): Promise<void> {
    const isLast = progress.phase === phases.at(-1);
    if (progress.phase === 'index') await steps.finishWalk({ integration, walk: 'index' });
    // only now: an index older than the target's people and products would make them anew
    if (progress.adoptSince !== undefined && progress.phase === (mode === 'adopt' ? 'adopt' : 'index')) await steps.finishWalk({ integration, walk: 'adopt', since: progress.adoptSince });
    if (isLast && (mode === 'backfill' || progress.adoptSince !== undefined) && mode !== 'adopt') await steps.restartAdopted({ integration });
    if (isLast && mode === 'backfill') await steps.finishWalk({ integration, walk: 'backfill' });
    progress.cursor = undefined;
    progress.phase = phases[phases.indexOf(progress.phase) + 1] ?? 'done';
  }
}

/** A sweep does not wait for it: without webhooks changes are found all the same. */
async function lookAfterWebhooks(integration: IntegrationRef): Promise<void> {
  try {
    await systemsForQuestions(integration).source.ensureWebhooks({ integration, lane: 'bulk' });
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
  }
}

function phasesOf({ mode, limit }: ImportOrdersInput, { adoptSince }: WalkProgress): WalkProgress['phase'][] {
  const adopt = adoptSince === undefined ? [] : (['adopt'] as const);
  if (mode === 'adopt') return [...adopt];
  if (mode === 'incremental') return [...adopt, 'index', 'changed'];
  return [...adopt, 'index', 'backfill', ...(limit === undefined ? (['excluded'] as const) : [])];
}

function inWords(progress: WalkProgress): string {
  const counts = `${progress.listed} orders listed, ${progress.announced} announced, ${progress.unchanged} unchanged, ${progress.skipped} skipped by status`;
  if (progress.phase === 'adopt') return `Reading the target’s orders for those of ours: ${progress.adopted ?? 0} found that are not known here.`;
  if (progress.phase === 'index') return `Reading the target’s people and products: ${progress.indexed} so far.`;
  return `${progress.phase === 'done' ? 'Done' : `Reading the platform’s orders (${progress.phase})`}: ${counts}.`;
}
