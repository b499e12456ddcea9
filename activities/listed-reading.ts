/** Reading an order off the page that lists it: no outside call, so that it needs no durable step of its own. */
import type { OrderReading, OrderSource, ReadOrderInput } from '../domain/ports.ts';

/** `elsewhere`: the connection's own step has to read it. */
export type ListedReading = OrderReading | { kind: 'elsewhere' };

/** @param offline the steps of a connection that is served here, made so that they refuse outside calls (CallContext.isOffline) */
export function createListedReading(offline: (connection: string) => Pick<OrderSource, 'readOrder'> | undefined) {
  return {
    /**
     * As `readOrder`, and recorded as there. Where the page is gone or old, a call is needed, or anything goes wrong, the answer is `elsewhere`: the
     * connection's step meets the same trouble and says what it means. Safe to repeat.
     */
    async readListed(input: ReadOrderInput): Promise<ListedReading> {
      const steps = offline(input.integration.source);
      if (steps === undefined) return { kind: 'elsewhere' };
      return steps.readOrder(input).catch(() => ({ kind: 'elsewhere' as const }));
    },
  };
}

export type ListedActivities = ReturnType<typeof createListedReading>;
