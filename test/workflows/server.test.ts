/** The servers that workflow tests run on are really there, and separate test files from each other. */
import { Client, Connection } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import { freshNamespace, hasTemporal, temporalAddress, timeSkippingServer } from '../setup/temporal-env.ts';
import { searchAttributes } from '../../workflows/messages.ts';

describe.skipIf(!hasTemporal())('the servers for tests', () => {
  test('a fresh namespace takes a workflow with our search attributes at once, and another one does not see it', async () => {
    const [one, other] = await Promise.all([freshNamespace(), freshNamespace()]);
    const connection = await Connection.connect({ address: temporalAddress() });
    try {
      const start = { workflowId: 'w', taskQueue: 'nobody', searchAttributes: { [searchAttributes.state]: ['importing'] } };
      await new Client({ connection, namespace: one }).workflow.start('anything', start);
      await expect(new Client({ connection, namespace: other }).workflow.getHandle('w').describe()).rejects.toThrow(/not found/);
    } finally {
      await connection.close();
    }
  });

  test('ninety days pass in a moment on the time-skipping server', async () => {
    const environment = await timeSkippingServer();
    try {
      const before = await environment.currentTimeMs();
      await environment.sleep('90 days');
      expect((await environment.currentTimeMs()) - before).toBeGreaterThanOrEqual(90 * 86_400_000);
    } finally {
      await environment.teardown();
    }
  });
});
