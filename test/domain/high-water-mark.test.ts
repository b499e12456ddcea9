import { describe, expect, test } from 'vitest';
import { backfillStart, isTimeZone, windowStart, zoneOffsetMs } from '../../domain/high-water-mark.ts';

describe('R5 R7 R9 the backfill begins calendar months before, in the shop’s zone', () => {
  test.each([
    { why: 'same day and time of day', now: '2026-11-21T16:49:51.000Z', months: 2, zone: 'UTC', start: '2026-09-21T16:49:51.000Z' },
    { why: 'the zone was on summer time then', now: '2026-11-21T16:49:51.000Z', months: 2, zone: 'Europe/Warsaw', start: '2026-09-21T15:49:51.000Z' },
    { why: 'already another day there', now: '2026-03-01T03:00:00.000Z', months: 1, zone: 'America/New_York', start: '2026-01-29T03:00:00.000Z' },
    { why: 'a shorter month ends earlier', now: '2026-04-30T10:00:00.000Z', months: 2, zone: 'UTC', start: '2026-02-28T10:00:00.000Z' },
    { why: 'a leap year', now: '2028-04-30T10:00:00.000Z', months: 2, zone: 'UTC', start: '2028-02-29T10:00:00.000Z' },
    { why: 'over the turn of the year', now: '2026-01-31T23:30:00.000Z', months: 2, zone: 'Europe/Warsaw', start: '2025-11-30T23:30:00.000Z' },
    { why: 'no months', now: '2026-01-31T23:30:00.125Z', months: 0, zone: 'Europe/Warsaw', start: '2026-01-31T23:30:00.125Z' },
    { why: 'half-hour zones', now: '2026-07-15T00:00:00.000Z', months: 2, zone: 'Asia/Kolkata', start: '2026-05-15T00:00:00.000Z' },
  ])('$why: $now − $months months in $zone', ({ now, months, zone, start }) => {
    expect(backfillStart(now, months, zone)).toBe(start);
    expect(backfillStart(Date.parse(now), months, zone)).toBe(start);
  });

  test('N7 a doubled hour counts from its first passage', () => {
    // Warsaw, 25 October 2026: 02:00–03:00 passes twice, first at UTC+2
    expect(backfillStart('2026-12-25T01:30:00.000Z', 2, 'Europe/Warsaw')).toBe('2026-10-25T00:30:00.000Z');
  });

  test('N7 a missing hour counts from the moment it was skipped', () => {
    // Warsaw, 29 March 2026: 02:00–03:00 does not exist
    expect(backfillStart('2026-05-29T00:30:00.000Z', 2, 'Europe/Warsaw')).toBe('2026-03-29T01:00:00.000Z');
  });

  test('N7 over a simulated year every window begins at the same time of day, but in the one hour that was skipped', () => {
    const format = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Warsaw', timeStyle: 'medium' });
    const timeOfDay = (at: number | string) => format.format(new Date(at));
    const others: string[] = [];
    for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += 3_600_000) {
      const start = backfillStart(at, 2, 'Europe/Warsaw');
      if (timeOfDay(start) !== timeOfDay(at)) others.push(new Date(at).toISOString());
    }
    expect(others).toEqual(['2026-05-29T00:00:00.000Z']);
  });
});

describe('N7 windows overlap', () => {
  test.each([
    ['from the mark', '2026-11-21T16:49:51.000Z', '2026-11-21T16:39:51.000Z'],
    ['from the moment of connecting as long as there is no mark', undefined, '2026-11-20T11:50:00.000Z'],
  ])('%s', (_, mark, start) => {
    expect(windowStart(mark, '2026-11-20T12:00:00.000Z')).toBe(start);
  });
});

test.each([['Europe/Warsaw', true], ['UTC', true], ['Warsaw', false], ['', false]])('zone names: %s', (name, known) => {
  expect(isTimeZone(name)).toBe(known);
});

test.each([['2026-07-01T00:00:00Z', 7_200_000], ['2026-12-01T00:00:00Z', 3_600_000]])('the offset of a zone at %s', (at, offset) => {
  expect(zoneOffsetMs(Date.parse(at), 'Europe/Warsaw')).toBe(offset);
});
