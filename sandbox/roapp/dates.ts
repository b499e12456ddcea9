/** Instants as RO App writes and reads them: ISO 8601 UTC without milliseconds (contract roapp 9). */

const pattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

export const formatInstant = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

export const formatMaybe = (ms: number | null): string | null => (ms === null ? null : formatInstant(ms));

/** undefined for any other way of writing, milliseconds included. */
export function parseInstant(text: string): number | undefined {
  const ms = pattern.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** Nothing is stored finer than it is shown. */
export const wholeSecond = (ms: number): number => Math.floor(ms / 1_000) * 1_000;
