/** Imported orders are followed until their goods are written off, and statuses travel both ways: everything real but the vendors. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { arm } from '../../scripts/arm.ts';
import { check } from '../../scripts/check.ts';
import { connect } from '../../scripts/connect.ts';
import { importOne } from '../../scripts/import.ts';
import { getIntegration } from '../../scripts/integration.ts';
import { edit } from '../../scripts/mend.ts';
import { status } from '../../scripts/status.ts';
import { announceOrder } from '../../worker/temporal-client.ts';
import { followOrdersWorkflow, orderWorkflowId, targetChangedWorkflow, targetChangedWorkflowId, workflowQueue, type FollowOrdersInput, type TargetChangedInput } from '../../workflows/messages.ts';
import { hasTemporal } from '../setup/temporal-env.ts';
import { said } from '../flows/said.ts';
import { integrationId, startWorld, type World } from '../flows/world.ts';

const [taken, inWork, ready, closed] = [101, 102, 104, 106];
const settings = `    statuses:
      - { platform: processing, books: ${taken} }
      - { platform: on-hold, books: ${inWork} }
      - { platform: packed, books: ${ready} }
      - { platform: completed, books: ${closed}, direction: to-platform }
`;

const booksTruth = z.object({
  orders: z.array(
    z.object({
      id: z.number(),
      custom_fields: z.record(z.string(), z.unknown()),
      status: z.object({ id: z.number() }),
      items: z.array(z.object({ id: z.number(), quantity: z.string(), price: z.string() })),
      comments: z.array(z.unknown()),
    }),
  ),
});
const shopTruth = z.object({ orders: z.array(z.object({ id: z.number(), status: z.string(), mails: z.array(z.unknown()) })) });

describe.skipIf(!hasTemporal())('an imported order', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ integrationSettings: settings });
    world.books.definition.seed({ seed: 7 });
    await said(async () => connect(world.session, integrationId, { since: 'now', detach: false }));
  });
  afterAll(async () => world.close());

  const inShop = (name: string, input: unknown): unknown => world.shop.definition.actions[name]?.(input);
  const inBooks = (name: string, input: unknown): unknown => world.books.definition.actions[name]?.(input);
  const bookedOrder = (sourceId: string) => booksTruth.parse(world.books.definition.truth()).orders.filter(({ custom_fields }) => custom_fields['f5501'] === `${integrationId}:${sourceId}`);
  const shopOrder = (sourceId: string) => shopTruth.parse(world.shop.definition.truth()).orders.find(({ id }) => String(id) === sourceId);
  const quantities = (sourceId: string) => bookedOrder(sourceId).flatMap(({ items }) => items.map(({ quantity }) => Number(quantity)));
  const writes = () => [...world.books.requests(), ...world.shop.requests()].filter(({ method }) => method !== 'GET');

  let placed = 0;
  const place = (): string => {
    placed += 1;
    const billing = { first_name: 'Ewa', last_name: 'Sklepowa', email: `ewa${placed}@example.test`, country: 'PL' };
    const line_items = [{ name: 'Lamp', quantity: 2, total: '50.00', product_id: 0 }, { name: 'Shade', quantity: 1, total: '20.00', product_id: 0 }]; // prettier-ignore
    return String(z.object({ id: z.number() }).parse(inShop('create-order', { status: 'processing', billing, line_items })).id);
  };
  /** Tells the order's run, and waits until it has nothing left to do. */
  const announce = async (sourceId: string): Promise<void> => {
    await announceOrder(world.session.client)({ integration: getIntegration(world.session, integrationId), sourceId, by: 'webhook', lane: 'live' });
    await world.session.client.workflow.getHandle(orderWorkflowId(integrationId, sourceId)).result();
  };
  const look = async (): Promise<unknown> => {
    const input: FollowOrdersInput = { integration: getIntegration(world.session, integrationId), once: true };
    return world.session.client.workflow.execute(followOrdersWorkflow, { workflowId: 'look', taskQueue: workflowQueue, args: [input] });
  };
  const untilShop = async (sourceId: string, wanted: string): Promise<void> => expect.poll(() => shopOrder(sourceId)?.status, { timeout: 20_000 }).toBe(wanted);
  const imported = async (): Promise<{ sourceId: string; orderId: number; itemIds: number[] }> => {
    const sourceId = place();
    await announce(sourceId);
    const [order] = bookedOrder(sourceId);
    expect(order?.items).toHaveLength(2);
    return { sourceId, orderId: order?.id ?? 0, itemIds: order?.items.map(({ id }) => id) ?? [] };
  };

  test('R6 R11 check accepts the table', async () => {
    const { exitCode, text } = await said(async () => check(world.session, integrationId));
    expect(text).toContain('status table');
    expect(exitCode).toBe(0);
  });

  const shopLines = (sourceId: string): number[] => z.object({ orders: z.array(z.object({ id: z.number(), lines: z.array(z.object({ id: z.number() })) })) }).parse(world.shop.definition.truth()).orders.find(({ id }) => String(id) === sourceId)?.lines.map(({ id }) => id) ?? [];

  test('N8 R16 what an operator corrected before the import stands until the shop changes it', async () => {
    world.books.fault({ on: 'POST /v2/orders', kind: 'refuse', status: 400, text: 'no', times: 1 });
    const sourceId = place();
    const record = `${integrationId}/${sourceId}`;
    await said(async () => importOne(world.session, record));
    await said(async () => edit(world.session, record, { set: ['lines.1.quantity=4'] }));
    await world.session.client.workflow.getHandle(orderWorkflowId(integrationId, sourceId)).result();
    expect(quantities(sourceId)).toEqual([4, 1]);
    const [first, second] = shopLines(sourceId);
    for (const [line, quantity, expected] of [[second, 3, [4, 3]], [first, 5, [5, 3]]] as const) {
      inShop('set-quantity', { id: Number(sourceId), line, quantity });
      await announce(sourceId);
      expect(quantities(sourceId)).toEqual(expected);
    }
  });

  test('R16 R4 a quantity follows the shop until goods are written off, and not after; what came then is counted', async () => {
    const { sourceId, orderId, itemIds } = await imported();
    const [lineId] = shopLines(sourceId);
    inShop('set-quantity', { id: Number(sourceId), line: lineId, quantity: 5 });
    await announce(sourceId);
    expect(quantities(sourceId)).toEqual([5, 1]);

    inBooks('write-off', { orderId, itemId: itemIds[1] });
    inShop('set-quantity', { id: Number(sourceId), line: lineId, quantity: 7 });
    await announce(sourceId);
    await announce(sourceId);
    expect(quantities(sourceId)).toEqual([5, 1]);
    expect(await world.ledger.follows.count(integrationId)).toMatchObject({ frozen: 1, ignored: 1 });
    expect((await said(async () => status(world.session, integrationId))).text).toContain('"ignored": 1');
  });

  test('N18 an order in which nothing changed is written to by nobody', async () => {
    const { sourceId } = await imported();
    world.books.clearRequests();
    world.shop.clearRequests();
    await announce(sourceId);
    await look();
    await announce(sourceId);
    expect(writes()).toEqual([]);
  });

  test('R8 R16 an order that is cancelled in the shop gets one comment, however often it is told of', async () => {
    const { sourceId } = await imported();
    const before = bookedOrder(sourceId)[0]?.comments.length ?? 0;
    inShop('set-status', { id: Number(sourceId), status: 'cancelled' });
    await announce(sourceId);
    await announce(sourceId);
    expect((bookedOrder(sourceId)[0]?.comments.length ?? 0) - before).toBe(1);
  });

  test('N4 R6 R11 statuses go to the shop only once armed, and only changes from then on; Completed waits for the write-off', async () => {
    const early = await imported();
    inBooks('set-status', { orderId: early.orderId, statusId: ready });
    await look();
    const armed = await said(async () => arm(world.session, integrationId, { off: false }));
    expect(armed.text).toContain('"to": "packed"');
    await announce(early.sourceId);
    expect(shopOrder(early.sourceId)?.status).toBe('processing');

    const { sourceId, orderId } = await imported();
    inBooks('set-status', { orderId, statusId: inWork });
    await look();
    await untilShop(sourceId, 'on-hold');

    inShop('set-status', { id: Number(sourceId), status: 'packed' });
    await announce(sourceId);
    expect(bookedOrder(sourceId)[0]?.status.id).toBe(ready);

    // staff set what means Completed before everything is written off: it is withheld, and sent afterwards
    inBooks('write-off', { orderId });
    inBooks('pay-order', { orderId });
    inBooks('close-order', { orderId });
    await look();
    await untilShop(sourceId, 'completed');
    const mails = shopOrder(sourceId)?.mails.length;
    await announce(sourceId);
    await look();
    expect(shopOrder(sourceId)?.mails.length).toBe(mails);
  });

  test('R6 a hint of the books reaches the order’s run at once', async () => {
    const { sourceId, orderId } = await imported();
    inBooks('set-status', { orderId, statusId: inWork });
    const input: TargetChangedInput = { connection: 'books', targetId: String(orderId) };
    await world.session.client.workflow.execute(targetChangedWorkflow, { workflowId: targetChangedWorkflowId('books', String(orderId)), taskQueue: workflowQueue, args: [input] });
    await untilShop(sourceId, 'on-hold');
  });
});
