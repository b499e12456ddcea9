/**
 * Bring a shop's contacts into a mailing system.
 * 0. The shop's webhooks are looked after, so that nothing falls between the walk and them. Before the first export of both kinds the second kind is looked through: an address that the mailing system does not know gets one status over all its rows.
 *    When the ledger is older than an earlier walk remembers it, all of 1, 4 and 5 is gone through once without sending: refusals are read anew (N21).
 * 1. All customers, then all subscribers, page after page; the next page is read while one is sent (S2).
 * 2. An address that the target holds as it is costs no call; a resync sends every one (S4, S11).
 * 3. A refusal found on a page, or told meanwhile, is written before the next page is sent (S9).
 * 4. Rows that no page has listed are read by their ids: what is gone is noted, what moved between pages is found.
 * 5. At the end the target's own refusals are read and carried to the shop (S10).
 */
import { ActivityFailure, allHandlersFinished, condition, continueAsNew, isCancellation, setCurrentDetails, setHandler, setWorkflowOptions, workflowInfo } from '@temporalio/workflow';
import type { ContactKind } from '../domain/contact.ts';
import type { ContactPage } from '../domain/contact-ports.ts';
import { contactSystemsForQuestions, contactSystemsOf } from './connect.ts';
import { cancelWalk, exportProgress, optedOut, type ExportContactsInput, type ExportProgress } from './messages.ts';
import { latestMemory, memoryOf } from '../domain/ledger-memory.ts';
import { upgradeable } from './release.ts';

/** Pages a run reads before it continues as new, so that no history grows with the shop. */
const pagesPerRun = 100;

