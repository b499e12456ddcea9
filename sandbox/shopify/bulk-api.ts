/** Bulk operations: a query over everything, answered as JSON lines at an address (contract shopify 5). */
import { randomBytes } from 'node:crypto';
import { connection } from './connection.ts';
import { bulkFault } from './bulk-rules.ts';
import { utcOrNull, utcText } from './dates.ts';
import { gid, numberOf } from './gid.ts';
import { bulkOperationsAtOnce, bulkUrlMs } from './limits.ts';
import type { BulkOperation } from './model.ts';
import { nowOf, type World } from './world.ts';

/** What a bulk query needs of a request. */
interface Caller {
  world: World;
  everything: boolean;
  origin: string;
}

export const isRunning = ({ status }: BulkOperation): boolean => status === 'CREATED' || status === 'RUNNING' || status === 'CANCELING';

export function bulkView({ world, origin }: Caller, operation: BulkOperation): Record<string, unknown> {
  const { id, status, result, completedAt, objectCount, rootObjectCount, errorCode, query, createdAt } = operation;
  const isFresh = completedAt !== null && world.clock.now() < completedAt + bulkUrlMs;
  const url = status === 'COMPLETED' && objectCount > 0 && isFresh ? bulkAddress(origin, operation) : null;
  return {
    __typename: 'BulkOperation',
    id: gid('BulkOperation', id),
    type: 'QUERY',
    status,
    errorCode,
    query,
    createdAt: utcText(createdAt),
    completedAt: utcOrNull(completedAt),
    objectCount: String(objectCount),
    rootObjectCount: String(rootObjectCount),
    fileSize: result === null || objectCount === 0 ? null : String(Buffer.byteLength(result)),
    url,
    partialDataUrl: status === 'FAILED' && objectCount > 0 ? bulkAddress(origin, operation) : null,
  };
}

const bulkAddress = (origin: string, { id, secret }: BulkOperation): string => `${origin}/bulk/${id}-${secret}.jsonl`;

export function bulkQueries(caller: Caller) {
  const { bulk } = caller.world.store;
  const view = (operation: BulkOperation | undefined): unknown => (operation === undefined ? null : bulkView(caller, operation));
  return {
    bulkOperation: ({ id }: { id: string }) => view(bulk.get(numberOf('BulkOperation', id) ?? 0)),
    bulkOperations: (args: unknown) => connection(bulk.sorted('created', ({ createdAt }) => createdAt), args, { key: ({ createdAt }) => createdAt, id: ({ id }) => id, node: (one) => bulkView(caller, one), everything: caller.everything }),
    currentBulkOperation: () => view(bulk.sorted('created', ({ createdAt }) => createdAt).at(-1)),
  };
}

const refused = (code: string, message: string) => ({ bulkOperation: null, userErrors: [{ field: ['query'], message, code }] });

export function bulkMutations(caller: Caller) {
  const { world } = caller;
  return {
    bulkOperationRunQuery: ({ query, groupObjects }: { query: string; groupObjects: boolean }) => {
      const fault = bulkFault(query);
      if (fault !== undefined) return refused('INVALID', fault);
      const running = world.store.bulk.all().filter(isRunning);
      if (running.length >= bulkOperationsAtOnce) return refused('OPERATION_IN_PROGRESS', `A bulk query operation for this app and shop is already in progress: ${running.map(({ id }) => gid('BulkOperation', id)).join(', ')}.`);
      const operation: BulkOperation = { id: world.store.next('other'), query, groupObjects, createdAt: nowOf(world), status: 'CREATED', errorCode: null, completedAt: null, objectCount: 0, rootObjectCount: 0, result: null, secret: randomBytes(16).toString('hex') };
      world.store.bulk.put(operation);
      return { bulkOperation: bulkView(caller, operation), userErrors: [] };
    },
    bulkOperationCancel: ({ id }: { id: string }) => {
      const operation = world.store.bulk.get(numberOf('BulkOperation', id) ?? 0);
      if (operation === undefined) return { bulkOperation: null, userErrors: [{ field: ['id'], message: 'Bulk operation does not exist' }] };
      if (!isRunning(operation)) return { bulkOperation: bulkView(caller, operation), userErrors: [{ field: null, message: `A bulk operation cannot be canceled when it is ${operation.status.toLowerCase()}` }] };
      operation.status = 'CANCELING';
      return { bulkOperation: bulkView(caller, operation), userErrors: [] };
    },
  };
}
