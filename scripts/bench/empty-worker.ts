/** The same order workflow with steps that do nothing: what the durable engine alone can do on this machine. Started by the bench `orders`. */
import { createServer } from 'node:http';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { ListedActivities } from '../../activities/listed-reading.ts';
import type { Order } from '../../domain/order.ts';
import type { OrderImport } from '../../domain/ports.ts';
import { createDataConverter } from '../../worker/codec.ts';
import { readEnvironment } from '../../worker/environment.ts';
import { connectClient, registerSearchAttributes } from '../../worker/temporal-client.ts';
import { connectionQueue, workflowQueue } from '../../workflows/messages.ts';

/** What the bench reads on the health port. */
const counts = { done: 0 };

/** As large as an ordinary one, since it travels encrypted. */
const emptyOrder = (sourceId: string): Order => ({
  sourceId,
  number: sourceId,
  status: 'processing',
  platform: 'WooCommerce',
  createdAt: '2026-11-01T10:00:00Z',
  modifiedAt: '2026-11-01T10:00:00Z',
  currency: 'PLN',
  customer: { firstName: 'Bench', lastName: `Person ${sourceId}`, email: `bench.person${sourceId}@example.com`, phone: '+48600000000', phoneAsWritten: '600 000 000' },
  lineItems: [1, 2, 3].map((line) => ({ key: String(line), product: { sourceId: `${line}`, name: `Bench item ${line}`, sku: `BENCH-${line}`, code: `${line}`, category: ['Bench', `Shelf ${line}`] }, quantity: '1', total: { net: '20.00', tax: '0.00' } })),
  charges: [{ kind: 'shipping', name: 'Kurier', total: { net: '15.00', tax: '0.00' } }],
  total: '75.00',
  totalTax: '0.00',
});

const environment = readEnvironment();
const temporal = await connectClient(environment);
await registerSearchAttributes(temporal);
await temporal.close();

const pages: ListedActivities = {
  readListed: ({ sourceId }) => Promise.resolve({ kind: 'order', order: emptyOrder(sourceId), digest: 'none' }),
};
const target: OrderImport = {
  importOrder: () => {
    counts.done += 1;
    return Promise.resolve({ kind: 'created', targetId: '1', notes: [] });
  },
};

/** The same limits as in worker/start.ts. */
const common: Pick<WorkerOptions, 'connection' | 'namespace' | 'dataConverter' | 'maxCachedWorkflows'> = {
  connection: await NativeConnection.connect(environment.temporal.connection),
  namespace: environment.temporal.namespace,
  dataConverter: createDataConverter(environment.secrets),
  maxCachedWorkflows: 2_000,
};
const bundle = environment.workflowBundle === undefined ? {} : { workflowBundle: { codePath: environment.workflowBundle } };
const workers = await Promise.all([
  Worker.create({ ...common, ...bundle, taskQueue: workflowQueue, activities: pages, stickyQueueScheduleToStartTimeout: '1 second' }),
  Worker.create({ ...common, taskQueue: connectionQueue('books'), activities: target, maxConcurrentActivityTaskExecutions: environment.stepsPerConnection }),
]);
const ended = Promise.all(workers.map(async (worker) => worker.run()));
createServer((_, reply) => void reply.end(JSON.stringify(counts))).listen(environment.healthPort, '127.0.0.1');
await ended;
process.exit(0);
