/** The walks over the simulated shop (R5). */
import { describe, expect, test } from 'vitest';
import { act, connected, connector, definition, findMark, numberOf, opened, read, readOrder, setMark, shop, sorted, special, step, switches, truth, unique, useShop, walkAll } from './shop.ts';

useShop();

const inWindow = ({ createdAt }: { createdAt: string }) => createdAt >= connected.backfillFrom && createdAt < connected.connectedAt;

describe('R5 the walks over the simulated shop', () => {
  test.each(['shuffled', 'newest-first', 'oldest-first'])('R5 backfill and excluded together list each order of two months once (rows %s)', async (rowOrder) => {
    switches({ rowOrder });
    const done = new Set(truth().statuses.filter(({ id, isSuccessful }) => id === 3 || isSuccessful).map(({ id }) => id));
    const [backfill, excluded] = [await walkAll('backfill'), await walkAll('excluded')];
    const window = truth().orders.filter(inWindow);
    expect(sorted(backfill.ids)).toEqual(sorted(window.filter(({ status }) => !done.has(status)).map(({ id }) => id)));
    expect(sorted(excluded.ids)).toEqual(sorted(window.filter(({ status }) => done.has(status)).map(({ id }) => id)));
    expect(backfill.ids).toContain(special['just-inside-two-months']);
    expect(backfill.ids).not.toContain(special['just-outside-two-months']);
    expect(new Set(excluded.entries.map(({ skip }) => skip?.reason))).toEqual(new Set(['status-excluded']));
    expect(excluded.ids.length).toBeGreaterThan(5);
  });

  test('R5 a day of more than a page comes whole, and in one day rows may go and come', async () => {
    switches({ rowOrder: 'newest-first' });
    const at = new Date(shop.clock.now() - 5 * 86_400_000).toISOString();
    const made = Array.from({ length: 230 }, () => act('create-order', { createdAt: at, status: 2, name: 'Olena Kovalenko', phone: '+380501112233', lines: [{ article: truth().products[0]?.article ?? '' }] }));
    expect(made).toHaveLength(230);
    const before = truth().orders.filter(inWindow).filter(({ status }) => status === 2).map(({ id }) => id);
    let moved = false;
    const { ids } = await walkAll('backfill', {}, ({ count }) => {
      if (count < 100 || moved) return;
      moved = true;
      for (const id of before.slice(-20)) act('set-status', { id, status: 3 }); // rows before the ones still to come leave the list
    });
    expect(moved).toBe(true);
    const still = truth().orders.filter(inWindow).filter(({ status }) => status === 2).map(({ id }) => id);
    expect(still.filter((id) => !ids.includes(id))).toEqual([]);
  });

  test('R1 R5 the first sweep is whole: all statuses, no older order; those that follow list the newest days until an hour is over', async () => {
    const whole = await walkAll('changed');
    const all = truth().orders.filter(({ createdAt }) => createdAt >= connected.backfillFrom);
    expect(unique(whole.ids)).toEqual(sorted(all.map(({ id }) => id)));
    const mark = await findMark();
    expect(Date.parse(mark ?? '')).toBeGreaterThanOrEqual(Date.parse(connected.connectedAt) - 1_000);

    shop.clearRequests();
    const short = await walkAll('changed');
    expect(shop.requests('POST /api/orders/get/')).toHaveLength(4);
    expect(short.ids).toContain(special['same-second-a']);
    expect(short.ids.length).toBeLessThan(whole.ids.length / 3);
    expect(await findMark()).toBe(mark);

    await setMark(new Date(Date.now() - 3_600_001).toISOString());
    expect(unique((await walkAll('changed')).ids)).toEqual(unique(whole.ids));
  });

  test('a sweep that is cut short leaves the mark, so the next one is whole again', async () => {
    const first = await connector().readPage({ ...step, walk: 'changed' });
    expect(first.nextCursor).toBeDefined();
    expect((await opened.ledger.pages.entries(first.page ?? ''))?.mark).toBeUndefined();
    const limited = await walkAll('changed', { limit: 5 });
    expect(limited.ids).toHaveLength(5);
    expect(await findMark()).toBeUndefined();
  });

  test('the mark of a whole sweep of a shop without orders is kept as well', async () => {
    definition.seed({ orders: 0 });
    const { pages, ids } = await walkAll('changed');
    expect({ ids, last: pages.at(-1) }).toEqual({ ids: [], last: { page: expect.any(String), count: 0 } });
    expect(await findMark()).toBeDefined();
  });

  test('what changed has another digest, what did not has the same', async () => {
    const before = new Map((await walkAll('changed')).entries.map(({ sourceId, digest }) => [sourceId, digest]));
    const changed = [special['status-2'], special['order-discount'], special['pickup'], special['variant']].map(String);
    act('set-status', { id: special['status-2'], status: 6 });
    act('edit-order', { id: special['order-discount'], discountPercent: 20 });
    act('edit-order', { id: special['pickup'], delivery: { trackingNumber: '20450000000077' } });
    act('edit-order', { id: special['variant'], line: { at: 0, quantity: 5 } });
    act('edit-order', { id: special['coupon'], comment: 'call first' });
    await setMark('2020-01-01T00:00:00Z');
    const after = (await walkAll('changed')).entries;
    expect(after.filter(({ sourceId, digest }) => before.get(sourceId) !== digest).map(({ sourceId }) => sourceId).toSorted()).toEqual(changed.toSorted());
  });

  test('R5 R6 orders that are followed are listed with a whole sweep, however old; one that is gone is told apart', async () => {
    const [old, deleted] = [numberOf('just-outside-two-months'), numberOf('status-2')];
    for (const sourceId of [old, deleted]) await opened.ledger.follows.put({ integration: step.integration.id, sourceId, connection: 'books', targetId: sourceId, state: { lines: {}, comments: 0, ignored: 0, touchedAt: connected.connectedAt }, isOpen: true });
    act('delete-order', { id: special['status-2'] });
    const { entries, pages } = await walkAll('changed');
    expect(entries.filter(({ sourceId }) => sourceId === old)).toHaveLength(1);
    expect(entries.find(({ sourceId }) => sourceId === deleted)).toMatchObject({ digest: '' });
    expect(await read('status-2', { page: pages.at(-1)?.page ?? '', follow: true, byOperator: false })).toMatchObject({ kind: 'skip', reason: 'gone-from-source' });
    expect((await walkAll('changed')).entries.map(({ sourceId }) => sourceId)).not.toContain(old); // the newest days only
  });

  test('R5 N12 planned before connecting as if it were now, and nothing is stored', async () => {
    const page = await connector().readPage({ ...step, integration: { ...step.integration, id: 'never-connected' }, walk: 'backfill', limit: 7, dryRun: true });
    expect(page).toEqual({ count: 7, sourceIds: expect.any(Array) });
  });

  test('a cursor of another version begins anew', async () => {
    const page = await connector().readPage({ ...step, walk: 'backfill', cursor: '{"day":1}' });
    expect(page.count).toBeGreaterThan(0);
  });

  test('N16 summaries carry what lookalikes are compared by', async () => {
    const page = await connector().readPage({ ...step, walk: 'backfill' });
    const summaries = await connector().summarisePage({ ...step, page: page.page ?? '' });
    const { customer, ...order } = await readOrder(summaries[0]?.number ?? '');
    expect(summaries[0]).toMatchObject({ sourceId: order.sourceId, total: order.total, createdAt: order.createdAt });
    expect(summaries[0]?.phoneDigest).toBe(customer?.phone === undefined ? undefined : opened.ledger.crypto.digest('acme', 'phone', customer.phone));
  });
});

