/** Where a window begins: calendar months back in the shop's zone, and high-water marks with their overlap (N7, design 7). */

/** How far an incremental window reaches back behind the high-water mark: late commits and clocks that differ a little. */
export const overlapMs = 10 * 60_000;

/**
 * The instant from which a backfill of this many calendar months reads (R5, R7, R9): the same day and time of day in the shop's zone,
 * the last day of a shorter month. A doubled hour counts from its first passage, a missing one from the moment it was skipped.
 * @param now the moment of connecting: ms since 1970 or ISO 8601
 * @param timeZone IANA name
 * @returns ISO 8601 UTC
 */
export function backfillStart(now: number | string, months: number, timeZone: string): string {
  const wall = wallClockOf(timeZone);
  return new Date(instantOf(monthsBefore(wall(typeof now === 'number' ? now : Date.parse(now)), months), wall)).toISOString();
}

/** Where an incremental window begins: the mark, or the moment of connecting as long as there is none, minus the overlap. ISO 8601 UTC. */
export const windowStart = (mark: string | undefined, connectedAt: string): string => new Date(Date.parse(mark ?? connectedAt) - overlapMs).toISOString();

/** True for a name that this machine's time zone data know. */
export function isTimeZone(name: string): boolean {
  const known = zonesAsked.get(name);
  if (known !== undefined) return known;
  const answer = knowsZone(name);
  zonesAsked.set(name, answer);
  return answer;
}

/** Settings are checked at every step, and asking costs a millisecond. */
const zonesAsked = new Map<string, boolean>();

function knowsZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** What a clock on the zone's wall is ahead of GMT at this instant, in ms. */
export const zoneOffsetMs = (instant: number, timeZone: string): number => wallClockOf(timeZone)(instant) - instant;

const dayMs = 86_400_000;

/** Date and time on the wall of the zone, as if they were GMT: ms since 1970. */
type WallClock = (instant: number) => number;

function wallClockOf(timeZone: string): WallClock {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (instant) => {
    const part = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const at = (name: Intl.DateTimeFormatPartTypes): number => part.get(name) ?? 0;
    const withinSecond = ((instant % 1_000) + 1_000) % 1_000;
    return Date.UTC(at('year'), at('month') - 1, at('day'), at('hour'), at('minute'), at('second')) + withinSecond;
  };
}

function monthsBefore(wall: number, months: number): number {
  const date = new Date(wall);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() - months);
  const daysInMonth = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, daysInMonth));
  return date.getTime();
}

/** The earliest instant at which the wall shows this time or, where it never does, a later one. */
function instantOf(wanted: number, wall: WallClock): number {
  const candidates = [wanted - dayMs, wanted + dayMs].map((near) => wanted - (wall(near) - near)).toSorted((a, b) => a - b);
  const shown = candidates.find((candidate) => wall(candidate) === wanted);
  if (shown !== undefined) return shown;
  let [before, after] = [candidates[0] ?? wanted, candidates[1] ?? wanted]; // a missing hour: the clock jumps between the two
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (wall(middle) < wanted) before = middle;
    else after = middle;
  }
  return after;
}
