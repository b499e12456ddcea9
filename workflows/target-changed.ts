/** A hint of the target's own webhook: whichever orders of ours stand there under that id are announced to their runs. Costs the target no call. */
import { setHandler, setWorkflowOptions } from '@temporalio/workflow';
import type { WebhookTopic } from '../domain/webhook-topics.ts';
import { ledgerSteps } from './connect.ts';
import { announced, type TargetChangedInput } from './messages.ts';
import { pinned } from './release.ts';

// over within seconds: it ends in the release that began it (design 3)
setWorkflowOptions(pinned, targetChanged);
export async function targetChanged({ connection, targetId }: TargetChangedInput): Promise<number> {
  let hints = 1;
  let told = 0;
  const topics = new Set<WebhookTopic>();
  setHandler(announced, ({ topic }) => {
    hints += 1;
    if (topic !== undefined) topics.add(topic);
  });
  for (let heard = 0; heard < hints; ) {
    heard = hints; // what came until now is answered by one look
    const webhooks = [...topics];
    topics.clear();
    told = await ledgerSteps('live').announceTarget({ connection, targetId, ...(webhooks.length === 0 ? {} : { heard: webhooks }) });
  }
  return told;
}
