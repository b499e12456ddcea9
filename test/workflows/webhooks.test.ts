/** Webhooks are registered by one step; where they were removed outside, what is remembered of them goes first. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { webhooksWorkflow, workflowQueue, type WebhooksInput } from '../../workflows/messages.ts';
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
});
