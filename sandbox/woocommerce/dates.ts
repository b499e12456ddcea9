/** The shop's two ways of writing a time, and how a date filter is understood (contract woocommerce 4 and 9). */
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

/** `date_created_gmt`: GMT without `Z`. */
export function gmtText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19);
}

/** `date_created`: shop-local without offset. */
export function localText(ms: number, zone: string): string {
  return gmtText(ms + offsetAt(ms, zone));
}

/** A shop-local wall time as an instant; of a doubled hour the first passage. */
export function wallToInstant(wall: string, zone: string): number {
  return Temporal.PlainDateTime.from(wall).toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds;
}

/** The same wall time some calendar months earlier. */
export function monthsBefore(ms: number, months: number, zone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).subtract({ months }).epochMilliseconds;
}

const dateTime = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|[+-]\d{2}(?::\d{2})?)?$/;

/** Whether the text is a date-time the shop accepts; a bare day or a 13th month is not. */
export function isDateTime(text: string): boolean {
  const match = dateTime.exec(text);
  return match !== null && !Number.isNaN(Date.parse(`${match[1]}T${match[2]}Z`));
}

/**
 * The instant that a date filter means.
 * A naive value is shop-local, or GMT with `dates_are_gmt`. A value with its own zone is first turned into the shop's wall time; with `dates_are_gmt`
 * that wall time is then read as GMT, so it lands off by the shop's offset. The real shop does this.
 */
export function filterInstant(text: string, datesAreGmt: boolean, zone: string): number {
  const match = dateTime.exec(text);
  const wall = `${match?.[1]}T${match?.[2]}`;
  const suffix = match?.[3];
  if (suffix === undefined) return datesAreGmt ? Date.parse(`${wall}Z`) : wallToInstant(wall, zone);
  const instant = Date.parse(wall + (suffix.length === 3 ? `${suffix}:00` : suffix));
  return datesAreGmt ? instant + offsetAt(instant, zone) : instant;
}
