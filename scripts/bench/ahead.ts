/** How long a live order takes to stand in the target while a backfill uses the same account up: known customer and products, two lines. */
import { setTimeout as wait } from 'node:timers/promises';
import type { RecordKey } from '../../ledger/ledger.ts';
import { announceOrder } from '../../worker/temporal-client.ts';
import { dim, say, sayTable } from '../print.ts';
import { mean, quantile } from './figures.ts';
import { openBench, type Bench } from './harness.ts';
import type { BenchOptions } from './options.ts';
import { emailOf, linesPerOrder, phoneOf, placeGoods, placeOrder, type Goods } from './orders-to-place.ts';
import { realLimit } from './settings.ts';
import { connectPair, progressOf, startBackfill, untilDone } from './walk.ts';

const defaultOrders = 200;
/** Customers of the live orders; even ones pay no shipping, so that there is no comment. */
const people = 10;
/** Pauses between live orders are of different lengths, lest they fall in with the account's beat. */
const pauseMs = { least: 1_000, most: 3_000 } as const;
const callsPerOrder = 1 + linesPerOrder;

export async function bench({ orders = defaultOrders, seed, profile }: BenchOptions): Promise<string> {
  const count = Math.ceil(orders);
  const world = await openBench({ realLimit: true, profile });
  try {
    await world.books.action('set-switches', { replyVariety: 'plain' }); // the ideal knows no reply without an id
    await world.shop.seed({ seed, orders: 200 + count * 10, specials: false });
    const goods = await placeGoods(world.shop, people * linesPerOrder);
    await knowThem(world, goods);
    await world.addWorker();
    await world.addWorker();
    await connectPair(world);
    await startBackfill(world);
    await untilDone(world, 1);
    const taken: number[] = [];
    for (let index = 0; index < count; index += 1) {
      await wait(pauseMs.least + ((index * 7_919) % (pauseMs.most - pauseMs.least)));
      taken.push(await importLive(world, goods, 2 * (index % (people / 2))));
    }
    const { open } = await progressOf(world);
    if (open === 0) say(dim('The backfill ended before the last live order: these are no figures.'));
    const ideal = idealMs();
    sayTable(
      ['live orders', 'calls each', 'ideal s', 'mean s', 'p50 s', 'p90 s', 'p99 s', 'longest s'],
      [[taken.length, callsPerOrder, inSeconds(ideal), ...[mean(taken), quantile(taken, 0.5), quantile(taken, 0.9), quantile(taken, 0.99), Math.max(...taken)].map(inSeconds)]],
    );
    return `p99 ${inSeconds(quantile(taken, 0.99))} s, p50 ${inSeconds(quantile(taken, 0.5))} s, ideal ${inSeconds(ideal)} s, ratio ${(quantile(taken, 0.99) / ideal).toFixed(1)} (p99 at most 5 s)`;
  } finally {
    await world.close();
  }
}

const inSeconds = (ms: number): string => (ms / 1_000).toFixed(2);

/** Were it alone with the account at our part of its rate: half a beat until the first call on average, a beat between two calls. */
function idealMs(): number {
  const beatMs = 1_000 / (realLimit.perSecond * realLimit.share);
  return beatMs * (callsPerOrder - 0.5);
}

/** Staff have them in the books already. */
async function knowThem({ books }: Bench, goods: readonly Goods[]): Promise<void> {
  const persons = Array.from({ length: people }, (_, person) => ({ firstName: 'Bench', lastName: `Person ${person}`, email: emailOf(person), phones: [phoneOf(person)] }));
  await books.seed({ people: persons, products: goods.map(({ name, sku, id }) => ({ title: name, sku, code: String(id) })) });
}

/** From the moment the shop has it until the last of it is stored, in ms. */
async function importLive({ shop, session, ref }: Bench, goods: readonly Goods[], person: number): Promise<number> {
  const { id } = await placeOrder(shop, goods, person);
  const since = Date.now();
  await announceOrder(session.client)({ integration: ref, sourceId: String(id), by: 'webhook', lane: 'live' });
  const key: RecordKey = { integration: ref.id, kind: 'order', sourceId: String(id) };
  for (;;) {
    const record = await session.ledger.records.find(key);
    if (record?.state === 'completed' && record.completedAt !== null) return record.completedAt - since;
    if (record?.state === 'skipped' || record?.state === 'parked') throw new Error(`live order ${id} is ${record.state}`);
    await wait(50);
  }
}
