/** Where a backfill by a bulk operation stands, as its cursor carries it from step to step (contract shopify 5). */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';

/** Times are ms of the ledger's clock. `notedAt`: when the cursor was given. */
const waiting = { wantedAt: z.number(), notedAt: z.number() };

export const bulkPlaceSchema = z.discriminatedUnion('at', [
  /** does the window hold more than this? */
  z.object({ at: z.literal('count'), above: z.int().positive() }),
  /** wanted; `marker` is the name of its query, by which a start whose reply was lost is found */
  z.object({ at: z.literal('start'), marker: z.string(), ...waiting }),
  z.object({ at: z.literal('run'), id: z.string(), ...waiting }),
  /** the byte of the result at which the next line begins, and how many lines lie before it */
  z.object({ at: z.literal('read'), id: z.string(), from: z.int().nonnegative(), lines: z.int().nonnegative() }),
  /** given up, and why, for whoever reads the walk's history: it pages */
  z.object({ at: z.literal('off'), why: z.string() }),
]);
export type BulkPlace = z.output<typeof bulkPlaceSchema>;
export type PlaceOf<At extends BulkPlace['at']> = Extract<BulkPlace, { at: At }>;

/** A walk that ends earlier, or writes nothing, pages. */
export const firstPlace = (above: number, { limit, dryRun = false }: { limit?: number | undefined; dryRun?: boolean | undefined }): BulkPlace | undefined =>
  dryRun || (limit !== undefined && limit <= above) ? undefined : { at: 'count', above };

/** Names are letters, digits and underscores. */
export const wantedPlace = (now: number): BulkPlace => ({ at: 'start', marker: `Backfill_${randomUUID().replaceAll('-', '')}`, wantedAt: now, notedAt: now });
