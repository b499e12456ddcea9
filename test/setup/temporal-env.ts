/** What workflow and flow tests ask for: the run's Temporal server, a namespace of their own, the bundle, a server that skips time. */
import { randomUUID } from 'node:crypto';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { inject } from 'vitest';
import { searchAttributes } from '../../workflows/messages.ts';

/** For `describe.skipIf(!hasTemporal())`: false only on a machine without Temporal's programs, never in CI. */
export const hasTemporal = (): boolean => inject('temporalAddress') !== '' && inject('temporalTestServer') !== '';

/** host:port of the run's development server. @throws Error with what is missing */
export const temporalAddress = (): string => present(inject('temporalAddress'));

/** The file for a Worker's `workflowBundle: { codePath }`. */
export const workflowBundlePath = (): string => inject('workflowBundle');

const keyword = 2; // temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD

/** A fresh namespace with our search attributes, so that test files do not meet each other. Ready for use when returned. */
export async function freshNamespace(): Promise<string> {
  const namespace = `test-${randomUUID()}`;
  const connection = await Connection.connect({ address: temporalAddress() });
  try {
    await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: msToTs('1 day') });
    await eventually(() => registerSearchAttributes(connection, namespace));
    return namespace;
  } finally {
    await connection.close();
  }
}

/** A server of the test's own whose clock jumps to the next timer; end it with `teardown`. Needs no shared server. */
export async function timeSkippingServer(): Promise<TestWorkflowEnvironment> {
  const path = present(inject('temporalTestServer'));
  const environment = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path } } });
  await registerSearchAttributes(environment.connection, 'default');
  return environment;
}

async function registerSearchAttributes(connection: Pick<Connection, 'operatorService'>, namespace: string): Promise<void> {
  const wanted = Object.fromEntries(Object.values(searchAttributes).map((name) => [name, keyword]));
  await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: wanted });
}

/** A namespace is known everywhere in the server only a moment after it was registered. */
async function eventually(work: () => Promise<void>): Promise<void> {
  const until = Date.now() + 10_000;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}

const present = (value: string): string => value || fail(inject('temporalMissing') || 'this test’s project has no Temporal set-up');

function fail(message: string): never {
  throw new Error(message);
}
