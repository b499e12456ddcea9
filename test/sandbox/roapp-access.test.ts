/** RO App sandbox: key, rate limit, errors, query parameters, paging (contract roapp 2, 3, 5, 6, 12). */
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { idsIn, newOrder, start, startRoapp, type RoappTest } from './roapp-setup.ts';
import type { RoappSandboxOptions } from '../../sandbox/roapp/sandbox.ts';

let shop: RoappTest;
const open = async (options?: RoappSandboxOptions): Promise<RoappTest> => (shop = await startRoapp(options));
afterEach(() => shop.running.close());

const statuses = async (howMany: number): Promise<number[]> => {
  const found = [];
  for (let n = 0; n < howMany; n += 1) found.push((await shop.call('GET', '/v2/company')).status);
  return found;
};

describe('key', () => {
  test.each(['', 'Bearer wrong', 'Basic roapp-key', 'roapp-key'])('"%s" is 401, and nothing is stored', async (authorization) => {
    await open();
    const response = await shop.call('POST', '/v2/contacts/people', { first_name: 'A' }, { authorization });
    expect(response.status).toBe(401);
    expect(shop.truth().people).toEqual([]);
  });

  test('a revoked key is 401 from then on', async () => {
    await open();
    shop.act('set-api-key', { apiKey: 'another' });
    expect((await shop.call('GET', '/v2/company')).status).toBe(401);
  });
});

describe('rate limit', () => {
  test('three in any second, the fourth is 429 with {} and no Retry-After', async () => {
    await open({ requestsPerSecond: 3 });
    expect(await statuses(3)).toEqual([200, 200, 200]);
    const fourth = await shop.call('GET', '/v2/company');
    expect(fourth).toMatchObject({ status: 429, text: '{}' });
    expect(fourth.headers.get('retry-after')).toBeNull();
  });

  test('the window slides: what was refused does not count, what is a second old no longer does', async () => {
    await open({ requestsPerSecond: 3 });
    await statuses(2);
    shop.running.clock.advance(600);
    expect(await statuses(3)).toEqual([200, 429, 429]);
    shop.running.clock.advance(399);
    expect(await statuses(1)).toEqual([429]);
    shop.running.clock.advance(1);
    expect(await statuses(3)).toEqual([200, 200, 429]);
  });

  test('by a switch Retry-After is given', async () => {
    await open({ requestsPerSecond: 1, retryAfterHeader: true });
    await statuses(1);
    expect((await shop.call('GET', '/v2/company')).headers.get('retry-after')).toBe('1');
  });

  test('Infinity: as many as one likes, also over the control surface as null', async () => {
    await open({ requestsPerSecond: 1 });
    shop.act('set-switches', { requestsPerSecond: null });
    expect(new Set(await statuses(20))).toEqual(new Set([200]));
  });

  test('a throttle fault answers as the vendor does', async () => {
    await open();
    shop.running.fault({ on: 'GET /v2/company', kind: 'throttle', headers: { 'retry-after': '2' } });
    const refused = await shop.call('GET', '/v2/company');
    expect(refused).toMatchObject({ status: 429, text: '{}' });
    expect(refused.headers.get('retry-after')).toBe('2');
  });
});

describe('errors', () => {
  test.each([
    ['GET', '/v2/nothing', 404],
    ['GET', '/v2/orders/1', 404],
    ['GET', '/v2/orders/', 404],
    ['GET', '/company', 404],
    ['DELETE', '/v2/orders/1', 405],
    ['GET', '/v2/orders/1/comments', 405],
    ['DELETE', '/v2/orders/1/items/1', 405],
    ['PUT', '/v2/company', 405],
    ['GET', '/products', 404],
    ['GET', '/warehouse/categories', 404],
  ])('%s %s is %i', async (method, path, status) => {
    await open();
    expect((await shop.call(method, path)).status).toBe(status);
  });

  test('bodies of refusals come in all forms that were seen, the same ones again after a reset', async () => {
    await open({ replyVariety: 'seeded' });
    const bodies = async (): Promise<string[]> => {
      const found = [];
      for (let n = 0; n < 40; n += 1) found.push((await shop.call('POST', '/v2/contacts/people', {})).text);
      return found;
    };
    const first = await bodies();
    const forms = z.array(z.string()).parse([...new Set(first)]);
    expect(forms).toHaveLength(5);
    expect(forms).toContain('{}');
    expect(forms.some((form) => form.startsWith('{"message":{"validation":{"first_name"'))).toBe(true);
    shop.running.reset();
    expect(await bodies()).toEqual(first);
  });

  test('plain: always the first form; the status may be 422', async () => {
    await open({ validationStatus: 422 });
    const refused = await shop.call('POST', '/v2/orders', { branch_id: '1201', order_type_id: 77 });
    expect(refused.status).toBe(422);
    expect(Object.keys(z.object({ message: z.object({ validation: z.record(z.string(), z.unknown()) }) }).parse(refused.body).message.validation)).toEqual(['branch_id', 'client_id']);
  });

  test.each(['{', 'null', '[]'])('the body %s is 400', async (body) => {
    await open();
    const response = await fetch(`${shop.running.url}/v2/orders`, { method: 'POST', headers: { authorization: 'Bearer roapp-key', 'content-type': 'application/json' }, body });
    expect(response.status).toBe(400);
  });

  test('a body that is not announced as JSON is 400', async () => {
    await open();
    expect((await shop.call('POST', '/v2/contacts/people', { first_name: 'Anna' }, { 'content-type': 'text/plain' })).status).toBe(400);
  });

  test('a refuse fault speaks in the vendor’s envelope', async () => {
    await open();
    shop.running.fault({ on: 'GET /v2/company', kind: 'refuse', status: 500, text: 'Oops' });
    expect(await shop.call('GET', '/v2/company')).toMatchObject({ status: 500, body: { message: 'Oops' } });
  });
});

