/** The shop's catalogue, category pages and currencies (contract cartum 4.4). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startCartum } from './cartum-shop.ts';
import type { Answer, Row, TestShop } from './cartum-shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await startCartum();
  shop.cartum.seed({ orders: 0, products: 520 });
});
afterAll(() => shop.running.close());

const rows = z.array(z.record(z.string(), z.unknown()));
const productsIn = ({ response }: Answer): Row[] => rows.parse(response['products']);
const find = async (params: Row): Promise<unknown[]> => {
  const answer = await shop.call('catalog/export', params);
  return answer.status === 'EMPTY' ? [] : productsIn(answer).map(({ article }) => article);
};

const below = async (params: Row): Promise<Row[]> => {
  const answer = await shop.call('pages/export', params);
  return answer.status === 'EMPTY' ? [] : rows.parse(answer.response['pages']);
};
const titles = (pages: Row[]) => pages.map(({ title }) => z.record(z.string(), z.string()).parse(title)['en']);
const isos = async (params: Row) => rows.parse((await shop.call('currency/export', params)).response['currency']).map(({ iso }) => iso);

describe('catalog/export', () => {
  test('finds by one article or a list of them, with texts in every language of the shop', async () => {
    expect(productsIn(await shop.call('catalog/export', { expr: { article: 'LAMP-300' } }))).toMatchObject([
      {
        article: 'LAMP-300',
        parent_article: '',
        title: { ua: 'Настільна лампа', ru: 'Настольная лампа', en: 'Desk lamp' },
        description: { en: '<p>Desk lamp</p>' },
        price: 300,
        currency: 'UAH',
        parent: { id: expect.any(Number), value: 'Світло' },
        quantity: 1000,
        creation_time: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
      },
    ]);
    expect(await find({ expr: { article: ['000123', 'BELT-M', 'nobody'] } })).toEqual(['BELT-M', '000123']);
    expect(await find({ expr: { article: 'nobody' } })).toEqual([]);
  });

  test('gives at most 500 rows whatever is asked, then the rest', async () => {
    const all = shop.cartum.truth().products.map(({ article }) => article);
    expect(await find({})).toEqual(all.slice(0, 500));
    expect(await find({ limit: 10_000 })).toHaveLength(500);
    expect(await find({ limit: 500, offset: 500 })).toEqual(all.slice(500));
    expect(await find({ limit: 2, offset: 10_000 })).toEqual([]);
  });

  test('names the fields wanted or unwanted', async () => {
    const expr = { article: 'LAMP-300' };
    expect(productsIn(await shop.call('catalog/export', { expr, includedParams: ['article', 'title'] })).map((row) => Object.keys(row))).toEqual([['article', 'title']]);
    expect(productsIn(await shop.call('catalog/export', { expr, excludedParams: ['description'] }))[0]).not.toHaveProperty('description');
  });

  test('finds by category, by its id or its path, and by what is shown', async () => {
    const [oil] = shop.cartum.truth().pages.filter(({ title }) => title['en'] === 'Oil filters');
    const byId = await find({ expr: { parent: { id: [oil?.id] } } });
    expect(byId.length).toBeGreaterThan(50);
    expect(await find({ expr: { parent: 'Деталі/Фільтри/Фільтри оливи' } })).toEqual(byId);
    expect(await find({ expr: { display_in_showcase: 0 } })).toEqual(['GIFT-1', 'HIDDEN-1']);
  });

  test('EXCEPTION for parameters it cannot read', async () => {
    expect(await shop.call('catalog/export', { expr: { article: 5 } })).toMatchObject({ httpStatus: 200, status: 'EXCEPTION' });
  });

  test('staff edit and delete goods', async () => {
    await shop.act('edit-product', { article: 'HIDDEN-1', newArticle: 'HIDDEN-2', title: { ua: 'Інше' } });
    expect(productsIn(await shop.call('catalog/export', { expr: { article: ['HIDDEN-1', 'HIDDEN-2'] } }))).toMatchObject([{ article: 'HIDDEN-2', title: { ua: 'Інше' } }]);
    await shop.act('delete-product', { article: 'HIDDEN-2' });
    expect(await find({ expr: { article: 'HIDDEN-2' } })).toEqual([]);
  });
});

describe('pages/export', () => {
  test('the tree can be walked from the root', async () => {
    const top = await below({ parent: 0 });
    expect(titles(top)).toEqual(['Delivery and payment', 'Parts', 'Cables', 'Lights', 'Accessories']);
    const parts = await below({ parent: top[1]?.['id'] });
    expect(titles(parts)).toEqual(['Filters', 'Belts', 'Chains']);
    expect(parts[0]).toMatchObject({ parent: top[1]?.['id'], title: { ua: 'Фільтри', ru: 'Фильтры', en: 'Filters' } });
    expect(titles(await below({ parent: parts[0]?.['id'] }))).toEqual(['Oil filters']);
    expect(await below({ parent: 9999 })).toEqual([]);
  });

  test('the id of the root is not to be relied on, nor is a call without parent', async () => {
    expect(await below({})).toHaveLength(5);
    await shop.act('switches', { rootPageId: 1, pagesWithoutParent: 'EXCEPTION' });
    expect(await shop.call('pages/export')).toMatchObject({ status: 'EXCEPTION' });
    expect([await below({ parent: 0 }), await below({ parent: 1 })]).toMatchObject([[], [{ parent: 1 }, {}, {}, {}, {}]]);
    await shop.act('switches', { rootPageId: 0, pagesWithoutParent: 'root' });
  });

  test('a category can be renamed', async () => {
    const [cables] = shop.cartum.truth().pages.filter(({ title }) => title['en'] === 'Cables');
    await shop.act('rename-page', { id: cables?.id, title: { en: 'Wires' } });
    expect(titles(await below({ parent: 0 }))).toContain('Wires');
  });
});

test('R3 currency/export lists the shop’s currency first, and disabled ones only when asked', async () => {
  expect(await isos({})).toEqual(['UAH', 'EUR']);
  expect(await isos({ enabledOnly: false })).toEqual(['UAH', 'EUR', 'USD']);
});
