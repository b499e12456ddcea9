/** Times as GraphQL (UTC, whole seconds) and webhooks (the shop's own zone with its offset) write them. */

export const wholeSecond = (ms: number): number => Math.floor(ms / 1000) * 1000;

export const utcText = (ms: number): string => new Date(wholeSecond(ms)).toISOString().replace('.000Z', 'Z');
export const utcOrNull = (ms: number | null): string | null => (ms === null ? null : utcText(ms));

/** How far the zone's clocks are ahead of UTC, in ms. */
export function zoneOffsetMs(ms: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' }).formatToParts(ms);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')) - wholeSecond(ms);
}

const two = (value: number): string => String(value).padStart(2, '0');

/** "+02:00" */
export function offsetText(offsetMs: number): string {
  const minutes = Math.abs(offsetMs) / 60_000;
  return `${offsetMs < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** "2026-10-25T02:30:00+02:00" */
export function localText(ms: number, timeZone: string): string {
  const offset = zoneOffsetMs(ms, timeZone);
  return new Date(wholeSecond(ms) + offset).toISOString().slice(0, 19) + offsetText(offset);
}

export const localOrNull = (ms: number | null, timeZone: string): string | null => (ms === null ? null : localText(ms, timeZone));
