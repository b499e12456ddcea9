/** Starts everything of the worker process and stops it without losing a step. Tests and the demo start it in their own process. */
import type { Registry } from 'prom-client';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { SettingsError } from '../activities/errors.ts';
import { createListedReading } from '../activities/listed-reading.ts';
import { createReconcileActivities } from '../activities/reconciling.ts';
import { createSharedActivities } from '../activities/shared.ts';
import type { IntegrationRef } from '../domain/ports.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { workflowQueue } from '../workflows/messages.ts';
import { createDataConverter } from './codec.ts';
import { createConnectionWorkers, type ConnectionWorkers } from './connection-workers.ts';
import { holdWhatWasRestored } from './contact-memory.ts';
import type { Environment } from './environment.ts';
import { createFailureInterceptor } from './failures.ts';
import { createHealthApp, ledgerTrouble, listenOnLoopback } from './health.ts';
import type { Log } from './log.ts';
import { installRuntime } from './runtime.ts';
import type { Environs } from './secrets.ts';
import { createSettingsReader } from './settings-versions.ts';
import { announceOrder, connectClient, isUnreachable, registerSearchAttributes, type TemporalClient } from './temporal-client.ts';
import { bundleWorkflows } from './workflow-bundle.ts';

export interface StartInput {
  environment: Pick<Environment, 'temporal' | 'secrets' | 'environs' | 'healthPort' | 'engineMetricsPort' | 'deployment' | 'stepsPerConnection' | 'hooks'>;
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
  const [temporal, native] = await Promise.all([patiently(log, async () => connectClient(environment)), patiently(log, async () => NativeConnection.connect(environment.temporal.connection))]);
  const common = commonOptions(environment, native);
  const failed = (error: unknown) => {
    log.error('a worker ended by itself', { error });
    onFailure(error);
  };
  const connections = createConnectionWorkers({ ledger, log, common, environs: environment.environs, stepsPerConnection: environment.stepsPerConnection, hooks: environment.hooks, onFailure: failed, ...(only ? { only } : {}) });
  const creating = createWorkflowWorker({ common, bundle, ledger, temporal, environs: environment.environs, hasHooks: environment.hooks !== undefined, offline: connections.offline });
  creating.catch(ignoreForNow); // its thread takes its time to start: meanwhile
  await patiently(log, async () => registerSearchAttributes(temporal), isUnreachable);
  await patiently(log, async () => holdWhatWasRestored({ client: temporal.client, ledger, settings: createSettingsReader(ledger, environment.environs), log }), isUnreachable);
  const upkeep = startUpkeep(log, { refresh: connections.refresh, sweep: async () => ledger.sweep() });
  await upkeep.refresh();
  const workflows = await creating;
  // last: what was waiting for a worker keeps it busy from the first moment, and is done by the connections' steps
  const workflowsDone = workflows.run().catch(failed);
  const missing = async () => [
    ...(workflows.getState() === 'RUNNING' ? [] : [`workflows: ${workflows.getState()}`]),
    ...(await ledgerTrouble(ledger)),
  ];
  let registry: Promise<Registry> | undefined;
  const metrics = () => (registry ??= import('./metrics.ts').then(({ createMetrics }) => createMetrics(ledger))); // a start does not wait for its library
  const health = await listenOnLoopback(createHealthApp({ missing, metrics, engineMetricsPort: environment.engineMetricsPort }), environment.healthPort);
  log.info('worker is ready', { port: health.port, queue: workflowQueue, version: environment.deployment?.buildId });
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

/** Whoever awaits it is told. */
const ignoreForNow = (): undefined => undefined;

const connectPatienceMs = 300_000;
const connectPauseMs = 250;

/** A worker that starts before its server, or while that is restarted, waits for it. What no waiting mends is thrown at once. */
async function patiently<T>(log: Log, work: () => Promise<T>, isPassing: (error: unknown) => boolean = () => true): Promise<T> {
  const until = performance.now() + connectPatienceMs;
  for (let isTold = false; ; isTold = true) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > until || !isPassing(error)) throw error;
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
    maxHeartbeatThrottleInterval: '1 second', // a cancelled step learns of it with the answer to a heartbeat; and a busy machine has four of the five seconds to spare
    ...(deployment === undefined
      ? {}
      : {
          // each workflow's file says how it moves between builds; one that forgot must at least be able to
          workerDeploymentOptions: { version: { deploymentName: deployment.name, buildId: deployment.buildId }, useWorkerVersioning: true, defaultVersioningBehavior: 'AUTO_UPGRADE' },
        }),
  };
}

interface WorkflowWorkerInput {
  common: ReturnType<typeof commonOptions>;
  bundle: WorkerOptions['workflowBundle'];
  ledger: Ledger;
  temporal: TemporalClient;
  environs: Environs;
  hasHooks: boolean;
  offline: ConnectionWorkers['offline'];
}

async function createWorkflowWorker({ common, bundle, ledger, temporal, environs, hasHooks, offline }: WorkflowWorkerInput): Promise<Worker> {
  return Worker.create({
    ...common,
    taskQueue: workflowQueue,
    activities: { ...createSharedActivities({ ledger, announce: announceOrder(temporal.client), integrationRef: refReader(ledger, environs), hasHooks }), ...createReconcileActivities({ ledger }), ...createListedReading(offline) },
    interceptors: { activity: [createFailureInterceptor(ledger)] },
    ...(bundle === undefined ? {} : { workflowBundle: bundle }),
    maxCachedWorkflows: 2_000, // a cache too small replays histories and doubles the work
    stickyQueueScheduleToStartTimeout: '1 second', // after a kill the next worker takes over this soon
    maxConcurrentActivityTaskExecutions: 50, // walks wait here for room in their window
  });
}

function refReader(ledger: Ledger, environs: Environs): (integration: string) => Promise<IntegrationRef | undefined> {
  const settings = createSettingsReader(ledger, environs);
  return async (integration) => {
    try {
      return (await settings.integration(integration)).ref;
    } catch (error) {
      if (error instanceof SettingsError) return undefined;
      throw error;
    }
  };
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
