/**
 * Links rebuilt from what stands in RO App, for a ledger that does not know it (N21).
 * 1. Orders with our marker become half-made imports; their runs come to them like to any other.
 * 2. A run that completes one reads its lines first: what is there is linked and not sent again.
 * 3. Lines go in order and the comment last. So a gap before a line that is there was made by staff, and is left; and where the last line
 *    stands, the comment may have been sent, and is not sent again (promise 4).
 */
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { leftOutDigest } from '../../domain/eligibility.ts';
import type { LinksPage } from '../../domain/ports.ts';
import type { Link, RecordKey } from '../../ledger/ledger.ts';
import { isLastPage } from './client.ts';
import { itemLinkId } from './items.ts';
import { lineComment, roappInstant, sourceIdIn } from './map.ts';
import { holderOf, type RoappStep } from './step.ts';

const cursorSchema = z.object({
  page: z.int().positive(),
  /** orders found so far that the ledger did not know */
  adopted: z.int(),
  /** ms of the ledger's clock */
  startedAt: z.number(),
});
type Cursor = z.infer<typeof cursorSchema>;

const sliceMs = 1_000;

type About = Pick<RecordKey, 'integration' | 'sourceId'>;

/** The key under which an order is created. */
export const orderKeyOf = ({ integration, sourceId }: About): string => `order:${integration}:${sourceId}`;
/** Under which the order's id is remembered the moment it is known; no item link can have this form. */
export const orderLinkId = orderKeyOf;
/** Remembers of an adopted order how far its lines are known; no item link can have this form. */
const adoptedLinkId = ({ integration, sourceId }: About): string => `adopted:${integration}:${sourceId}`;

const toBeLookedAt = 'to be looked at';

export async function rebuildLinks(step: RoappStep, input: { integration: string; since: string; cursor?: string }): Promise<LinksPage> {
  const at: Cursor = input.cursor === undefined ? { page: 1, adopted: 0, startedAt: await step.ledger.clock.now() } : cursorSchema.parse(JSON.parse(input.cursor));
  const listed = await step.client.orders({ created_at: roappInstant(Date.parse(input.since)), sort: 'id', page: at.page });
  const ours = listed.data.flatMap((order) => {
    const sourceId = sourceIdIn(order, input.integration, step.settings);
    return sourceId === undefined ? [] : [{ key: { integration: input.integration, kind: 'order', sourceId } as const, order: String(order.id) }];
  });
  const adopted = await adoptUnknown(step, input.integration, ours);
  const next: Cursor = { ...at, adopted: at.adopted + adopted };
  if (!isLastPage(listed, at.page)) return { count: listed.data.length, adopted, nextCursor: JSON.stringify({ ...next, page: at.page + 1 }) };
  const isWaiting = next.adopted > 0 && (await untilNothingIsUnderWay(step, at.startedAt));
  return { count: listed.data.length, adopted, ...(isWaiting ? { nextCursor: JSON.stringify(next) } : {}) };
}

async function adoptUnknown(step: RoappStep, integration: string, ours: { key: RecordKey; order: string }[]): Promise<number> {
  const known = await step.ledger.records.findMany(integration, ours.map(({ key }) => key.sourceId));
  const done = new Set(known.filter(({ state, digest }) => state === 'completed' || state === 'erased' || digest === leftOutDigest).map(({ sourceId }) => sourceId));
  let adopted = 0;
  for (const { key, order } of ours) {
    step.call.heartbeat();
    if (!done.has(key.sourceId) && (await adoptOne(step, key, order))) adopted += 1;
  }
  return adopted;
}

/** A half-made order that the ledger knows is looked at too: lines may have been sent after the copy was taken. False: nothing new. */
async function adoptOne(step: RoappStep, key: RecordKey, order: string): Promise<boolean> {
  return step.ledger.keys.hold([orderKeyOf(key)], holderOf(step), async () => {
    const known = await linkOf(step, orderLinkId(key));
    if (known !== undefined && known !== order) return false; // a copy with the same marker: the first one counts
    if ((await linkOf(step, adoptedLinkId(key))) === toBeLookedAt) return false;
    await step.ledger.records.adopt(key, order);
    await step.ledger.index.setLink(itemLink(step, orderLinkId(key), order));
    await step.ledger.index.setLink(itemLink(step, adoptedLinkId(key), toBeLookedAt));
    return true;
  });
}

/** The memory that is gone may have had calls under way: what they make is listed last, so the last page is read again. False: time enough has passed. */
async function untilNothingIsUnderWay({ ledger, settings, call }: RoappStep, startedAt: number): Promise<boolean> {
  const leftMs = Math.min(startedAt - (await ledger.clock.now()), 0) + settings.abortMs + settings.settleMs;
  for (let left = leftMs; left > 0; left -= sliceMs) {
    call.heartbeat();
    await wait(Math.min(left, sliceMs), undefined, { signal: call.signal });
  }
  return leftMs > 0;
}

/** `complete`: all lines stand, and a comment may; `half-made`: the lines that stand are linked, the others are to be sent. */
export async function settleAdopted(step: RoappStep, { order, lines, ...about }: About & { order: string; lines: { key: string; product: string | undefined }[] }): Promise<'not adopted' | 'complete' | 'half-made'> {
  const state = await linkOf(step, adoptedLinkId(about));
  if (state === undefined || state === 'half-made') return state === undefined ? 'not adopted' : 'half-made';
  const found = matchLines(await step.client.items(order), lines);
  const last = found.findLastIndex((item) => item !== undefined);
  for (const [index, line] of lines.slice(0, last + 1).entries()) await step.ledger.index.setLink(itemLink(step, itemLinkId(order, line.key), found[index] ?? 'taken out by staff'));
  if (last === lines.length - 1) return 'complete';
  await step.ledger.index.setLink(itemLink(step, adoptedLinkId(about), 'half-made'));
  return 'half-made';
}

/** By the line number that we wrote; where staff replaced it, by the product. */
function matchLines(items: { id: number; comment: string; entity: { id: number } }[], lines: { product: string | undefined }[]): (string | undefined)[] {
  const left = new Set(items);
  const take = (isIt: (item: (typeof items)[number]) => boolean): string | undefined => {
    const item = [...left].find(isIt);
    if (item) left.delete(item);
    return item && String(item.id);
  };
  const byNumber = lines.map((_, index) => take(({ comment }) => comment.trim() === lineComment(index)));
  return byNumber.map((item, index) => item ?? take(({ entity, comment }) => String(entity.id) === lines[index]?.product && !/^#\d+$/.test(comment.trim())));
}

const itemLink = ({ connection }: RoappStep, sourceId: string, targetId: string): Link => ({ connection, kind: 'item', sourceId, targetId });

async function linkOf({ ledger, connection }: RoappStep, sourceId: string): Promise<string | undefined> {
  const [link] = await ledger.index.findLinks(connection, 'item', [sourceId]);
  return link?.targetId;
}
