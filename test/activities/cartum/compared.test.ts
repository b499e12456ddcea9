/** A window of the simulated shop read anew for a reconciliation (N6). */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { add, multiply, round } from '../../../domain/money.ts';
import type { SourceOrder } from '../../../domain/reconcile-orders.ts';
import { act, connected, connector, numberOf, opened, shop, sorted, special, step, switches, truth, useShop } from './shop.ts';
import type { ContextOptions } from './setup.ts';

useShop();

const dayMs = 86_400_000;
const windowOf = () => ({ from: new Date(Date.parse(connected.connectedAt) - 80 * dayMs).toISOString(), until: connected.connectedAt });
const inWindow = ({ createdAt }: { createdAt: string }) => createdAt >= windowOf().from && createdAt < windowOf().until;

/** @param around a day around this instant only, so that fewer days are asked for */
async function compareAll({ between = () => {}, around, ...options }: ContextOptions & { between?: (page: { count: number }) => void; around?: string } = {}) {
  const within = around === undefined ? windowOf() : { from: new Date(Date.parse(around) - dayMs).toISOString(), until: new Date(Date.parse(around) + dayMs).toISOString() };
  const [orders, counts]: [SourceOrder[], number[]] = [[], []];
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const page = await connector(options).readWindow({ ...step, ...within, ...(cursor === undefined ? {} : { cursor }) });
    const entries = page.page === undefined ? [] : ((await opened.ledger.pages.entries(page.page))?.entries ?? []);
    orders.push(...(await Promise.all(entries.map(async ({ sourceId }) => sourceOrder.parse(JSON.parse((await opened.ledger.pages.body(page.page ?? '', sourceId))?.body ?? ''))))));
    counts.push(page.count);
    cursor = page.nextCursor;
    between(page);
    expect(counts.length).toBeLessThan(60);
  }
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(orders.length);
  return { orders, counts, ids: orders.map(({ sourceId }) => Number(sourceId)), named: (name: string) => orders.find(({ sourceId }) => sourceId === numberOf(name)) };
}

/** What the clock on the shop's wall showed: all that its API tells. */
const inTheShop = (instant: string): string => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Kyiv', dateStyle: 'short', timeStyle: 'medium' }).format(new Date(instant));

const createdAtOf = (name: string): string => truth().orders.find(({ id }) => id === special[name])?.createdAt ?? '';

const sourceOrder = z.custom<SourceOrder>((found) => z.object({ sourceId: z.string(), number: z.string(), createdAt: z.string(), modifiedAt: z.string(), digest: z.string() }).safeParse(found).success);

const look = async () => z.object({ digest: z.string(), createdAt: z.string(), modifiedAt: z.string() }).parse((await compareAll({ around: createdAtOf('status-2') })).named('status-2'));

