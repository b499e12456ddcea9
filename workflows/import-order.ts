/**
 * Import one order.
 * 1. An order whose import we completed is skipped; a half-made one is completed (N2).
 * 2. What the platform's own rules leave out is skipped with its reason (R9, R10, R3).
 * 3. In the target, as one step: the customer is found by phone or e-mail, or created (R18); every product is found, or created where the pair
 *    allows it, otherwise all missing ones are named together (R14); the order is created without write-off, with its lines and comment (R16).
 */
import { isCancellation, patched, TemporalFailure } from '@temporalio/workflow';
import { parked, skipped, type Outcome } from '../domain/outcome.ts';
import type { IntegrationRef, Lane, OrderReading } from '../domain/ports.ts';
import type { WebhookTopic } from '../domain/webhook-topics.ts';
import { listedOrders, systemsOf } from './connect.ts';

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

export async function importOrder(input: ImportOrderInput): Promise<Outcome> {
  const { integration, lane } = input;
  const { source, target } = systemsOf(integration, lane);
  const areStepsFew = patched('few-steps');

  const reading = (areStepsFew ? await readListed(input) : undefined) ?? (await source.readOrder(input));
  if (reading.kind === 'skip') return skipped(reading.reason, reading.detail);
  if (reading.kind === 'park') return parked(reading.reason, 'read the order', reading.detail);

  const { order, digest } = reading;
  if (areStepsFew) return target.importOrder({ integration, lane, order, digest });

  const parties = await target.ensureParties({ integration, lane, order });
  if (parties.missing.length > 0) return parked('products-missing', 'customer and products', parties.missing.join(', '));
  return target.createOrder({ integration, lane, order, parties, digest });
}

/** Off the page that lists it, if that can be had without a call. */
async function readListed(input: ImportOrderInput): Promise<OrderReading | undefined> {
  if (input.page === undefined || input.fresh) return undefined;
  try {
    const listed = await listedOrders().readListed(input);
    return listed.kind === 'elsewhere' ? undefined : listed;
  } catch (error) {
    if (!(error instanceof TemporalFailure) || isCancellation(error)) throw error;
    return undefined;
  }
}
