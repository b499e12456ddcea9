/** Waits until a call may leave: nothing paused, the account's budget granted (N13), one of its simultaneous slots free. */
import { setTimeout as wait } from 'node:timers/promises';
import type { BudgetRule } from '../ledger/ledger.ts';
import { BudgetBusyError, OfflineError, PausedError } from './errors.ts';
import type { CallContext, HttpSettings } from './call.ts';

const sliceMs = 1_000;
/** Longer than this nobody waits in place: the step is handed back and repeated, which is safe at any point. */
const longestWaitMs = 60_000;
const slotPollMs = 100;
/** On top of the call's time limit, for the writing around it. */
const slotMarginMs = 5_000;
/** Timers of a busy process are late by less than this all the time. */
const leastLateMs = 100;
/** A process that always wakes late must come to send, too. */
const mostGivenUp = 5;

/** How time passes here; tests pass it themselves. */
export interface PaceTime {
  /** ms that never jump */
  monotonic: () => number;
  sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

const realTime: PaceTime = { monotonic: () => performance.now(), sleep: (ms, signal) => wait(ms, undefined, { signal }) };

export interface Slot {
  /** A call that timed out may still run over there: its slot is not released but expires. */
  release: () => Promise<void>;
}

const noSlot: Slot = { release: () => Promise.resolve() };

/**
 * @param isFirst the step has sent nothing yet: then its activity slot goes back instead of waiting here
 * @param cost points of the account's budget
 * @param isUrgent may take the place that is kept for opt-outs
 * @throws PausedError, BudgetBusyError, OfflineError
 */
export async function waitForTurn(settings: HttpSettings, call: CallContext, { isFirst, cost, isUrgent = false }: { isFirst: boolean; cost: number; isUrgent?: boolean }, time: PaceTime = realTime): Promise<Slot> {
  if (call.isOffline) throw new OfflineError('an outside call is needed');
  call.heartbeat(); // many short calls in a row must beat too
  await assertNotPaused(call);
  await waitForBudget(settings, call, { isFirst, cost, time });
  return waitForSlot(settings, call, { isFirst, isUrgent, time });
}

async function assertNotPaused(call: CallContext): Promise<void> {
  const paused = await call.ledger.states.paused(call.connection, call.integration?.id ?? null);
  if (paused) throw new PausedError(`${paused.subject} is paused (${paused.reason})`);
}

/** An instant that was slept through is given up and another one asked for: sent late, calls of several instants would leave together. */
async function waitForBudget(settings: HttpSettings, call: CallContext, { isFirst, cost, time }: { isFirst: boolean; cost: number; time: PaceTime }): Promise<void> {
  const rule = settings.budget;
  if (!rule) return;
  for (let givenUp = 0; ; ) {
    const reservation = await call.ledger.budgets.reserve(rule, call.lane, cost);
    const answeredAt = time.monotonic();
    const granted = reservation.kind === 'granted';
    if (!granted && (isFirst || reservation.waitMs > longestWaitMs)) throw new BudgetBusyError(await call.ledger.budgets.comeBack(rule, call.lane, cost, reservation.waitMs));
    await waitInSlices(reservation.waitMs, call, time);
    if (!granted || reservation.waitMs >= sliceMs) await assertNotPaused(call);
    if (!granted) continue;
    const lateMs = time.monotonic() - answeredAt - reservation.waitMs;
    if (lateMs <= toleratedMs(rule) || givenUp === mostGivenUp) return;
    givenUp += 1;
  }
}

/**
 * What the vendor counts a second at a time may be late by the part of that second which we leave to others, before one call too many meets the
 * others there; half of it is kept for the way to the vendor.
 */
const toleratedMs = ({ perSecond, share }: BudgetRule): number => Math.max(leastLateMs, (Math.max(1_000, 1_000 / perSecond) * (1 / share - 1)) / 2);

async function waitInSlices(ms: number, call: CallContext, time: PaceTime): Promise<void> {
  for (let left = ms; left > 0; left -= sliceMs) {
    call.heartbeat();
    await time.sleep(Math.min(left, sliceMs), call.signal);
  }
  call.signal.throwIfAborted();
}

async function waitForSlot(settings: HttpSettings, call: CallContext, { isFirst, isUrgent, time }: { isFirst: boolean; isUrgent: boolean; time: PaceTime }): Promise<Slot> {
  if (settings.simultaneous === undefined) return noSlot;
  const leaseMs = timeoutOf(settings) + slotMarginMs;
  for (let waited = 0; ; waited += slotPollMs) {
    const slot = await call.ledger.slots.take(accountOf(settings, call), settings.simultaneous, leaseMs, isUrgent);
    if (slot) return slot;
    if (isFirst || waited > longestWaitMs) throw new BudgetBusyError(5 * slotPollMs);
    await waitInSlices(slotPollMs, call, time);
    await assertNotPaused(call);
  }
}

/** Whose limits count: the budget's account, else the connection itself. */
export const accountOf = (settings: HttpSettings, call: CallContext): string => settings.budget?.account ?? `${settings.system}:${call.connection}`;

/** The whole call's time limit in ms. */
export const timeoutOf = (settings: HttpSettings): number => settings.timeoutMs ?? 10_000;