describe('N6 the window of a reconciliation', () => {
  test.each(['shuffled', 'newest-first'])('N6 N14 each order once, whatever its status, with the sum that the books would have (rows %s)', async (rowOrder) => {
    switches({ rowOrder });
    shop.clearRequests();
    const { orders, counts, ids } = await compareAll();
    const shopped = truth().orders.filter(inWindow);
    expect(sorted(ids)).toEqual(sorted(shopped.map(({ id }) => id)));
    expect(Math.max(...counts)).toBeLessThan(200);
    expect(shop.requests().filter(({ path }) => path.includes('/update/'))).toEqual([]);

    const done = new Set(truth().statuses.filter(({ id, isSuccessful }) => id === 3 || isSuccessful).map(({ id }) => id));
    for (const { id, totalDefault, createdAt, currency, status } of shopped) {
      const found = orders.find(({ sourceId }) => sourceId === String(id));
      expect([id, found?.booked?.total, found?.booked?.currency]).toEqual([id, totalDefault, currency]);
      expect([id, inTheShop(found?.createdAt ?? '')]).toEqual([id, inTheShop(createdAt)]); // of a doubled hour the second passage is read as the first
      const lines = add(...Object.values(found?.booked?.lines ?? {}).map(({ quantity, price }) => multiply(quantity, price)));
      const explained = add(lines, ...(found?.booked?.differences ?? []).map(({ amount }) => amount));
      expect([id, round(explained, 2)]).toEqual([id, totalDefault]);
      if (createdAt < connected.backfillFrom) expect(found?.refusal).toBe('before-connecting');
      else if (done.has(status)) expect(found?.refusal).toBe('status-excluded');
    }
  });

  test('N6 R10 what the rules leave out says why', async () => {
    const { named } = await compareAll();
    expect(named('no-contact')?.refusal).toBe('no-contact');
    expect(named('no-lines')?.refusal).toBe('no-products');
    expect(named('order-discount')).not.toHaveProperty('refusal');
  });

  test('N14 with an article for discounts the sum is the one after them', async () => {
    const shopped = truth().orders.find(({ id }) => id === special['order-discount']);
    expect(shopped?.totalSum).not.toBe(shopped?.totalDefault);
    expect((await compareAll({ pair: { articles: { discount: '9' } }, around: shopped?.createdAt ?? '' })).named('order-discount')?.booked?.total).toBe(shopped?.totalSum);
  });

  test('N6 rows of a busy day move while it is read: no order counts twice, none is missed', async () => {
    switches({ rowOrder: 'newest-first' });
    const at = new Date(shop.clock.now() - 5 * dayMs).toISOString();
    const article = truth().products[0]?.article ?? '';
    const made = Array.from({ length: 330 }, () => z.object({ id: z.number() }).parse(act('create-order', { createdAt: at, name: 'Olena Kovalenko', phone: '+380501112233', lines: [{ article }] })).id);
    const gone = made.slice(-20);
    let pages = 0;
    const { ids } = await compareAll({
      around: at,
      between: ({ count }) => {
        pages += count >= 99 ? 1 : 0;
        if (pages >= 2) for (const id of gone.splice(0)) act('delete-order', { id }); // rows before the ones still to come
      },
    });
    expect(gone).toEqual([]);
    expect(ids.length).toBe(new Set(ids).size);
    expect(made.slice(0, -20).filter((id) => !ids.includes(id))).toEqual([]);
  });

  test('N6 an order that cannot be read is there, without a sum', async () => {
    act('edit-order', { id: special['status-2'], currency: 'u1h' });
    expect((await compareAll({ around: createdAtOf('status-2') })).named('status-2')).toEqual({ sourceId: numberOf('status-2'), number: numberOf('status-2'), createdAt: expect.any(String), modifiedAt: expect.any(String), digest: expect.any(String) });
  });

  test('N6 a change that the ledger does not have yet counts from when it was seen first, as long as it stays away', async () => {
    const sourceId = numberOf('status-2');
    const key = { integration: step.integration.id, kind: 'order', sourceId } as const;
    const remember = async (digest: string) => opened.ledger.records.skip(key, digest, sourceId);
    const before = await look();
    expect(before.modifiedAt).toBe(before.createdAt);
    await remember(before.digest);
    act('set-status', { id: special['status-2'], status: 6 });
    const began = new Date(await opened.ledger.clock.now()).toISOString();
    const [first, second] = [await look(), await look()];
    expect(first.modifiedAt >= began).toBe(true);
    expect(second.modifiedAt).toBe(first.modifiedAt);
    await remember(first.digest);
    expect((await look()).modifiedAt).toBe(before.createdAt);
    await remember(before.digest); // the same change anew, later
    expect((await look()).modifiedAt > first.modifiedAt).toBe(true);
  });

  test('a cursor of another version begins anew', async () => {
    expect((await connector().readWindow({ ...step, ...windowOf(), cursor: 'nonsense' })).count).toBeGreaterThan(0);
  });
});
