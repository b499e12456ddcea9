/** Replies and arguments of the simulated shop against the schema that a real one reports about itself. */
import DraftFour from 'ajv-draft-04';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ArgSpecs } from '../../sandbox/woocommerce/args.ts';
import { orderBodySpecs } from '../../sandbox/woocommerce/order-body.ts';
import { orderListSpecs } from '../../sandbox/woocommerce/order-query.ts';
import { productListSpecs } from '../../sandbox/woocommerce/product-query.ts';
import { createStore } from '../../sandbox/woocommerce/store.ts';
import { newWebhookSpecs, webhookChangeSpecs, webhookListSpecs } from '../../sandbox/woocommerce/webhooks.ts';
import { openShop } from '../sandbox/woocommerce-shop.ts';
import type { Row, TestShop } from '../sandbox/woocommerce-shop.ts';
import { haveSpecs, schemaFileContent, toDraft4 } from './woocommerce-specs.ts';

const spec = haveSpecs ? schemaFileContent() : { routes: {}, schemas: {} };
const now = '2026-11-22T09:00:00Z';
let shop: TestShop;

/** All rows of a list, page by page. */
async function everyRow(path: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await shop.get(`${path}${path.includes('?') ? '&' : '?'}per_page=100&page=${page}`);
    rows.push(...answer.rows);
    if (answer.rows.length < 100) return rows;
  }
}

/** Faults found, with the plugin's own departures from its schema mended: they are recorded in the samples. */
function faultsOf(name: string, rows: Row[], change: (schema: Row) => void = () => undefined): string[] {
  const schema = toDraft4(spec.schemas[name]);
  if (typeof schema !== 'object' || schema === null) throw new Error(`no schema ${name}`);
  const own = { ...schema };
  change(own);
  const validate = new DraftFour.default({ strict: false, allErrors: true }).compile(own);
  const faults = rows.flatMap((row) => (validate(row) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath.replaceAll(/\d+/g, 'n')} ${error.message ?? ''}`)));
  return [...new Set(faults)].toSorted();
}

/** Fields of the schema that a row does not have. */
const promised = (name: string, row: Row | undefined) => {
  const properties = spec.schemas[name]?.['properties'];
  return Object.keys(typeof properties === 'object' && properties !== null ? properties : {}).filter((field) => row !== undefined && !(field in row));
};

describe.skipIf(!haveSpecs)('against the reported schema', () => {
  beforeAll(async () => {
    shop = await openShop({}, now);
    shop.sandbox.definition.seed({ seed: 7, orders: 300, now });
  });
  afterAll(() => shop.close());

  test('orders of every kind, apart from what the recorded ones break too', async () => {
    const rows = await everyRow('/orders?status=pending,processing,on-hold,completed,cancelled,refunded,failed,trash,checkout-draft,packed');
    expect(rows).toHaveLength(300);
    expect(faultsOf('/orders', rows)).toEqual([
      '/line_items/n/image/id must be integer', // "" for what has no image
      '/line_items/n/parent_name must be string', // null for simple products
      '/line_items/n/sku must be string', // null for a deleted product
      '/status must be equal to one of the allowed values', // trash, and packed of a plugin
    ]);
  });

  test('products, variations and categories', async () => {
    const products = await everyRow('/products');
    const parent = products.find(({ type }) => type === 'variable');
    expect(faultsOf('/products', products)).toEqual(['/shipping_class_id must be string', '/stock_quantity must be integer']); // a number, and null where stock is unmanaged
    expect(faultsOf('/products/{id}/variations', await everyRow(`/products/${String(parent?.['id'])}/variations`))).toEqual(['/image must be object', '/shipping_class_id must be string', '/stock_quantity must be integer']);
    expect(faultsOf('/products/categories', await everyRow('/products/categories'))).toEqual(['/image must be object']);
  });

  test('refunds, notes and customers', async () => {
    const refunded = (await everyRow('/orders')).find(({ refunds }) => Array.isArray(refunds) && refunds.length > 0);
    const path = `/orders/${String(refunded?.['id'])}`;
    await shop.call('POST', `${path}/notes`, { note: 'x' });
    expect(faultsOf('/orders/{id}/refunds', await everyRow(`${path}/refunds`))).toEqual([]);
    expect(faultsOf('/orders/{id}/notes', (await shop.get(`${path}/notes`)).rows)).toEqual([]);
    expect(faultsOf('/customers', await everyRow('/customers'))).toEqual([]);
  });

  test('webhooks', async () => {
    await shop.call('POST', '/webhooks', { topic: 'order.updated', delivery_url: 'http://127.0.0.1:9/h', status: 'paused' });
    const rows = await everyRow('/webhooks');
    expect(faultsOf('/webhooks', rows)).toEqual([]);
    expect(promised('/webhooks', rows[0])).toEqual(['secret']); // only ever written
  });

  test('every field that the schema promises is there', async () => {
    const [orders, products, categories, customers] = [await everyRow('/orders'), await everyRow('/products'), await everyRow('/products/categories'), await everyRow('/customers')];
    expect(promised('/orders', orders[0])).toEqual(['set_paid', 'manual_update']); // only ever written
    expect(promised('/products', products[0])).toEqual(['permalink_template', 'generated_slug']); // only when edited
    expect(promised('/products/categories', categories[0])).toEqual([]);
    expect(promised('/customers', customers[0])).toEqual(['password']);
  });
});

const plural: Record<string, string> = { integers: 'array', strings: 'array' };

describe.skipIf(!haveSpecs)('arguments', () => {
  const store = createStore({ customStatuses: [] }, { now: () => Date.parse(now) });
  test.each<[string, string, string, ArgSpecs]>([
    ['GET', '/orders', 'orders', orderListSpecs(store)],
    ['POST', '/orders', 'a new order', orderBodySpecs(store)],
    ['GET', '/products', 'products', productListSpecs],
    ['GET', '/webhooks', 'webhooks', webhookListSpecs],
    ['POST', '/webhooks', 'a new webhook', newWebhookSpecs],
    ['PUT', '/webhooks/(?P<id>[\\d]+)', 'a changed webhook', webhookChangeSpecs],
  ])('%s %s: types, enums, defaults and bounds are the reported ones', (method, path, _, specs) => {
    const args = spec.routes[path]?.find(({ methods }) => methods.includes(method))?.args;
    const reported = new Map(Array.isArray(args) ? [] : Object.entries(args ?? {}));
    for (const [name, own] of Object.entries(specs)) {
      const theirs = reported.get(name);
      expect([name, theirs?.type]).toEqual([name, plural[own.type] ?? own.type]);
      expect([name, theirs?.minimum, theirs?.maximum]).toEqual([name, own.minimum, own.maximum]);
      if (own.default !== undefined) expect([name, theirs?.default]).toEqual([name, own.default]);
      const words = theirs?.enum ?? theirs?.items?.enum;
      if (words !== undefined) expect([name, new Set(own.enum)]).toEqual([name, new Set(words)]);
    }
  });

  test('no argument of the order list is left out', () => {
    const args = spec.routes['/orders']?.find(({ methods }) => methods.includes('GET'))?.args;
    expect(Object.keys(args ?? {}).filter((name) => !(name in orderListSpecs(store)))).toEqual([]);
  });
});
