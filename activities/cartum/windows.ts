/**
 * Paging that skips nothing: one local day of creation after the other, and within a day pages by offset (contract 5). The order of rows is not
 * documented, new orders shift offsets and changed statuses take rows away, so each page begins with the last row of the page before: if it is
 * not there, rows have moved up and the day is read anew. Repeats are harmless: orders are told apart by number.
 */
import { z } from 'zod';
import type { CartumClient } from './client.ts';
import { dayAfter, secondsOf } from './local-time.ts';
import type { ListedOrder } from './schemas.ts';

export const pageSize = 100;
/** A day whose rows move at every look is left at that: the next sweep sees it again. */
const mostRestarts = 3;

const planSchema = z.object({
  /** YYYY-MM-DD, the shop's calendar, both inclusive */
  firstDay: z.string(),
  lastDay: z.string(),
  /** absent: all */
  status: z.array(z.int()).optional(),
  /** ISO 8601 UTC; from this instant on, and before that one */
  from: z.string(),
  until: z.string().optional(),
  /** all of the sweep's days: then followed orders that are older come after them */
  isWhole: z.boolean(),
  /** ISO 8601 UTC */
  begunAt: z.string(),
});
/** What a walk lists, fixed when it begins. */
export type Plan = z.output<typeof planSchema>;

const positionSchema = z.union([
  z.object({ day: z.string(), offset: z.int().nonnegative(), last: z.string().optional(), restarts: z.int() }),
  z.object({ followedAfter: z.string() }),
]);
/** Where it goes on: a day and a row in it, or the followed orders behind this one. */
export type Position = z.output<typeof positionSchema>;

export const cursorSchema = z.object({ plan: planSchema, at: positionSchema });
export type Cursor = z.output<typeof cursorSchema>;

export const parseCursor = (text: string): Cursor | undefined => parseAs(cursorSchema, text);

/** Undefined for a text that is no cursor of this version: then the walk begins anew, which repeats and skips nothing. */
export function parseAs<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export const firstCursor = (plan: Plan): Cursor => ({ plan, at: startOf(plan.firstDay) });

export interface WindowPart {
  orders: ListedOrder[];
  /** asked for by number, and not there */
  gone?: string[];
  /** absent: there is nothing behind it */
  next?: Position;
}

/** One call: the rows at this position. Throws the client's errors. */
export async function readDay(client: Pick<CartumClient, 'listOrders'>, plan: Plan, at: Extract<Position, { day: string }>): Promise<WindowPart> {
  const isLast = at.day >= plan.lastDay;
  // the shop's clock may be ahead of ours: its tomorrow belongs to the last day
  const rows = await client.listOrders({ ...secondsOf(at.day, isLast ? dayAfter(at.day) : at.day), ...(plan.status === undefined ? {} : { status: plan.status }), limit: pageSize, offset: at.offset });
  const hasMoved = at.last !== undefined && !rows.some(({ order_id }) => order_id === at.last);
  const orders = rows.filter(({ order_id }) => order_id !== at.last);
  if (hasMoved && at.restarts < mostRestarts) return { orders, next: { ...startOf(at.day), restarts: at.restarts + 1 } };
  const last = rows.at(-1)?.order_id;
  if (rows.length >= pageSize && last !== undefined) return { orders, next: { day: at.day, offset: at.offset + rows.length - 1, last, restarts: at.restarts } };
  if (!isLast) return { orders, next: startOf(dayAfter(at.day)) };
  return plan.isWhole ? { orders, next: { followedAfter: '' } } : { orders };
}

const startOf = (day: string): Extract<Position, { day: string }> => ({ day, offset: 0, restarts: 0 });
