/**
 * Carry changes of contacts over as they happen (S3, S4).
 * 1. What webhooks tell is collected; each row named is read again, some at a time.
 * 2. What changed is sent in one batch; a refusal that was found goes first (S9).
 * 3. The run ends when nothing is left; what comes later starts the next one.
 */
import { allHandlersFinished, condition, continueAsNew, setCurrentDetails, setHandler, setWorkflowOptions, workflowInfo } from '@temporalio/workflow';
import type { ContactChange } from '../domain/contact-ports.ts';
import type { WebhookTopic } from '../domain/webhook-topics.ts';
import { contactSystemsOf } from './connect.ts';
import { contactsChanged, type SyncContactsInput } from './messages.ts';
import { pinned } from './release.ts';

/** As many rows as the source reads at once. */
const batch = 25;

setWorkflowOptions(pinned, syncContacts);
export async function syncContacts(input: SyncContactsInput & { waiting?: ContactChange[]; heard?: WebhookTopic[] }): Promise<{ read: number; sent: number; parked: number; refused: number }> {
  const { integration } = input;
  const { source, target } = contactSystemsOf(integration, 'live');
  const refusals = contactSystemsOf(integration, 'refusals');
  const step = { integration, lane: 'live' } as const;
  const waiting = new Map((input.waiting ?? []).map((change) => [keyOf(change), change]));
  const topics = new Set(input.heard ?? []);
  const counts = { read: 0, sent: 0, parked: 0, refused: 0 };
  setHandler(contactsChanged, ({ changes, topic }) => {
    if (topic !== undefined) topics.add(topic);
    for (const change of changes) waiting.set(keyOf(change), change);
  });
  await condition(() => waiting.size > 0, '5 seconds'); // started by its signal: a moment at most

  while (waiting.size > 0) {
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof syncContacts>({ integration, waiting: [...waiting.values()], heard: [...topics] });
    const some = [...waiting.values()].slice(0, batch);
    for (const change of some) waiting.delete(keyOf(change));
    setCurrentDetails(`${some.length} changed rows are read, ${waiting.size} wait.`);
    const heard = [...topics];
    topics.clear();
    const { page, refused } = await source.readContacts({ ...step, changes: some, ...(heard.length === 0 ? {} : { heard }) });
    if (refused.length > 0) await refusals.target.refuseContacts({ ...step, persons: refused });
    const sent = page === undefined ? undefined : await target.sendContacts({ ...step, page });
    counts.read += some.length;
    counts.refused += refused.length;
    if (sent?.kind === 'sent') {
      counts.sent += sent.sent;
      counts.parked += sent.parked;
    } else if (sent?.kind === 'expired') for (const change of some) if (!waiting.has(keyOf(change))) waiting.set(keyOf(change), change); // read again
  }
  await condition(allHandlersFinished);
  setCurrentDetails(`${counts.read} rows read, ${counts.sent} contacts acknowledged, ${counts.parked} parked, ${counts.refused} refusals.`);
  return counts;
}

const keyOf = ({ kind, sourceId }: ContactChange): string => `${kind}:${sourceId}`;
