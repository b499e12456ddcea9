/** N1 over two workers: what two orders need at the same moment is made once. The race is made certain by holding the searches. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { connect } from '../../scripts/connect.ts';
import { announceOrder } from '../../worker/temporal-client.ts';
import { getIntegration } from '../../scripts/integration.ts';
import { hasTemporal } from '../setup/temporal-env.ts';
import { said } from './said.ts';
import { integrationId, startWorld, type World } from './world.ts';

const truthSchema = z.object({
  people: z.array(z.object({ id: z.number(), email: z.string() })),
  products: z.array(z.object({ id: z.number(), sku: z.string(), category_id: z.number().nullable() })),
  categories: z.array(z.object({ id: z.number(), title: z.string() })),
  orders: z.array(z.object({ id: z.number(), client: z.object({ id: z.number() }) })),
});

describe.skipIf(!hasTemporal())('two orders at once, through two workers', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
    await world.addWorker();
    world.books.definition.seed({ seed: 7 });
    world.shop.definition.seed({ seed: 7, orders: 60 });
    await said(async () => connect(world.session, integrationId, { since: 'now', detach: false }));
  });
  afterAll(async () => world.close());

  const act = (name: string, input: unknown): number => z.object({ id: z.number() }).parse(world.shop.definition.actions[name]?.(input)).id;
  const place = (email: string, productId: number, name = 'Lamp'): string => String(act('create-order', { billing: { first_name: 'Olga', last_name: 'Nowa', email, country: 'PL' }, line_items: [{ name, quantity: 1, total: '25.00', product_id: productId }] }));

  /** Both orders are announced while every search of that kind is held, so that neither can have seen the other's result. */
  const importBoth = async (orders: string[], searches: string) => {
    world.books.fault({ on: searches, kind: 'hold', times: 0 });
    const integration = getIntegration(world.session, integrationId);
    await Promise.all(orders.map(async (sourceId) => announceOrder(world.session.client)({ integration, sourceId, by: 'webhook', lane: 'live' })));
    await world.books.held(1);
    world.books.clearFaults();
    world.books.release();
    for (const sourceId of orders) await expect.poll(async () => (await world.ledger.records.find({ integration: integrationId, kind: 'order', sourceId }))?.state, { timeout: 20_000, message: `order ${sourceId}` }).toBe('completed');
    return truthSchema.parse(world.books.definition.truth());
  };

  test('N1 R18 two orders of one new customer make one customer', async () => {
    const truth = await importBoth([place('olga.nowa@example.test', 0), place(' Olga.Nowa@example.test', 0)], 'GET /v2/contacts/people');
    expect(truth.people.filter((person) => person.email.toLowerCase() === 'olga.nowa@example.test')).toHaveLength(1);
  });

  test('N1 R14 R15 two orders of one new product in a new category make one product and one category', async () => {
    const category = act('create-category', { name: 'Brand new', parent: 0 });
    const product = act('create-product', { name: 'Very new lamp', sku: 'NEW-1', regular_price: '25.00', categories: [{ id: category }] });
    const truth = await importBoth([place('one@example.test', product, 'Very new lamp'), place('two@example.test', product, 'Very new lamp')], 'GET /v2/catalog/products');
    expect(truth.products.filter(({ sku }) => sku === 'NEW-1')).toHaveLength(1);
    expect(truth.categories.filter(({ title }) => title === 'Brand new')).toHaveLength(1);
  });
});
