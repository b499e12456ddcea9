/** Starting a bulk operation once, and waiting for it, against the simulated shop over real HTTP. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { BudgetBusyError, RetryableError } from '../../../activities/errors.ts';
import { dayMs, minuteMs, sorted, startBulkShop, type BulkShop, type Entry } from './bulk-setup.ts';
import { step } from './setup.ts';

let bulk: BulkShop;
let paged: Entry[];
beforeAll(async () => {
  bulk = await startBulkShop(60);
  paged = await bulk.pages();
});
beforeEach(() => bulk.renew());
afterAll(async () => bulk.close());

const backfill = (cursor: string) => ({ ...step, walk: 'backfill', cursor }) as const;

describe('starting once', () => {
  test('N8 a lost reply to the start does not start a second operation', async () => {
    const source = bulk.connector(20);
    const { nextCursor = '' } = await bulk.readStep(source);
    bulk.shop.fault({ on: 'POST *', kind: 'lost-reply', after: 2 });
    await expect(bulk.readStep(source, nextCursor)).rejects.toBeInstanceOf(RetryableError);
    bulk.shop.clearFaults();
    const found = await bulk.readStep(source, nextCursor);
    expect(sorted((await bulk.walk(source, {}, found.nextCursor)).entries)).toEqual(paged);
    expect([bulk.asked('StartOperation'), bulk.asked('OrdersByCreation')]).toEqual([1, 0]);
  });

  test('N8 the step was lost with its worker after the start: the operation is found by its name', async () => {
    const source = bulk.connector(20);
    const { nextCursor = '' } = await bulk.readStep(source);
    const [first, again] = [await bulk.readStep(source, nextCursor), await bulk.readStep(source, nextCursor)];
    expect(again).toEqual(first);
    expect(bulk.asked('StartOperation')).toBe(1);
  });

  test('N8 a start that did not arrive is sent again once that is certain, three times at most; then it is paged', async () => {
    const source = bulk.connector(20);
    const { nextCursor = '' } = await bulk.readStep(source);
    bulk.front.instead.set('StartOperation', { errors: [{ message: 'Internal error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
    const untilSent = async (): Promise<never> => {
      for (let cursor = nextCursor; ; ) cursor = z.string().parse((await bulk.readStep(source, cursor)).nextCursor);
    };
    for (const sent of [1, 2, 3]) {
      await expect(untilSent()).rejects.toMatchObject({ name: 'PerhapsRecordError' });
      await source.readPage(backfill(nextCursor)).catch(() => undefined);
      expect(bulk.asked('StartOperation')).toBe(sent);
    }
    const { entries, why } = await bulk.walk(source, {}, nextCursor);
    expect(sorted(entries)).toEqual(paged);
    expect(why ?? 'one page').toMatch(/no answer|one page/);
  });

  test('N8 five others in the way are waited for, and nobody else waits with it', async () => {
    for (let count = 0; count < 5; count += 1) {
      expect(await bulk.askShop('mutation { bulkOperationRunQuery(query: "{ products { edges { node { id } } } }") { userErrors { code } } }')).toMatchObject({ data: { bulkOperationRunQuery: { userErrors: [] } } });
    }
    const source = bulk.connector(20);
    const { nextCursor = '' } = await bulk.readStep(source);
    await expect(source.readPage(backfill(nextCursor))).rejects.toMatchObject({ name: 'BudgetBusyError', retryAfterMs: minuteMs, message: expect.stringContaining('as many bulk operations') });
    expect(await source.listStatuses()).not.toEqual([]);
    expect(await source.readPage({ ...step, walk: 'excluded' })).toMatchObject({ count: expect.any(Number) });
    expect(sorted((await bulk.walk(source, {}, nextCursor)).entries)).toEqual(paged);
    expect(bulk.asked('OrdersByCreation')).toBe(0);
  });

  test.each([
    { why: 'LIMIT_REACHED for more than an hour', code: 'LIMIT_REACHED', isRepeated: true },
    { why: 'INVALID', code: 'INVALID', isRepeated: false },
    { why: 'a refusal without a code, as for a token that is not offline', code: null, isRepeated: false },
  ])('N8 $why: paged', async ({ code, isRepeated }) => {
    bulk.front.instead.set('StartOperation', { data: { bulkOperationRunQuery: { bulkOperation: null, refusals: [{ code, message: 'no' }] } } });
    expect(sorted((await bulk.walk(bulk.connector(20))).entries)).toEqual(paged);
    expect([bulk.asked('StartOperation') > 1, bulk.asked('OperationById')]).toEqual([isRepeated, 0]);
  });

  test('R7 a shop that does not count its orders is paged', async () => {
    bulk.front.instead.set('CountOrders', { data: { ordersCount: null } });
    expect(sorted((await bulk.walk(bulk.connector(20))).entries)).toEqual(paged);
  });

  test('R7 without the scope it is paging that says which one is missing', async () => {
    const set = (scopes: string[]) => bulk.definition.actions['set-scopes']?.({ scopes });
    set(['read_products', 'read_customers']);
    await expect(bulk.readStep(bulk.connector(20))).rejects.toMatchObject({ name: 'ForbiddenError', words: expect.stringContaining('read_orders') });
    set(['read_orders', 'read_all_orders', 'read_products', 'read_customers']);
    expect(bulk.asked('StartOperation')).toBe(0);
  });

  test('a bad token is no reason to page', async () => {
    await expect(bulk.readStep(bulk.connector(20, { accessToken: 'shpat_wrong' }))).rejects.toMatchObject({ name: 'UnauthorizedError' });
    expect(bulk.asked('OrdersByCreation')).toBe(0);
  });
});

describe('waiting', () => {
  test('N13 while it runs the slot goes back; after two minutes the step ends, so that the walk can be cancelled', async () => {
    const source = bulk.connector(20);
    const cursor = await bulk.started(source);
    await expect(source.readPage(backfill(cursor))).rejects.toMatchObject({ name: 'BudgetBusyError', retryAfterMs: 15_000, message: expect.stringContaining('still running') });
    bulk.pass(2 * minuteMs);
    const still = await source.readPage(backfill(cursor));
    expect([still.count, still.nextCursor === cursor]).toEqual([0, false]);
    await expect(source.readPage(backfill(still.nextCursor ?? ''))).rejects.toBeInstanceOf(BudgetBusyError);
    bulk.pass(3 * minuteMs);
    expect((await source.readPage(backfill(cursor))).count).toBe(paged.length);
  });

  test('N8 a status that nobody knows yet is waited for; after a day it is paged', async () => {
    const source = bulk.connector(20);
    const cursor = await bulk.started(source);
    bulk.front.instead.set('OperationById', { data: { bulkOperation: { status: 'A_NEW_ONE', errorCode: null, createdAt: '2026-01-01T00:00:00Z', objectCount: '0', url: null } } });
    bulk.pass(dayMs - minuteMs);
    expect(await bulk.readStep(source, cursor)).toMatchObject({ count: 0 });
    bulk.pass(2 * minuteMs);
    expect((await bulk.readStep(source, cursor)).count).toBeGreaterThan(20);
    expect(bulk.asked('OrdersByCreation')).toBe(1);
  });
});
