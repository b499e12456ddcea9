/** Customer, products and order as one durable step. */
import { expect, test } from 'vitest';
import { failedStepOf } from '../../activities/failed-step.ts';
import { importOrder } from '../../activities/import-order.ts';
import { createListedReading } from '../../activities/listed-reading.ts';
import type { OrderTarget, Parties } from '../../domain/ports.ts';
import { integration, order } from '../workflows/fakes.ts';

const parties: Parties = { customerId: '1', products: { '1': '7001' }, missing: [], notes: [] };
const input = { integration, lane: 'bulk', order, digest: 'd1' } as const;

type Parts = Pick<OrderTarget, 'ensureParties' | 'createOrder'>;
const parts = (given: Partial<Parts> = {}): Parts => ({ ensureParties: () => Promise.resolve(parties), createOrder: () => Promise.resolve({ kind: 'created', targetId: '4411', notes: [] }), ...given });

test('R14 missing products are named together, and nothing of the order is written', async () => {
  const target = parts({ ensureParties: () => Promise.resolve({ ...parties, missing: ['A-1', 'B-2'] }), createOrder: () => Promise.reject(new Error('nothing may be written')) });
  expect(await importOrder(target, input)).toEqual({ kind: 'parked', reason: 'products-missing', step: 'customer and products', detail: 'A-1, B-2' });
});

test.each([
  ['ensureParties', 'customer and products'],
  ['createOrder', 'create the order'],
] as const)('N8 a failure of %s is shown as one of *%s*', async (part, step) => {
  const error = new Error('refused');
  await expect(importOrder(parts({ [part]: () => Promise.reject(error) }), input)).rejects.toBe(error);
  expect(failedStepOf(error)).toBe(step);
});

test('a connection that this worker does not serve is read elsewhere', async () => {
  expect(await createListedReading(() => undefined).readListed({ integration, lane: 'bulk', sourceId: '17', page: 'p1' })).toEqual({ kind: 'elsewhere' });
});
