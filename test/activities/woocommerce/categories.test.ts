import { describe, expect, test } from 'vitest';
import { categoryOf, createCategoryCache, pathOf } from '../../../activities/woocommerce/categories.ts';
import { plainText, decodeName } from '../../../activities/woocommerce/text.ts';

const all = [
  { id: 15, name: 'Uncategorized', slug: 'uncategorized', parent: 0 },
  { id: 16, name: 'Parts', slug: 'parts', parent: 0 },
  { id: 17, name: 'Filters', slug: 'filters', parent: 16 },
  { id: 18, name: 'Oil', slug: 'oil', parent: 17 },
  { id: 19, name: 'Accessories', slug: 'accessories', parent: 0 },
  { id: 20, name: 'Belts', slug: 'belts', parent: 16 },
  { id: 22, name: 'Food &amp; Drink', slug: 'food-drink', parent: 0 },
  { id: 23, name: 'Łożyska', slug: 'lozyska', parent: 0 },
  { id: 24, name: 'Lampy', slug: 'lampy', parent: 0 },
  { id: 25, name: 'Maszyny', slug: 'maszyny', parent: 0 },
];
const tree = new Map(all.map((category) => [category.id, category]));

describe('R15 one category counts', () => {
  test.each([
    { why: 'one branch at several depths: the deepest', ids: [17, 18, 16], path: ['Parts', 'Filters', 'Oil'] },
    { why: 'one branch, the root not ticked', ids: [17, 18], path: ['Parts', 'Filters', 'Oil'] },
    { why: 'several of different levels: the more general', ids: [20, 19], path: ['Accessories'] },
    { why: 'several of one level: the first alphabetically', ids: [17, 20], path: ['Parts', 'Belts'] },
    { why: 'by Polish collation: Ł between L and M', ids: [25, 23], path: ['Łożyska'] },
    { why: 'by Polish collation: L before Ł', ids: [23, 24], path: ['Lampy'] },
    { why: 'names are decoded', ids: [22], path: ['Food & Drink'] },
    { why: 'only the shop’s default: none', ids: [15], path: undefined },
    { why: 'the default beside a real one does not count', ids: [15, 18], path: ['Parts', 'Filters', 'Oil'] },
    { why: 'none at all', ids: [], path: undefined },
    { why: 'one that is gone', ids: [999], path: undefined },
  ])('$why', ({ ids, path }) => {
    expect(categoryOf(ids, tree, 'pl')).toEqual(path);
  });

  test('a circle of parents ends', () => {
    const circle = new Map([1, 2].map((id) => [id, { id, name: `C${id}`, slug: `c${id}`, parent: 3 - id }]));
    expect(pathOf({ id: 1, name: 'C1', slug: 'c1', parent: 2 }, circle)).toEqual(['C2', 'C1']);
  });
});

test('the tree is kept for a while and loaded again for an unknown category', async () => {
  let now = 0;
  let loads = 0;
  const cache = createCategoryCache(() => Promise.resolve(now));
  const load = () => Promise.resolve(all.slice(0, 4 + (loads += 1)));
  await cache.treeWith([16], load);
  await cache.treeWith([17], load);
  expect(loads).toBe(1);
  expect((await cache.treeWith([20], load)).has(20)).toBe(true);
  expect(loads).toBe(2);
  now += 5 * 60_000;
  await cache.treeWith([16], load);
  expect(loads).toBe(3);
});

describe('R14 descriptions come as plain text', () => {
  test.each([
    ['<p>Long</p>\n', 'Long'],
    ['<h2>Oil</h2><ul><li>5 W</li><li>30</li></ul>', 'Oil\n5 W\n30'],
    ['a<br/>b', 'a\nb'],
    ['1 < 2 &amp; 3 &gt; 2', '1 < 2 & 3 > 2'],
    ['<script>alert("x")</script><style>p{}</style><!-- note -->text', 'text'],
    ['&lt;b&gt;bold&lt;/b&gt;', '<b>bold</b>'],
    ['Zażółć&nbsp;gęślą   jaźń', 'Zażółć gęślą jaźń'],
    ['<p></p>\n &nbsp;', undefined],
  ])('%s', (html, text) => {
    expect(plainText(html)).toBe(text);
  });

  test('a long one is cut at a word', () => {
    expect(plainText('one two three four', 12)).toBe('one two…');
    expect(plainText('w'.repeat(5_000))).toHaveLength(2_000);
  });

  test('names are decoded once', () => {
    expect(decodeName(' R&amp;amp;D ')).toBe('R&amp;D');
  });
});