setWorkflowOptions(upgradeable, exportContacts);
export async function exportContacts(input: ExportContactsInput): Promise<ExportProgress> {
  const { integration, mode, kinds } = input;
  const { source, target } = contactSystemsOf(integration, 'bulk');
  const refusals = contactSystemsOf(integration, 'refusals');
  const firstPhase = mode === 'export' && kinds.length > 1 ? 'look' : (kinds[0] ?? 'done');
  const progress: ExportProgress = input.progress ?? { phase: firstPhase, since: workflowInfo().startTime.getTime(), read: 0, sent: 0, parked: 0, leftOut: 0, refused: 0, refusalsWritten: 0, pages: 0 };
  const step = { integration, lane: 'bulk' } as const;
  const asked = { cancel: false };
  setHandler(cancelWalk, () => void (asked.cancel = true));
  setHandler(exportProgress, () => progress);
  setHandler(optedOut, async ({ persons }) => {
    progress.refused += persons.length;
    await writeRefusals(persons);
  });

  if (input.progress === undefined) await contactSystemsForQuestions(integration).source.ensureContactWebhooks(step).catch(ignoreFailure); // what they do not tell, the sweep finds
  if (input.progress === undefined) await begin();
  for (let pages = 0, next: ContactPage | undefined; progress.phase !== 'done' && !asked.cancel; pages += 1) {
    setCurrentDetails(inWords(progress));
    if (pages >= pagesPerRun || workflowInfo().continueAsNewSuggested) {
      if (next !== undefined && next.refused.length > 0) await writeRefusals(next.refused); // the page itself is read again
      await condition(allHandlersFinished);
      await continueAsNew<typeof exportContacts>({ ...input, progress });
    }
    const page = next ?? (await readNext());
    if (page.refused.length > 0) await writeRefusals(page.refused);
    const isLooking = progress.phase === 'look' || progress.isRereading === true; // these rows come again
    if (!isLooking) progress.read += page.count;
    if (!isLooking) progress.leftOut += page.leftOut;
    if (page.total !== undefined && !isLooking) progress.total = (progress.readBefore ?? 0) + page.total;
    const isLast = page.nextCursor === undefined;
    if (page.nextCursor === undefined) nextPhase();
    else progress.cursor = page.nextCursor;
    const mayReadOn = !isLast && pages + 1 < pagesPerRun && !workflowInfo().continueAsNewSuggested;
    await condition(allHandlersFinished); // a refusal that was told is written before this page is sent
    [next] = await Promise.all([mayReadOn ? readNext() : undefined, send(page)]);
    progress.pages += 1;
    if (isOver() && progress.isRereading) await endReread();
  }
  await condition(allHandlersFinished);
  setCurrentDetails(inWords(progress));
  return progress;

  function isOver(): boolean {
    return progress.phase === 'done';
  }

  async function begin(): Promise<void> {
    const last = latestMemory(input.last, memoryOf(workflowInfo().lastResult));
    const { memory, mustReread } = await target.beginContactWalk({ ...step, ...(last === undefined ? {} : { last }) });
    progress.memory = memory;
    if (!mustReread && mode !== 'reread') return;
    progress.isRereading = true;
    progress.phase = kinds[0] ?? 'done';
  }

  async function endReread(): Promise<void> {
    await target.endContactReread(step);
    delete progress.isRereading;
    if (mode !== 'reread') progress.phase = firstPhase;
  }

  async function readNext(): Promise<ContactPage> {
    const isLookOnly = progress.isRereading === true;
    const at = { ...(progress.cursor === undefined ? {} : { cursor: progress.cursor }), ...(mode === 'sweep' && !isLookOnly ? { by: 'sweep' as const } : {}) };
    if (progress.phase === 'statuses') return readStatuses(at);
    if (progress.phase === 'unseen') return source.readUnseen({ ...step, kind: progress.kind ?? 'customer', since: progress.since ?? 0, isLookOnly, ...at });
    if (progress.phase === 'look') return source.readContactPage({ ...step, kind: 'subscriber', isLookOnly: true, ...at });
    return source.readContactPage({ ...step, kind: progress.phase === 'subscriber' ? 'subscriber' : 'customer', isForced: mode === 'resync', isLookOnly, ...at });
  }

  /** An expired page is not sent: its rows are changed ones for the next sweep. */
  async function send({ page }: ContactPage): Promise<void> {
    if (page === undefined || progress.isRereading) return;
    const sent = await target.sendContacts({ ...step, page });
    if (sent.kind === 'expired') return;
    progress.sent += sent.sent;
    progress.parked += sent.parked;
    progress.refusalsWritten += sent.refusalsWritten;
  }

  async function readStatuses(at: { cursor?: string; by?: 'sweep' }): Promise<ContactPage> {
    const { refused, nextCursor } = await target.readContactStatuses({ ...step, ...at });
    if (refused.length > 0) await refusals.source.withdrawContacts({ integration, lane: 'live', persons: refused }).catch(ignoreFailure); // what the shop did not take is due, and taken up by the next look at the statuses
    progress.refused += refused.length;
    return { count: 0, leftOut: 0, refused: [], ...(nextCursor === undefined ? {} : { nextCursor }) };
  }

  async function writeRefusals(persons: string[]): Promise<void> {
    const { written } = await refusals.target.refuseContacts({ integration, lane: 'live', persons });
    progress.refusalsWritten += written;
  }

  function nextPhase(): void {
    const { phase, kind } = progress;
    delete progress.cursor;
    progress.readBefore = progress.read;
    const after = (one: ContactKind | undefined): ContactKind | undefined => kinds[kinds.findIndex((known) => known === one) + 1];
    if (phase === 'look') progress.phase = kinds[0] ?? 'done';
    else if (phase === 'customer' || phase === 'subscriber') {
      const following = after(phase);
      progress.phase = following ?? 'unseen';
      if (following === undefined && kinds[0] !== undefined) progress.kind = kinds[0];
    } else if (phase === 'unseen') {
      const following = after(kind);
      if (following === undefined) progress.phase = 'statuses';
      else progress.kind = following;
    } else progress.phase = 'done';
  }
}

function ignoreFailure(error: unknown): undefined {
  if (error instanceof ActivityFailure && !isCancellation(error)) return undefined;
  throw error;
}

function inWords({ phase, read, total, sent, parked, leftOut, refusalsWritten }: ExportProgress): string {
  const where = phase === 'done' ? 'done' : phase === 'look' ? 'looking through subscribers' : phase === 'statuses' ? 'reading the mailing system’s refusals' : phase === 'unseen' ? 'looking for rows that are gone' : `reading ${phase}s`;
  return `${where}: ${read}${total === undefined ? '' : ` of ${total}`} rows read, ${sent} contacts acknowledged, ${parked} parked, ${leftOut} left out, ${refusalsWritten} refusals written`;
}
