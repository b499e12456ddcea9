/**
 * N7: a simulated year of a shop, swept by the real windows. The shop obeys the contract: strict bounds, whole seconds, no tie-breaker, pages of a hundred;
 * two of its machines have clocks of their own, and what they write is seen only when it is committed. Each seed is another year.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDay, type Position } from '../../activities/cartum/windows.ts';
import { dayOf, toInstant } from '../../activities/cartum/local-time.ts';
import type { ListedOrder as CartumRow } from '../../activities/cartum/schemas.ts';
import { createWoocommerceClient, type OrderQuery, type WoocommerceClient } from '../../activities/woocommerce/client.ts';
import { toNaiveGmt } from '../../activities/woocommerce/map.ts';
import { digestOf } from '../../activities/woocommerce/platform.ts';
import type { WooOrder } from '../../activities/woocommerce/schemas.ts';
import { listingOf, markOf } from '../../activities/woocommerce/walks.ts';
import { firstCursor, parseCursor, readWindow, type Cursor } from '../../activities/woocommerce/windows.ts';
import { backfillStart, zoneOffsetMs } from '../../domain/high-water-mark.ts';
import type { Ledger, Marks } from '../../ledger/ledger.ts';
import { order } from '../activities/woocommerce/orders.ts';
import { contextOf, integration, shopSettings, step } from '../activities/woocommerce/setup.ts';
import { openTestLedger, type TestLedger } from '../setup/ledger.ts';

const zone = 'Europe/Warsaw';
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const yearStart = Date.UTC(2026, 0, 1);
const connectsAt = Date.UTC(2026, 2, 10, 9, 30);
const yearEnd = Date.UTC(2027, 0, 1);
/** 2026 in Warsaw: 02:00 becomes 03:00; 03:00 becomes 02:00 again */
const clockChanges = [Date.UTC(2026, 2, 29, 1), Date.UTC(2026, 9, 25, 1)];

/** Two clocks that are this far apart at most, and a transaction that is this long: together less than the overlap of ten minutes. */
const mostSkew = 2 * minute;
const longestCommit = 5 * minute;

const offsets = new Map<number, number>();
/** By the hour, as this zone's clock changes: asking the zone is slow. */
function aheadOf(instant: number): number {
  const hours = Math.floor(instant / hour);
  const ahead = offsets.get(hours) ?? zoneOffsetMs(hours * hour, zone);
  offsets.set(hours, ahead);
  return ahead;
}

type Random = () => number;

function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const between = (random: Random, from: number, to: number): number => from + Math.floor(random() * (to - from));

/** One state of an order: stamped by a machine's clock, seen from its commit on. `content` stays where a save changed nothing. */
interface Version {
  id: number;
  content: number;
  created: string;
  modified: string;
  seenFrom: number;
}

interface Year {
  /** by `seenFrom` */
  versions: Version[];
  sweeps: number[];
}

