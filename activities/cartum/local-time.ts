/** The shop's clock: its times have no zone (contract 9), and its lists are asked for by local days. */
import { Temporal } from 'temporal-polyfill';
import { BadDataError } from '../errors.ts';

/** `YYYY-MM-DD`, a day of the shop's calendar */
export type Day = string;

/**
 * `2026-09-01 10:15:00` in the shop's zone → ISO 8601 UTC. A doubled hour is read as its first passage (decision on R5); a missing one,
 * which a shop should never write, as if the clock had not been put forward yet.
 */
export function toInstant(local: string, timeZone: string): string {
  try {
    const zoned = Temporal.PlainDateTime.from(local.replace(' ', 'T')).toZonedDateTime(timeZone, { disambiguation: 'compatible' });
    return new Date(zoned.epochMilliseconds).toISOString();
  } catch {
    throw new BadDataError('stat_created', 'must be a date and time');
  }
}

/** The day on the shop's calendar. @param instant ms since 1970 or ISO 8601 */
export function dayOf(instant: number | string, timeZone: string): Day {
  const ms = typeof instant === 'number' ? instant : Date.parse(instant);
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

export const dayAfter = (day: Day, days = 1): Day => Temporal.PlainDate.from(day).add({ days }).toString();

/** The first and the last second of these days, as filters take them: a date alone may leave its day out (contract 12). */
export const secondsOf = (first: Day, last: Day = first): { from: string; to: string } => ({ from: `${first} 00:00:00`, to: `${last} 23:59:59` });
