/** Once per run: a development server for all workflow and flow tests, and the workflows bundled for their workers. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWorkflowBundle } from '../../scripts/setup/bundle-workflows.ts';
import { startDevServer } from '../../scripts/setup/dev-server.ts';
import { findTemporalCli, findTestServer } from '../../scripts/setup/temporal-binaries.ts';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** host:port of the run's Temporal server; "" where there is none */
    temporalAddress: string;
    /** the time-skipping server's program; "" where there is none */
    temporalTestServer: string;
    /** file with the bundled workflows */
    workflowBundle: string;
    /** why there is no server: what the skipped tests say */
    temporalMissing: string;
  }
}

/** A missing program skips the tests with a message, but fails the run where `CI` is true. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-workflows-'));
  const [cli, testServer] = await Promise.all([findTemporalCli(), findTestServer()]);
  const missing = [cli, testServer].flatMap((found) => (found.kind === 'missing' ? [found.message] : []));
  if (missing.length > 0) {
    if (process.env['CI'] === 'true') throw new Error(missing.join(' '));
    process.stderr.write(`Workflow tests that need it are skipped. ${missing.join(' ')}\n`);
  }
  const server = cli.kind === 'binary' ? await startDevServer({ headless: true, program: cli.path }) : undefined;
  const bundle = join(folder, 'workflows.js');
  await writeWorkflowBundle(bundle);
  project.provide('temporalAddress', cli.kind === 'address' ? cli.address : (server?.address ?? ''));
  project.provide('temporalTestServer', testServer.kind === 'binary' ? testServer.path : '');
  project.provide('workflowBundle', bundle);
  project.provide('temporalMissing', missing.join(' '));
  return async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
