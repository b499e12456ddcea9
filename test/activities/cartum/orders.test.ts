/** One order of the simulated shop, as the books get it. */
import { describe, expect, test } from 'vitest';
import { connector, opened, read, readOrder, shop, special, switches, truth, useShop } from './shop.ts';

useShop();

const typed = async (name: string) => {
  const { lineItems, remarks } = await readOrder(name);
  return { keys: lineItems.map(({ key }) => key.split(':')[0]), remarks };
};

describe('one order', () => {
  test('R14 lines, names and amounts of all special orders are the shop’s', async () => {
    for (const { id, totalDefault, totalSum, lines, name } of truth().orders.filter((one) => Object.values(special).includes(one.id))) {
      const reading = await read(String(id));
      if (reading.kind === 'skip') continue;
      if (reading.kind !== 'order') throw new Error(`${name}: ${JSON.stringify(reading)}`);
      const { order } = reading;
      expect(Number(order.total), `order ${id}`).toBeCloseTo(Number(totalDefault), 2);
      if (order.remarks !== undefined) continue;
      const counted = lines.filter(({ counts, total }) => counts && total !== '0.00').map(({ article, quantity }) => `${article} ${quantity}`);
      expect(order.lineItems.filter(({ total }) => Number(total.net) !== 0).map(({ product, quantity }) => `${product.sku ?? ''} ${quantity}`).toSorted(), `order ${id}`).toEqual(counted.toSorted());
      const off = order.charges.filter(({ kind }) => kind === 'discount').map(({ total }) => Number(total.net));
      expect(off[0] ?? 0, `order ${id}`).toBeCloseTo(Number(totalSum) - Number(totalDefault), 2);
    }
  });

  test('R14 sets and gifts: what makes the sum; what fits neither way is reported', async () => {
    expect(await typed('set-main-counts')).toEqual({ keys: ['set_main'], remarks: undefined });
    expect(await typed('set-items-count')).toEqual({ keys: ['set_item', 'set_item'], remarks: undefined });
    expect(await typed('gift-parent-counts')).toEqual({ keys: ['gift_parent'], remarks: [expect.stringMatching(/left out/)] });
    expect((await typed('lines-fit-neither')).remarks).toEqual([expect.stringMatching(/before discounts/)]);
  });

  test('R10 R3 skipped with their reasons', async () => {
    await opened.ledger.marks.set('connection:books', 'currency', 'UAH');
    const reasons: string[] = [];
    for (const name of ['no-lines', 'no-contact', 'other-currency', 'by-telephone', 'email-only', 'nameless', 'sum-zero', '999999']) {
      const reading = await read(name);
      reasons.push(reading.kind === 'skip' ? reading.reason : reading.kind);
    }
    expect(reasons).toEqual(['no-products', 'no-contact', 'currency-differs', 'order', 'order', 'order', 'order', 'gone-from-source']);
  });

  test('R5 Delivered orders of the window stay out, by the shop’s own list; new ones and followed ones come in', async () => {
    expect(await read('status-3', { byOperator: false })).toMatchObject({ kind: 'skip', reason: 'status-excluded', detail: '3' });
    expect(await read('just-outside-two-months', { byOperator: false })).toMatchObject({ kind: 'skip', reason: 'before-connecting' });
    expect(await read('status-3', { byOperator: false, follow: true })).toMatchObject({ kind: 'order', order: { status: '3' } });
    expect(await read('status-4', { byOperator: false })).toMatchObject({ kind: 'order', order: { status: '4', ending: 'cancelled' } });
    const made = truth().statuses.find(({ id, isSuccessful }) => id !== 3 && isSuccessful);
    if (made !== undefined) expect(await read(`status-${made.id}`, { byOperator: false })).toMatchObject({ kind: 'skip', reason: 'status-excluded' });
  });

  test('R13 delivery as the shop has it', async () => {
    expect((await readOrder('delivery-not-calculated')).delivery).toMatchObject({ isCostOpen: true });
    expect((await readOrder('ukrposhta')).delivery?.recipient).not.toContain('@');
    expect((await readOrder('tracked')).delivery).toMatchObject({ trackingNumber: '20450000000001' });
  });

  test('R14 unknown products come with name, description and category path in the connection’s language; known ones cost no call', async () => {
    const order = await readOrder('other-language');
    const [line] = order.lineItems;
    const product = truth().products.find(({ article }) => article === line?.product.sku);
    const pages = new Map(truth().pages.map((page) => [page.id, page]));
    const path: (string | undefined)[] = [];
    for (let at = pages.get(product?.pageId ?? -1); at !== undefined; at = at.parent === null ? undefined : pages.get(at.parent)) path.unshift(at.title['en'] ?? at.title['ua']);
    expect(line?.product).toMatchObject({ name: product?.title['en'], category: path, description: expect.any(String) });
    expect(line?.product.description).not.toContain('<');

    await opened.ledger.index.setLink({ connection: 'books', kind: 'product', sourceId: `shop/${line?.product.sku ?? ''}`, targetId: '7001' });
    shop.clearRequests();
    const known = await readOrder('other-language');
    expect(shop.requests('POST /api/catalog/export/')).toEqual([]);
    expect(known.lineItems[0]?.product.name).not.toBe(product?.title['en']);
    await opened.ledger.index.drop('books', ['product'], '7001');
  });

  test('R14 with identify by name the catalogue’s name in the connection’s language decides', async () => {
    const steps = connector({ pair: { identifyProductsBy: 'name' } });
    const written = truth().orders.find(({ id }) => id === special['other-language'])?.lines[0]?.title ?? '';
    await opened.ledger.index.put([{ connection: 'books', kind: 'name', digest: opened.ledger.crypto.digest('acme', 'name', written), targetId: '7003' }]); // another product of that name
    const { lineItems } = await readOrder('other-language', steps);
    const name = lineItems[0]?.product.name ?? '';
    expect(name).not.toBe(written);
    expect(lineItems[0]?.product).toHaveProperty('description');
    await opened.ledger.index.put([{ connection: 'books', kind: 'name', digest: opened.ledger.crypto.digest('acme', 'name', name), targetId: '7002' }]);
    const known = (await readOrder('other-language', steps)).lineItems[0]?.product;
    expect(known?.name).toBe(name);
    expect(known).not.toHaveProperty('description');
    for (const id of ['7002', '7003']) await opened.ledger.index.drop('books', ['name'], id);
  });

  test('R14 what the catalogue no longer has comes as the order names it', async () => {
    expect((await readOrder('deleted-article')).lineItems[0]?.product).not.toHaveProperty('category');
    expect((await readOrder('no-article')).lineItems[0]?.product).toEqual({ name: 'Typed by the manager' });
  });

  test.each([
    { why: 'the root has an id of its own', set: { rootPageId: 77 }, settings: {} },
    { why: 'the root must be named, and is', set: { rootPageId: 77, pagesWithoutParent: 'EXCEPTION' }, settings: { categoryRoot: 77 } },
    { why: 'the root must be named, and is not: the product’s own path', set: { rootPageId: 77, pagesWithoutParent: 'EXCEPTION' }, settings: {} },
  ])('R15 $why', async ({ set, settings }) => {
    switches(set);
    const [line] = (await readOrder('variant', connector({}, settings))).lineItems;
    expect(line?.product.category?.length).toBeGreaterThan(0);
  });
});

