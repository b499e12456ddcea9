/** Shop and books are read anew and compared: everything real but the vendors (N6). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { connect } from '../../scripts/connect.ts';
import { importOne } from '../../scripts/import.ts';
import { reconcile, type ReconcileOptions } from '../../scripts/reconcile.ts';
import { status } from '../../scripts/status.ts';
import { reconcileScheduleId } from '../../workflows/messages.ts';
import { hasTemporal } from '../setup/temporal-env.ts';
import { said } from '../flows/said.ts';
import { integrationId, startWorld, type World } from '../flows/world.ts';

const orderSchema = z.object({ sourceId: z.string(), number: z.string(), code: z.string(), targetId: z.string().optional(), words: z.string(), source: z.string().optional(), target: z.string().optional() });
const counts = z.record(z.string(), z.number());
const resultSchema = z.object({
  source: z.number(), imported: z.number(), skipped: counts, parked: counts, underWay: z.number(), explained: counts, unexplained: counts, inTarget: z.number(), strays: counts,
  sums: z.record(z.string(), z.object({ source: z.string(), target: z.string(), unexplained: z.string() })),
  orders: z.array(orderSchema),
});

const key = (sourceId: string) => ({ integration: integrationId, kind: 'order' as const, sourceId });
const sum = (some: Record<string, number>) => Object.values(some).reduce((total, count) => total + count, 0);

/** What a test asks of its world, which is not there yet when these are named. */
const toolsFor = (world: () => World) => ({
  act: (name: string, input: unknown): unknown => world().books.definition.actions[name]?.(input),
  shopAct: (name: string, input: unknown): unknown => world().shop.definition.actions[name]?.(input),
  run: async (options: Partial<ReconcileOptions> = {}) => {
    const { exitCode, text } = await said(async () => reconcile(world().session, integrationId, { csv: false, repair: false, ...options }));
    return { exitCode, ...resultSchema.parse(JSON.parse(text)) };
  },
  imported: async (at: number) => {
    const record = (await world().ledger.records.list(integrationId, 'completed', undefined, at + 1))[at];
    if (record?.targetId === undefined || record.targetId === null) throw new Error('too few orders were imported');
    return { sourceId: record.sourceId, number: record.number ?? '', targetId: Number(record.targetId) };
  },
  itemsOf: (targetId: number) => z.array(z.object({ id: z.number(), quantity: z.string() })).parse(z.object({ orders: z.array(z.looseObject({ id: z.number(), items: z.unknown() })) }).parse(world().books.definition.truth()).orders.find(({ id }) => id === targetId)?.items),
  stateOf: async (sourceId: string) => (await world().ledger.records.find(key(sourceId)))?.state,
});

