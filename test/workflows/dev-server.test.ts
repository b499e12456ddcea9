/** The development server keeps its data over a crash and comes back on the same ports; the test server skips time. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDevServer, startTestServer } from '../../scripts/setup/dev-server.ts';
import { searchAttributes } from '../../workflows/messages.ts';
import { hasTemporal } from '../setup/temporal-env.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-dev-server-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.skipIf(!hasTemporal())('a started workflow is still there after the server was killed and started again on the same ports', async () => {
  const first = await startDevServer({ folder });
  const ports = { port: portOf(`http://${first.address}`), uiPort: portOf(first.uiUrl) };
  try {
    await withClient(first.address, (client) => client.workflow.start('anything', { workflowId: 'kept', taskQueue: 'nobody' }));
    expect((await fetch(first.uiUrl)).status).toBe(200);
  } finally {
    await first.kill();
  }
  const second = await startDevServer({ folder, ...ports });
  try {
    expect(second).toMatchObject({ address: first.address, uiUrl: first.uiUrl });
    const status = await withClient(second.address, async (client) => (await client.workflow.getHandle('kept').describe()).status.name);
    expect(status).toBe('RUNNING');
  } finally {
    await second.stop();
  }
});

test.skipIf(!hasTemporal())('our search attributes are registered, and a taken port is an error that says so', async () => {
  const server = await startDevServer({ headless: true });
  try {
    const known = await withClient(server.address, (client) => client.connection.operatorService.listSearchAttributes({ namespace: 'default' }));
    expect(Object.keys(known.customAttributes ?? {})).toEqual(expect.arrayContaining(Object.values(searchAttributes)));
    const port = portOf(`http://${server.address}`);
    await expect(startDevServer({ port, headless: true })).rejects.toThrow(/did not start.*address already in use/s);
  } finally {
    await server.stop();
  }
});

test.skipIf(!hasTemporal())('N8 a worker that stops is handed what is on its way to it: the server ends its polls instead of the worker', async () => {
  const server = await startDevServer({ headless: true });
  try {
    const described = await withClient(server.address, (client) => client.connection.workflowService.describeNamespace({ namespace: 'default' }));
    expect(described.namespaceInfo?.capabilities).toMatchObject({ workerPollCompleteOnShutdown: true });
  } finally {
    await server.stop();
  }
});

test.skipIf(!hasTemporal())('the test server answers on a free port and ends when stopped', async () => {
  const server = await startTestServer();
  await withClient(server.address, (client) => client.connection.workflowService.getSystemInfo({}));
  await server.stop();
  await expect(Connection.connect({ address: server.address, connectTimeout: '500 ms' })).rejects.toThrow();
});

const portOf = (url: string): number => Number(new URL(url).port);

async function withClient<T>(address: string, work: (client: Client & { connection: Connection }) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await work(Object.assign(new Client({ connection }), { connection }));
  } finally {
    await connection.close();
  }
}
