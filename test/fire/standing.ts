/** An import that is interrupted, and what must stand in the books afterwards: the same as after one that nothing interrupted. */
import { expect } from 'vitest';
import type { LoggedRequest } from '../../sandbox/kernel/sandbox.ts';
import { roappTruthSchema } from '../../sandbox/roapp/truth.ts';
import { connect } from '../../scripts/connect.ts';
import { reckon } from '../../scripts/demo/truth.ts';
import { followBackfill } from '../../scripts/follow.ts';
import { getIntegration } from '../../scripts/integration.ts';
import { said } from '../flows/said.ts';
import { integrationId, startWorld, type World } from '../flows/world.ts';

export const listOfOrders = 'GET /wp-json/wc/v3/orders';
/** of the simulated shop */
const orders = 36;
export const callTimes = { abortMs: 4_000, settleMs: 1_000 };
export const seed = (world: World, count = orders): void => {
  world.books.definition.seed({ seed: 7 });
  world.shop.definition.seed({ seed: 7, orders: count });
};

/** What stands in the books, without what no two imports share: ids, times, and the order of things. */
export function standing(world: World) {
  const truth = roappTruthSchema.parse(world.books.definition.truth());
  const ours = truth.orders.flatMap((order) => {
    const marker = order.custom_fields['f5501'];
    return typeof marker === 'string' && marker !== '' ? [{ ...order, marker }] : [];
  });
  return {
    people: truth.people.length,
    products: truth.products.map((product) => `${product.sku} ${product.title}`).toSorted(),
    orders: ours.map((order) => `${order.marker} ${order.total}: ${order.items.map((item) => `${item.comment} ${item.entity.title} ${item.quantity} x ${item.price}`).join(', ')}`).toSorted(),
    comments: ours.flatMap((order) => order.comments.map(() => order.marker)).toSorted(),
  };
}
export type Standing = ReturnType<typeof standing>;

export const start = async (world: World, detach: boolean) => said(async () => connect(world.session, integrationId, { detach, lookalikes: 'leave-out' }));
export const follow = async (world: World) => said(async () => followBackfill(world.session, getIntegration(world.session, integrationId)));

/** The import comes to a halt between orders and their lines. What is under way when everything ends is stored over there afterwards. */
export async function haltAfter(world: World, lines: number, begin: () => Promise<unknown>): Promise<void> {
  world.books.clearRequests();
  world.books.fault({ on: 'POST /v2/orders/*/items', kind: 'hold', times: 0, after: lines });
  await begin();
  await world.books.held(2);
}

export function endHalt(world: World): void {
  for (const system of [world.books, world.shop]) {
    system.clearFaults();
    system.release();
  }
}

/** Comments cannot be looked up: one that may have been sent is not sent again, and none is sent twice. */
export async function expectSame(world: World, control: Standing): Promise<void> {
  const { comments, ...rest } = standing(world);
  const { comments: all, ...wanted } = control;
  expect(rest).toEqual(wanted);
  expect(all).toEqual(expect.arrayContaining(comments));
  expect(new Set(comments).size).toBe(comments.length);
  // a record is over a moment before its outcome is noted; where the ledger failed in between, the step's next try notes it
  const reckoned = async () => reckon(world.ledger, { shop: world.shop.definition.truth(), books: world.books.definition.truth() });
  await expect.poll(reckoned, { timeout: 15_000 }).toMatchObject({ unexplained: 0, riddles: [] });
}

/** What an import that nothing disturbs leaves, and how often it asks for a list of orders. */
export async function undisturbed(count = orders): Promise<{ control: Standing; requests: LoggedRequest[]; lists: number }> {
  const world = await startWorld({ callTimes });
  seed(world, count);
  await start(world, false);
  const control = standing(world);
  const requests = world.books.requests();
  const lists = world.shop.requests(listOfOrders).length;
  await world.close();
  expect(control.orders.length).toBeGreaterThan(10);
  return { control, requests, lists };
}
