/**
 * One address per order (promise 1): every announcement of an order — webhook, sweep, backfill, operator — reaches this run.
 * 1. It imports the order; one that was imported before is followed until the write-off.
 * 2. What a person can mend does not end the run: the record is parked and waits for retry, edit, skip, or a change in its source.
 * 3. Trouble that may be the record's own is tried again daily by itself.
 * 4. It ends when nothing is left to do; the ledger remembers.
 */
import { condition, continueAsNew, isCancellation, setCurrentDetails, setHandler, setWorkflowOptions, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { skipped, type Outcome } from '../domain/outcome.ts';
import { parkReasons, skipReasons } from '../domain/reasons.ts';
import type { WebhookTopic } from '../domain/webhook-topics.ts';
import { ledgerSteps, systemsForQuestions } from './connect.ts';
import { followOrder } from './follow-order.ts';
import { importOrder } from './import-order.ts';
import { announced, orderStatus, retry, searchAttributes, skip, type Announcement, type OrderInput } from './messages.ts';
import { isForbidden, parkedBy } from './trouble.ts';
import { upgradeable } from './release.ts';

type Parked = Extract<Outcome, { kind: 'parked' }>;

// a parked order may wait for longer than a release lives (design 3)
setWorkflowOptions(upgradeable, order);
export async function order({ integration, sourceId }: OrderInput): Promise<Outcome> {
  const inbox: Announcement[] = [];
  let asked: 'retry' | 'skip' | undefined;
  let outcome: Outcome | undefined;
  setHandler(announced, (announcement) => void inbox.push(announcement));
  setHandler(retry, () => void (asked = 'retry'));
  setHandler(skip, () => void (asked = 'skip'));
  setHandler(orderStatus, () => ({ state: outcome === undefined ? 'working' : outcome.kind === 'parked' ? 'parked' : 'done', now: inWords(outcome), ...(outcome === undefined ? {} : { outcome }) }));

  do {
    const announcement = merged(inbox.splice(0));
    const fresh = outcome?.kind === 'parked';
    asked = undefined;
    outcome = await settled({ integration, sourceId, ...announcement, fresh });
    if (outcome.kind !== 'parked') continue;
    await park(outcome);
    await waitForHelp(outcome);
    await unpark();
  } while (inbox.length > 0 || outcome.kind === 'parked');
  return outcome;

  async function settled(input: Parameters<typeof importOrder>[0]): Promise<Outcome> {
    if (asked === 'skip') return leaveOut();
    try {
      const imported = await importOrder(input);
      return imported.kind === 'skipped' && imported.reason === 'already-imported' ? await followOrder(input) : imported;
    } catch (error) {
      if (isCancellation(error)) throw error;
      if (isForbidden(error) && (await accountIsForbidden(error.activityType))) return settled(input);
      return parkedBy(error);
    }
  }

  async function park(parkedNow: Parked): Promise<void> {
    await ledgerSteps('live').park({ integration, sourceId, step: parkedNow.step, reason: parkedNow.reason, words: parkedNow.detail ?? '' });
    setCurrentDetails(`**${parkReasons[parkedNow.reason].words}** (${parkedNow.step})\n\n${parkedNow.detail ?? ''}\n\n${parkReasons[parkedNow.reason].mend}`);
    upsertSearchAttributes({ [searchAttributes.state]: ['parked'], [searchAttributes.reason]: [parkedNow.reason] });
  }

  async function waitForHelp(parkedNow: Parked): Promise<void> {
    const helped = () => asked !== undefined || inbox.length > 0;
    if (parkedNow.reason === 'perhaps-the-record') await condition(helped, '1 day');
    else await condition(helped);
    if (asked === 'skip') outcome = await leaveOut();
  }

  async function unpark(): Promise<void> {
    setCurrentDetails(inWords(outcome));
    upsertSearchAttributes({ [searchAttributes.state]: ['importing'], [searchAttributes.reason]: ['none'] });
    // a record that is parked again and again for years must not outgrow its history
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof order>({ integration, sourceId });
  }

  async function leaveOut(): Promise<Outcome> {
    await ledgerSteps('live').leaveOut({ integration, sourceId });
    return skipped('left-out-by-operator');
  }

  /** 403: the account's trouble if a harmless call fails too; then the connection is paused and the step is repeated after its resume. */
  async function accountIsForbidden(activityType: string): Promise<boolean> {
    const { source, target } = systemsForQuestions(integration);
    const isSource = activityType === 'readOrder' || activityType === 'setStatus';
    const rows = isSource ? await source.checkSource({ integration, lane: 'live' }) : await target.checkTarget({ integration, lane: 'live' });
    if (rows[0]?.state !== 'not ok') return false;
    await ledgerSteps('live').pauseConnection({ connection: isSource ? integration.source : integration.target, reason: 'forbidden' });
    return true;
  }
}

/** Several announcements are one: live if any is, by an operator if any is, with the latest page. */
function merged(announcements: Announcement[]): { lane: 'live' | 'bulk'; byOperator: boolean; by?: 'webhook' | 'sweep'; heard?: WebhookTopic[]; page?: string } {
  const page = announcements.findLast((announcement) => announcement.page !== undefined)?.page;
  const heard = [...new Set(announcements.flatMap(({ topic }) => topic ?? []))];
  const [by] = (['webhook', 'sweep'] as const).filter((way) => announcements.some((announcement) => announcement.by === way));
  return {
    lane: announcements.length === 0 || announcements.some((announcement) => announcement.lane === 'live') ? 'live' : 'bulk',
    byOperator: announcements.some((announcement) => announcement.by === 'operator'),
    ...(by === undefined ? {} : { by }),
    ...(heard.length === 0 ? {} : { heard }),
    ...(page === undefined ? {} : { page }),
  };
}

function inWords(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'Being imported.';
  if (outcome.kind === 'skipped') return `Skipped: ${skipReasons[outcome.reason].words}`;
  if (outcome.kind === 'parked') return `Parked: ${parkReasons[outcome.reason].words}`;
  return `Stands in the target as ${outcome.targetId}.`;
}
