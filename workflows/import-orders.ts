/**
 * Bring in many orders.
 * 1. The target's people and products are indexed first, so that known ones cost no call (R18).
 * 2. Backfill, once: all orders of the window in an allowed status, page after page; then the excluded ones are named and counted (R9).
 * 3. Incremental, on a schedule: what changed since the high-water mark (G4).
 * 4. Each order is announced to its own run; a window of them is open at a time. The mark moves only after all up to it are announced.
 */
import { continueAsNew, setCurrentDetails, setHandler, sleep, workflowInfo } from '@temporalio/workflow';
import type { Lane, Walk } from '../domain/ports.ts';
import { ledgerSteps, systemsOf } from './connect.ts';
import { cancelWalk, walkProgress, type ImportOrdersInput, type WalkProgress } from './messages.ts';

/** Open records of an integration at a time; parked ones do not count (design 3). */
const windowOfOpenRecords = 200;
/** Pages a run reads before it continues as new, so that no history grows with the shop. */
const pagesPerRun = 40;

const started: WalkProgress = { phase: 'index', indexed: 0, listed: 0, announced: 0, unchanged: 0, skipped: 0, pages: 0 };

export async function importOrders(input: ImportOrdersInput): Promise<WalkProgress> {
  const { integration, mode, limit } = input;
  const lane: Lane = mode === 'backfill' ? 'bulk' : 'live';
  const { source, target } = systemsOf(integration, 'bulk');
  const steps = ledgerSteps('bulk');
  const phases: WalkProgress['phase'][] = mode === 'incremental' ? ['index', 'changed'] : limit === undefined ? ['index', 'backfill', 'excluded'] : ['index', 'backfill'];
  const progress: WalkProgress = { ...(input.progress ?? started) };
  const asked = { cancel: false };
  setHandler(cancelWalk, () => void (asked.cancel = true));
  setHandler(walkProgress, () => progress);

  for (let pages = 0; progress.phase !== 'done' && !asked.cancel; pages += 1) {
    setCurrentDetails(inWords(progress));
    if (pages >= pagesPerRun || workflowInfo().continueAsNewSuggested) await continueAsNew<typeof importOrders>({ ...input, progress });
    const isLast = progress.phase === 'index' ? await indexPage() : await announcePage(progress.phase);
    if (isLast) await nextPhase();
  }
  setCurrentDetails(inWords(progress));
  return progress;

  async function indexPage(): Promise<boolean> {
    const page = await target.readIndexPage({ integration, lane: 'bulk', ...(progress.cursor === undefined ? {} : { cursor: progress.cursor }), ...(mode === 'incremental' ? { since: 'last time' as const } : {}) });
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
    if (progress.phase === 'index') await steps.finishWalk({ integration, walk: 'index' });
    if (mode === 'backfill' && progress.phase === phases.at(-1)) await steps.finishWalk({ integration, walk: 'backfill' });
    progress.cursor = undefined;
    progress.phase = phases[phases.indexOf(progress.phase) + 1] ?? 'done';
  }
}

function inWords(progress: WalkProgress): string {
  const counts = `${progress.listed} orders listed, ${progress.announced} announced, ${progress.unchanged} unchanged, ${progress.skipped} skipped by status`;
  if (progress.phase === 'index') return `Reading the target’s people and products: ${progress.indexed} so far.`;
  return `${progress.phase === 'done' ? 'Done' : `Reading the platform’s orders (${progress.phase})`}: ${counts}.`;
}