/** Orders, edits and saves that change nothing: at random, close around both clock changes and sweeps, and hundreds within one second. */
function makeYear(random: Random): Year {
  const versions: Version[] = [];
  const latest = new Map<number, Version>();
  const stamp = (at: number): string => toNaiveGmt(at + between(random, -mostSkew, mostSkew));
  const write = (version: Version): void => {
    versions.push(version);
    latest.set(version.id, version);
  };
  const place = (at: number, modified = stamp(at)): void => write({ id: latest.size + 1, content: 0, created: modified, modified, seenFrom: at + between(random, 0, longestCommit) });
  const save = (at: number, modified = stamp(at)): void => {
    const before = latest.get(between(random, 1, latest.size + 1));
    if (before === undefined || before.seenFrom > at) return; // nobody edits what is not there yet
    write({ ...before, content: before.content + (random() < 0.7 ? 1 : 0), modified, seenFrom: at + between(random, 0, longestCommit) });
  };
  const sweeps: number[] = [];
  for (let at = connectsAt + hour; at < yearEnd; at += between(random, 10 * minute, 40 * hour)) sweeps.push(at);
  for (const change of clockChanges) for (let at = change - 3 * hour; at < change + 3 * hour; at += between(random, 5 * minute, 40 * minute)) sweeps.push(at);
  sweeps.sort((a, b) => a - b);

  const moments: { at: number; burst?: 'orders' | 'saves' }[] = Array.from({ length: 350 }, () => ({ at: between(random, yearStart, yearEnd - hour) }));
  for (const change of clockChanges) for (let n = 0; n < 60; n += 1) moments.push({ at: between(random, change - 2 * hour, change + 2 * hour) });
  for (const sweep of sweeps) if (random() < 0.5) for (let n = 0; n < 3; n += 1) moments.push({ at: sweep + between(random, -longestCommit, 30 * second) });
  for (const burst of ['orders', 'saves', 'saves'] as const) moments.push({ at: (sweeps[between(random, 0, sweeps.length)] ?? connectsAt) - between(random, 0, hour), burst });
  for (const { at, burst } of moments.toSorted((a, b) => a.at - b.at)) {
    const modified = burst === undefined ? undefined : stamp(at);
    for (let n = burst === undefined ? 1 : between(random, 90, 260); n > 0; n -= 1) {
      if (burst === 'saves' || (burst === undefined && random() < 0.45)) save(at, modified);
      else place(at, modified);
    }
  }
  return { versions: versions.toSorted((a, b) => a.seenFrom - b.seenFrom), sweeps };
}

/** The shop as it is seen at a moment, and its list. */
function createShop({ versions }: Pick<Year, 'versions'>, random: Random) {
  const seen = new Map<number, Version>();
  let next = 0;
  let now = yearStart;
  return {
    moveTo(at: number): void {
      now = Math.max(now, at);
      for (let version = versions[next]; version !== undefined && version.seenFrom <= now; version = versions[next]) {
        seen.set(version.id, version);
        next += 1;
      }
    },
    now: () => now,
    list({ after, before, modified_after, modified_before, orderby, page = 1, per_page = 10, dates_are_gmt }: OrderQuery): { orders: WooOrder[]; total: number } {
      const shown = (naive: string): string => (dates_are_gmt ? naive : toNaiveGmt(Date.parse(`${naive}Z`) + aheadOf(Date.parse(`${naive}Z`)))); // else bounds are the shop's own time (contract 9)
      const isIn = (naive: string, later: string | undefined, earlier: string | undefined) => (later === undefined || shown(naive) > later) && (earlier === undefined || shown(naive) < earlier);
      const sortKey = (version: Version) => (orderby === 'id' ? String(version.id).padStart(9, '0') : orderby === 'date' ? version.created : version.modified);
      const found = [...seen.values()]
        .filter(({ created, modified }) => isIn(modified, modified_after, modified_before) && isIn(created, after, before))
        .map((version) => ({ version, key: sortKey(version), chance: random() })) // equal keys come in any order
        .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.chance - b.chance));
      return { orders: found.slice((page - 1) * per_page, page * per_page).map(({ version }) => asListed(version)), total: found.length };
    },
  };
}

const asListed = ({ id, content, created, modified }: Version): WooOrder => order({ id, number: String(id), date_created_gmt: created, date_modified_gmt: modified, total: `${content}.00` });

let opened: TestLedger;
beforeAll(async () => {
  opened = await openTestLedger('sqlite', { clock: 'real' });
});
afterAll(async () => opened.close());

/** Marks are kept in memory: a year has more sweeps than a test has time. */
function ledgerWith(connected: { connectedAt: string; backfillFrom: string }): Ledger {
  const kept = new Map<string, string>();
  const marks: Marks = {
    get: (subject, name) => Promise.resolve(kept.get(`${subject} ${name}`)),
    set: (subject, name, value) => Promise.resolve(void kept.set(`${subject} ${name}`, value)),
    remove: (subject, name) => Promise.resolve(void kept.delete(`${subject} ${name}`)),
    find: () => Promise.reject(new Error('not used here')),
    removeAll: () => Promise.reject(new Error('not used here')),
  };
  return { ...opened.ledger, marks, states: { ...opened.ledger.states, connected: () => Promise.resolve(connected) } };
}

