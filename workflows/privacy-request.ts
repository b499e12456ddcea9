/**
 * A platform asks, in a person's name, for that person's data or for their erasure (contract shopify 8, N23): a task with a due date.
 * 1. It stands open, to be seen by its state and its due date, until an operator has fulfilled it and sends `done`.
 * 2. When the due date has passed it says so, and waits on.
 */
import { condition, setCurrentDetails, setHandler, setWorkflowOptions, upsertSearchAttributes } from '@temporalio/workflow';
import { done, searchAttributes, type PrivacyRequestInput, type PrivacyTopic } from './messages.ts';
import { upgradeable } from './release.ts';

const asked: Record<PrivacyTopic, string> = {
  'customers/data_request': 'A customer asks which data are held about them: find and export them, and hand them to the shop’s owner.',
  'customers/redact': 'A customer’s data are to be erased: find and erase them here, and in the outside systems that still hold them.',
  'shop/redact': 'The shop has removed the app: its data are to be erased.',
};

// may stand open longer than a release lives (design 3)
setWorkflowOptions(upgradeable, privacyRequest);
export async function privacyRequest({ connection, topic, dueAt }: PrivacyRequestInput): Promise<{ doneAt: string; inTime: boolean }> {
  let isDone = false;
  setHandler(done, () => void (isDone = true));

  show('privacy', `due by ${dayOf(dueAt)}`);
  const inTime = await condition(() => isDone, Math.max(1, Date.parse(dueAt) - Date.now()));
  if (!inTime) {
    show('privacy-overdue', `was due by ${dayOf(dueAt)} and is **overdue**`);
    await condition(() => isDone);
  }
  const doneAt = new Date().toISOString();
  setCurrentDetails(`Done on ${dayOf(doneAt)}.`);
  return { doneAt, inTime };

  /** What it is about stands in the input: only there, since that is encrypted. */
  function show(reason: 'privacy' | 'privacy-overdue', due: string): void {
    setCurrentDetails(`**${topic}** for connection ${connection}, ${due}\n\n${asked[topic]} Whom it is about is in this run’s input.\n\nThen send the signal \`done\`.`);
    upsertSearchAttributes({ [searchAttributes.state]: ['task'], [searchAttributes.reason]: [reason], [searchAttributes.dueAt]: [dayOf(dueAt)] });
  }
}

const dayOf = (instant: string): string => instant.slice(0, 10);
