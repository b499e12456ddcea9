/** One look at one followed order: what is read, what is remembered, and the look at its lines right before each write (R4, contract roapp 4.3). */
import { writtenOffOf, type FollowState } from '../../domain/follow.ts';
import type { Note } from '../../domain/outcome.ts';
import type { WrittenOff } from '../../domain/order-status.ts';
import type { FollowRow, Hold } from '../../ledger/ledger.ts';
import type { RoappItem, RoappOrder } from './schemas.ts';
import { statusOf, type KnownStatus } from './statuses.ts';
import type { RoappStep } from './step.ts';

/** What belongs to one look at one order. */
export interface Follow {
  step: RoappStep;
  hold: Hold;
  row: FollowRow;
  /** as it is to be remembered; `save` writes it */
  state: FollowState;
  notes: Note[];
  /** the lines, if they were read just now and nothing was written or waited for since */
  justRead?: RoappItem[] | undefined;
  hasWritten: boolean;
}

/** The order as RO App has it now. */
export interface There {
  order: RoappOrder;
  status: KnownStatus;
  writtenOff: WrittenOff;
}

/** Goods left the stock ledger between two writes: the rest of the platform's changes is not applied (R4). */
export class WrittenOffMeanwhile extends Error {
  override readonly name = 'WrittenOffMeanwhile';
}

/** Undefined: staff deleted it. The lines are read last, so that what follows may count on them. */
export async function readThere(work: Pick<Follow, 'step' | 'row' | 'justRead'>): Promise<There | undefined> {
  const { step, row } = work;
  const order = await step.client.order(row.targetId);
  if (order === undefined) return undefined;
  const status = await statusOf(step, String(order.status.id));
  work.justRead = await step.client.items(row.targetId);
  return { order, status, writtenOff: writtenOffIn(work.justRead) };
}

const writtenOffIn = (items: RoappItem[]): WrittenOff =>
  writtenOffOf(items.map(({ entity, quantity, write_offs: gone }) => ({ isProduct: entity.type === 'product', quantity, isWrittenOff: gone.length > 0, isPartly: isPartly(quantity, gone) })));

/** Where a write-off names no quantity, it is taken for the whole line. */
const isPartly = (quantity: string, gone: RoappItem['write_offs']): boolean => gone.every((one) => one.quantity !== undefined) && gone.reduce((sum, one) => sum + (one.quantity ?? 0), 0) < Number(quantity) - 0.0005;

/** Contract roapp 4.3: Closed is entered only with everything deducted; dropped off is not. */
export async function freezeIfDue(work: Follow, { writtenOff, status }: There): Promise<void> {
  if (writtenOff !== 'none' || status.isClosed) await freeze(work);
}

/** For good, and remembered at once: a write-off may be reverted before this look is over. */
async function freeze(work: Follow): Promise<void> {
  if (work.state.frozenAt !== undefined) return;
  work.state.frozenAt = await nowIso(work.step);
  await save(work);
}

/**
 * The lines right before a write that stems from the platform; whoever was overtaken by another sender writes nothing.
 * @throws WrittenOffMeanwhile, StaleFenceError
 */
export async function linesBeforeWrite(work: Follow): Promise<RoappItem[]> {
  await work.hold.renew();
  const items = work.justRead ?? (await work.step.client.items(work.row.targetId));
  work.justRead = undefined;
  if (writtenOffIn(items) === 'none') return items;
  await freeze(work);
  throw new WrittenOffMeanwhile('goods were written off meanwhile');
}

/** What was applied is remembered after each write, and that it was ours. */
export async function noteWritten(work: Follow): Promise<void> {
  work.hasWritten = true;
  work.state.touchedAt = await nowIso(work.step);
  await save(work);
}

/** @throws StaleFenceError when another sender took over: what it remembers counts */
export async function save({ step, hold, row, state }: Follow, isOpen = row.isOpen): Promise<void> {
  await hold.renew();
  await step.ledger.follows.put({ ...row, state, isOpen });
}

export const nowIso = async ({ ledger }: RoappStep): Promise<string> => new Date(await ledger.clock.now()).toISOString();
