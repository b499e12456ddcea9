/** Each platform's orders become RO App orders, once each, by backfill, sweep and webhook: everything real but the vendors. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { check } from '../../scripts/check.ts';
import { connect } from '../../scripts/connect.ts';
import { status as showStatus } from '../../scripts/status.ts';
import { webhooks } from '../../scripts/webhooks.ts';
import { incrementalScheduleId } from '../../workflows/messages.ts';
import { hookAddress } from '../../worker/hooks.ts';
import { hasTemporal } from '../setup/temporal-env.ts';
import { said } from '../flows/said.ts';
import { booksHookSecret, integrationId, startWorld, type Platform, type World } from '../flows/world.ts';

const booksTruth = z.object({ orders: z.array(z.object({ id: z.number(), client: z.object({ id: z.number() }), custom_fields: z.record(z.string(), z.unknown()), items: z.array(z.unknown()), comments: z.array(z.object({ text: z.string() })), status: z.object({ id: z.number() }) })) });

interface Shop {
  platform: Platform;
  /** more lines for the integration */
  settings: string;
  /** its webhook of a new order */
  tellsOfNew: string;
  /** ids of all orders in the shop's truth */
  idsOf: (truth: unknown) => string[];
  /** an order that the rules let in; returns its id */
  place: (world: World, email: string) => string;
  /** what makes the shop send what it would send later by itself */
  flush?: (world: World) => unknown;
}

const act = (world: World, name: string, input: unknown): unknown => world.shop.definition.actions[name]?.(input);
const idOf = (made: unknown): string => String(z.object({ id: z.union([z.number(), z.string()]) }).parse(made).id);

const shops: Shop[] = [
  {
    platform: 'woocommerce',
    settings: '',
    tellsOfNew: 'order.created',
    idsOf: (truth) => z.object({ orders: z.array(z.object({ id: z.number() })) }).parse(truth).orders.map(({ id }) => String(id)),
    place: (world, email) => idOf(act(world, 'create-order', { status: 'processing', billing: { first_name: 'Ewa', last_name: 'Sklepowa', email, country: 'PL' }, line_items: [{ name: 'Lamp', quantity: 1, total: '25.00', product_id: 0 }] })),
    flush: (world) => act(world, 'webhook-flush', {}),
  },
  {
    platform: 'cartum',
    settings: '',
    tellsOfNew: 'order_*',
    idsOf: (truth) => z.object({ orders: z.array(z.object({ id: z.number() })) }).parse(truth).orders.map(({ id }) => String(id)),
    place: (world, email) => idOf(act(world, 'create-order', { name: 'Ewa Sklepowa', email, lines: [{ article: firstArticle(world), quantity: 1 }] })),
    flush: (world) => act(world, 'run-hook-queue', {}),
  },
  {
    platform: 'shopify',
    settings: '',
    tellsOfNew: 'orders/create',
    idsOf: (truth) => z.object({ orders: z.array(z.object({ id: z.union([z.number(), z.string()]) })) }).parse(truth).orders.map(({ id }) => String(id)),
    place: (world, email) => idOf(act(world, 'create-order', { email, lines: [{ title: 'Lamp', quantity: 1, price: '25.00' }] })),
  },
];

const statusSchema = z.object({ integrations: z.array(z.object({ webhooks: z.object({ topics: z.array(z.object({ connection: z.string(), topic: z.string(), heardAt: z.string().nullable(), foundBySweepSince: z.number().nullable() })) }) })) });
const topicsOf = (text: string) => statusSchema.parse(JSON.parse(text)).integrations.flatMap(({ webhooks: { topics } }) => topics);

const firstArticle = (world: World): string => z.object({ products: z.array(z.object({ article: z.string() })) }).parse(world.shop.definition.truth()).products[0]?.article ?? '';

