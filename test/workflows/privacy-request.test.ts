/** A privacy request stands as a task with a due date until a person has done it; told with skipped time. */
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { done, privacyRequestWorkflow, privacyRequestWorkflowId, workflowQueue, type PrivacyRequestInput } from '../../workflows/messages.ts';
import { hasTemporal } from '../setup/temporal-env.ts';
import { startFakeSystems, type FakeSystems } from './run.ts';

const attributesOf = async (handle: WorkflowHandle) => (await handle.describe()).typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value] as const);

describe.skipIf(!hasTemporal())('a privacy request', () => {
  let systems: FakeSystems;
  let count = 0;
  beforeAll(async () => (systems = await startFakeSystems()));
  afterAll(async () => systems.stop());

  const day = 86_400_000;
  const start = async (): Promise<WorkflowHandle> => {
    const now = await systems.environment.currentTimeMs();
    const input: PrivacyRequestInput = { connection: 'shop', topic: 'customers/redact', receivedAt: new Date(now).toISOString(), dueAt: new Date(now + 30 * day).toISOString(), subject: { customer: { id: '7', email: 'anna@example.test' }, orders: [] } };
    return systems.environment.client.workflow.start(privacyRequestWorkflow, { taskQueue: workflowQueue, workflowId: privacyRequestWorkflowId('shop', `customers-redact-${(count += 1)}`), args: [input] });
  };

  test('N23 it waits to be done, and says whether it was in time', async () => {
    const handle = await start();
    await systems.environment.sleep('29 days');
    const attributes = await attributesOf(handle);
    expect(attributes).toEqual(expect.arrayContaining([['WaybillState', 'task'], ['WaybillReason', 'privacy'], ['WaybillDueAt', expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/)]])); // prettier-ignore
    await handle.signal(done);
    expect(await handle.result()).toMatchObject({ inTime: true });
  });

  test('N23 past its due date it is overdue, and stays open', async () => {
    const handle = await start();
    await systems.environment.sleep('31 days');
    expect(await attributesOf(handle)).toEqual(expect.arrayContaining([['WaybillReason', 'privacy-overdue']]));
    expect((await handle.describe()).status.name).toBe('RUNNING');
    await handle.signal(done);
    expect(await handle.result()).toMatchObject({ inTime: false });
  });

  test('N9 N23 what it shows of itself names no person', async () => {
    const handle = await start();
    const shown = JSON.stringify(await handle.query('__temporal_workflow_metadata'));
    expect(shown).toContain('customers/redact');
    expect(shown).not.toContain('anna');
    await handle.signal(done);
  });
});