/** Lives through a year; returns what was announced, `<id> <content>` in order. */
async function live(seed: number) {
  const random = createRandom(seed);
  const year = makeYear(random);
  const shop = createShop(year, random);
  const connectedAt = new Date(connectsAt + between(random, -minute, minute)).toISOString(); // our own clock
  const connected = { connectedAt, backfillFrom: backfillStart(connectedAt, 2, zone) };
  const ledger = ledgerWith(connected);
  const settings = shopSettings({ baseUrl: 'https://shop.example.test/wp-json/wc/v3', timeZone: zone });
  const context = contextOf(ledger, settings);
  const client: WoocommerceClient = {
    ...createWoocommerceClient(settings, context.call({ ...step, record: '', step: 'read a page' })),
    listOrders: (query) => Promise.resolve(shop.list(query)),
    listStatuses: () => Promise.resolve([{ slug: 'processing', name: 'Processing' }]),
  };
  const digests = new Map<string, string>();
  const known = new Map<number, string>();
  const announced: string[] = [];
  let repeats = 0;

  const announce = (orders: { id: number; total: string; date_modified_gmt: string }[]): void => {
    for (const { id, total, date_modified_gmt } of orders) {
      const content = `${id} ${Number(total)}`;
      const state = `${content} ${date_modified_gmt}`;
      const digest = digests.get(state) ?? digestOf(context, orders.find((one) => one.id === id));
      digests.set(state, digest);
      if (known.get(id) === digest) repeats += 1;
      else {
        known.set(id, digest);
        announced.push(content);
      }
    }
  };
  /** `stopsAfter`: pages; then the worker dies, before or after the page's mark is set. */
  const walk = async (kind: 'backfill' | 'changed', stopsAfter = Infinity): Promise<void> => {
    const listing = await listingOf(context, client, { walk: kind, integration });
    if (listing === undefined) throw new Error('there is nothing to list');
    let cursor: Cursor | undefined = firstCursor(listing);
    for (let pages = 1; cursor !== undefined; pages += 1) {
      const { orders, next }: Awaited<ReturnType<typeof readWindow>> = await readWindow(client, listing, cursor);
      announce(orders.map(({ id, ...rest }) => ({ ...rest, id, total: String(rest['total']) })));
      if (pages > stopsAfter && random() < 0.5) return;
      const mark = kind === 'changed' ? markOf(orders) : undefined;
      if (mark !== undefined) await ledger.marks.set(`integration:${integration.id}`, 'changed', mark);
      if (pages > stopsAfter) return;
      if (pages > 200) throw new Error('the walk does not come to its end');
      cursor = next === undefined ? undefined : parseCursor(JSON.stringify(next));
      shop.moveTo(shop.now() + between(random, 0, 20 * second)); // the shop goes on selling between two pages
    }
  };

  shop.moveTo(Date.parse(connectedAt));
  await walk('backfill');
  for (const at of year.sweeps) {
    shop.moveTo(at);
    await walk('changed', random() < 0.05 ? between(random, 0, 2) : Infinity);
  }
  shop.moveTo(yearEnd + hour);
  await walk('changed');
  const last = new Map(year.versions.map((version) => [version.id, version]));
  const expected = [...last.values()].filter(({ created }) => Date.parse(`${created}Z`) >= Date.parse(connected.backfillFrom)).map(({ id, content }) => `${id} ${content}`);
  const tooOld = [...last.values()].filter(({ modified }) => Date.parse(`${modified}Z`) < Date.parse(connected.backfillFrom)).map(({ id }) => String(id));
  return { announced, expected, tooOld, repeats, sweeps: year.sweeps.length };
}

