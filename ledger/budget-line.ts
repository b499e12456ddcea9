/**
 * One account's rate limit as arithmetic: a generic cell rate limiter over two lanes (N13, design 4). Nothing here reads a clock or a database.
 * Instants are ms of the ledger's clock; the line itself runs in microseconds, so that a spacing such as 416.67 ms does not drift.
 */
import type { Lane } from '../domain/ports.ts';
import type { BudgetRule, Reservation } from './ledger.ts';

/** What is remembered of an account. */
export interface BudgetLine {
  /** microseconds: the instant of the next call if all were evenly spaced */
  nextFree: number;
  /** until then the vendor wants to hear from nobody */
  holdUntil: number;
  /** when this was last written: a clock that reads less has jumped back */
  seenAt: number;
  /** what live work has left since bulk last did: nine of them are one turn for bulk; below 0 bulk took its turn ahead */
  livePoints: number;
  /** the latest instant given to live work */
  liveAt: number;
  /** part of our share in use since `pacedAt`, 0–1; recovers with time */
  pace: number;
  pacedAt: number;
  /** refusals of the last minute, earliest first */
  throttledAt: number[];
}

export interface Asking {
  rule: BudgetRule;
  lane: Lane;
  cost: number;
  now: number;
}

/** The longest pause a vendor can ask of us; whatever lies further ahead comes from a clock that jumped back. */
export const longestPauseMs = 15 * 60_000;
/** Nobody reserves further ahead. */
const horizonMs = 2_000;
/** Bulk keeps closer to the present, so that live work which comes later still goes soon, and closest while there is live work. */
const bulkHorizonMs = 500;
const bulkBesideLiveHorizonMs = 100;
/** So long after its latest instant live work counts as going on. */
const liveLastsMs = 1_000;
/** One in ten is bulk's, whatever live work there is. */
const livePerBulk = 9;
/** Turns that bulk did not use do not pile up beyond three. */
const mostPoints = 3 * livePerBulk;
/** Readings of one clock by several processes differ by less; more is a jump. */
const clockToleranceMs = 5_000;
const slowestPace = 0.25;
const slowerBy = 0.8;
/** Refusals in a minute that are taken as chance. */
const toleratedThrottles = 2;
const recoveryPerMinute = 0.1;
const minuteMs = 60_000;
/** Calls that left together are refused together: one lowering for all of them. */
const slowerAtMostEveryMs = 1_000;

export const newLine = (now: number): BudgetLine => ({ nextFree: 0, holdUntil: 0, seenAt: now, livePoints: 0, liveAt: 0, pace: 1, pacedAt: 0, throttledAt: [] });

/** The answer to one asking, and the line after it when an instant was reserved. */
export function reserveOn(before: BudgetLine, asking: Asking): { reservation: Reservation; line?: BudgetLine } {
  const { rule, cost, lane, now } = asking;
  const line = followClock(before, now);
  if (line.holdUntil > now) return { reservation: { kind: 'held', waitMs: line.holdUntil - now } };
  const spacing = 1_000_000 / (rule.perSecond * rule.share * paceAt(line, now));
  const nowUs = now * 1_000;
  const free = Math.max(line.nextFree, nowUs);
  const aheadMs = Math.max(0, free - (rule.burst - 1) * spacing - nowUs) / 1_000;
  const place = lane === 'live' ? livePlace(line, spacing / 1_000) : bulkPlace(line, asking, aheadMs);
  if (aheadMs > place.horizonMs) {
    const turnMs = lane === 'live' ? Infinity : (Math.max(1, missingPoints(line, cost)) * spacing) / 1_000;
    return { reservation: { kind: 'bounced', waitMs: Math.max(1, Math.ceil(Math.min(aheadMs - place.horizonMs, turnMs))) } };
  }
  const waitMs = Math.ceil(aheadMs);
  return {
    reservation: { kind: 'granted', waitMs },
    line: {
      ...line,
      nextFree: Math.round(free + spacing * cost),
      seenAt: Math.max(line.seenAt, now),
      livePoints: lane === 'live' ? Math.min(line.livePoints + cost, mostPoints) : pointsAfterBulk(line, cost, place.isTurn),
      liveAt: lane === 'live' ? now + waitMs : line.liveAt,
    },
  };
}

interface Place {
  /** how far ahead this asking may reserve */
  horizonMs: number;
  /** bulk's turn, ahead of live work */
  isTurn: boolean;
}

