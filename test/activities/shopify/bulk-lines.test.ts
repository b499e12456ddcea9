/** Lines of a result become orders as a page would list them; where a result may be fetched from. */
import { describe, expect, test } from 'vitest';
import { isSafeAddress } from '../../../activities/shopify/bulk-download.ts';
import { collectOrders } from '../../../activities/shopify/bulk-lines.ts';
import { orderSchema } from '../../../activities/shopify/schemas.ts';
import { connectionOf, lineOf, orderOf, shippingOf } from './orders.ts';

const gidOf = (id: number) => `gid://shopify/Order/${id}`;
const orderLine = (id: number, given: object = {}) => {
  const { shippingLines: _shipping, lineItems: _lines, ...plain } = orderOf({ id: gidOf(id), legacyResourceId: String(id), ...given });
  return JSON.stringify(plain);
};
const child = (id: number, given: object) => JSON.stringify({ ...given, __parentId: gidOf(id) });
const shipping = (id: number, own: string | null = 'gid://shopify/ShippingLine/7') => child(id, { id: own, ...shippingOf() });

/** As a page lists it; `endCursor` is of pages only, and not of the digest. */
const listed = (id: number, line: object) => JSON.stringify(orderSchema.parse(orderOf({ id: gidOf(id), legacyResourceId: String(id), lineItems: connectionOf([line]) }))).replaceAll(',"endCursor":null', '');

const limits = { orders: 2, size: 100_000 };
function gather(texts: string[], most = limits) {
  const collector = collectOrders(most);
  const taken = texts.map((text) => collector.take(text));
  return { taken, orders: collector.finish(), count: collector.count() };
}

describe('R7 lines', () => {
  test('R7 children go to their parent; the order is what a page lists', () => {
    const { orders, count } = gather([orderLine(1), shipping(1), child(1, lineOf()), orderLine(2), child(2, lineOf({ id: 'gid://shopify/LineItem/502' })), shipping(2, null)]);
    expect(orders.map(({ order }) => JSON.stringify(order))).toEqual([listed(1, lineOf()), listed(2, lineOf({ id: 'gid://shopify/LineItem/502' }))]);
    expect([orders.map(({ isOdd }) => isOdd), count]).toEqual([[false, false], 6]);
  });

  test('a full page ends before the next order, by number and by size', () => {
    expect(gather([orderLine(1), orderLine(2), shipping(2), orderLine(3)])).toMatchObject({ taken: [true, true, true, false], count: 3 });
    expect(gather([orderLine(1), shipping(1), orderLine(2)], { orders: 9, size: 10 })).toMatchObject({ taken: [true, true, false], count: 2 });
  });

  test('N14 more shipping lines than a page has are said like there', () => {
    const { orders } = gather([orderLine(1), ...Array.from({ length: 11 }, () => shipping(1))]);
    expect(orders[0]?.order).toMatchObject({ shippingLines: { pageInfo: { hasNextPage: true }, nodes: { length: 10 } } });
  });

  test('an odd order is told apart, and stops nobody', () => {
    expect(gather([orderLine(1, { currencyCode: 7 }), orderLine(2)]).orders.map(({ isOdd }) => isOdd)).toEqual([true, false]);
  });

  test.each([
    { why: 'no JSON', texts: [orderLine(1), '{"id":'] },
    { why: 'no object', texts: ['"gid://shopify/Order/1"'] },
    { why: 'a child without parent', texts: [shipping(1)] },
    { why: 'a child of another order', texts: [orderLine(1), orderLine(2), shipping(1)] },
    { why: 'a child of another kind', texts: [orderLine(1), child(1, { id: 'gid://shopify/Refund/1' })] },
    { why: 'an order without its names', texts: ['{"id":"gid://shopify/Order/1"}'] },
  ])('N8 garbled: $why', ({ texts }) => {
    expect(() => gather(texts)).toThrow(expect.objectContaining({ name: 'GarbledResultError', message: expect.not.stringContaining('gid:') }));
  });
});

describe('where a result may be fetched from', () => {
  const shop = 'https://acme.myshopify.com';
  test.each([
    { address: 'https://storage.example.com/bulk?signature=x', isSafe: true },
    { address: 'https://acme.myshopify.com/bulk', isSafe: true },
    { address: 'http://acme.myshopify.com/bulk', isSafe: false },
    { address: 'http://storage.example.com/bulk', isSafe: false },
    { address: 'ftp://storage.example.com/bulk', isSafe: false },
    { address: 'https://user:word@storage.example.com/bulk', isSafe: false },
    { address: 'https://10.0.0.1/bulk', isSafe: false },
    { address: 'https://[::1]/bulk', isSafe: false },
    { address: 'https://0x7f000001/bulk', isSafe: false },
    { address: 'https://localhost/bulk', isSafe: false },
    { address: '/bulk', isSafe: false },
  ])('$address: $isSafe', ({ address, isSafe }) => {
    expect(isSafeAddress(address, shop)).toBe(isSafe);
  });

  test('a simulated shop without https, on another port of its machine', () => {
    expect(isSafeAddress('http://127.0.0.1:4002/bulk', 'http://127.0.0.1:4001')).toBe(true);
    expect(isSafeAddress('http://storage.example.com/bulk', 'http://127.0.0.1:4001')).toBe(false);
  });
});
