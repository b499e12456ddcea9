/** RO App as a target of orders: canonical in, canonical out, every step safe to repeat from any point. */
import type { OrderTarget, Parties } from '../../domain/ports.ts';
import type { ConnectorContext } from '../call.ts';
import { rebuildLinks } from './adopt.ts';
import { checkTarget } from './check.ts';
import { readIndexPage } from './index-pages.ts';
import { findLookalikes } from './lookalikes.ts';
import { createOrder } from './orders.ts';
import { ensureCustomer } from './people.ts';
import { planOrder } from './plan.ts';
import { ensureProducts } from './products.ts';
import type { RoappSettings } from './settings.ts';
import { openStep } from './step.ts';

export function createRoappActivities(context: ConnectorContext<RoappSettings>) {
  return {
    async checkTarget(input) {
      return checkTarget(await openStep(context, input, { record: '', step: 'check' }));
    },

    async readIndexPage({ cursor, since, ...input }) {
      const step = await openStep(context, input, { record: '', step: 'index' });
      return readIndexPage(step, { ...(cursor === undefined ? {} : { cursor }), ...(since === undefined ? {} : { since }) });
    },

    async rebuildLinks({ since, cursor, ...input }) {
      const step = await openStep(context, input, { record: '', step: 'rebuild links' });
      return rebuildLinks(step, { integration: input.integration.id, since, ...(cursor === undefined ? {} : { cursor }) });
    },

    async ensureParties(input): Promise<Parties> {
      const step = await openStep(context, input, { record: `order:${input.order.sourceId}`, step: 'customer and products' });
      const customer = await ensureCustomer(step, input.order);
      const { products, missing, notes } = await ensureProducts(step, input.order);
      return { customerId: customer.id, products, missing, notes: [...customer.notes, ...notes] };
    },

    async createOrder(input) {
      const step = await openStep(context, input, { record: `order:${input.order.sourceId}`, step: 'create the order' });
      return createOrder(step, input);
    },

    async planOrder(input) {
      const step = await openStep(context, input, { record: `order:${input.order.sourceId}`, step: 'plan' });
      return planOrder(step, input);
    },

    async findLookalikes({ summaries, ...input }) {
      return findLookalikes(await openStep(context, input, { record: '', step: 'look-alikes' }), summaries);
    },
  } satisfies OrderTarget;
}
