/** RO App as a target of orders: canonical in, canonical out, every step safe to repeat from any point. */
import type { OrderTarget, Parties, ReconcilableTarget } from '../../domain/ports.ts';
import type { ConnectorContext } from '../call.ts';
import { rebuildLinks } from './adopt.ts';
import { findChanges } from './changes.ts';
import { checkTarget } from './check.ts';
import { followOrder } from './follow.ts';
import { readStatuses, statusName } from './statuses.ts';
import { readIndexPage } from './index-pages.ts';
import { findLookalikes } from './lookalikes.ts';
import { listMarked } from './marked.ts';
import { createOrder } from './orders.ts';
import { ensureCustomer } from './people.ts';
import { planOrder } from './plan.ts';
import { ensureProducts } from './products.ts';
import type { RoappSettings } from './settings.ts';
import { openStep } from './step.ts';
import { readTotals } from './order-sums.ts';

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

    async listStatuses(input) {
      return (await readStatuses(await openStep(context, input, { record: '', step: 'statuses' }))).map(statusName);
    },

    async followOrder(input) {
      return followOrder(await openStep(context, input, { record: `order:${input.sourceId}`, step: 'follow the order' }), input);
    },

    async findChanges({ way, cursor, ...input }) {
      return findChanges(await openStep(context, input, { record: '', step: 'find changes' }), { way, ...(cursor === undefined ? {} : { cursor }) });
    },

    async planOrder(input) {
      const step = await openStep(context, input, { record: `order:${input.order.sourceId}`, step: 'plan' });
      return planOrder(step, input);
    },

    async findLookalikes({ summaries, ...input }) {
      return findLookalikes(await openStep(context, input, { record: '', step: 'look-alikes' }), summaries);
    },

    async readTotals({ page, ...input }) {
      return readTotals(await openStep(context, input, { record: '', step: 'reconcile' }), { integration: input.integration.id, page });
    },

    async listMarked({ since, cursor, ...input }) {
      return listMarked(await openStep(context, input, { record: '', step: 'reconcile' }), { integration: input.integration.id, since, ...(cursor === undefined ? {} : { cursor }) });
    },
  } satisfies OrderTarget & ReconcilableTarget;
}
