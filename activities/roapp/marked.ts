/** Which of the account's orders carry our mark (N6): so that one which stands there twice is found. Page numbers by ascending id; a deletion meanwhile may hide one until the next time. */
import { z } from 'zod';
import type { MarkedOrder, MarkedPage } from '../../domain/ports.ts';
import { isLastPage } from './client.ts';
import { roappInstant, sourceIdIn } from './map.ts';
import type { RoappStep } from './step.ts';

const cursorSchema = z.object({ page: z.int().positive() });

export async function listMarked(step: RoappStep, { integration, since, cursor }: { integration: string; since: string; cursor?: string }): Promise<MarkedPage> {
  const { page } = cursor === undefined ? { page: 1 } : cursorSchema.parse(JSON.parse(cursor));
  const listed = await step.client.orders({ created_at: roappInstant(Date.parse(since)), sort: 'id', page });
  const marked = listed.data.flatMap((order): MarkedOrder[] => {
    const sourceId = sourceIdIn(order, integration, step.settings);
    return sourceId === undefined ? [] : [{ sourceId, targetId: String(order.id) }];
  });
  return { marked, ...(isLastPage(listed, page) ? {} : { nextCursor: JSON.stringify({ page: page + 1 }) }) };
}
