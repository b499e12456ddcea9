/** One worker a connection, on its own queue. Connections applied later get theirs within seconds, without a restart. */
import { Worker, type WorkerOptions } from '@temporalio/worker';
import type { OrderSource } from '../domain/ports.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { connectionQueue } from '../workflows/messages.ts';
import { createFailureInterceptor } from './failures.ts';
import type { Environment } from './environment.ts';
import type { Log } from './log.ts';
import { createSettingsReader, parseConnection } from './settings-versions.ts';
import type { Environs } from './secrets.ts';
import { createStepContext } from './step-context.ts';
import { findSystem } from './systems.ts';

export interface ConnectionWorkersInput {
  ledger: Ledger;
  environs: Environs;
  log: Log;
  /** what all workers share: the connection to Temporal, namespace, codec, limits */
  common: Omit<WorkerOptions, 'taskQueue' | 'activities' | 'interceptors'>;
  stepsPerConnection: number;
  hooks: Environment['hooks'];
  /** only these connections; absent: all. Spreads connections over workers by name. */
  only?: readonly string[];
  /** called when a worker ends although nobody stopped it */
  onFailure: (error: unknown) => void;
}

export interface ConnectionWorkers {
  /** The steps of a connection served here that lists orders, made to refuse outside calls. */
  offline: (connection: string) => Pick<OrderSource, 'readOrder'> | undefined;
  /** ids of the connections that have a worker */
  running: () => string[];
  /** Looks for connections without one. */
  refresh: () => Promise<void>;
  stop: () => Promise<void>;
}

export function createConnectionWorkers(input: ConnectionWorkersInput): ConnectionWorkers {
  const workers = new Map<string, { worker: Worker; done: Promise<void>; offline: object }>();
  const settings = createSettingsReader(input.ledger, input.environs);

  /** Loads the connector's code and asks Temporal; nothing runs yet. */
  const prepare = async (connection: string, body: string) => {
    const { company, system } = parseConnection(connection, body);
    const row = findSystem(system);
    if (!row) throw new Error(`system ${system} is not known to this release`);
    const about = { ledger: input.ledger, connection, company, settings, hooks: input.hooks };
    const [activities, offline] = await Promise.all([row.createActivities(createStepContext(about)), row.createActivities(createStepContext({ ...about, isOffline: true }))]);
    const worker = await Worker.create({
      ...input.common,
      taskQueue: connectionQueue(connection),
      activities,
      interceptors: { activity: [createFailureInterceptor(input.ledger, connection)] },
      maxConcurrentActivityTaskExecutions: input.stepsPerConnection,
    });
    return { connection, system, worker, offline };
  };

  const run = ({ connection, system, worker, offline }: Awaited<ReturnType<typeof prepare>>) => {
    workers.set(connection, { worker, done: worker.run().catch(input.onFailure), offline });
    input.log.info('connection is served', { connection, system });
  };

  const refresh = async () => {
    const missing = (await input.ledger.settings.listCurrent('connection:'))
      .map(({ subject, body }) => ({ connection: subject.slice('connection:'.length), body }))
      .filter(({ connection }) => !workers.has(connection) && input.only?.includes(connection) !== false);
    // all before the first: whatever waits for one would keep the process busy while it loads the others
    const prepared = await Promise.allSettled(missing.map(async ({ connection, body }) => prepare(connection, body)));
    for (const one of prepared) if (one.status === 'fulfilled') run(one.value);
    for (const one of prepared) if (one.status === 'rejected') throw one.reason;
  };

  return {
    running: () => [...workers.keys()],
    offline: (connection) => {
      const steps = workers.get(connection)?.offline;
      return steps !== undefined && readsOrders(steps) ? steps : undefined;
    },
    refresh,
    stop: async () => {
      const all = [...workers.values()];
      for (const { worker } of all) if (worker.getState() === 'RUNNING') worker.shutdown();
      await Promise.all(all.map(async ({ done }) => done));
    },
  };
}

const readsOrders = (steps: object): steps is Pick<OrderSource, 'readOrder'> => 'readOrder' in steps && typeof steps.readOrder === 'function';
