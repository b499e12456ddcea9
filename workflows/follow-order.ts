/**
 * Follow one imported order until the write-off.
 * 1. It is read as the platform has it now, whatever its status; gone there counts as deleted (R8, R16).
 * 2. The target's order is brought up to it, unless goods of it are written off: then changes are counted as ignored (R4, N5).
 * 3. New lines need their products, and a customer that was masked needs its contact: those are found or created first (R14, R19).
 * 4. A status that the target's side changed is set on the platform; Completed waits for the write-off (R6, R11).
 */
import { parked, skipped, type Outcome } from '../domain/outcome.ts';
import { systemsOf } from './connect.ts';
import type { ImportOrderInput } from './import-order.ts';

/** What following came to; an order that nothing was to be done about is left as it was. */
export async function followOrder({ integration, lane, sourceId, ...asked }: ImportOrderInput): Promise<Outcome> {
  const { source, target } = systemsOf(integration, lane);

  const reading = await source.readOrder({ integration, lane, sourceId, ...asked, follow: true });
  if (reading.kind === 'park') return parked(reading.reason, 'read the order', reading.detail);
  if (reading.kind === 'skip' && reading.reason !== 'gone-from-source') return skipped(reading.reason, reading.detail);
  const now = reading.kind === 'order' ? { order: reading.order, digest: reading.digest } : { digest: reading.digest };

  let followed = await target.followOrder({ integration, lane, sourceId, ...now });
  if (followed.kind === 'needs parties' && reading.kind === 'order') {
    const parties = await target.ensureParties({ integration, lane, order: reading.order });
    if (parties.missing.length > 0) return parked('products-missing', 'customer and products', parties.missing.join(', '));
    followed = await target.followOrder({ integration, lane, sourceId, ...now, parties });
  }
  if (followed.kind !== 'followed') return skipped('already-imported');

  if (followed.writeBack) await source.setStatus({ integration, lane, sourceId, digest: now.digest, ...followed.writeBack });
  return followed.isChanged ? { kind: 'updated', targetId: followed.targetId, notes: followed.notes } : skipped('already-imported');
}
