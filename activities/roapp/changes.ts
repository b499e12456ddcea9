/**
 * Which of our orders changed in the account, a page a step. Nothing tells of a write-off and perhaps nothing moves the list's change time, so beside
 * the scan by change time every open order is read again, fifty a call, at a share of the budget.
 */
import { z } from 'zod';
import type { ChangesPage } from '../../domain/ports.ts';
import type { FollowRow } from '../../ledger/ledger.ts';
import { isLastPage } from './client.ts';
import { roappInstant } from './map.ts';
import type { RoappOrder } from './schemas.ts';
import { byId, subjectOf, type RoappStep } from './step.ts';

const idsPerCall = 50;
const overlapMs = 5 * 60_000;
const markName = 'orders-modified';
const seenGone = 'gone';
/** Our own write moves the change time a moment later, by the account's clock. */
const echoMs = 5_000;

const cursorSchema = z.object({ since: z.string(), page: z.int().positive(), largest: z.string(), isRead: z.boolean().optional() });
type Cursor = z.infer<typeof cursorSchema>;

const nothing: ChangesPage = { count: 0, changed: [], unchanged: [], restMs: 0 };

export async function findChanges(step: RoappStep, input: { way: 'modified' | 'open'; cursor?: string }): Promise<ChangesPage> {
  return input.way === 'modified' ? modifiedPage(step, input.cursor) : openPage(step, input.cursor);
}

/**
 * Oldest change first, so that rows that move while we read come again at the end. The mark moves when the page after the last is asked for: then all
 * changes up to it were announced (design 7).
 */
async function modifiedPage(step: RoappStep, cursor: string | undefined): Promise<ChangesPage> {
  const at = cursor === undefined ? await firstCursor(step) : cursorSchema.parse(JSON.parse(cursor));
  if (at === undefined) return nothing;
  if (at.isRead) return setMark(step, at.largest);
  const page = await step.client.orders({ sort: 'modified_at', modified_at: at.since, page: at.page });
  // an ignored filter would give the whole list: what is older than asked for is no answer
  const listed = page.data.filter((order) => Date.parse(order.modified_at) >= Date.parse(at.since));
  const largest = listed.reduce((most, order) => (Date.parse(order.modified_at) > Date.parse(most) ? order.modified_at : most), at.largest);
  const rows = await step.ledger.follows.findByTarget(step.connection, listed.map(({ id }) => String(id)));
  const isLast = isLastPage(page, at.page) || listed.length < page.data.length;
  const next = afterPage({ ...at, largest }, { isLast, isMoved: Date.parse(largest) > Date.parse(at.since) + overlapMs });
  return { ...judge(rows, listed), count: page.data.length, restMs: 0, ...(next === undefined ? {} : { nextCursor: JSON.stringify(next) }) };
}

/** A scan that met nothing newer than the mark ends without moving it. */
function afterPage(at: Cursor, { isLast, isMoved }: { isLast: boolean; isMoved: boolean }): Cursor | undefined {
  if (!isLast) return { ...at, page: at.page + 1 };
  return isMoved ? { ...at, isRead: true } : undefined;
}

async function setMark(step: RoappStep, at: string): Promise<ChangesPage> {
  await step.ledger.marks.set(subjectOf(step.connection), markName, at);
  return nothing;
}

/** The first scan of an account begins now: what is open is read by the other way. */
async function firstCursor(step: RoappStep): Promise<Cursor | undefined> {
  const mark = await step.ledger.marks.get(subjectOf(step.connection), markName);
  if (mark !== undefined) return { since: roappInstant(Date.parse(mark) - overlapMs), page: 1, largest: mark };
  await setMark(step, roappInstant(await step.ledger.clock.now()));
  return undefined;
}

async function openPage(step: RoappStep, cursor: string | undefined): Promise<ChangesPage> {
  const rows = await step.ledger.follows.listOpen(step.connection, cursor, idsPerCall);
  if (rows.length === 0) return nothing;
  const ids = new Set(rows.map(({ targetId }) => targetId));
  const page = await step.client.orders({ ids: [...ids].toSorted(byId).map(Number), page: 1 });
  const listed = page.data.filter(({ id }) => ids.has(String(id)));
  // only a whole answer to this very question tells that an order is gone; what was told once is not told again
  const isAnswer = listed.length === page.data.length && isLastPage(page, 1);
  const there = new Set(listed.map(({ id }) => String(id)));
  const gone = rows.filter((row) => isAnswer && !there.has(row.targetId) && row.seen !== seenGone).map((row) => ({ integration: row.integration, sourceId: row.sourceId, targetId: row.targetId, seen: seenGone }));
  const judged = judge(rows, listed);
  const next = rows.length < idsPerCall ? undefined : rows.at(-1)?.targetId;
  return { ...judged, changed: [...judged.changed, ...gone], count: rows.length, restMs: restMs(step), ...(next === undefined ? {} : { nextCursor: next }) };
}

/** One call in each such time is the share of the budget that watching for write-offs may take. */
function restMs({ settings }: RoappStep): number {
  const perSecond = settings.requestsPerSecond * settings.share * settings.followShare;
  return Math.min(60_000, Math.round(1_000 / perSecond));
}

function judge(rows: FollowRow[], listed: RoappOrder[]): Pick<ChangesPage, 'changed' | 'unchanged'> {
  const byTarget = new Map(listed.map((order) => [String(order.id), order]));
  const pairs = rows.flatMap((row) => {
    const order = byTarget.get(row.targetId);
    const seen = order && seenOf(order);
    return order === undefined || seen === undefined || seen === row.seen ? [] : [{ row, order, seen }];
  });
  const changed = pairs.filter(({ row, order, seen }) => row.isOpen && !isEcho(row, order, seen));
  return {
    changed: changed.map(({ row, seen }) => ({ integration: row.integration, sourceId: row.sourceId, targetId: row.targetId, seen })),
    unchanged: pairs.filter((pair) => !changed.includes(pair)).map(({ row, seen }) => ({ targetId: row.targetId, seen })),
  };
}

/** Status, the write-off flag, and when it was changed last. */
const seenOf = ({ status, is_deduction_required, modified_at }: RoappOrder): string => [status.id, is_deduction_required ?? '', modified_at].join('|');

/**
 * Only our own last write is to be seen: the status is the agreed one, nothing was written off, and nobody changed it later. An order that was never
 * seen stood without write-off when we had made it; where the flag is missing it says nothing.
 */
function isEcho({ state, seen }: FollowRow, order: RoappOrder, now: string): boolean {
  const [wasStatus, wasRequired = String(true)] = seen?.split('|') ?? [];
  const [isStatus, isRequired] = now.split('|');
  if ((state.agreed?.books ?? wasStatus ?? isStatus) !== isStatus) return false;
  if (isRequired !== '' && wasRequired !== '' && wasRequired !== isRequired) return false;
  return Date.parse(order.modified_at) <= Date.parse(state.touchedAt) + echoMs;
}
