/** `POST /<things>/batch`: each item stands for itself, failures in place (contract woocommerce 4). */
import { z } from 'zod';
import { WooError, tooManyItems } from './errors.ts';
import { limits } from './limits.ts';
import { parseBody } from './order-body.ts';
import type { Reply, Row } from './reply.ts';

const batchBody = z.object({
  create: z.array(z.record(z.string(), z.unknown())).optional(),
  update: z.array(z.looseObject({ id: z.coerce.number().int() })).optional(),
  delete: z.array(z.coerce.number().int()).optional(),
});

export interface BatchWork {
  create(item: Row): Row;
  update(id: number, item: Row): Row;
  delete(id: number): Row;
}

/** @throws WooError 413 for more than 100 items in all */
export function runBatch(body: Row, work: BatchWork): Reply {
  const counted = [body['create'], body['update'], body['delete']].reduce<number>((count, list) => count + (Array.isArray(list) ? list.length : 0), 0);
  if (counted > limits.batchItems) throw tooManyItems();
  const items = parseBody(batchBody, body);
  const done: Row = {};
  if (items.create) done['create'] = items.create.map((item) => inPlace(0, () => work.create(item)));
  if (items.update) done['update'] = items.update.map((item) => inPlace(item.id, () => work.update(item.id, item)));
  if (items.delete) done['delete'] = items.delete.map((id) => inPlace(id, () => work.delete(id)));
  return { body: done };
}

function inPlace(id: number, work: () => Row): Row {
  try {
    return work();
  } catch (error) {
    if (error instanceof WooError) return { id, error: error.envelope() };
    throw error;
  }
}
