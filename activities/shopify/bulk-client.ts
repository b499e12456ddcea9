/** The calls of bulk operations, on the connector's client (contract shopify 5). */
import { z } from 'zod';
import type { CallContext } from '../call.ts';
import * as documents from './bulk-documents.ts';
import { downloadLines, isSafeAddress, type Downloaded, type Wanted } from './bulk-download.ts';
import { countSchema, operationSchema, recentSchema, stampSchema, startedSchema, type BulkOperation, type Stamp } from './bulk-schemas.ts';
import type { Operation } from './documents.ts';
import type { ShopifySettings } from './settings.ts';

/** `busy`: the shop runs as many as it may. `refused`: it will not run this one; the log of exchanges has its words. */
export type Started = { kind: 'started'; id: string } | { kind: 'busy' } | { kind: 'refused' };

export interface BulkParts {
  call: CallContext;
  settings: Pick<ShopifySettings, 'baseUrl'>;
  ask: <T>(operation: Operation, schema: z.ZodType<T>, variables: Record<string, unknown>, options?: { isWrite?: boolean }) => Promise<{ data: T }>;
}

/** Refusals that are over when one of the shop's operations is. */
const busyCodes = ['OPERATION_IN_PROGRESS', 'LIMIT_REACHED'];

export function createBulkCalls({ call, settings, ask }: BulkParts) {
  const subject = `connection:${call.connection}`;

  return {
    /** How many orders fit the filter, counted up to `limit`; undefined: the shop does not say. */
    async countOrders(q: string, limit: number): Promise<number | undefined> {
      return (await ask(documents.countOrders(limit), countSchema, { q })).data.ordersCount?.count;
    },

    /** The operation whose query has this name. */
    async findOperation(marker: string): Promise<string | undefined> {
      const { data } = await ask(documents.recentOperations, recentSchema, {});
      return data.bulkOperations.nodes.find(({ query }) => query.includes(marker))?.id;
    },

    async startOperation(marker: string, q: string): Promise<Started> {
      const { data } = await ask(documents.startOperation, startedSchema, { query: documents.ordersInBulk(marker, q) }, { isWrite: true });
      const { bulkOperation = null, refusals = [] } = data.bulkOperationRunQuery ?? {};
      if (bulkOperation !== null && refusals.length === 0) return { kind: 'started', id: bulkOperation.id };
      return refusals.some(({ code }) => busyCodes.includes(code ?? '')) ? { kind: 'busy' } : { kind: 'refused' };
    },

    /** Undefined: the shop does not know it. */
    async getOperation(id: string): Promise<BulkOperation | undefined> {
      return (await ask(documents.operationById, operationSchema, { id })).data.bulkOperation ?? undefined;
    },

    /** Undefined: not an address that is fetched from. */
    async readResult(wanted: Wanted): Promise<Downloaded | undefined> {
      return isSafeAddress(wanted.url, settings.baseUrl) ? downloadLines(call, wanted) : undefined;
    },

    /** When these orders changed last; those that are gone are left out. */
    async readStamps(ids: string[]): Promise<Map<string, Stamp>> {
      const stamps: Stamp[] = [];
      for (let start = 0; start < ids.length; start += documents.stampsPerCall) {
        const wanted = ids.slice(start, start + documents.stampsPerCall);
        const { data } = await ask(documents.orderStamps(wanted.length), z.record(z.string(), stampSchema.nullable()), Object.fromEntries(wanted.map((id, at) => [`id${at}`, `gid://shopify/Order/${id}`])));
        stamps.push(...Object.values(data).filter((stamp) => stamp !== null));
      }
      return new Map(stamps.map((stamp) => [stamp.legacyResourceId, stamp]));
    },

    /** When the start of this operation was sent, and how often; kept until it is settled. */
    async sendings(marker: string): Promise<{ count: number; at: number }> {
      const [count = 0, at = 0] = ((await call.ledger.marks.get(subject, markOf(marker))) ?? '').split(' ').map(Number);
      return { count, at };
    },
    noteSending: async (marker: string, count: number, at: number): Promise<void> => call.ledger.marks.set(subject, markOf(marker), `${count} ${at}`),
    settleSendings: async (marker: string): Promise<void> => call.ledger.marks.remove(subject, markOf(marker)),
  };
}

const markOf = (marker: string): string => `bulk ${marker}`;

export type BulkCalls = ReturnType<typeof createBulkCalls>;
