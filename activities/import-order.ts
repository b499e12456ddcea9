/** An order's way into a target, as one durable step. */
import { parked, type Outcome } from '../domain/outcome.ts';
import type { ImportInput, OrderTarget } from '../domain/ports.ts';
import { inStep } from './failed-step.ts';

/**
 * Customer and products, then the order with its lines and comment (R18, R14, R16). Where products are missing, all are named together and nothing of
 * the order is written. Safe to repeat from any point, as both parts are: what stands is found in the ledger, without a call.
 */
export async function importOrder(target: Pick<OrderTarget, 'ensureParties' | 'createOrder'>, { order, digest, ...step }: ImportInput): Promise<Extract<Outcome, { kind: 'created' | 'parked' }>> {
  const parties = await inStep('customer and products', async () => target.ensureParties({ ...step, order }));
  if (parties.missing.length > 0) return parked('products-missing', 'customer and products', parties.missing.join(', '));
  return inStep('create the order', async () => target.createOrder({ ...step, order, parties, digest }));
}