describe('N7 a shop with GMT fields, over a year', () => {
  test('N7 each order and each last edit is found, and each content is announced exactly once, over both clock changes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const { announced, expected, tooOld, repeats, sweeps } = await live(seed);
        const found = new Set(announced);
        expect(expected.filter((one) => !found.has(one))).toEqual([]);
        expect(found.size).toBe(announced.length);
        expect(announced.filter((one) => tooOld.includes(one.split(' ')[0] ?? ''))).toEqual([]);
        // else the year would prove nothing
        expect(expected.length).toBeGreaterThan(300);
        expect(repeats).toBeGreaterThan(100);
        expect(sweeps).toBeGreaterThan(300);
      }),
      { numRuns: 3 },
    );
  });
});

const naiveLocal = (at: number): string => new Date(at + aheadOf(at)).toISOString().slice(0, 19).replace('T', ' ');

/** A shop that writes its own wall's time and nothing else: each autumn an hour comes twice, each spring one never. */
function localShop(random: Random) {
  const moments = Array.from({ length: 400 }, () => between(random, yearStart - 60 * day, yearEnd));
  for (const change of clockChanges) for (let n = 0; n < 130; n += 1) moments.push(between(random, change - 3 * hour, change + 3 * hour));
  const rows = moments.toSorted((a, b) => a - b).map((at, index) => ({ at: Math.floor(at / second) * second, row: { order_id: String(index + 1), stat_status: '1', stat_created: naiveLocal(Math.floor(at / second) * second) } satisfies CartumRow }));
  const list = ({ from = '', to = '~', limit = 100, offset = 0 }: { from?: string; to?: string; limit?: number; offset?: number }, now: number): CartumRow[] =>
    rows.filter(({ at, row }) => at <= now && row.stat_created >= from && row.stat_created <= to).slice(offset, offset + limit).map(({ row }) => row);
  return { rows, list };
}

describe('N7 a shop with local times only, over a year', () => {
  test('N7 a local time is read as the instant it was written at, or as the first passage of a doubled hour', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { rows } = localShop(createRandom(seed));
        const off = rows.map(({ at, row }) => ({ at, ahead: at - Date.parse(toInstant(row.stat_created, zone)) })).filter(({ ahead }) => ahead !== 0);
        const [, autumn = 0] = clockChanges;
        for (const { at, ahead } of off) {
          expect(ahead).toBe(hour);
          expect(at >= autumn && at < autumn + hour).toBe(true);
        }
        expect(off.length).toBeGreaterThan(0);
      }),
      { numRuns: 1 },
    );
  });

  test('N7 walks that begin anywhere in the year hand out every order of their two months, orders coming in meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const random = createRandom(seed);
        const { rows, list } = localShop(random);
        const starts = [...clockChanges.flatMap((change) => [change - hour, change - 30 * minute, change, change + 30 * minute, change + hour, change + day]), ...Array.from({ length: 8 }, () => between(random, yearStart, yearEnd - day))];
        for (const begun of starts) {
          let now = begun;
          const from = backfillStart(begun, 2, zone);
          const plan = { firstDay: dayOf(from, zone), lastDay: dayOf(begun, zone), from, isWhole: false, begunAt: new Date(begun).toISOString() };
          const found = new Set<string>();
          for (let at: Extract<Position, { day: string }> | undefined = { day: plan.firstDay, offset: 0, restarts: 0 }; at !== undefined; now += between(random, 0, minute)) {
            const part: Awaited<ReturnType<typeof readDay>> = await readDay({ listOrders: (query) => Promise.resolve(list(query, now)) }, plan, at);
            for (const { order_id } of part.orders) found.add(order_id);
            at = part.next !== undefined && 'day' in part.next ? part.next : undefined;
          }
          const missed = rows.filter(({ at }) => at >= Date.parse(from) && at <= begun).filter(({ row }) => !found.has(row.order_id));
          expect(missed).toEqual([]);
          expect(found.size).toBeGreaterThan(20);
        }
      }),
      { numRuns: 1 },
    );
  });
});
