/** What stands in RO App of the orders that we completed there (N6): fifty a call, and lines only where the total is not what we applied. */
import { z } from 'zod';
import type { AppliedLine } from '../../domain/follow.ts';
import { compare } from '../../domain/money.ts';
import { totalOf } from '../../domain/reconcile.ts';
import type { TargetLine, TargetReading } from '../../domain/reconcile-orders.ts';
import type { PageEntry } from '../../ledger/ledger.ts';
import { itemLinkId } from './items.ts';
import type { RoappOrder } from './schemas.ts';
import type { RoappStep } from './step.ts';

const idsPerCall = 50;

/** The part of a `SourceOrder` that is of use here. */
const linesSchema = z.object({ booked: z.object({ lines: z.record(z.string(), z.object({ quantity: z.string(), price: z.string() })) }).optional() });

interface Asked {
  sourceId: string;
  targetId: string;
  /** lines as we applied them, else as the platform has them */
  lines: Record<string, AppliedLine> | undefined;
}

export async function readTotals(step: RoappStep, { integration, page }: { integration: string; page: string }): Promise<{ page?: string }> {
  const stored = await step.ledger.pages.entries(page);
  if (stored === undefined) return {};
  const asked = await completedOnes(step, integration, page, stored.entries.map(({ sourceId }) => sourceId));
  const entries: PageEntry[] = [];
  for (let start = 0; start < asked.length; start += idsPerCall) entries.push(...(await readSome(step, asked.slice(start, start + idsPerCall))));
  return { page: await step.ledger.pages.put({ integration, walk: 'totals', entries }) };
}

async function completedOnes({ ledger, call }: RoappStep, integration: string, page: string, sourceIds: string[]): Promise<Asked[]> {
  const asked: Asked[] = [];
  for (const { sourceId, state, targetId, digest } of await ledger.records.findMany(integration, sourceIds)) {
    if (state !== 'completed' || targetId === null || digest === 'linked-by-operator') continue;
    call.heartbeat();
    const [followed, body] = await Promise.all([ledger.follows.find(integration, sourceId), ledger.pages.body(page, sourceId)]);
    const booked = body && linesSchema.parse(JSON.parse(body.body)).booked;
    asked.push({ sourceId, targetId, lines: followed?.state.lines ?? booked?.lines });
  }
  return asked;
}

async function readSome(step: RoappStep, asked: Asked[]): Promise<PageEntry[]> {
  const readAt = new Date(await step.ledger.clock.now()).toISOString();
  const { data } = await step.client.orders({ ids: [...new Set(asked.map(({ targetId }) => Number(targetId)))], page: 1 });
  const listed = new Map(data.map((order) => [String(order.id), order]));
  const entries: PageEntry[] = [];
  for (const one of asked) {
    const order = listed.get(one.targetId) ?? (await step.client.order(one.targetId)); // a list may leave out what a filter or a right hides
    const reading: TargetReading = { readAt, ...(order === undefined ? {} : { order: { targetId: one.targetId, total: order.total, ...(await linesWhereDifferent(step, one, order)) } }) };
    entries.push({ sourceId: one.sourceId, number: null, digest: '', body: JSON.stringify(reading) });
  }
  return entries;
}

async function linesWhereDifferent(step: RoappStep, { targetId, lines }: Asked, { total }: RoappOrder): Promise<{ lines?: TargetLine[] }> {
  if (lines === undefined || compare(totalOf(lines), total) === 0) return {};
  const items = await step.client.items(targetId);
  const keys = Object.keys(lines);
  const links = await step.ledger.index.findLinks(step.connection, 'item', keys.map((key) => itemLinkId(targetId, key)));
  const keyOf = new Map(links.map((link) => [link.targetId, keys.find((key) => itemLinkId(targetId, key) === link.sourceId)]));
  return {
    lines: items.map(({ id, quantity, price = '0' }) => {
      const key = keyOf.get(String(id));
      return { id: String(id), quantity, price, ...(key === undefined ? {} : { key }) };
    }),
  };
}
