/**
 * Look after the imported orders of one account.
 * 1. What the account's list says was changed since the last look is announced to its run.
 * 2. Then every open order is read again, at a share of the account's budget: no event and perhaps no change time tells of a write-off.
 * 3. What was seen is noted only after its run was told, so that nothing is passed over.
 */
import { continueAsNew, setCurrentDetails, setHandler, setWorkflowOptions, sleep, workflowInfo } from '@temporalio/workflow';
import { ledgerSteps, systemsOf } from './connect.ts';
import { followProgress, type FollowOrdersInput, type FollowProgress } from './messages.ts';
import { upgradeable } from './release.ts';

const pagesPerRun = 40;

// reads at a share of the budget only, for longer than a release may wait for (design 3)
setWorkflowOptions(upgradeable, followOrders);
export async function followOrders({ integration, progress: carried, once }: FollowOrdersInput): Promise<FollowProgress> {
  const { target } = systemsOf(integration, 'bulk');
  const steps = ledgerSteps('bulk');
  const progress: FollowProgress = { ...(carried ?? { way: 'modified', read: 0, announced: 0 }) };
  setHandler(followProgress, () => progress);

  for (let pages = 0; progress.way !== 'done'; pages += 1) {
    setCurrentDetails(inWords(progress));
    if (pages >= pagesPerRun || workflowInfo().continueAsNewSuggested) await continueAsNew<typeof followOrders>({ integration, progress, ...(once ? { once } : {}) });
    const page = await target.findChanges({ integration, lane: 'bulk', way: progress.way, ...(progress.cursor === undefined ? {} : { cursor: progress.cursor }) });
    await steps.announceChanges({ connection: integration.target, changed: page.changed, unchanged: page.unchanged });
    progress.read += page.count;
    progress.announced += page.changed.length;
    progress.cursor = page.nextCursor;
    if (page.nextCursor === undefined) progress.way = progress.way === 'modified' ? 'open' : 'done';
    else if (page.restMs > 0 && !once) await sleep(page.restMs);
  }
  setCurrentDetails(inWords(progress));
  return progress;
}

const inWords = ({ way, read, announced }: FollowProgress): string => `${way === 'done' ? 'Done' : 'Reading the target’s orders'}: ${read} read, ${announced} to be looked at.`;
