/** Shop-local times without zone: how they are written, and what a date filter means (contract cartum 4.1, 9). */
import { Temporal } from 'temporal-polyfill';

const quarterHourMs = 15 * 60_000;
const offsets = new Map<string, number>();

/** What the zone's clocks show beyond GMT at this instant, in ms. */
function offsetAt(ms: number, zone: string): number {
  const key = `${zone} ${Math.floor(ms / quarterHourMs)}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const offset = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).offsetNanoseconds / 1_000_000;
  offsets.set(key, offset);
  return offset;
}

/** `YYYY-MM-DD HH:mm:ss` in shop time; both passages of a doubled hour read the same. */
export function localText(ms: number, zone: string): string {
  return new Date(ms + offsetAt(ms, zone)).toISOString().slice(0, 19).replace('T', ' ');
}

/** The same wall time some calendar months earlier. */
export function monthsBefore(ms: number, months: number, zone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).subtract({ months }).epochMilliseconds;
}

/** Both passages of the same half hour in the latest doubled hour before `ms`; undefined for a zone without such hours. */
export function latestDoubledHour(ms: number, zone: string): { first: number; second: number } | undefined {
  let at: Temporal.ZonedDateTime | null = Temporal.Instant.fromEpochMilliseconds(ms - 2 * 3_600_000).toZonedDateTimeISO(zone);
  for (let seen = 0; seen < 4; seen += 1) {
    at = at.getTimeZoneTransition('previous');
    if (at === null) return undefined;
    const change = at.epochMilliseconds;
    if (offsetAt(change, zone) < offsetAt(change - 1, zone)) return { first: change - 1_800_000, second: change + 1_800_000 };
  }
  return undefined;
}

const forms = [/^(?<y>\d{4})-(?<m>\d{2})-(?<d>\d{2})(?: (?<t>\d{2}:\d{2}:\d{2}))?$/, /^(?<d>\d{2})\.(?<m>\d{2})\.(?<y>\d{4})(?: (?<t>\d{2}:\d{2}:\d{2}))?$/];

export interface FilterRules {
  mayHaveTime: boolean;
  /** time of a bare day */
  timeOfDay: '00:00:00' | '23:59:59';
}

/** A filter's bound in the form of `localText`, so that texts compare; undefined for what the platform cannot read, ISO 8601 with T or zone included. */
export function readBound(text: string, { mayHaveTime, timeOfDay }: FilterRules): string | undefined {
  const parts = forms.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined);
  if (parts === undefined || (parts['t'] !== undefined && !mayHaveTime)) return undefined;
  const day = `${parts['y']}-${parts['m']}-${parts['d']}`;
  const time = parts['t'] ?? timeOfDay;
  return isReal(`${day}T${time}`) ? `${day} ${time}` : undefined;
}

function isReal(text: string): boolean {
  try {
    return Temporal.PlainDateTime.from(text).toString().startsWith(text);
  } catch {
    return false;
  }
}
