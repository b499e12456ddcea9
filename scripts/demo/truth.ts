/** The demo's own judge: what the simulated systems hold, compared with what the ledger says became of each order. */
import { z } from 'zod';
import type { Ledger } from '../../ledger/ledger.ts';

export interface Reckoning {
  source: number;
  imported: number;
  skipped: number;
  parked: number;
  unexplained: number;
  /** what is unexplained, in words */
  riddles: string[];
}

const shopTruth = z.object({ orders: z.array(z.object({ id: z.number(), number: z.string(), createdAt: z.string() })) });
const booksTruth = z.object({ orders: z.array(z.object({ id: z.number(), custom_fields: z.record(z.string(), z.unknown()) })) });

const integration = 'shop-to-books';
const markerField = 'f5501';

/** Every order of the shop in the window must stand in the books exactly once, or be skipped or parked with a reason. */
export async function reckon(ledger: Ledger, truths: { shop: unknown; books: unknown }): Promise<Reckoning> {
  const connected = await ledger.states.connected(integration);
  const orders = shopTruth.parse(truths.shop).orders.filter((order) => order.createdAt >= (connected?.backfillFrom ?? ''));
  const inBooks = countMarkers(booksTruth.parse(truths.books).orders);
  const reckoning: Reckoning = { source: orders.length, imported: 0, skipped: 0, parked: 0, unexplained: 0, riddles: [] };
  for (const order of orders) {
    const [latest] = await ledger.outcomes.list(integration, { sourceId: String(order.id), limit: 1 });
    const copies = inBooks.get(`${integration}:${order.id}`) ?? 0;
    const explained = explain(latest?.outcome, copies);
    if (explained === undefined) {
      reckoning.unexplained += 1;
      reckoning.riddles.push(`order ${order.number}: ${latest?.outcome ?? 'no outcome'} here, ${copies} times in the books`);
    } else reckoning[explained] += 1;
  }
  return reckoning;
}

function explain(outcome: string | undefined, copies: number): 'imported' | 'skipped' | 'parked' | undefined {
  if (outcome === 'created' && copies === 1) return 'imported';
  if (outcome === 'skipped' && copies === 0) return 'skipped';
  if (outcome === 'parked' && copies <= 1) return 'parked';
  return undefined;
}

function countMarkers(orders: z.infer<typeof booksTruth>['orders']): Map<string, number> {
  const counts = new Map<string, number>();
  for (const order of orders) {
    const marker = order.custom_fields[markerField];
    if (typeof marker === 'string' && marker !== '') counts.set(marker, (counts.get(marker) ?? 0) + 1);
  }
  return counts;
}

export const sayReckoning = ({ source, imported, skipped, parked, unexplained }: Reckoning): string => `demo: source ${source} imported ${imported} skipped ${skipped} parked ${parked} unexplained ${unexplained}`;
