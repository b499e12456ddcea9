/**
 * Import one order.
 * 1. An order whose import we completed is skipped; a half-made one is completed (N2).
 * 2. What the platform's own rules leave out is skipped with its reason (R9, R10, R3).
 * 3. The customer is found by phone or e-mail, or created (R18); every product is found, or created where the pair allows it,
 *    otherwise all missing ones are named together (R14).
 * 4. The order is created without write-off, with its lines and comment (R16).
 */
import { parked, skipped, type Outcome } from '../domain/outcome.ts';
import type { IntegrationRef, Lane } from '../domain/ports.ts';
import type { WebhookTopic } from '../domain/webhook-topics.ts';
import { systemsOf } from './connect.ts';

export interface ImportOrderInput {
  integration: IntegrationRef;
  sourceId: string;
  lane: Lane;
  /** where the order was listed */
  page?: string;
  byOperator: boolean;
  /** by a webhook, or by a sweep alone */
  by?: 'webhook' | 'sweep';
  /** which webhooks told of it */
  heard?: WebhookTopic[];
  /** never the page: after retry or edit */
  fresh: boolean;
}

export async function importOrder({ integration, lane, ...asked }: ImportOrderInput): Promise<Outcome> {
  const { source, target, lastStep } = systemsOf(integration, lane);

  const reading = await source.readOrder({ integration, lane, ...asked });
  if (reading.kind === 'skip') return skipped(reading.reason, reading.detail);
  if (reading.kind === 'park') return parked(reading.reason, 'read the order', reading.detail);

  const { order, digest } = reading;
  const parties = await target.ensureParties({ integration, lane, order });
  if (parties.missing.length > 0) return parked('products-missing', 'customer and products', parties.missing.join(', '));

  return lastStep.createOrder({ integration, lane, order, parties, digest });
}
