/** The workflows as a later release might have them: orders take a step more, behind `patched()`, so that runs of the older build go on unharmed. */
import { patched, setWorkflowOptions, sleep } from '@temporalio/workflow';
import type { Outcome } from '../../../domain/outcome.ts';
import type { OrderInput } from '../../../workflows/messages.ts';
import { order as olderOrder } from '../../../workflows/order.ts';
import { upgradeable } from '../../../workflows/release.ts';

export * from '../../../workflows/index.ts';

setWorkflowOptions(upgradeable, order);
export async function order(input: OrderInput): Promise<Outcome> {
  if (patched('one-step-more')) await sleep('1 ms');
  return olderOrder(input);
}
