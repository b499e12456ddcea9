/** Lists and bulk calls: pages, filters, order, the headers that repeat them, items with codes of their own (contract shoper 4.9, 5). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { error, filters, seen, startShoper } from './shoper-shop.ts';
import type { TestShop } from './shoper-shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await startShoper();
  shop.shoper.seed({ seed: 7, customers: 123, subscribers: 30 });
  await shop.act('create-customer', { email: 'Ola@Example.org', firstname: 'Ola', newsletter: true, active: false, discount: '7.50', tags: ['ola'], langId: 3 });
});
afterAll(() => shop.running.close());

const list = z.object({ count: z.string(), pages: z.number(), page: z.number(), list: z.array(z.record(z.string(), z.unknown())) });
const page = async (path: string) => list.parse((await shop.call('GET', path)).body);
const ids = async (query: string) => (await shop.list(`/users?limit=50&${query}`)).map(({ user_id: id }) => Number(id));
const emails = async (query: string) => (await shop.list(`/users?limit=50&${query}`)).map(({ email }) => email);
const where = async (value: unknown, query = '') => (await page(`/users?limit=50&${filters(value)}${query}`)).list;
const status = async (path: string) => (await shop.call('GET', path)).status;

describe('pages', () => {
  test('count is text, pages and page are numbers, headers repeat them; ids rise', async () => {
    const answer = await shop.call('GET', '/users?limit=50&page=3');
    const { count, pages, page: at, list: rows } = list.parse(answer.body);
    expect([count, pages, at, rows.length]).toEqual(['124', 3, 3, 24]);
    expect(['count', 'pages', 'page'].map((name) => answer.headers.get(`x-shop-result-${name}`))).toEqual(['124', '3', '3']);
    const all = [...(await ids('page=1')), ...(await ids('page=2')), ...(await ids('page=3'))];
    expect(new Set(all).size).toBe(124);
    expect(all).toEqual(all.toSorted((a, b) => a - b));
  });

  test('without limit a page is small; a limit beyond 50 or none at all is refused', async () => {
    expect((await page('/users')).list).toHaveLength(10);
    expect([await status('/users?limit=51'), await status('/users?limit=0'), await status('/users?limit=x'), await status('/users?page=0')]).toEqual([400, 400, 400, 400]);
  });

  test('a page past the end is 404, or empty in some shops', async () => {
    expect(seen(await shop.call('GET', '/users?limit=50&page=4'))).toEqual([404, error('invalid_request')]);
    await shop.act('switches', { pagePastEnd: 'empty' });
    expect(await page('/users?limit=50&page=4')).toEqual({ count: '124', pages: 3, page: 4, list: [] });
    await shop.act('switches', { pagePastEnd: '404' });
  });

  test('nothing found is a page with nothing on it', async () => {
    expect(await page(`/users?${filters({ email: 'nobody@example.org' })}`)).toEqual({ count: '0', pages: 0, page: 1, list: [] });
  });

  test('a list may be an object keyed by id', async () => {
    await shop.act('switches', { listForm: 'object' });
    const { body } = await shop.call('GET', '/subscriber-groups');
    await shop.act('switches', { listForm: 'array' });
    expect(body).toMatchObject({ count: '2', list: { 1: { group_id: '1' }, 2: { group_id: '2' } } });
  });

  test('lists are no snapshots: a deleted row moves the others up', async () => {
    const [first, second] = await ids('page=1');
    const [, , , third] = await ids('page=2');
    await shop.act('delete-customer', { id: first, tell: false });
    expect((await ids('page=1'))[0]).toBe(second);
    expect((await ids('page=2'))[2]).toBe(third);
  });
});

describe('filters', () => {
  test('by address in any case of letters; letter by letter where the shop does so', async () => {
    expect(await where({ email: 'ola@example.ORG' })).toMatchObject([{ email: 'Ola@Example.org' }]);
    const [seeded] = await emails('page=1');
    expect(await where({ email: String(seeded).toUpperCase() })).toMatchObject([{ email: seeded }]);
    await shop.act('switches', { emailCase: 'exact' });
    expect([await where({ email: 'ola@example.org' }), await where({ email: 'Ola@Example.org' })]).toMatchObject([[], [{}]]);
    await shop.act('switches', { emailCase: 'any-case' });
  });

  test('the documented operators, several fields at once, lists and additional fields', async () => {
    const total = Number((await page('/users')).count);
    const ticked = Number((await page(`/users?${filters({ newsletter: '1' })}`)).count);
    const unticked = Number((await page(`/users?${filters({ newsletter: { '!=': 1 } })}`)).count);
    expect([ticked + unticked, ticked > 0, unticked > 0]).toEqual([total, true, true]);
    expect(await where({ discount: { '>': 5, '<=': '7.5' } })).toMatchObject([{ email: 'Ola@Example.org' }]);
    expect(await where({ email: { '~': 'ola@%' } })).toHaveLength(1);
    expect(await where({ email: { '!~': '%@%' } })).toEqual([]);
    expect(await where({ firstname: { IN: ['Ola', 'Nikt'] } })).toHaveLength(1);
    expect((await where({ firstname: { 'NOT IN': ['Ola'] }, lang_id: 3 })).every(({ firstname, lang_id: lang }) => firstname !== 'Ola' && lang === '3')).toBe(true);
    expect(await where({ tags: 'ola' })).toHaveLength(1);
    const consenting = await where({ additional_fields: { '=': { 7: '1' } } });
    expect(consenting.length).toBeGreaterThan(10);
    expect(consenting.every((row) => JSON.stringify(row['additional_fields']).includes('"field_id":"7"'))).toBe(true);
  });

  test('in brackets too; the singular form is passed over', async () => {
    expect(await emails('filters[email]=ola@example.org')).toEqual(['Ola@Example.org']);
    expect(await emails('filters[discount][%3E]=7')).toContain('Ola@Example.org');
    expect((await page('/users?filter[email]=ola@example.org')).count).toBe((await page('/users')).count);
  });

  test('broken ones and undocumented ones are refused; a switch passes the latter over or lets them work', async () => {
    const query = filters({ registered: '0' });
    expect([await status('/users?filters=x'), await status(`/users?${filters({ email: { '<>': 1 } })}`), await status(`/users?${query}`)]).toEqual([400, 400, 400]);
    await shop.act('switches', { undocumentedFilters: 'ignored' });
    const ignored = (await page(`/users?${query}`)).count;
    await shop.act('switches', { undocumentedFilters: 'work' });
    const worked = (await page(`/users?${query}`)).count;
    await shop.act('switches', { undocumentedFilters: 'refused' });
    expect([ignored === (await page('/users')).count, Number(worked) > 0, Number(worked) < Number(ignored)]).toEqual([true, true, true]);
  });

  test('of subscribers work, are passed over or refused, as the shop likes', async () => {
    const query = `/subscribers?${filters({ email: 'BOTH-populations@example.org' })}`;
    expect((await page(query)).list).toMatchObject([{ email: 'both-populations@example.org' }]);
    await shop.act('switches', { subscriberFilters: 'ignored' });
    expect((await page(query)).count).toBe('30');
    await shop.act('switches', { subscriberFilters: 'refused' });
    expect(await status(query)).toBe(400);
    await shop.act('switches', { subscriberFilters: 'work' });
  });

  test('a changed row is found by what it has become', async () => {
    const { id } = await shop.act('create-customer', { email: 'before@example.org', tell: false });
    await shop.act('edit-customer', { id, newEmail: 'after@example.org', tell: false });
    expect([await where({ email: 'before@example.org' }), await where({ email: 'after@example.org' })]).toMatchObject([[], [{ user_id: String(id) }]]);
    await shop.act('delete-customer', { id, tell: false });
    expect(await where({ email: 'after@example.org' })).toEqual([]);
  });
});

describe('order', () => {
  test('by a field up or down, with signs or words, by several', async () => {
    const down = await ids('order=user_id%20desc');
    expect([down, await ids('order=-user_id')]).toEqual([down.toSorted((a, b) => b - a), down]);
    const up = await ids('order=user_id%20asc');
    expect([up, await ids('order=%2Buser_id'), await ids('order=+user_id')]).toEqual([await ids(''), up, up]);
    const rows = await shop.list('/users?limit=50&order[]=newsletter%20desc&order[]=-user_id');
    const expected = rows.toSorted((a, b) => Number(b['newsletter']) - Number(a['newsletter']) || Number(b['user_id']) - Number(a['user_id']));
    expect(rows).toEqual(expected);
    expect(await status('/users?order=nothing')).toBe(400);
  });
});

const get = (id: string, path: string, params?: unknown) => ({ id, path: `/webapi/rest/${path}`, method: 'GET', ...(params !== undefined && { params }) });

describe('bulk', () => {
  const bulk = z.object({ errors: z.boolean(), items: z.array(z.object({ id: z.string(), code: z.number(), body: z.unknown() })) });
  const send = async (items: unknown) => bulk.parse((await shop.call('POST', '/bulk', items)).body);

  test('answers each item under its id, lists and scalars alike', async () => {
    const made = await send([get('p1', 'users', { limit: '50', page: '2', filters: '{"newsletter":"1"}' }), { id: 'w', path: '/webapi/rest/subscribers', method: 'POST', body: { email: 'bulk@example.org' } }]);
    expect(made).toMatchObject({ errors: false, items: [{ id: 'p1', code: 200, body: { count: expect.any(String), page: 2 } }, { id: 'w', code: 200, body: expect.any(Number) }] });
    expect(await send([{ id: 'd', path: `/webapi/rest/subscribers/${String(made.items[1]?.body)}`, method: 'DELETE' }])).toEqual({ errors: false, items: [{ id: 'd', code: 200, body: 1 }] });
  });

  test('an item that fails has its own code and error, the others go on; HTTP stays 200', async () => {
    const answer = await shop.call('POST', '/bulk', [get('a', 'users/999999'), get('b', 'users', { filters: { newsletter: '1' } }), get('c', 'bulk'), { ...get('d', 'x'), path: '/elsewhere' }, get('e', 'languages')]);
    expect(answer.status).toBe(200);
    const { errors, items } = bulk.parse(answer.body);
    expect([errors, items.map(({ code }) => code)]).toEqual([true, [404, 400, 404, 404, 200]]);
    expect(items[0]?.body).toEqual(error('invalid_request'));
  });

  test('25 items and no more; a body that is no list is refused', async () => {
    const items = Array.from({ length: 26 }, (_, at) => get(String(at), 'application-version'));
    expect((await send(items.slice(1))).items).toHaveLength(25);
    expect(seen(await shop.call('POST', '/bulk', items))).toEqual([400, error('invalid_request')]);
    expect((await shop.call('POST', '/bulk', { items })).status).toBe(400);
  });

  test('rights are asked for item by item', async () => {
    await shop.act('set-rights', { application: 'panel-1', rights: { users: 'none' } });
    expect((await send([get('a', 'users'), get('b', 'subscribers')])).items.map(({ code }) => code)).toEqual([403, 200]);
    await shop.act('set-rights', { application: 'panel-1', rights: { users: 'delete' } });
  });
});