describe('query parameters and paging', () => {
  test('an unknown or bracketed parameter is ignored: the first page, unfiltered', async () => {
    await open();
    const { order, person } = await shop.prepare();
    for (const query of ['external_id=7', 'ids[]=999', 'numbers[]=1']) expect(idsIn(await shop.get(`/v2/orders?${query}`))).toEqual([order]);
    expect(idsIn(await shop.get('/v2/contacts/people?phones[]=+48600700800&emails=x@example.com'))).toEqual([person]);
  });

  test.each(['orders?ids=1,2', 'orders?statuses=101,102', 'orders?clients_ids=1,2', 'contacts/people?phones=600700800,600700801', 'orders?ids=abc', 'orders?numbers=B1001', 'orders?sort=total', 'orders?page=0'])('%s is refused', async (query) => {
    await open();
    expect((await shop.call('GET', `/v2/${query}`)).status).toBe(400);
  });

  test.each(['2026-09-01T10:00:00.000Z', '2026-09-01', '1788256800000', '2026-09-01T10:00:00+02:00'])('the date %s is refused: seconds and Z only', async (date) => {
    await open();
    expect((await shop.call('GET', `/v2/orders?modified_at=${encodeURIComponent(date)}`)).status).toBe(400);
  });

  test('repeated keys are a list', async () => {
    await open();
    const { person } = await shop.prepare();
    const other = await shop.call('POST', '/v2/orders', newOrder(person));
    expect(other.status).toBe(200);
    const [newest, oldest] = idsIn(await shop.get('/v2/orders'));
    expect(idsIn(await shop.get(`/v2/orders?ids=${newest}&ids=${oldest}&sort=id`))).toEqual([oldest, newest]);
    expect(idsIn(await shop.get(`/v2/orders?ids=${newest}`))).toEqual([newest]);
  });

  test('pages of 50 with their counts; after the last one nothing; limit is not honoured unless switched on', async () => {
    await open();
    shop.roapp.seed({ people: 120 });
    const third = await shop.call('GET', '/v2/contacts/people?page=3&limit=10&sort=id');
    expect(third.body).toMatchObject({ paging: { page: 3, limit: 50, total_pages: 3, count: 120 } });
    expect(idsIn(third.body)).toHaveLength(20);
    expect(idsIn(await shop.get('/v2/contacts/people?page=4'))).toEqual([]);
    shop.act('set-switches', { honourLimit: true });
    expect(idsIn(await shop.get('/v2/contacts/people?limit=10'))).toHaveLength(10);
  });

  test('no rows: no pages', async () => {
    await open();
    expect(await shop.get('/v2/orders')).toEqual({ data: [], paging: { page: 1, limit: 50, total_pages: 0, count: 0 } });
  });
});

describe('account', () => {
  test('company, locations, employees and the dictionaries in their own forms', async () => {
    await open();
    expect(await shop.get('/v2/company')).toMatchObject({ currency: 'PLN', timezone: 'Europe/Warsaw', created_at: expect.stringMatching(/^[\d-]+T[\d:]+Z$/) });
    expect(await shop.get('/v2/company/locations')).toMatchObject({ data: [{ id: 1201, is_archived: false }, { id: 1202 }] });
    expect(await shop.get('/v2/company/employees')).toMatchObject({ data: [{ id: 31, first_name: 'Api' }, { id: 32 }] });
    expect(await shop.get('/v2/orders/types')).toMatchObject([{ id: 77, title: 'Internet order' }, { id: 78 }]);
    expect(await shop.get('/v2/orders/custom-fields')).toMatchObject([{ id: 5501, type: 1, required: false }, { id: 5502 }]);
    expect(await shop.get('/v2/contacts/people/custom-fields')).toMatchObject([{ id: 6601 }]);
    const groups = z.array(z.object({ group: z.object({ type: z.number() }) })).parse(await shop.get('/v2/orders/statuses'));
    expect(new Set(groups.map(({ group }) => group.type))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7]));
  });

  test('some accounts name order types by name', async () => {
    await open({ dictionaryNames: 'name' });
    expect(await shop.get('/v2/orders/types')).toMatchObject([{ id: 77, name: 'Internet order' }, { id: 78 }]);
  });

  test('R3 the currency is the account’s', async () => {
    await open({ currency: 'EUR' });
    expect(await shop.get('/v2/company')).toMatchObject({ currency: 'EUR' });
    shop.act('set-currency', { currency: 'CZK' });
    expect(await shop.get('/v2/company')).toMatchObject({ currency: 'CZK' });
  });

  test('a location the employee cannot see vanishes with its orders, and is refused for new ones', async () => {
    await open();
    const { person } = await shop.prepare();
    shop.act('hide-location', { id: 1201 });
    expect(await shop.get('/v2/company/locations')).toMatchObject({ data: [{ id: 1202 }] });
    expect(idsIn(await shop.get('/v2/orders'))).toEqual([]);
    expect((await shop.call('POST', '/v2/orders', newOrder(person))).status).toBe(403);
  });
});

test('a reset brings the account back to its beginning, switches and rights included', async () => {
  await open();
  await shop.prepare();
  shop.act('set-switches', { requestsPerSecond: 1 });
  shop.act('set-api-key', { apiKey: 'another' });
  shop.act('set-right', { granted: false });
  shop.running.reset();
  expect(shop.truth()).toMatchObject({ people: [], orders: [] });
  await shop.prepare();
  expect(shop.truth().orders).toMatchObject([{ number: 'B1001', created_at: new Date(start).toISOString().replace('.000', '') }]);
});
