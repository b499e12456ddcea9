/** Waits until a call may leave: nothing paused, the account's budget granted (N13), one of its simultaneous slots free. */
import { setTimeout as wait } from 'node:timers/promises';
import { BudgetBusyError, PausedError } from './errors.ts';
import type { CallContext, HttpSettings } from './call.ts';

const sliceMs = 1_000;
/** Longer than this nobody waits in place: the step is handed back and repeated, which is safe at any point. */
const longestWaitMs = 60_000;
const slotPollMs = 100;
/** On top of the call's time limit, for the writing around it. */
const slotMarginMs = 5_000;

export interface Slot {
  /** A call that timed out may still run over there: its slot is not released but expires. */
  release: () => Promise<void>;
}

const noSlot: Slot = { release: () => Promise.resolve() };

/**
 * @param isFirst the step has sent nothing yet: then its activity slot goes back instead of waiting here
 * @throws PausedError, BudgetBusyError
 */
export async function waitForTurn(settings: HttpSettings, call: CallContext, isFirst: boolean): Promise<Slot> {
  call.heartbeat(); // many short calls in a row must beat too
  await assertNotPaused(call);
  await waitForBudget(settings, call, isFirst);
  return waitForSlot(settings, call, isFirst);
}

async function assertNotPaused(call: CallContext): Promise<void> {
  const paused = await call.ledger.states.paused(call.connection, call.integration?.id ?? null);
  if (paused) throw new PausedError(`${paused.subject} is paused (${paused.reason})`);
}

async function waitForBudget(settings: HttpSettings, call: CallContext, isFirst: boolean): Promise<void> {
  const rule = settings.budget;
  if (!rule) return;
  for (;;) {
    const reservation = await call.ledger.budgets.reserve(rule, call.lane);
    const granted = reservation.kind === 'granted';
    if (!granted && (isFirst || reservation.waitMs > longestWaitMs)) throw new BudgetBusyError(reservation.waitMs);
    await waitInSlices(reservation.waitMs, call);
    if (granted && reservation.waitMs < sliceMs) return;
    await assertNotPaused(call);
    if (granted) return;
  }
}

async function waitInSlices(ms: number, call: CallContext): Promise<void> {
  for (let left = ms; left > 0; left -= sliceMs) {
    call.heartbeat();
    await wait(Math.min(left, sliceMs), undefined, { signal: call.signal });
  }
  call.signal.throwIfAborted();
}

async function waitForSlot(settings: HttpSettings, call: CallContext, isFirst: boolean): Promise<Slot> {
  if (settings.simultaneous === undefined) return noSlot;
  const leaseMs = timeoutOf(settings) + slotMarginMs;
  for (let waited = 0; ; waited += slotPollMs) {
    const slot = await call.ledger.slots.take(accountOf(settings, call), settings.simultaneous, leaseMs, false);
    if (slot) return slot;
    if (isFirst || waited > longestWaitMs) throw new BudgetBusyError(5 * slotPollMs);
    await waitInSlices(slotPollMs, call);
    await assertNotPaused(call);
  }
}

/** Whose limits count: the budget's account, else the connection itself. */
export const accountOf = (settings: HttpSettings, call: CallContext): string => settings.budget?.account ?? `${settings.system}:${call.connection}`;

/** The whole call's time limit in ms. */
export const timeoutOf = (settings: HttpSettings): number => settings.timeoutMs ?? 10_000;
