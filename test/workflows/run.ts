/** Workers with fakes behind every task queue, on a server that skips time. One set a file; each test brings its own fakes. */
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { connectionQueue, workflowQueue } from '../../workflows/messages.ts';
import { timeSkippingServer, workflowBundlePath } from '../setup/temporal-env.ts';
import { createFakes, type Fakes } from './fakes.ts';

export interface FakeSystems {
  environment: TestWorkflowEnvironment;
  use: (fakes: Fakes) => void;
  stop: () => Promise<void>;
}

type Steps = Record<string, (input: never) => Promise<unknown>>;

export async function startFakeSystems(): Promise<FakeSystems> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const environment = await timeSkippingServer();
  let current = createFakes();
  const names = { source: Object.keys(current.source), target: Object.keys(current.target), shared: Object.keys(current.shared) };
  /** Steps that ask the fakes of the test that runs now. */
  const steps = (side: 'source' | 'target' | 'shared'): Steps => Object.fromEntries(names[side].map((name) => [name, async (input: never) => callStep(current[side], name, input)]));
  const { nativeConnection: connection } = environment;
  const workers = await Promise.all([
    Worker.create({ connection, taskQueue: workflowQueue, workflowBundle: { codePath: workflowBundlePath() }, activities: steps('shared') }),
    Worker.create({ connection, taskQueue: connectionQueue('shop'), activities: steps('source') }),
    Worker.create({ connection, taskQueue: connectionQueue('books'), activities: steps('target') }),
  ]);
  const done = workers.map(async (worker) => worker.run());
  return {
    environment,
    use: (fakes) => (current = fakes),
    stop: async () => {
      for (const worker of workers) worker.shutdown();
      await Promise.all(done);
      await environment.teardown();
    },
  };
}

async function callStep(side: object, name: string, input: unknown): Promise<unknown> {
  const step: unknown = Object.entries(side).find(([key]) => key === name)?.[1];
  if (typeof step !== 'function') throw new Error(`no step ${name}`);
  const answer: unknown = await step(input);
  return answer;
}
