/** Calls to the target per imported order, from the target's own request log, against the least that its contract allows. */
import type { RemoteSandbox } from '../../sandbox/kernel/remote.ts';
import { announceOrder } from '../../worker/temporal-client.ts';
import { say, sayTable } from '../print.ts';
import { openBench, type Bench } from './harness.ts';
import { leastCalls, type BooksBefore, type Least } from './least-calls.ts';
import type { BenchOptions } from './options.ts';
import { linesPerOrder, placeGoods, placeOrder, type Goods, type PlacedOrder } from './orders-to-place.ts';
import { connectPair, followWalk, startBackfill, untilDone } from './walk.ts';

const defaultOrders = 100;
const nothing: BooksBefore = { persons: new Set(), skus: new Set(), categories: new Set() };

export async function bench({ orders: wished, profile }: BenchOptions): Promise<string> {
  const orders = Math.ceil(wished ?? defaultOrders);
  const world = await openBench({ profile });
  try {
    await world.addWorker();
    await world.books.action('set-switches', { replyVariety: 'plain' }); // every reply to a create names the id
    await connectPair(world);
    // an empty walk: the account's people, products and categories are indexed, none of which belongs to an order
    await startBackfill(world);
    await followWalk(world, () => undefined);
    const indexing = (await world.books.requests()).length;
    const goods = await placeGoods(world.shop, orders * linesPerOrder);
    const fresh = await importPlaced(world, goods, orders, 0);
    const made = leastCalls(fresh.placed, goods, nothing);
    const known = await importPlaced(world, goods, orders, orders);
    const least = leastCalls(known.placed, goods, knownAfter(fresh.placed, goods));
    await world.books.action('set-switches', { replyVariety: 'seeded' });
    const taciturn = await importPlaced(world, goods, orders, 2 * orders);
    sayTable(
      ['', 'orders', 'calls', 'per order', 'least', 'per order', 'ratio'],
      [row('new customer and products', orders, fresh.counts, made), row('known ones', orders, known.counts, least), ['known, two replies in five without an id', orders, total(taciturn.counts), perOrder(total(taciturn.counts), orders), '', '', '']],
    );
    sayKinds(fresh.counts, made, known.counts, least);
    say(`beside that, once for checking and indexing an empty account: ${indexing}`);
    const worst = Math.max(total(fresh.counts) / made.total, total(known.counts) / least.total);
    return `new ${perOrder(total(fresh.counts), orders)} known ${perOrder(total(known.counts), orders)} per order, ratio ${worst.toFixed(3)} (at most 1.05)`;
  } finally {
    await world.close();
  }
}

const knownAfter = (placed: readonly PlacedOrder[], goods: readonly Goods[]): BooksBefore => ({
  persons: new Set(placed.map(({ person }) => person)),
  skus: new Set(goods.map(({ sku }) => sku)),
  categories: new Set(goods.flatMap(({ category }) => category.map((_, depth) => category.slice(0, depth + 1).join(' > ')))),
});

type Counts = Record<keyof Omit<Least, 'total'> | 'other', number>;

interface Imported {
  placed: PlacedOrder[];
  counts: Counts;
}

/** Announced all at once, as a busy day would; returns what reached the books for them. */
async function importPlaced(world: Bench, goods: Goods[], count: number, doneBefore: number): Promise<Imported> {
  await world.books.clearRequests();
  const placed: PlacedOrder[] = [];
  for (let person = 0; person < count; person += 1) placed.push(await placeOrder(world.shop, goods, person));
  const announce = announceOrder(world.session.client);
  await Promise.all(placed.map(async ({ id }) => announce({ integration: world.ref, sourceId: String(id), by: 'webhook', lane: 'live' })));
  await untilDone(world, doneBefore + count);
  return { placed, counts: await countCalls(world.books) };
}

const kinds: [RegExp, keyof Counts][] = [
  [/^POST \/v2\/orders$/, 'orders'],
  [/^POST \/v2\/orders\/\d+\/items$/, 'lines'],
  [/^POST \/v2\/orders\/\d+\/comments$/, 'comments'],
  [/^(GET|POST) \/v2\/contacts\/people$/, 'persons'],
  [/^(GET|POST) \/v2\/catalog\/products\/categories$/, 'categories'],
  [/^(GET|POST) \/v2\/catalog\/products$/, 'products'],
];

async function countCalls(books: RemoteSandbox): Promise<Counts> {
  const counts: Counts = { orders: 0, lines: 0, comments: 0, persons: 0, products: 0, categories: 0, other: 0 };
  for (const { method, path } of await books.requests()) {
    const call = `${method} ${path.split('?', 1)[0] ?? ''}`;
    counts[kinds.find(([pattern]) => pattern.test(call))?.[1] ?? 'other'] += 1;
  }
  return counts;
}

const total = (counts: Counts): number => Object.values(counts).reduce((sum, calls) => sum + calls, 0);

const perOrder = (calls: number, orders: number): string => (calls / orders).toFixed(2);

const row = (name: string, orders: number, counts: Counts, least: Least) => [name, orders, total(counts), perOrder(total(counts), orders), least.total, perOrder(least.total, orders), (total(counts) / least.total).toFixed(3)];

function sayKinds(fresh: Counts, made: Least, known: Counts, least: Least): void {
  const names = ['orders', 'lines', 'comments', 'persons', 'products', 'categories'] as const;
  sayTable(['calls for', 'new', 'least', 'known', 'least'], [...names.map((name) => [name, fresh[name], made[name], known[name], least[name]]), ['other', fresh.other, 0, known.other, 0]]);
}