describe.skipIf(!hasTemporal())('a shop of forty orders', () => {
  let world: World;
  const { act, shopAct, run, imported, itemsOf, stateOf } = toolsFor(() => world);

  beforeAll(async () => {
    world = await startWorld();
    world.books.definition.seed({ seed: 7 });
    world.shop.definition.seed({ seed: 7, orders: 40 });
    await said(async () => connect(world.session, integrationId, { detach: false, lookalikes: 'link' }));
  });
  afterAll(async () => world.close());

  test('N6 after an import every order is counted once, every amount is explained, and nothing is written', async () => {
    world.books.clearRequests();
    world.shop.clearRequests();
    const found = await run();
    expect(found).toMatchObject({ exitCode: 0, orders: [], unexplained: {}, strays: {}, underWay: 0 });
    expect(found.source).toBe(found.imported + sum(found.skipped) + sum(found.parked));
    expect(found.imported).toBeGreaterThan(15);
    expect(found.inTarget).toBe(found.imported);
    expect(Object.keys(found.skipped)).toEqual(expect.arrayContaining(['status-excluded', 'no-contact']));
    for (const { unexplained } of Object.values(found.sums)) expect(Number(unexplained)).toBe(0);
    const requests = world.books.requests();
    expect(requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(requests.filter(({ path }) => path.includes('/items'))).toEqual([]); // sums are as we wrote them: no order's lines are read
    expect(world.shop.requests().filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  test('N6 an order removed and a line altered behind our back are both named, the amounts with them', async () => {
    const [removed, altered] = [await imported(0), await imported(1)];
    act('delete-order', { orderId: removed.targetId });
    const item = itemsOf(altered.targetId)[0];
    act('edit-item', { orderId: altered.targetId, itemId: item?.id, quantity: String(Number(item?.quantity) + 1) });
    const found = await run();
    expect(found.exitCode).toBe(1);
    expect(found.unexplained).toEqual({ 'gone-from-target': 1, 'changed-in-target': 1 });
    expect(found.orders.find(({ code }) => code === 'gone-from-target')).toMatchObject({ number: removed.number, targetId: String(removed.targetId) });
    expect(found.orders.find(({ code }) => code === 'changed-in-target')).toMatchObject({ number: altered.number, targetId: String(altered.targetId) });
    expect(found.orders.find(({ code }) => code === 'changed-in-target')?.words).toMatch(/^line \S+: \d+ × [\d.]+ became \d+ × [\d.]+$/);
    expect(world.books.requests().filter(({ path }) => path.includes('/items'))).toHaveLength(1);
    expect((await said(async () => status(world.session, integrationId))).text).toContain('"unexplained": 2');
    expect((await said(async () => reconcile(world.session, integrationId, { csv: true, repair: false }))).text).toContain(removed.number);
  });

  test('N6 what is missing is shown, and brought in by --repair; what staff deleted or changed only by its own answer', async () => {
    const tenDaysAgo = new Date(Date.now() - 10 * 86_400_000).toISOString();
    const { id } = z.object({ id: z.number() }).parse(shopAct('create-order', { createdAt: tenDaysAgo, billing: { first_name: 'Ewa', last_name: 'Nowa', email: 'ewa.nowa@example.test', country: 'PL' }, line_items: [{ name: 'Lamp', quantity: 1, total: '25.00', product_id: 0 }] }));
    const shown = await run();
    expect(shown.unexplained).toEqual({ missing: 1, 'gone-from-target': 1, 'changed-in-target': 1 });
    expect(await stateOf(String(id))).toBeUndefined();
    expect((await run({ repair: true })).exitCode).toBe(1);
    await expect.poll(async () => stateOf(String(id)), { timeout: 20_000 }).toBe('completed');
    expect((await run()).unexplained).toEqual({ 'gone-from-target': 1, 'changed-in-target': 1 });
  });

  test('N6 a deleted order is made anew once, by an answer', async () => {
    const before = (await run()).orders.find(({ code }) => code === 'gone-from-target');
    await run({ gone: 'again' });
    await expect.poll(async () => stateOf(before?.sourceId ?? ''), { timeout: 20_000 }).toBe('completed');
    const after = await run();
    expect(after.unexplained).toEqual({ 'changed-in-target': 1 });
    expect(after.strays).toEqual({});
    expect((await world.ledger.records.find(key(before?.sourceId ?? '')))?.targetId).not.toBe(before?.targetId);
  });

  test('N6 what staff made of an order counts as explained once it was accepted, until it changes again', async () => {
    await run({ gone: 'accept' });
    expect(await run()).toMatchObject({ exitCode: 0, explained: { accepted: 1 } });
    const altered = await imported(1);
    act('edit-item', { orderId: altered.targetId, itemId: itemsOf(altered.targetId)[0]?.id, price: '1.00' });
    expect(await run()).toMatchObject({ exitCode: 1, unexplained: { 'changed-in-target': 1 } });
    await run({ gone: 'accept' });
  });

  test('N5 N6 what the shop changed after the write-off is explained', async () => {
    const { sourceId, targetId } = await imported(2);
    act('write-off', { orderId: targetId });
    const [line, applied] = Object.entries((await world.ledger.follows.find(integrationId, sourceId))?.state.lines ?? {})[0] ?? [];
    shopAct('set-quantity', { id: Number(sourceId), line: Number(line), quantity: Number(applied?.quantity) + 1 });
    await said(async () => importOne(world.session, `${integrationId}/${sourceId}`));
    await expect.poll(async () => (await world.ledger.follows.find(integrationId, sourceId))?.state.ignored, { timeout: 20_000 }).toBe(1);
    expect(await run()).toMatchObject({ exitCode: 0, explained: { 'ignored-after-write-off': 1 } });
  });

  test('N6 an order that stands in the target twice is named', async () => {
    const { sourceId } = await imported(3);
    const copy = z.object({ id: z.number() }).parse(act('create-order-by-hand', { customer: { firstName: 'Ewa' }, total: '1.00' }));
    act('edit-order', { orderId: copy.id, customFields: { f5501: `${integrationId}:${sourceId}` } });
    expect(await run()).toMatchObject({ exitCode: 1, strays: { double: 1 }, orders: [{ sourceId, targetId: String(copy.id), code: 'double' }] });
  });

  test('N6 N7 it runs every night at 04:30 of the shop', async () => {
    const { spec } = await world.session.client.schedule.getHandle(reconcileScheduleId(integrationId)).describe();
    expect(spec.calendars?.[0]).toMatchObject({ hour: [{ start: 4 }], minute: [{ start: 30 }] });
    expect(spec.timezone).toBe('Europe/Warsaw');
  });
});

describe.skipIf(!hasTemporal()).each(['cartum', 'shopify'] as const)('a shop of twenty orders on %s', (platform) => {
  let world: World;
  const { act, run, imported, itemsOf } = toolsFor(() => world);
  beforeAll(async () => {
    world = await startWorld({ platform, booksSettings: '    unspecified: per-order\n' });
    world.books.definition.seed({ seed: 7 });
    world.shop.definition.seed({ seed: 7, orders: 20 });
    await said(async () => connect(world.session, integrationId, { detach: false, lookalikes: 'link' }));
  });
  afterAll(async () => world.close());

  test('N6 every order and amount has its place; then one removed and one altered behind our back are named', async () => {
    world.books.clearRequests();
    const found = await run();
    expect(found).toMatchObject({ exitCode: 0, orders: [], unexplained: {}, strays: {}, underWay: 0 });
    expect(found.source).toBe(found.imported + sum(found.skipped) + sum(found.parked));
    expect([found.imported > 5, found.inTarget]).toEqual([true, found.imported]);
    for (const { unexplained } of Object.values(found.sums)) expect(Number(unexplained)).toBe(0);
    expect(world.books.requests().filter(({ method }) => method !== 'GET')).toEqual([]);

    const [removed, altered] = [await imported(0), await imported(1)];
    act('delete-order', { orderId: removed.targetId });
    const item = itemsOf(altered.targetId)[0];
    act('edit-item', { orderId: altered.targetId, itemId: item?.id, quantity: String(Number(item?.quantity) + 1) });
    const changed = await run();
    expect(changed).toMatchObject({ exitCode: 1, unexplained: { 'gone-from-target': 1, 'changed-in-target': 1 }, strays: {} });
    expect(changed.orders.find(({ code }) => code === 'gone-from-target')).toMatchObject({ number: removed.number, targetId: String(removed.targetId) });
    expect(changed.orders.find(({ code }) => code === 'changed-in-target')).toMatchObject({ number: altered.number, targetId: String(altered.targetId), words: expect.stringMatching(/^line \S+: \d+ × [\d.]+ became \d+ × [\d.]+$/) });
  });
});