describe.skipIf(!hasTemporal()).each(shops)('$platform', (shop) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ platform: shop.platform, withGateway: true, integrationSettings: shop.settings, booksSettings: '    unspecified: per-order\n' });
    world.books.definition.seed({ seed: 7 });
    world.shop.definition.seed({ seed: 7, orders: 60 });
  });
  afterAll(async () => world.close());

  const copies = (sourceId: string) => booksTruth.parse(world.books.definition.truth()).orders.filter(({ custom_fields }) => custom_fields['f5501'] === `${integrationId}:${sourceId}`);
  const writes = () => world.books.requests().filter(({ method }) => method !== 'GET');
  const lookForChanges = async (): Promise<void> => world.session.client.schedule.getHandle(incrementalScheduleId(integrationId)).trigger('SKIP');

  test('R3 check finds nothing wrong', async () => {
    const { exitCode, text } = await said(async () => check(world.session, integrationId));
    expect(text.match(/"state": "not ok",\s*"found": "[^"]*"/g) ?? []).toEqual([]);
    expect(exitCode).toBe(0);
  });

  test(`R1 R5 R7 R9 R14 R18 every order of the ${shop.platform} window stands in the books once, or is named with its reason`, async () => {
    expect((await said(async () => connect(world.session, integrationId, { detach: false, lookalikes: 'link' }))).exitCode).toBe(0);
    const riddles: string[] = [];
    let imported = 0;
    for (const sourceId of shop.idsOf(world.shop.definition.truth())) {
      const [latest] = await world.ledger.outcomes.list(integrationId, { sourceId, limit: 1 });
      const found = copies(sourceId).length;
      if (latest?.outcome === 'created' && found === 1) imported += 1;
      else if (latest?.outcome === 'parked') riddles.push(`${sourceId}: parked ${latest.reason} ${latest.detail ?? ''}`);
      else if (found !== 0 || (latest !== undefined && latest.outcome !== 'skipped')) riddles.push(`${sourceId}: ${latest?.outcome} ${found} times`);
    }
    expect(riddles).toEqual([]);
    expect(imported).toBeGreaterThan(15);
  });

  test('N2 N18 the second import of the same shop writes nothing', async () => {
    world.books.clearRequests();
    await said(async () => connect(world.session, integrationId, { detach: false, lookalikes: 'link' }));
    expect(writes()).toEqual([]);
  });

  test('R1 a webhook brings an order in within seconds; doubled and dropped ones make no difference', async () => {
    expect((await said(async () => webhooks(world.session, integrationId))).text).toContain('made');
    const sourceId = shop.place(world, 'webhook@example.test');
    await shop.flush?.(world);
    await expect.poll(() => copies(sourceId).length, { timeout: 20_000 }).toBe(1);

    act(world, 'webhook-faults', { double: 0.5, reorder: 0.4, drop: 0.3, seed: 5 });
    const more = [1, 2, 3, 4, 5, 6].map((n) => shop.place(world, `storm${n}@example.test`));
    await shop.flush?.(world);
    await lookForChanges();
    for (const id of more) await expect.poll(() => copies(id).map(({ items }) => items.length), { timeout: 30_000, message: `order ${id}` }).toEqual([1]);
  });

  test.runIf(shop.platform === 'shopify')('R13 a parcel’s number comes as a comment with the delivery of now, once', async () => {
    act(world, 'webhook-faults', {});
    const sourceId = shop.place(world, 'parcel@example.test');
    await expect.poll(() => copies(sourceId).length, { timeout: 20_000 }).toBe(1);
    const named = () => copies(sourceId).flatMap(({ comments }) => comments.filter(({ text }) => text.includes('630009001')));
    expect(named()).toEqual([]);
    act(world, 'fulfill', { id: Number(sourceId), company: 'InPost', number: '630009001' });
    await expect.poll(() => named().length, { timeout: 20_000 }).toBe(1);
    act(world, 'touch', { id: Number(sourceId) });
    await lookForChanges();
    await said(async () => connect(world.session, integrationId, { detach: false, lookalikes: 'link' }));
    expect(named()).toHaveLength(1);
  });

  test('N22 status shows of each webhook when it was heard last, and what the sweep found since without it', async () => {
    const topic = async (connection: string, name: string) => topicsOf((await said(async () => showStatus(world.session, integrationId))).text).find((one) => one.connection === connection && one.topic === name);
    expect(Date.parse((await topic('shop', shop.tellsOfNew))?.heardAt ?? '')).toBeGreaterThan(0);
    act(world, 'webhook-faults', { drop: 1 });
    const untold = shop.place(world, 'untold@example.test');
    await shop.flush?.(world);
    await lookForChanges();
    await expect.poll(() => copies(untold).length, { timeout: 30_000 }).toBe(1);
    expect((await topic('shop', shop.tellsOfNew))?.foundBySweepSince).toBeGreaterThan(0);
    act(world, 'webhook-faults', {});
    shop.place(world, 'told@example.test');
    await shop.flush?.(world);
    await expect.poll(async () => (await topic('shop', shop.tellsOfNew))?.foundBySweepSince, { timeout: 20_000 }).toBe(0);

    expect(await topic('books', 'Order.Status.Changed')).toMatchObject({ heardAt: null, foundBySweepSince: null });
    const { hooks } = world.session.environment;
    const event = { id: 'an event', event_name: 'Order.Status.Changed', context: { object_id: 1, object_type: 'order' } };
    expect((await fetch(hookAddress(hooks?.publicUrl ?? '', hooks?.secret ?? '', 'books'), { method: 'POST', headers: { 'content-type': 'application/json', 'x-signature': createHmac('sha256', booksHookSecret).update(event.id).digest('hex') }, body: JSON.stringify(event) })).status).toBe(200);
    await expect.poll(async () => (await topic('books', 'Order.Status.Changed'))?.heardAt ?? null, { timeout: 20_000 }).not.toBeNull();
  });

  test('a webhook of the books that is signed right reaches Temporal, a forged one does not', async () => {
    const { hooks } = world.session.environment;
    const address = hookAddress(hooks?.publicUrl ?? '', hooks?.secret ?? '', 'books');
    world.books.definition.actions['create-webhook']?.({ address, secret: booksHookSecret, events: ['Order.Status.Changed'] });
    expect((await fetch(address, { method: 'POST', headers: { 'content-type': 'application/json', 'x-signature': '0'.repeat(64) }, body: JSON.stringify({ id: 'x', event_name: 'Order.Status.Changed', context: { object_id: 1, object_type: 'order' } }) })).status).toBe(401);
  });
});
