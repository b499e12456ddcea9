/** A shop whose plan hides who its customers are, and what happens when it moves to one that does not (R19): everything real but the vendors. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { apply } from '../../scripts/apply.ts';
import { connect } from '../../scripts/connect.ts';
import { openSession } from '../../scripts/session.ts';
import { incrementalScheduleId } from '../../workflows/messages.ts';
import { hasTemporal } from '../setup/temporal-env.ts';
import { said } from '../flows/said.ts';
import { integrationId, startWorld, type World } from '../flows/world.ts';

const truthSchema = z.object({
  people: z.array(z.object({ id: z.number(), first_name: z.string(), email: z.string() })),
  orders: z.array(z.object({ id: z.number(), client: z.object({ id: z.number() }), custom_fields: z.record(z.string(), z.unknown()), items: z.array(z.object({ id: z.number() })) })),
});
const hundred = 100;

describe.skipIf(!hasTemporal())('a Shopify shop on the Basic plan', () => {
  let world: World;
  let placeholder = 0;
  let known = 0;
  const truth = () => truthSchema.parse(world.books.definition.truth());
  const ours = () => truth().orders.filter(({ custom_fields }) => String(custom_fields['f5501']).startsWith(`${integrationId}:`));
  const act = (name: string, input: unknown): unknown => world.shop.definition.actions[name]?.(input);
  const place = (n: number): unknown => act('create-order', { email: `masked${n}@example.test`, lines: [{ title: 'Lamp', quantity: 1, price: '25.00' }] });
  const look = async (): Promise<void> => world.session.client.schedule.getHandle(incrementalScheduleId(integrationId)).trigger('SKIP');

  const afterALook = async <T>(count: () => T): Promise<T> => (await look(), count());

  beforeAll(async () => {
    world = await startWorld({ platform: 'shopify', booksSettings: '    unspecified: 1\n' });
    world.books.definition.seed({ seed: 7 });
    await fetch(`${world.books.url}/v2/contacts/people`, { method: 'POST', headers: { authorization: 'Bearer roapp-key', 'content-type': 'application/json' }, body: JSON.stringify({ first_name: 'Unknown customers' }) });
    placeholder = truth().people.find(({ first_name }) => first_name === 'Unknown customers')?.id ?? 0;
    known = truth().people.length;
    await world.changeSettings('unspecified: 1\n', `unspecified: ${placeholder}\n`);
    act('set-plan', { plan: 'basic' });
    const changed = await openSession({ home: world.home, yes: true, json: true });
    await said(async () => apply(changed));
    await changed.close();
    await said(async () => connect(world.session, integrationId, { since: 'now', detach: false }));
  });
  afterAll(async () => world.close());

  test('R19 a hundred masked customers point at the one placeholder, and none is created', async () => {
    for (let n = 0; n < hundred; n += 1) place(n);
    await look();
    await expect.poll(() => ours().length, { timeout: 90_000, interval: 500 }).toBe(hundred);
    expect(new Set(ours().map(({ client }) => client.id))).toEqual(new Set([placeholder]));
    expect(truth().people).toHaveLength(known);
  }, 120_000);

  test('R19 R4 after the upgrade all but the written-off ones get their real customers', async () => {
    const [writtenOff] = ours();
    world.books.definition.actions['write-off']?.({ orderId: writtenOff?.id, itemId: writtenOff?.items[0]?.id });
    act('set-plan', { plan: 'grow' });
    // a shop that withholds is asked again a day later
    await world.ledger.marks.set('connection:shop', 'customer-data', `withheld ${new Date(Date.now() - 25 * 3_600_000).toISOString()}`);
    place(hundred); // the first that is named
    // a look that is asked for while another one runs is left out
    await expect.poll(async () => afterALook(() => ours().length), { timeout: 60_000, interval: 2_000 }).toBe(hundred + 1);
    await expect.poll(async () => afterALook(() => ours().filter(({ client }) => client.id === placeholder).length), { timeout: 120_000, interval: 2_000 }).toBe(1);
    expect(ours().find(({ client }) => client.id === placeholder)?.id).toBe(writtenOff?.id);
    expect(new Set(ours().map(({ client }) => client.id)).size).toBe(hundred + 1);
  }, 180_000);
});
