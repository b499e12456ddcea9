/** Replies about bulk operations, and the lines of their results (contract shopify 5). */
import { z } from 'zod';
import { instant, legacyId } from './schemas.ts';

/** 64-bit numbers come as text (contract 9). */
const number64 = z.union([z.string().regex(/^\d+$/, 'must be a number'), z.int().nonnegative()]).transform(Number);

export const countSchema = z.object({ ordersCount: z.object({ count: z.int().nonnegative() }).nullable() });

export const recentSchema = z.object({ bulkOperations: z.object({ nodes: z.array(z.object({ id: z.string(), query: z.string() })) }) });

export const startedSchema = z.object({
  bulkOperationRunQuery: z.object({ bulkOperation: z.object({ id: z.string() }).nullable(), refusals: z.array(z.object({ code: z.string().nullish() })) }).nullable(),
});

/** Unknown values of the enumerations must not break anything (contract 4). */
export const operationSchema = z.object({
  bulkOperation: z.object({ status: z.string(), errorCode: z.string().nullable(), createdAt: instant, objectCount: number64, url: z.string().nullable() }).nullable(),
});
export type BulkOperation = NonNullable<z.output<typeof operationSchema>['bulkOperation']>;

export const stampSchema = z.object({ legacyResourceId: legacyId, updatedAt: instant });
export type Stamp = z.output<typeof stampSchema>;

const parentField = '__parentId';
/** An object of a result; without `parent` it is an order. */
export const resultLineSchema = z.looseObject({ id: z.string().nullish(), [parentField]: z.string().optional() }).transform(({ [parentField]: parent, ...object }) => ({ parent, object }));
export type ResultLine = z.output<typeof resultLineSchema>;
