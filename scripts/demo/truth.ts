/** The demo's own judge: what the simulated systems hold, compared with what the ledger says became of each order. */
import { z } from 'zod';
import type { Ledger } from '../../ledger/ledger.ts';
import { markerField } from './settings.ts';

export interface Reckoning {
  source: number;
  imported: number;
  skipped: number;
  parked: number;
  unexplained: number;
  /** what is unexplained, in words */
  riddles: string[];
}

/** Alike in all three shops; Cartum's and Shopify's orders have no `number`. */
const shopTruth = z.object({ orders: z.array(z.object({ id: z.number(), createdAt: z.string() })) });
const booksTruth = z.object({ orders: z.array(z.object({ id: z.number(), custom_fields: z.record(z.string(), z.unknown()) })) });

/**
 * Every order of the shop in the window must stand in the books exactly once, or be skipped or parked with a reason; and the books must hold no order
 * of this integration that the shop does not have.
 */
export async function reckon(ledger: Ledger, truths: { shop: unknown; books: unknown }, integration = 'shop-to-books'): Promise<Reckoning> {
  const connected = await ledger.states.connected(integration);
  const from = Date.parse(connected?.backfillFrom ?? '1970-01-01T00:00:00Z');
  const all = shopTruth.parse(truths.shop).orders;
  const orders = all.filter(({ createdAt }) => Date.parse(createdAt) >= from);
  const inBooks = countMarkers(booksTruth.parse(truths.books).orders);
  const reckoning: Reckoning = { source: orders.length, imported: 0, skipped: 0, parked: 0, unexplained: 0, riddles: [] };
  const riddle = (words: string): void => {
    reckoning.unexplained += 1;
    reckoning.riddles.push(`${integration}, order ${words}`);
  };
  for (const order of orders) {
    const [latest] = await ledger.outcomes.list(integration, { sourceId: String(order.id), limit: 1 });
    const copies = inBooks.get(`${integration}:${order.id}`) ?? 0;
    const explained = explain(latest?.outcome, copies);
    if (explained === undefined) riddle(`${latest?.number ?? order.id}: ${latest?.outcome ?? 'no outcome'} here, ${copies} times in the books`);
    else reckoning[explained] += 1;
  }
  const known = new Set(all.map(({ id }) => `${integration}:${id}`));
  for (const marker of inBooks.keys()) if (marker.startsWith(`${integration}:`) && !known.has(marker)) riddle(`${marker.slice(integration.length + 1)}: in the books, and not in the shop`);
  return reckoning;
}

function explain(outcome: string | undefined, copies: number): 'imported' | 'skipped' | 'parked' | undefined {
  if ((outcome === 'created' || outcome === 'updated') && copies === 1) return 'imported';
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

/** Of several shops together. */
export const sumOf = (reckonings: readonly Reckoning[]): Reckoning =>
  reckonings.reduce(
    (sum, one) => ({
      source: sum.source + one.source,
      imported: sum.imported + one.imported,
      skipped: sum.skipped + one.skipped,
      parked: sum.parked + one.parked,
      unexplained: sum.unexplained + one.unexplained,
      riddles: [...sum.riddles, ...one.riddles],
    }),
    { source: 0, imported: 0, skipped: 0, parked: 0, unexplained: 0, riddles: [] },
  );

export const sayReckoning = ({ source, imported, skipped, parked, unexplained }: Reckoning): string => `demo: source ${source} imported ${imported} skipped ${skipped} parked ${parked} unexplained ${unexplained}`;
