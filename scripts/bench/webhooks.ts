/** Webhooks at a steady rate through gateway and one worker: is each order brought in once, and is each delivery answered before its sender gives up. */
import { createHash, createHmac } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { createRandom } from '../../sandbox/kernel/random.ts';
import { hookAddress } from '../../worker/hooks.ts';
import { progressLine, sayTable } from '../print.ts';
import { quantile } from './figures.ts';
import { openBench, type Bench } from './harness.ts';
import type { BenchOptions } from './options.ts';
import { integration, markerField, shopSecret } from './settings.ts';
import { connectPair, progressOf, startBackfill, untilDone } from './walk.ts';

/** Three deliveries each: 2,001. */
const defaultOrders = 667;
const deliveriesEach = 3;
const perSecond = 50;
/** Shopify's sender gives up after it (contract shopify 8). */
const senderMs = 5_000;
const pollMs = 200;
/** Nothing is lost before this: what is late comes by the next sweep, which the bench does not have. */
const patienceMs = 180_000;

export async function bench({ orders = defaultOrders, seed, profile }: BenchOptions): Promise<string> {
  const count = Math.ceil(orders);
  const world = await openBench({ shop: 'shopify', profile });
  try {
    await world.addWorker();
    await connectPair(world);
    // an empty walk, so that the account is indexed and known
    await startBackfill(world);
    await untilDone(world, 0);
    const { url, secret } = await world.addGateway();
    const ids = await placeOrders(world, count);
    const address = hookAddress(url, secret, world.ref.source);
    const startedAt = performance.now();
    const answers = await sendAll(address, deliveriesOf(ids, seed));
    const sendingMs = performance.now() - startedAt;
    const importedMs = await untilImported(world, count, startedAt);
    const copies = await countCopies(world);
    const lost = ids.filter((id) => !copies.has(id)).length;
    const doubled = [...copies.values()].reduce((sum, times) => sum + Math.max(0, times - 1), 0);
    const refused = answers.filter(({ status }) => status < 200 || status > 299).length;
    const taken = answers.map(({ ms }) => ms);
    const rate = answers.length / (sendingMs / 1_000);
    sayTable(
      ['webhooks', 'orders', 'per second', 'answer p50 ms', 'p99 ms', 'longest ms', 'refused or late', 'lost orders', 'doubled', 'all in the books after s'],
      [[answers.length, count, rate.toFixed(1), ...[quantile(taken, 0.5), quantile(taken, 0.99), Math.max(...taken)].map((ms) => ms.toFixed(0)), refused, lost, doubled, importedMs === undefined ? 'never' : (importedMs / 1_000).toFixed(1)]],
    );
    const p99 = quantile(taken, 0.99);
    return `${answers.length} at ${rate.toFixed(1)} a second, p99 answer ${p99.toFixed(0)} ms, ratio ${(p99 / senderMs).toFixed(3)} of the sender’s ${senderMs / 1_000} s (below 1), refused or late ${refused}, lost ${lost}, doubled ${doubled} (none)`;
  } finally {
    await world.close();
  }
}

const created = z.object({ id: z.number() });

async function placeOrders({ shop }: Bench, count: number): Promise<number[]> {
  const ids: number[] = [];
  for (let person = 0; person < count; person += 1) {
    const customer = { firstName: 'Bench', lastName: `Person ${person}`, email: `bench.person${person}@example.com` };
    ids.push(created.parse(await shop.action('create-order', { customer, lines: [{ title: `Bench item ${person % 20}`, sku: `BENCH-${person % 20}`, quantity: 1, price: '20.00' }] })).id);
  }
  return ids;
}

interface Delivery {
  order: number;
  topic: string;
  /** the same for a delivery that is repeated */
  webhookId: string;
}

/** Each order is told of three times, the third a repeat of the first; the seed shuffles them over a few seconds. */
function deliveriesOf(ids: readonly number[], seed: number): Delivery[] {
  const random = createRandom(seed);
  const told = ids.flatMap((order, index) =>
    Array.from({ length: deliveriesEach }, (_, nth) => {
      const topic = nth === 1 ? 'orders/updated' : 'orders/create';
      const webhookId = createHash('sha256').update(`${order} ${topic}`).digest('hex').slice(0, 32);
      return { at: index * deliveriesEach + nth + random() * perSecond * 4, delivery: { order, topic, webhookId } };
    }),
  );
  return told.toSorted((a, b) => a.at - b.at).map(({ delivery }) => delivery);
}

interface Answered {
  /** 0: no answer in the sender's time */
  status: number;
  ms: number;
}

/** Each at its instant, whatever became of those before it. */
async function sendAll(address: string, deliveries: readonly Delivery[]): Promise<Answered[]> {
  const line = progressLine();
  const startedAt = performance.now();
  const answers: Promise<Answered>[] = [];
  for (const [index, delivery] of deliveries.entries()) {
    const dueMs = (index * 1_000) / perSecond - (performance.now() - startedAt);
    if (dueMs > 0) await wait(dueMs);
    answers.push(send(address, delivery));
    if (index % perSecond === 0) line.show(`${index} of ${deliveries.length} webhooks sent`);
  }
  line.end();
  return Promise.all(answers);
}

async function send(address: string, { order, topic, webhookId }: Delivery): Promise<Answered> {
  const body = JSON.stringify({ id: order, admin_graphql_api_id: `gid://shopify/Order/${order}`, note: 'x'.repeat(4_000) }); // as large as a small order
  const headers = {
    'content-type': 'application/json',
    'x-shopify-topic': topic,
    'x-shopify-hmac-sha256': createHmac('sha256', shopSecret).update(body).digest('base64'),
    'x-shopify-shop-domain': 'waybill-test.myshopify.com',
    'x-shopify-webhook-id': webhookId,
  };
  const startedAt = performance.now();
  const status = await fetch(address, { method: 'POST', headers, body, signal: AbortSignal.timeout(senderMs) }).then(async (reply) => (await reply.arrayBuffer(), reply.status), () => 0);
  return { status, ms: performance.now() - startedAt };
}

/** ms since the first delivery; undefined: not all came. */
async function untilImported(world: Bench, count: number, startedAt: number): Promise<number | undefined> {
  for (const until = performance.now() + patienceMs; performance.now() < until; await wait(pollMs)) {
    const { done, open } = await progressOf(world);
    if (done >= count && open === 0) return performance.now() - startedAt;
  }
  return undefined;
}

const booksTruth = z.object({ orders: z.array(z.object({ custom_fields: z.record(z.string(), z.unknown()) })) });

/** How often each order of the shop stands in the books. */
async function countCopies({ books }: Bench): Promise<Map<number, number>> {
  const copies = new Map<number, number>();
  for (const { custom_fields: fields } of booksTruth.parse(await books.truth()).orders) {
    const id = Number(String(fields[markerField]).replace(`${integration}:`, ''));
    copies.set(id, (copies.get(id) ?? 0) + 1);
  }
  return copies;
}
