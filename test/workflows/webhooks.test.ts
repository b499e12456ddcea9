/** Webhooks are registered by one step; where they were removed outside, what is remembered of them goes first. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { announced, targetChangedWorkflow, webhooksWorkflow, workflowQueue, type Announcement, type TargetChangedInput, type WebhooksInput } from '../../workflows/messages.ts';
import { hasTemporal } from '../setup/temporal-env.ts';
import { createFakes, integration } from './fakes.ts';
import { startFakeSystems, type FakeSystems } from './run.ts';

describe.skipIf(!hasTemporal())('webhooks', () => {
  let systems: FakeSystems;
  beforeAll(async () => (systems = await startFakeSystems()));
  afterAll(async () => systems.stop());

  test.each([
    [{ integration }, ['webhooks']],
    [{ integration, forget: true }, ['forget the webhooks of shop', 'webhooks']],
  ] satisfies [WebhooksInput, string[]][])('%j', async (input, calls) => {
    const fakes = createFakes();
    systems.use(fakes);
    const { workflow } = systems.environment.client;
    expect(await workflow.execute<(input: WebhooksInput) => Promise<unknown>>(webhooksWorkflow, { taskQueue: workflowQueue, workflowId: `webhooks-${calls.length}`, args: [input] })).toEqual({ rows: [] });
    expect(fakes.calls).toEqual(calls);
  });

  test('N22 which webhook told of a change in the target goes to the step that looks for its orders', async () => {
    const fakes = createFakes();
    systems.use(fakes);
    const { workflow } = systems.environment.client;
    const told: Announcement = { by: 'webhook', lane: 'live', topic: 'Order.Deleted' };
    const handle = await workflow.signalWithStart<(input: TargetChangedInput) => Promise<unknown>, [Announcement]>(targetChangedWorkflow, { taskQueue: workflowQueue, workflowId: 'target-changed', args: [{ connection: 'books', targetId: '4411' }], signal: announced, signalArgs: [told] });
    expect(await handle.result()).toBe(1);
    expect(fakes.calls.filter((call) => call.includes('heard'))).toEqual(['announce 4411 heard Order.Deleted']);
  });
});