/** Live work leaves the last place to bulk whose turn it is. */
const livePlace = ({ livePoints }: BudgetLine, spacingMs: number): Place => ({
  horizonMs: livePoints >= livePerBulk ? Math.max(0, horizonMs - spacingMs) : horizonMs,
  isTurn: false,
});

function bulkPlace(line: BudgetLine, { cost, now }: Asking, aheadMs: number): Place {
  const besideMs = now < line.liveAt + liveLastsMs ? bulkBesideLiveHorizonMs : bulkHorizonMs;
  const isTurn = aheadMs > besideMs && missingPoints(line, cost) <= 0;
  return { horizonMs: isTurn ? horizonMs : besideMs, isTurn };
}

/** How much live work must still leave before it is bulk's turn. */
const missingPoints = (line: BudgetLine, cost: number): number => Math.min(livePerBulk * cost, mostPoints) - line.livePoints;

/** A turn is paid in full, if need be afterwards; a place that nobody wanted costs what was saved up. */
function pointsAfterBulk({ livePoints }: BudgetLine, cost: number, isTurn: boolean): number {
  const paid = livePoints - livePerBulk * cost;
  return isTurn ? paid : Math.max(Math.min(livePoints, 0), paid);
}

/** Waiting steps come back this often in the time that one call takes: often enough that no instant stays unused, seldom enough to cost little. */
const returnsPerCall = 2;
/** However many wait, nobody is away for longer than this beyond what the reservation said. */
const longestReturnMs = 60_000;

/**
 * When a step that was sent away comes back, as a delay in ms: all who wait for one instant would otherwise ask for it together, again and again.
 * @param last when the one before it comes back
 * @param waitMs what the reservation said: earlier there is nothing to get
 */
export function comeBackAfter(last: number, { rule, cost, now }: Omit<Asking, 'lane'>, waitMs: number): number {
  const apartMs = (1_000 * cost) / (rule.perSecond * rule.share * returnsPerCall);
  const earliest = now + waitMs;
  const latest = earliest + longestReturnMs;
  const next = last > latest + apartMs ? earliest : last + apartMs; // so far ahead only because a pause ended or the clock was set back
  return Math.ceil(Math.min(Math.max(next, earliest), latest) - now);
}

/** The line after the vendor asked for a pause. A shorter one never ends a longer one. */
export function holdLine(before: BudgetLine, now: number, waitMs: number): BudgetLine {
  const line = followClock(before, now);
  return { ...line, holdUntil: Math.max(line.holdUntil, now + Math.min(Math.max(0, Math.ceil(waitMs)), longestPauseMs)), seenAt: Math.max(line.seenAt, now) };
}

/** The line after one more 429. Repeated ones mean that another program uses the account: the pace is lowered for a while. */
export function throttleLine(before: BudgetLine, now: number): BudgetLine {
  const line = followClock(before, now);
  const throttledAt = [...line.throttledAt.filter((at) => at > now - minuteMs), now].slice(-100);
  const noted = { ...line, throttledAt, seenAt: Math.max(line.seenAt, now) };
  if (throttledAt.length <= toleratedThrottles || now - line.pacedAt < slowerAtMostEveryMs) return noted;
  return { ...noted, pace: Math.max(slowestPace, paceAt(line, now) * slowerBy), pacedAt: now };
}

/** The part of our share in use now: back to all of it some minutes after the last lowering. */
export function paceAt(line: BudgetLine, now: number): number {
  return Math.min(1, line.pace + (Math.max(0, now - line.pacedAt) / minuteMs) * recoveryPerMinute);
}

/**
 * Moves everything back with a clock that jumped back, so that nobody waits for the lost hour. A clock that jumped ahead needs nothing:
 * a line in the past is as good as one that ends now.
 */
function followClock(line: BudgetLine, now: number): BudgetLine {
  const jump = line.seenAt - now > clockToleranceMs ? line.seenAt - now : 0;
  const nextFree = line.nextFree - jump * 1_000;
  const holdUntil = line.holdUntil - jump;
  return {
    ...line,
    seenAt: line.seenAt - jump,
    nextFree: nextFree > (now + longestPauseMs) * 1_000 ? now * 1_000 : nextFree,
    holdUntil: holdUntil > now + longestPauseMs ? now : holdUntil,
    liveAt: line.liveAt - jump,
    pacedAt: line.pacedAt - jump,
    throttledAt: line.throttledAt.map((at) => at - jump),
  };
}
