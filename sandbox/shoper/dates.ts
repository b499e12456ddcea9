/** Shop-local times without zone, as every reply shows them (contract shoper 9). */
import { Temporal } from 'temporal-polyfill';

const dayMs = 86_400_000;
const quarterHourMs = 15 * 60_000;
const offsets = new Map<string, number>();

/** What stands where there is no time. */
export const zeroDate = '0000-00-00 00:00:00';

/** `YYYY-MM-DD HH:MM:SS` in shop time; null is the zero date. */
export function localText(ms: number | null, zone: string): string {
  if (ms === null) return zeroDate;
  return new Date(ms + offsetAt(ms, zone)).toISOString().slice(0, 19).replace('T', ' ');
}

/** What the zone's clocks show beyond GMT at this instant, in ms. Asking is slow: kept by day, and by quarter hour on the two days that change it. */
function offsetAt(ms: number, zone: string): number {
  const day = Math.floor(ms / dayMs) * dayMs;
  const morning = keptOffset(day, zone);
  return morning === keptOffset(day + dayMs, zone) ? morning : keptOffset(Math.floor(ms / quarterHourMs) * quarterHourMs, zone);
}

function keptOffset(ms: number, zone: string): number {
  const key = `${zone} ${ms}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const offset = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).offsetNanoseconds / 1_000_000;
  offsets.set(key, offset);
  return offset;
}
