/** When the nightly reconciliation runs. */
import { expect, test } from 'vitest';
import { nightly } from '../../scripts/schedule.ts';

const weekMs = 7 * 86_400_000;
const dayMs = 86_400_000;
const begin = Date.UTC(2026, 0, 1);
const weeks = 52 * 5;

/** What the zone's wall is ahead of GMT at an instant, ms. */
function offsetsOf(zone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  return (instant) => {
    const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d\d):(\d\d)/.exec(format.format(instant)) ?? [];
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  };
}

/** Wall times that the zone skips: from, inclusive, to, exclusive, as if they were GMT. */
function gapsOf(zone: string): { zone: string; from: number; to: number }[] {
  const offset = offsetsOf(zone);
  const samples = Array.from({ length: weeks }, (_, week) => ({ at: begin + week * weekMs, offset: offset(begin + week * weekMs) }));
  return samples.flatMap((sample, at) => {
    const next = samples[at + 1];
    if (next === undefined || next.offset <= sample.offset) return [];
    let [before, after] = [sample.at, next.at];
    while (after - before > 1_000) {
      const middle = Math.floor((before + after) / 2);
      if (offset(middle) === sample.offset) before = middle;
      else after = middle;
    }
    const second = Math.round(after / 1_000) * 1_000;
    return [{ zone, from: second + sample.offset, to: second + next.offset }];
  });
}

test('N7 the hour of the nightly reconciliation is skipped in no night of any zone', () => {
  const zones = Intl.supportedValuesOf('timeZone');
  const gaps = zones.flatMap(gapsOf);
  const skippedIn = ({ hour, minute }: { hour: number; minute: number }): string[] => {
    const time = (hour * 60 + minute) * 60_000;
    return gaps.filter(({ from, to }) => [from, to].some((wall) => { const at = wall - (wall % dayMs) + time; return from <= at && at < to; })).map(({ zone }) => zone); // prettier-ignore
  };
  expect([zones.length > 300, gaps.length > 500]).toEqual([true, true]);
  expect(skippedIn({ hour: 2, minute: 30 })).toContain('Europe/Warsaw');
  expect(skippedIn({ hour: 3, minute: 30 })).toContain('Europe/Kiev');
  expect(skippedIn(nightly)).toEqual([]);
});
