/** The recorded replies of a real shop against the simulated one, brought to the same state. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openShop, row } from '../sandbox/woocommerce-shop.ts';
import type { Answer, TestShop } from '../sandbox/woocommerce-shop.ts';
import { haveSpecs, samples, shapeOf } from './woocommerce-specs.ts';
import type { Sample } from './woocommerce-specs.ts';

const home = 'https://shop.example';
let shop: TestShop;

/** Products 10 to 12, categories 15 to 22 and order 14 as they stood when the samples were recorded. */
async function bringToState(): Promise<void> {
  shop = await openShop({ siteUrl: home, customStatuses: [] }, '2026-11-21T16:41:42Z');
  const category = (name: string, parent = 0) => shop.act('create-category', { name, parent });
  category('Parts');
  category('Filters', 16);
  category('Oil filters', 17);
  category('Accessories');
  category('Belts', 16);
  category('Alpha');
  category('Food & Drink');
  const filter = { name: 'Oil filter X', sku: 'OF-X', regular_price: '49.90', description: '<p>Long</p>\n', short_description: '<p>Short</p>\n', manage_stock: true, stock_quantity: 10 };
  shop.act('create-product', { ...filter, categories: [{ id: 16 }, { id: 17 }, { id: 18 }] });
  shop.sandbox.clock.set(Date.parse('2026-11-21T16:41:43Z'));
  const sizes = [{ name: 'Size', options: ['S', 'M'] }];
  const small = { sku: 'BELT-S', regular_price: '20', attributes: [{ name: 'Size', option: 'S' }] };
  shop.act('create-product', { name: 'Belt', sku: 'BELT', categories: [{ id: 19 }, { id: 20 }, { id: 21 }], attributes: sizes, variations: [small] });
  shop.act('create-product', { name: 'Loose', sku: 'LOOSE' });
  shop.sandbox.clock.set(Date.parse('2026-11-21T16:41:59Z'));
  const create = sampleOf('order.create').request?.body;
  const older = { ...row.parse(create), payment_method_title: '', shipping_lines: [{ method_id: 'flat_rate', method_title: 'Kurier', total: '15.00' }] };
  ids.set('batched', created.parse((await shop.call('POST', '/orders', older)).body).id); // the one the batch later updates
  shop.sandbox.clock.set(Date.parse('2026-11-21T16:42:37Z'));
  await shop.call('PUT', `/orders/${String(ids.get('batched'))}`, { status: 'completed' });
  shop.sandbox.clock.set(Date.parse('2026-11-21T16:49:51Z'));
}

const all = haveSpecs ? samples() : {};
/** in place of the recorded receiver: the ping fails, which stops nothing */
const nobodyThere = 'http://127.0.0.1:9/h';
const ids = new Map<string, number>();
const createdWebhook = z.object({ id: z.number() });
const created = z.object({ id: z.number(), line_items: z.array(z.object({ id: z.number() })).min(1) });

function sampleOf(name: string): Sample {
  const found = all[name];
  if (found === undefined) throw new Error(`no sample ${name}`);
  return found;
}

/** Recorded ids become this shop's: order 38 and its first line. */
function translated(text: string): string {
  return text.replace('/webhooks/13', `/webhooks/${String(ids.get('webhook') ?? 13)}`).replace('https://hooks.example/h', nobodyThere).replace('/orders/38', `/orders/${String(ids.get('order') ?? 38)}`).replace('"id":41,', `"id":${String(ids.get('line') ?? 41)},`).replace('{"id":14,', `{"id":${String(ids.get('batched') ?? 14)},`);
}

async function send(sample: Sample): Promise<Answer> {
  const path = translated((sample.request?.path ?? '').replace('/wp-json/wc/v3', ''));
  const { body } = sample.request ?? {};
  const sent = body === undefined ? undefined : translated(JSON.stringify(body).replace('"101 ids"', JSON.stringify(Array.from({ length: 101 }, (_, index) => index))));
  return shop.call(sample.request?.method ?? 'GET', path, sent);
}

/** Differs by nature: ids, keys and times of this run, and what sold before. */
const own = new Set(['id', 'parent_id', 'delivery_url', 'number', 'order_key', 'payment_url', '_links', 'total_sales', 'stock_quantity', 'value', 'display_value', 'unique']);

function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, own.has(name) || name.startsWith('date_') ? shapeOf(inner) : comparable(inner)]));
}

/** The recorded shop could not send mail and noted that too; ours has the notes of stock and status. */
function expectNotes({ rows }: Answer): void {
  expect(rows[0]?.['note']).toBe('Written off');
  expect(rows.map(({ note }) => note)).toEqual(expect.arrayContaining(['Order status changed from Processing to Completed.', expect.stringMatching(/^Stock levels reduced: Oil filter X \(\d+&rarr;\d+\)$/)]));
}

/** In the order they were recorded. */
const sequence = [
  'order.create', 'order.get', 'order.status', 'order.note', 'order.notes', 'order.refund', 'order.afterRefund', 'order.trash', 'order.getTrashed',
  'order.404', 'order.put404', 'order.badStatus', 'order.perPage101', 'order.badDate', 'order.batch', 'order.batch101', 'order.statuses',
  'product.get', 'product.getVariable', 'variation.get', 'product.bySku', 'product.dupSku', 'product.404', 'category.list', 'category.dup', 'category.404',
  'customer.create', 'customer.dup', 'customer.byEmail', 'customer.404', 'settings.currency', 'data.currency', 'route.404', 'order.list.pastEnd',
  'webhook.create', 'webhook.badTopic', 'webhook.delete',
];

describe.skipIf(!haveSpecs)('recorded samples', () => {
  beforeAll(bringToState);
  afterAll(() => shop.close());

  test.each(sequence)('%s: same status, shape and values', async (name) => {
    const sample = sampleOf(name);
    if (name === 'order.note') shop.sandbox.clock.advance(1_000);
    const answer = await send(sample);
    if (name === 'order.create') {
      const { id, line_items: lines } = created.parse(answer.body);
      ids.set('order', id);
      ids.set('line', lines[0]?.id ?? 0);
    }
    if (name === 'webhook.create') ids.set('webhook', createdWebhook.parse(answer.body).id);
    expect(answer.status).toBe(sample.status);
    expect(shapeOf(answer.body)).toEqual(shapeOf(sample.body));
    if (name === 'order.notes') expectNotes(answer);
    else expect(comparable(answer.body)).toEqual(comparable(sample.body));
    for (const header of ['Content-Type', 'Allow', 'Link', 'X-WP-Total', 'X-WP-TotalPages']) expect([header, answer.headers.get(header)]).toEqual([header, sample.headers?.[header] ?? null]);
  });

  test('every sample but a list and what the shop itself sends is replayed', () => {
    const rest = Object.keys(all).filter((name) => !sequence.includes(name));
    expect(rest.toSorted()).toEqual(['order.list', 'webhook.delivery.order.deleted', 'webhook.ping']);
  });

  test('order.list: a page between others, with its links', async () => {
    for (let made = 0; made < 12; made += 1) shop.act('create-order', { status: 'failed', line_items: [] });
    const sample = sampleOf('order.list');
    const answer = await send(sample);
    expect(shapeOf(answer.body)).toEqual(shapeOf(sample.body));
    expect(answer.headers.get('link')).toBe(sample.headers?.['Link']);
  });
});
