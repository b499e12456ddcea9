/** What travels over the control surface, checked on both ends. */
import { z } from 'zod';

export const faultSchema = z.strictObject({
  on: z.string().min(1),
  kind: z.enum(['refuse', 'throttle', 'slow-before-storing', 'slow-after-storing', 'lost-reply', 'hold', 'half-page', 'garbage', 'refuse-with-email']),
  times: z.number().int().min(0).optional(),
  after: z.number().int().min(1).optional(),
  rate: z.number().min(0).max(1).optional(),
  seed: z.number().int().optional(),
  delayMs: z.number().min(0).optional(),
  status: z.number().int().min(200).max(599).optional(),
  text: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  until: z.number().int().min(1).optional(),
});

export const loggedRequestSchema = z.object({
  at: z.number(),
  method: z.string(),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  status: z.number().nullable(),
  fault: faultSchema.shape.kind.nullable(),
  number: z.number().optional(),
  handledAt: z.number().optional(),
});

/** What to do with the clock; several at once are done in this order. `set` is ms since 1970 or ISO 8601, `advance` ms. */
export const clockChangeSchema = z.strictObject({
  set: z.union([z.number(), z.iso.datetime()]).optional(),
  advance: z.number().optional(),
  freeze: z.literal(true).optional(),
  run: z.literal(true).optional(),
});

export const healthSchema = z.object({ name: z.string(), url: z.string(), ok: z.literal(true) });
export const clockSchema = z.object({ now: z.number(), iso: z.string() });
