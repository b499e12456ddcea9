/** Either store lost or restored from an older copy in the middle of an import: nothing is lost, nothing is doubled (N21). */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { adopt } from '../../scripts/adopt.ts';
import { isRunning } from '../../scripts/backfill.ts';
import { connect } from '../../scripts/connect.ts';
import { importOne } from '../../scripts/import.ts';
import { retry } from '../../scripts/mend.ts';
import { repair } from '../../scripts/repair.ts';
import { incrementalScheduleId, orderWorkflowId } from '../../workflows/messages.ts';
import { hasTemporal } from '../setup/temporal-env.ts';
import { said } from '../flows/said.ts';
import { integrationId, startWorld, type World } from '../flows/world.ts';
import { callTimes, endHalt, expectSame, follow, haltAfter, listOfOrders, seed, standing, start, undisturbed, type Standing } from './standing.ts';

const nothing = (): Promise<void> => Promise.resolve();

describe.skipIf(!hasTemporal())('an import under way', { timeout: 150_000 }, () => {
  let control: Standing;
  /** how often an undisturbed import asks for a list of orders */
  let lists: number;
  let world: World;
  beforeAll(async () => {
    ({ control, lists } = await undisturbed());
  });
  beforeEach(async () => {
    world = await startWorld({ callTimes });
    seed(world);
  });
  afterEach(async () => world.close());

  test.each([{ temporal: 'kept' }, { temporal: 'lost too' }])('N21 the ledger is lost, Temporal’s store $temporal: connecting anew completes what is half-made and doubles nothing', async ({ temporal }) => {
    await haltAfter(world, 8, async () => start(world, true));
    await world.interrupt(async ({ loseLedger, loseTemporal }) => {
      endHalt(world);
      await loseLedger();
      if (temporal !== 'kept') await loseTemporal();
    });
    expect(standing(world).orders.length).toBeGreaterThan(3);
    expect(standing(world)).not.toEqual(control);
    await world.session.ensureApplied(integrationId);
    await world.addWorker(); // whatever is under way in Temporal goes on from here
    await start(world, false);
    await expectSame(world, control);
  });

  test('N21 the ledger is restored from a copy: adopt finds what was made since, and nothing is doubled', async () => {
    let putBack = nothing;
    await haltAfter(world, 2, async () => start(world, true));
    await world.interrupt(async ({ copyLedger }) => {
      endHalt(world);
      putBack = await copyLedger();
    });
    await haltAfter(world, 2, async () => world.addWorker());
    await world.interrupt(async () => {
      endHalt(world);
      await putBack();
    });
    await said(async () => adopt(world.session, integrationId, { detach: true }));
    await world.addWorker();
    await follow(world);
    await expectSame(world, control);
    expect((await world.ledger.acts.list({ limit: 5 })).map(({ verb }) => verb)).toContain('adopt');
  });

  test('N21 N8 Temporal’s store is lost: repair starts anew what is under way and parked, the backfill and the schedule', async () => {
    world.books.fault({ on: 'POST /v2/orders', kind: 'refuse', status: 400, text: 'closed for stocktaking', times: 1 });
    world.shop.fault({ on: listOfOrders, kind: 'hold', times: 0, after: lists });
    await haltAfter(world, 8, async () => start(world, true));
    await expect.poll(async () => (await world.ledger.parked.list(integrationId)).length, { timeout: 20_000 }).toBe(1);
    await world.interrupt(async ({ loseTemporal }) => {
      endHalt(world);
      await loseTemporal();
    });
    world.books.fault({ on: 'POST /v2/orders', kind: 'refuse', status: 400, text: 'still closed', times: 1 });
    await world.addWorker();
    const { text } = await said(async () => repair(world.session, integrationId));
    expect(JSON.parse(text)).toMatchObject([{ integration: integrationId, parked: 1, backfill: true, schedule: true }]);
    await follow(world);
    const parked = await world.ledger.parked.list(integrationId);
    for (const { sourceId } of parked) expect(await isRunning(world.session, orderWorkflowId(integrationId, sourceId))).toBe(true);
    if (parked.length > 0) await said(async () => retry(world.session, integrationId, {}));
    await expect.poll(async () => (await world.ledger.parked.list(integrationId)).length, { timeout: 20_000 }).toBe(0);
    await expectSame(world, control);
    expect(JSON.parse((await said(async () => repair(world.session, integrationId))).text)).toMatchObject([{ records: 0, parked: 0, backfill: false, schedule: false }]);
  });
});

describe.skipIf(!hasTemporal())('a connected shop', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ callTimes });
    world.books.definition.seed({ seed: 7 });
    await said(async () => connect(world.session, integrationId, { since: 'now', detach: false }));
  });
  afterAll(async () => world.close());

  let placed = 0;
  const place = (): string => {
    placed += 1;
    const billing = { first_name: 'Jan', last_name: 'Nowak', email: `jan${placed}@example.test`, country: 'PL' };
    return String(z.object({ id: z.number() }).parse(world.shop.definition.actions['create-order']?.({ billing, line_items: [{ name: `Lamp ${placed}`, quantity: 1, total: '25.00', product_id: 0 }] })).id);
  };
  const copiesOf = (sourceId: string) => standing(world).orders.filter((line) => line.startsWith(`${integrationId}:${sourceId} `)).length;
  /** A look that is still under way, perhaps interrupted, would swallow the next one. */
  const look = async () => {
    const schedule = world.session.client.schedule.getHandle(incrementalScheduleId(integrationId));
    await expect.poll(async () => (await schedule.describe()).info.runningActions.length, { timeout: 30_000 }).toBe(0);
    await schedule.trigger('SKIP');
  };
  const stateOf = async (sourceId: string) => (await world.ledger.records.find({ integration: integrationId, kind: 'order', sourceId }))?.state;

  test('N21 a look after the restore notices that the ledger is older than the look before, and rebuilds links before it writes', async () => {
    const first = place();
    await look();
    await expect.poll(async () => stateOf(first), { timeout: 30_000 }).toBe('completed');
    let putBack = nothing;
    await world.interrupt(async ({ copyLedger }) => void (putBack = await copyLedger()));
    await world.addWorker();
    const second = place();
    await look();
    await expect.poll(async () => stateOf(second), { timeout: 30_000 }).toBe('completed');
    await world.interrupt(async () => putBack());
    expect(await stateOf(second)).not.toBe('completed');
    await world.addWorker();
    await look();
    await expect.poll(async () => stateOf(second), { timeout: 30_000 }).toBe('completed');
    expect([copiesOf(first), copiesOf(second)]).toEqual([1, 1]);
  });

  test('N21 an order brought in by hand with an empty ledger is not made a second time', async () => {
    const order = place();
    await said(async () => importOne(world.session, `${integrationId}/${order}`));
    expect(copiesOf(order)).toBe(1);
    await world.interrupt(async ({ loseLedger }) => loseLedger());
    await world.session.ensureApplied(integrationId);
    await world.addWorker();
    await said(async () => importOne(world.session, `${integrationId}/${order}`));
    expect(copiesOf(order)).toBe(1);
    expect(await stateOf(order)).toBe('completed');
  });
});
