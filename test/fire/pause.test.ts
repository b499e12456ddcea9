/** Paused means that nothing leaves: by an operator (everything, an integration, a connection) or because a system refuses the credentials. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { RunningSandbox } from '../../sandbox/kernel/sandbox.ts';
import { connect } from '../../scripts/connect.ts';
import { getIntegration } from '../../scripts/integration.ts';
import { pause, resume } from '../../scripts/pause.ts';
import { status } from '../../scripts/status.ts';
import { announceOrder } from '../../worker/temporal-client.ts';
import { orderWorkflowId } from '../../workflows/messages.ts';
import { hasTemporal } from '../setup/temporal-env.ts';
import { said } from '../flows/said.ts';
import { integrationId, startWorld, type World } from '../flows/world.ts';

const truthSchema = z.object({
  people: z.array(z.object({ email: z.string() })),
  orders: z.array(z.object({ client: z.object({ email: z.string() }), items: z.array(z.unknown()), custom_fields: z.record(z.string(), z.unknown()) })),
});

const line = (name: string) => ({ name, quantity: 1, total: '25.00', product_id: 0 });
const callsTo = (...sandboxes: RunningSandbox[]): string[] => sandboxes.flatMap((sandbox) => sandbox.requests().map(({ method, path }) => `${sandbox.name} ${method} ${path}`));

describe.skipIf(!hasTemporal())('pausing', () => {
  let world: World;
  let placed = 0;
  beforeAll(async () => {
    world = await startWorld({ callTimes: { abortMs: 1_000, settleMs: 300 } });
    world.books.definition.seed({ seed: 7 });
    await said(async () => connect(world.session, integrationId, { since: 'now', detach: false }));
  });
  afterAll(async () => world.close());

  /** An order of a guest nobody knows, with two lines. */
  const place = (): string => {
    placed += 1;
    const billing = { first_name: 'Irena', last_name: 'Umowna', email: `irena${placed}@example.test`, country: 'PL' };
    return String(z.object({ id: z.number() }).parse(world.shop.definition.actions['create-order']?.({ billing, line_items: [line('Lamp'), line('Shade')] })).id);
  };
  const announce = async (sourceId: string): Promise<void> => announceOrder(world.session.client)({ integration: getIntegration(world.session, integrationId), sourceId, by: 'webhook', lane: 'live' });
  const clearRequests = (): void => [world.shop, world.books].forEach((sandbox) => sandbox.clearRequests());

  /** Why the step of the order's run that is tried now failed last. */
  const lastFailure = async (sourceId: string): Promise<string | null | undefined> => {
    const { raw } = await world.session.client.workflow.getHandle(orderWorkflowId(integrationId, sourceId)).describe();
    return raw.pendingActivities?.[0]?.lastFailure?.applicationFailureInfo?.type;
  };
  const untilHeldBack = async (sourceId: string): Promise<void> => expect.poll(async () => lastFailure(sourceId), { timeout: 20_000, message: `order ${sourceId}` }).toBe('PausedError');
  const untilCompleted = async (sourceId: string): Promise<void> =>
    expect.poll(async () => (await world.ledger.records.find({ integration: integrationId, kind: 'order', sourceId }))?.state, { timeout: 30_000, message: `order ${sourceId}` }).toBe('completed');

  /** Each order stands in the books once, whole, and its guest too. */
  const expectOnceEach = (sourceIds: string[]): void => {
    const truth = truthSchema.parse(world.books.definition.truth());
    for (const sourceId of sourceIds) {
      const found = truth.orders.filter(({ custom_fields }) => Object.values(custom_fields).includes(`${integrationId}:${sourceId}`));
      expect(found.map(({ items }) => items.length), `order ${sourceId}`).toEqual([2]);
      expect(truth.people.filter(({ email }) => email === found[0]?.client.email)).toHaveLength(1);
    }
  };

  test.each([
    { what: 'everything', name: undefined, options: { all: true }, isRestarted: true },
    { what: 'the integration', name: integrationId, options: { all: false }, isRestarted: false },
    { what: 'the connection to the books', name: 'books', options: { all: false }, isRestarted: false },
  ])('G2 N2 pausing $what: no call leaves any more, restart or not; resume finishes what was begun, nothing is lost or doubled', async ({ name, options, isRestarted }) => {
    const silent = name === 'books' ? [world.books] : [world.shop, world.books];
    const [begun, fresh, late] = [place(), place(), place()];
    world.books.fault({ on: 'POST /v2/orders', kind: 'hold' });
    await announce(begun);
    await world.books.held(1);
    await said(async () => pause(world.session, name, { ...options, because: 'stocktaking' }));
    clearRequests();
    world.books.release(); // what was on its way is answered
    await announce(fresh);
    await untilHeldBack(begun);
    await untilHeldBack(fresh);
    expect(callsTo(...silent)).toEqual([]);

    if (isRestarted) await world.stopWorkers();
    await announce(late);
    if (isRestarted) await world.addWorker();
    await untilHeldBack(late);
    expect(callsTo(...silent)).toEqual([]);
    expect((await said(async () => status(world.session, integrationId))).text).toContain('by-operator');

    await said(async () => resume(world.session, name, options));
    for (const sourceId of [begun, fresh, late]) await untilCompleted(sourceId);
    expectOnceEach([begun, fresh, late]);
    expect(world.books.requests('POST /v2/orders')).toHaveLength(2); // the held one was stored before
  });

  const refusedKeys = [
    { connection: 'shop', sandbox: () => world.shop, action: 'set-key', wrong: { key: `ck_${'1'.padStart(40, '0')}`, secret: `cs_${'9'.padStart(40, '0')}` }, right: { key: `ck_${'1'.padStart(40, '0')}`, secret: `cs_${'2'.padStart(40, '0')}` } },
    { connection: 'books', sandbox: () => world.books, action: 'set-api-key', wrong: { apiKey: 'another-key' }, right: { apiKey: 'roapp-key' } },
  ];
  test.each(refusedKeys)('N8 credentials that $connection refuses pause the connection; with working ones and resume everything goes on', async ({ connection, sandbox, action, wrong, right }) => {
    const sourceIds = [place(), place()];
    const [first = '', second = ''] = sourceIds;
    sandbox().definition.actions[action]?.(wrong);
    await announce(first);
    await expect.poll(async () => world.ledger.states.get(`connection:${connection}`), { timeout: 20_000 }).toMatchObject({ state: 'paused', reason: 'unauthorised' });
    clearRequests();
    await announce(second);
    await untilHeldBack(second);
    expect(callsTo(sandbox())).toEqual([]);
    expect(await world.ledger.parked.list(integrationId)).toEqual([]);

    sandbox().definition.actions[action]?.(right);
    await said(async () => resume(world.session, connection, { all: false }));
    for (const sourceId of sourceIds) await untilCompleted(sourceId);
    expectOnceEach(sourceIds);
  });
});
