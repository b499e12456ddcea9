/**
 * Compare what the platform and the target hold, counted (N6).
 * 1. Every order that was created in the window is read anew, page after page, whatever its status.
 * 2. Those that we completed are looked up in the target: do they exist, do they come to what we wrote, line by line where not.
 * 3. Each order gets one verdict: imported, skipped, parked or under way, each with its reason; or unexplained. Nothing is written outside.
 * 4. Then the target's orders with our mark are read: none may stand there twice, and none that is not known here.
 * 5. Counts and sums are remembered; what is unexplained lies in the ledger and is shown before anybody repairs it.
 */
import { ActivityFailure, ApplicationFailure, continueAsNew, setCurrentDetails, setHandler, setWorkflowOptions, sleep, workflowInfo } from '@temporalio/workflow';
import { addUp, emptyReconciliation, total, unexplainedIn } from '../domain/reconciliation.ts';
import { systemsToReconcile } from './connect.ts';
import { reconcileProgress, type ReconcileInput, type ReconcileProgress, type ReconcileResult } from './messages.ts';
import { upgradeable } from './release.ts';

/** Longer than two calendar months: all that a backfill brings in. */
const defaultDays = 62;
/** Pages a run reads before it continues as new, so that no history grows with the shop. */
const pagesPerRun = 40;

// a large window may outlive a release (design 3)
setWorkflowOptions(upgradeable, reconcile);
export async function reconcile(input: ReconcileInput): Promise<ReconcileResult> {
  const { integration, days = defaultDays, since, graceMinutes } = input;
  const { source, target, steps } = systemsToReconcile(integration);
  let known = input.progress;
  setHandler(reconcileProgress, () => known);

  const window = known?.window ?? (await steps.beginReconciliation({ integration, days, graceMinutes, ...(since === undefined ? {} : { since }) })) ?? undefined;
  if (window === undefined) return { kind: 'not possible', because: 'not connected' };
  const progress: ReconcileProgress = known ?? { phase: 'source', window, chunks: 0, counted: emptyReconciliation() };
  known = progress;

  for (let pages = 0; progress.phase !== 'done'; pages += 1) {
    setCurrentDetails(inWords(progress));
    if (pages >= pagesPerRun || workflowInfo().continueAsNewSuggested) await continueAsNew<typeof reconcile>({ ...input, progress });
    try {
      if (!(await nextPage())) await sleep('1 second'); // the page was gone before its turn came: it is read again at the same cursor
    } catch (error) {
      if (isUnknownStep(error)) return { kind: 'not possible', because: 'not supported' };
      throw error;
    }
  }
  await steps.finishReconciliation({ integration, window, counted: progress.counted, chunks: progress.chunks });
  setCurrentDetails(inWords(progress));
  return { kind: 'reconciled', counted: progress.counted };

  /** False: nothing was compared. */
  async function nextPage(): Promise<boolean> {
    return progress.phase === 'source' ? comparePage() : compareMarked();
  }

  async function comparePage(): Promise<boolean> {
    const { from, until } = progress.window;
    const read = await source.readWindow({ integration, lane: 'bulk', from, until, ...atCursor() });
    if (read.page !== undefined) {
      const { page: totals } = await target.readTotals({ integration, lane: 'bulk', page: read.page });
      if (totals === undefined) return false;
      const before = progress.previous === undefined ? {} : { previous: progress.previous };
      const result = await steps.comparePage({ integration, window: progress.window, page: read.page, totals, chunk: progress.chunks, ...before });
      if (result.kind === 'expired') return false;
      count(result.counted);
      progress.previous = read.page;
    }
    moveOn(read.nextCursor, 'target');
    return true;
  }

  async function compareMarked(): Promise<boolean> {
    const { marked, nextCursor } = await target.listMarked({ integration, lane: 'bulk', since: progress.window.from, ...atCursor() });
    if (marked.length > 0) count(await steps.compareMarked({ integration, window: progress.window, marked, chunk: progress.chunks }));
    moveOn(nextCursor, 'done');
    return true;
  }

  function atCursor(): { cursor?: string } {
    return progress.cursor === undefined ? {} : { cursor: progress.cursor };
  }

  function count(counted: ReconcileProgress['counted']): void {
    progress.counted = addUp(progress.counted, counted);
    progress.chunks += 1;
  }

  function moveOn(cursor: string | undefined, next: ReconcileProgress['phase']): void {
    progress.cursor = cursor;
    if (cursor === undefined) progress.phase = next;
  }
}

/** The worker of this connection has no such step: its system cannot be reconciled. */
const isUnknownStep = (error: unknown): boolean => error instanceof ActivityFailure && error.cause instanceof ApplicationFailure && error.cause.type === 'NotFoundError';

function inWords({ phase, counted }: ReconcileProgress): string {
  const where = { source: 'Comparing the platform’s orders', target: 'Reading the target’s orders of ours', done: 'Done' }[phase];
  return `${where}: ${counted.source} read, ${counted.imported} imported, ${total(counted.skipped)} skipped, ${total(counted.parked)} parked, ${counted.underWay} under way, **${unexplainedIn(counted)} unexplained**.`;
}
