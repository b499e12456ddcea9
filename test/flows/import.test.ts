/** WooCommerce orders become RO App orders, once each: everything real but the vendors. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { connect } from '../../scripts/connect.ts';
import { reckon } from '../../scripts/demo/truth.ts';
import { importOne } from '../../scripts/import.ts';
import { edit, retry, skip } from '../../scripts/mend.ts';
import { apply } from '../../scripts/apply.ts';
import { audit } from '../../scripts/audit.ts';
import { check } from '../../scripts/check.ts';
import { parked } from '../../scripts/parked.ts';
import { plan } from '../../scripts/plan.ts';
import { show } from '../../scripts/show.ts';
import { status } from '../../scripts/status.ts';
import { written } from '../../scripts/written.ts';
import { openSession } from '../../scripts/session.ts';
import { parkReasons } from '../../domain/reasons.ts';
import { incrementalScheduleId, orderWorkflowId } from '../../workflows/messages.ts';
import { hasTemporal } from '../setup/temporal-env.ts';
import { said } from './said.ts';
import { integrationId, startWorld, type World } from './world.ts';

const writes = (world: World) => world.books.requests().filter(({ method }) => method !== 'GET');
const truthOf = (world: World) => z.object({ people: z.array(z.object({ id: z.number(), first_name: z.string(), email: z.string() })), orders: z.array(z.object({ id: z.number(), custom_fields: z.record(z.string(), z.unknown()) })) }).parse(world.books.definition.truth());
const stateOf = async (world: World, sourceId: string | number) => (await world.ledger.records.find({ integration: integrationId, kind: 'order', sourceId: String(sourceId) }))?.state;

describe.skipIf(!hasTemporal())('a shop of sixty orders', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
    world.books.definition.seed({ seed: 7 });
    world.shop.definition.seed({ seed: 7, orders: 60 });
  });
  afterAll(async () => world.close());

  test('check names the right that nobody can read, and all is ok', async () => {
    const { exitCode, text } = await said(async () => check(world.session, integrationId));
    expect(exitCode).toBe(0);
    expect(text).toContain('without deduction');
  });

  test('N12 plan shows field values and writes nothing, here or there', async () => {
    const { text } = await said(async () => plan(world.session, integrationId, { limit: 8 }));
    expect(text).toContain('client_id');
    expect(writes(world)).toEqual([]);
    expect(await world.ledger.outcomes.count(integrationId)).toEqual([]);
  });

  test('R1 one order by hand, then five, then all: each stands in the books once and the rest is explained', async () => {
    const before = truthOf(world).orders.length;
    expect((await said(async () => connect(world.session, integrationId, { limit: 5, detach: false, lookalikes: 'link' }))).exitCode).toBe(0);
    expect((await world.ledger.records.countByState(integrationId)).announced).toBe(0);
    expect(truthOf(world).orders.length - before).toBeLessThanOrEqual(5);
    await said(async () => connect(world.session, integrationId, { detach: false, lookalikes: 'link' }));
    const reckoning = await reckon(world.ledger, { shop: world.shop.definition.truth(), books: world.books.definition.truth() });
    expect(reckoning).toMatchObject({ source: 60, unexplained: 0, parked: 0, riddles: [] });
    expect(reckoning.imported).toBeGreaterThan(30);
  });

  test('G1 an order of a page costs one durable step where products are known, and two where they must be read', async () => {
    const completed = await world.ledger.records.list(integrationId, 'completed', undefined, 60);
    const histories = await Promise.all(completed.map(async ({ sourceId }) => world.session.client.workflow.getHandle(orderWorkflowId(integrationId, sourceId)).fetchHistory()));
    const steps = histories.map(({ events }) => (events ?? []).filter((event) => event.activityTaskScheduledEventAttributes != null).map((event) => event.activityTaskScheduledEventAttributes?.activityType?.name));
    expect(new Set(steps.map((names) => names.join()))).toEqual(new Set(['importOrder', 'readOrder,importOrder']));
  });

  test('R9 R10 R3 every order that was left out is named with its reason', async () => {
    const reasons = new Map((await world.ledger.outcomes.count(integrationId)).map((row) => [row.reason, row.count]));
    for (const reason of ['status-excluded', 'checkout-draft', 'no-contact', 'no-customer', 'no-products', 'currency-differs']) expect(reasons.get(reason), reason).toBeGreaterThan(0);
  });

  test('N2 the second import of the same shop writes nothing', async () => {
    world.books.clearRequests();
    await said(async () => connect(world.session, integrationId, { detach: false, lookalikes: 'link' }));
    expect(writes(world)).toEqual([]);
  });

  test('N18 applying the same settings again, or others, sends nothing again', async () => {
    world.books.clearRequests();
    await world.changeSettings('language: en', 'language: pl');
    const session = await openSession({ home: world.home, yes: true, json: true });
    const { text } = await said(async () => apply(session));
    expect(text).toContain('language');
    await said(async () => connect(session, integrationId, { detach: false }));
    await session.close();
    expect(writes(world)).toEqual([]);
  });

  test('G4 R1 an order placed after connecting arrives by the next incremental window', async () => {
    const created = z.object({ id: z.number() }).parse(world.shop.definition.actions['create-order']?.({ billing: { first_name: 'Ewa', last_name: 'Nowa', email: 'ewa.nowa@example.test', country: 'PL' }, line_items: [{ name: 'Lamp', quantity: 1, total: '25.00', product_id: 0 }] }));
    await world.session.client.schedule.getHandle(incrementalScheduleId(integrationId)).trigger('SKIP');
    await expect.poll(async () => stateOf(world, created.id), { timeout: 30_000 }).toBe('completed');
    expect(truthOf(world).people.filter((person) => person.email === 'ewa.nowa@example.test')).toHaveLength(1);
  });

  test('status, written, show and audit tell the story in plain words', async () => {
    const outcome = (await world.ledger.outcomes.list(integrationId, { outcome: 'created', limit: 100 })).at(-1); // the oldest: exchanges reach the ledger in batches
    expect((await said(async () => status(world.session, integrationId))).text).toContain('"imported"');
    await world.ledger.exchanges.flush();
    expect((await said(async () => written(world.session, { since: '1h', csv: false }))).text).toContain('POST /orders');
    expect((await said(async () => show(world.session, `${integrationId}/${outcome?.number ?? ''}`))).text).toContain('POST /orders');
    expect((await said(async () => audit(world.session, { limit: 50 }))).text).toContain('connect');
  });
});

describe.skipIf(!hasTemporal())('an order that needs a person', () => {
  let world: World;
  let placed = 0;
  const place = (more: object = {}) => {
    placed += 1;
    const billing = { first_name: 'Jan', last_name: `Nowak${placed}`, email: `jan${placed}@example.test`, country: 'PL' };
    return z.object({ id: z.number() }).parse(world.shop.definition.actions['create-order']?.({ billing, line_items: [{ name: 'Lamp', quantity: 1, total: '25.00', product_id: 0 }], ...more })).id;
  };
  beforeAll(async () => {
    world = await startWorld();
    world.books.definition.seed({ seed: 7 });
    await said(async () => connect(world.session, integrationId, { since: 'now', detach: false }));
  });
  afterAll(async () => world.close());

  test('a wrong mapping parks an order; the mended file and retry finish it', async () => {
    await world.changeSettings('orderType: 77', 'orderType: 7777');
    const wrong = await openSession({ home: world.home, yes: true, json: true });
    await said(async () => apply(wrong));
    const id = place();
    expect((await said(async () => importOne(wrong, `${integrationId}/${id}`))).exitCode).toBe(1);
    expect((await said(async () => parked(wrong, integrationId))).text).toContain(String(id));
    await wrong.close();
    await world.changeSettings('language: en', 'language: en');
    const right = await openSession({ home: world.home, yes: true, json: true });
    await said(async () => apply(right));
    await said(async () => retry(right, `${integrationId}/${id}`, {}));
    await expect.poll(async () => stateOf(world, id), { timeout: 20_000 }).toBe('completed');
    await right.close();
  });

  test('G2 the run in the Temporal UI and the scripts say the same words about a parked order', async () => {
    world.books.fault({ on: 'POST /v2/orders', kind: 'refuse', status: 400, text: 'closed for stocktaking', times: 1 });
    const id = place();
    await said(async () => importOne(world.session, `${integrationId}/${id}`));
    const { words, mend } = parkReasons.refused;
    const listed = await said(async () => show({ ...world.session, asJson: false }, `${integrationId}/${id}`));
    for (const text of [words, mend, 'closed for stocktaking']) expect(listed.text).toContain(text);
    const handle = world.session.client.workflow.getHandle(orderWorkflowId(integrationId, String(id)));
    const details = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
    for (const text of [words, mend, 'closed for stocktaking']) expect(details.currentDetails).toContain(text);
    await expect.poll(async () => world.session.client.workflow.count(`WaybillIntegration = "${integrationId}" AND WaybillState = "parked" AND WaybillReason = "refused"`).then(({ count }) => count), { timeout: 20_000 }).toBe(1);
    await handle.signal('retry'); // as from the UI: a name, no data
    await expect.poll(async () => stateOf(world, id), { timeout: 20_000 }).toBe('completed');
  });

  test('N8 N20 edit corrects one record, shows the difference, and the order goes through; skip leaves one out with its reason', async () => {
    world.books.fault({ on: 'POST /v2/orders', kind: 'refuse', status: 400, text: 'no', times: 2 });
    const [toEdit, toSkip] = [place(), place()];
    for (const id of [toEdit, toSkip]) await said(async () => importOne(world.session, `${integrationId}/${id}`));
    const { text } = await said(async () => edit(world.session, `${integrationId}/${toEdit}`, { set: ['customer.firstName=Janina', 'lines.1.quantity=2'] }));
    expect(text).toContain('Janina');
    await expect.poll(async () => stateOf(world, toEdit), { timeout: 20_000 }).toBe('completed');
    await said(async () => skip(world.session, `${integrationId}/${toSkip}`, { because: 'entered by hand' }));
    await expect.poll(async () => (await world.ledger.outcomes.list(integrationId, { sourceId: String(toSkip), limit: 1 }))[0]?.reason, { timeout: 20_000 }).toBe('left-out-by-operator');
    const acts = await world.ledger.acts.list({ limit: 20 });
    expect(acts.map(({ verb, operator }) => `${operator} ${verb}`)).toEqual(expect.arrayContaining(['tester edit', 'tester skip']));
    expect(acts.find(({ verb }) => verb === 'skip')?.reason).toBe('entered by hand');
  });
});
