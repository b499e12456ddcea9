/** RO App sandbox: catalogue, the previous version, seeds (contract roapp 4.5, 5, 7). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { idOf, idsIn, startRoapp, type RoappTest } from './roapp-setup.ts';

let shop: RoappTest;
beforeEach(async () => void (shop = await startRoapp()));
afterEach(() => shop.running.close());

const products = async (query: string): Promise<number[]> => idsIn(await shop.get(`/v2/catalog/products?${query}`));

describe('products', () => {
  test('R14 created with title, description, SKU, code, category and unit', async () => {
    const category = idOf(await shop.call('POST', '/v2/catalog/products/categories', { title: 'Cables', parent_id: null }));
    const id = idOf(await shop.call('POST', '/v2/catalog/products', { title: 'Cable', description: 'long', sku: 'A-1', code: '55', category_id: category, uom_id: 1 }));
    expect(await shop.get(`/v2/catalog/products/${id}`)).toMatchObject({ id, title: 'Cable', description: 'long', sku: 'A-1', code: '55', category_id: category, uom_id: 1, cost: '0.00', prices: [], images: [], default_supplier_id: null });
  });

  test('repeating a create makes a second product with the same code', async () => {
    for (let n = 0; n < 2; n += 1) await shop.call('POST', '/v2/catalog/products', { title: 'Cable', code: '55' });
    expect(await products('q=55')).toHaveLength(2);
  });

  test('q finds text anywhere in title, SKU or code; it is no exact filter', async () => {
    const [one = 0, ten = 0, other = 0] = shop.roapp.seed({ products: [{ title: 'Cable', sku: 'A-1' }, { title: 'Case', sku: 'A-10', code: '7' }, { title: 'Screen a-1' }] }).products;
    expect(await products('q=A-1')).toEqual([one, ten, other]);
    expect(await products('q=a-10')).toEqual([ten]);
    expect(await products('q=nothing')).toEqual([]);
    expect(await products('sku=A-10')).toHaveLength(3);
  });

  test.each([
    ['no title', { title: undefined }],
    ['a blank title', { title: ' ' }],
    ['an unknown category', { category_id: 1 }],
    ['an unknown unit', { uom_id: 99 }],
    ['a code as a number', { code: 55 }],
  ])('%s is 400', async (_what, more) => {
    expect((await shop.call('POST', '/v2/catalog/products', { title: 'Cable', ...more })).status).toBe(400);
    expect(await products('')).toEqual([]);
  });

  test('prices are a map, [] when empty, for some products a list', async () => {
    shop.act('set-switches', { replyVariety: 'seeded' });
    const made = shop.roapp.seed({ products: [{ title: 'A', price: '10' }, { title: 'B', price: '10' }, { title: 'C' }] }).products;
    const prices = await Promise.all(made.map(async (id) => z.object({ prices: z.unknown() }).parse(await shop.get(`/v2/catalog/products/${id}`)).prices));
    expect(prices).toEqual([[{ id: 1, price: '10.00' }], { '1': '10.00' }, []]);
  });

  test('services are no products, but can be lines', async () => {
    expect(await products('')).toEqual([]);
    expect((await shop.call('GET', '/v2/catalog/products/7001')).status).toBe(404);
  });

  test('creating products or categories may not exist: 404, 405', async () => {
    shop.act('set-switches', { productCreate: false, categoryCreate: false });
    expect((await shop.call('POST', '/v2/catalog/products', { title: 'A' })).status).toBe(404);
    expect((await shop.call('POST', '/v2/catalog/products/categories', { title: 'A' })).status).toBe(405);
    expect((await shop.call('GET', '/v2/catalog/products')).status).toBe(200);
  });

  test('staff rename and delete', async () => {
    const [id = 0] = shop.roapp.seed({ products: [{ title: 'Cable' }] }).products;
    shop.act('rename-product', { id, title: 'Kabel' });
    expect(await products('q=kabel')).toEqual([id]);
    shop.act('delete-product', { id });
    expect((await shop.call('GET', `/v2/catalog/products/${id}`)).status).toBe(404);
    expect(shop.truth().gone.products).toEqual([id]);
  });
});

describe('categories', () => {
  test('R15 paged, with their parents; a parent must exist', async () => {
    const root = idOf(await shop.call('POST', '/v2/catalog/products/categories', { title: 'Root', parent_id: null }));
    await shop.call('POST', '/v2/catalog/products/categories', { title: 'Leaf', parent_id: root });
    expect(await shop.get('/v2/catalog/products/categories')).toMatchObject({ data: [{ title: 'Root', parent_id: null }, { title: 'Leaf', parent_id: root }], paging: { count: 2 } });
    expect((await shop.call('POST', '/v2/catalog/products/categories', { title: 'Leaf', parent_id: 1 })).status).toBe(400);
  });
});

describe('previous version', () => {
  test('lists with its own envelope, article and bracketed arrays; names without brackets are ignored', async () => {
    const [one = 0, two = 0] = shop.roapp.seed({ products: [{ title: 'Cable', sku: 'A-1', code: '5', category: 'Cables' }, { title: 'Case', sku: 'A-2' }] }).products;
    expect(await shop.get('/products/')).toMatchObject({ page: 1, count: 2, success: true, data: [{ id: one, article: 'A-1', category: { title: 'Cables' }, uom: { id: 1, title: 'pcs' } }, { id: two, category: null }] });
    expect(idsIn(await shop.get('/products/?articles[]=A-2'))).toEqual([two]);
    expect(idsIn(await shop.get('/products/?articles=A-2'))).toEqual([one, two]);
    expect(idsIn(await shop.get(`/products/?ids[]=${one}&ids[]=${two}`))).toEqual([one, two]);
    expect(idsIn(await shop.get('/products/?title=Cable'))).toEqual([one]);
    expect(idsIn(await shop.get('/products/?title=Cab'))).toEqual([]);
    expect(idsIn(await shop.get('/products/?q=cas'))).toEqual([two]);
    expect(await shop.get('/warehouse/categories/')).toMatchObject({ success: true, data: [{ title: 'Cables' }] });
  });

  test('creates and changes products', async () => {
    const id = idOf(await shop.call('POST', '/products/', { title: 'Cable', article: 'A-1', code: '5' }));
    await shop.call('PUT', `/products/${id}`, { title: 'Cable 2 m' });
    expect(await shop.get(`/v2/catalog/products/${id}`)).toMatchObject({ title: 'Cable 2 m', sku: 'A-1', code: '5' });
  });

  test('is dead when switched off', async () => {
    shop.act('set-switches', { legacy: false });
    expect((await shop.call('GET', '/products/')).status).toBe(404);
    expect((await shop.call('GET', '/v2/catalog/products')).status).toBe(200);
  });
});

describe('seed', () => {
  const big = { seed: 5, people: 60, organizations: 2, categories: 7, products: 40, orders: 50 };

  test('the same seed makes the same account, another one another', async () => {
    shop.roapp.seed(big);
    const first = shop.truth();
    shop.running.reset();
    shop.roapp.seed(big);
    expect(shop.truth()).toEqual(first);
    shop.running.reset();
    shop.roapp.seed({ ...big, seed: 6 });
    expect(shop.truth()).not.toEqual(first);
  });

  test('phones are written differently, some are shared, some codes are double, some orders are written off', () => {
    shop.roapp.seed(big);
    const truth = shop.truth();
    const phones = truth.people.flatMap((person) => person.phones.map(({ phone }) => phone));
    for (const form of [/^\+48 \d{3} \d{3} \d{3}$/, /^\d{9}$/, /^\d{3}-\d{3}-\d{3}$/, /^\+48\d{9}$/]) expect(phones.some((phone) => form.test(phone))).toBe(true);
    const digits = phones.map((phone) => phone.replaceAll(/\D/g, '').slice(-9));
    expect(new Set(digits).size).toBeLessThan(digits.length);
    expect(new Set(phones).size).toBe(phones.length);
    const codes = truth.products.filter(({ type }) => type === 'product').map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length - 4);
    expect(truth.categories.filter(({ parent_id: parent }) => parent === null)).toHaveLength(3);
    expect(truth.orders.some(({ items }) => items.some(({ write_offs: writeOffs }) => writeOffs !== null))).toBe(true);
    expect(truth.orders.every(({ items }) => items.length > 0)).toBe(true);
  });

  test('a misspelt seed is refused', () => {
    expect(() => shop.roapp.seed({ poeple: 3 })).toThrow(/poeple/);
  });
});
