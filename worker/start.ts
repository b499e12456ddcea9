/** Starts everything of the worker process and stops it without losing a step. Tests and the demo start it in their own process. */
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { createSharedActivities } from '../activities/shared.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { workflowQueue } from '../workflows/messages.ts';
import { createDataConverter } from './codec.ts';
import { createConnectionWorkers } from './connection-workers.ts';
import type { Environment } from './environment.ts';
import { createFailureInterceptor } from './failures.ts';
import { createHealthApp, listenOnLoopback } from './health.ts';
import type { Log } from './log.ts';
import { createMetrics } from './metrics.ts';
import { installRuntime } from './runtime.ts';
import { announceOrder, connectClient, registerSearchAttributes, type TemporalClient } from './temporal-client.ts';
import { bundleWorkflows } from './workflow-bundle.ts';

export interface StartInput {
  environment: Pick<Environment, 'temporal' | 'secrets' | 'environs' | 'healthPort' | 'engineMetricsPort' | 'deployment' | 'stepsPerConnection'>;
  ledger: Ledger;
  log: Log;
  /** made once and shared by tests; absent: bundled now */
  workflowBundle?: WorkerOptions['workflowBundle'];
  /** serve these connections only */
  only?: readonly string[];
  /** called when a part ends although nobody stopped it: the process should end and be started anew */
  onFailure?: (error: unknown) => void;
}

export interface RunningWorker {
  /** of health and metrics */
  port: number;
  /** Makes connections known at once that were applied a moment ago. */
  refresh: () => Promise<void>;
  /** Steps at work get some seconds to finish; what is not finished is repeated by the next worker. The ledger stays open. */
  stop: () => Promise<void>;
}

const refreshMs = 2_000;
const sweepMs = 60_000;

/** @throws when Temporal cannot be reached for five minutes, or the health port is taken */
export async function startWorker({ environment, ledger, log, workflowBundle, only, onFailure = () => undefined }: StartInput): Promise<RunningWorker> {
  installRuntime(log, environment.engineMetricsPort);
  const bundle = workflowBundle ?? (await bundleWorkflows(log));
  const temporal = await patiently(log, async () => connectClient(environment));
  const native = await NativeConnection.connect(environment.temporal.connection);
  await registerSearchAttributes(temporal);
  const common = commonOptions(environment, native);
  const failed = (error: unknown) => {
    log.error('a worker ended by itself', { error });
    onFailure(error);
  };
  const workflows = await createWorkflowWorker({ common, bundle, ledger, temporal });
  const workflowsDone = workflows.run().catch(failed);
  const connections = createConnectionWorkers({ ledger, log, common, environs: environment.environs, stepsPerConnection: environment.stepsPerConnection, onFailure: failed, ...(only ? { only } : {}) });
  const upkeep = startUpkeep(log, { refresh: connections.refresh, sweep: async () => ledger.sweep() });
  await upkeep.refresh();
  const missing = async () => [
    ...(workflows.getState() === 'RUNNING' ? [] : [`workflows: ${workflows.getState()}`]),
    ...(await ledger.clock.now().then(() => [], () => ['the ledger cannot be reached'])),
  ]; // prettier-ignore
  const health = await listenOnLoopback(createHealthApp({ missing, metrics: createMetrics(ledger), engineMetricsPort: environment.engineMetricsPort }), environment.healthPort);
  log.info('worker is ready', { port: health.port, queue: workflowQueue });
  return {
    port: health.port,
    refresh: upkeep.refresh,
    stop: async () => {
      await upkeep.stop();
      if (workflows.getState() === 'RUNNING') workflows.shutdown();
      await Promise.all([workflowsDone, connections.stop()]);
      await ledger.exchanges.flush();
      await health.close();
      await native.close();
      await temporal.close();
      log.info('worker has stopped');
    },
  };
}

const connectPatienceMs = 300_000;
const connectPauseMs = 250;

/** A worker that starts before its server, or while that is restarted, waits for it. */
async function patiently<T>(log: Log, work: () => Promise<T>): Promise<T> {
  const until = performance.now() + connectPatienceMs;
  for (let isTold = false; ; isTold = true) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > until) throw error;
      if (!isTold) log.warn('Temporal cannot be reached yet', { error });
    }
    await new Promise((resolve) => setTimeout(resolve, connectPauseMs));
  }
}

function commonOptions(environment: StartInput['environment'], connection: NativeConnection): Omit<WorkerOptions, 'taskQueue' | 'activities' | 'interceptors'> {
  const { deployment } = environment;
  return {
    connection,
    namespace: environment.temporal.namespace,
    dataConverter: createDataConverter(environment.secrets),
    shutdownGraceTime: '10 seconds',
    maxHeartbeatThrottleInterval: '2 seconds', // a cancelled step learns of it with the answer to a heartbeat
    ...(deployment === undefined
      ? {}
      : { workerDeploymentOptions: { version: { deploymentName: deployment.name, buildId: deployment.buildId }, useWorkerVersioning: true, defaultVersioningBehavior: 'PINNED' } }),
  };
}

interface WorkflowWorkerInput {
  common: ReturnType<typeof commonOptions>;
  bundle: WorkerOptions['workflowBundle'];
  ledger: Ledger;
  temporal: TemporalClient;
}

async function createWorkflowWorker({ common, bundle, ledger, temporal }: WorkflowWorkerInput): Promise<Worker> {
  return Worker.create({
    ...common,
    taskQueue: workflowQueue,
    activities: createSharedActivities({ ledger, announce: announceOrder(temporal.client) }),
    interceptors: { activity: [createFailureInterceptor(ledger)] },
    ...(bundle === undefined ? {} : { workflowBundle: bundle }),
    maxCachedWorkflows: 2_000, // a cache too small replays histories and doubles the work
    stickyQueueScheduleToStartTimeout: '1 second', // after a kill the next worker takes over this soon
    maxConcurrentActivityTaskExecutions: 50, // walks wait here for room in their window
  });
}

/** What is done now and then: new connections are served, expired things swept. Trouble is logged and the next turn tries again. */
function startUpkeep(log: Log, jobs: { refresh: () => Promise<void>; sweep: () => Promise<void> }) {
  const guarded = (words: string, job: () => Promise<void>) => {
    let running: Promise<void> | undefined;
    return async () => (running ??= job().catch((error: unknown) => log.warn(words, { error })).finally(() => (running = undefined)));
  };
  const refresh = guarded('connections cannot be looked up or served now', jobs.refresh);
  const sweep = guarded('the ledger cannot be swept now', jobs.sweep);
  const timers = [setInterval(() => void refresh(), refreshMs), setInterval(() => void sweep(), sweepMs)];
  return {
    refresh,
    stop: async () => {
      for (const timer of timers) clearInterval(timer);
      await Promise.all([refresh(), sweep()]);
    },
  };
}
