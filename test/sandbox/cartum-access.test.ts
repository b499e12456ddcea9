/** The shop's way in: addresses, bodies, login, token, envelope, hosting in front (contract cartum 2, 3, 6). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startCartum } from './cartum-shop.ts';
import type { TestShop } from './cartum-shop.ts';

let shop: TestShop;
beforeEach(async () => {
  shop = await startCartum();
});
afterEach(() => shop.running.close());

const asJson = (body: string | Uint8Array<ArrayBuffer>): RequestInit => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body });

describe('login', () => {
  test('gives a token of 32 characters that is good for 600 seconds of the shop clock', async () => {
    const { httpStatus, status, response } = await shop.login();
    expect({ httpStatus, status }).toEqual({ httpStatus: 200, status: 'OK' });
    const { token } = response;
    expect(token).toMatch(/^\w{32}$/);
    shop.running.clock.advance(599_999);
    expect(await shop.call('currency/export', { token })).toMatchObject({ status: 'OK' });
    shop.running.clock.advance(1);
    expect(await shop.call('currency/export', { token })).toMatchObject({ httpStatus: 200, status: 'UNAUTHORIZED' });
  });

  test('a second login leaves the first token good', async () => {
    const { token } = (await shop.login()).response;
    await shop.login();
    expect(await shop.call('currency/export', { token })).toMatchObject({ status: 'OK' });
  });

  test.each(['ERROR', 'UNAUTHORIZED', 'AUTHORIZATION_ERROR'] as const)('a wrong login can be spelled %s', async (badLogin) => {
    await shop.act('switches', { badLogin });
    const answer = await shop.login({ login: 'api_user', password: 'wrong' });
    expect(answer).toMatchObject({ httpStatus: 200, status: badLogin, response: { message: expect.any(String) } });
  });

  test.each([
    ['UNAUTHORIZED', 200, 'UNAUTHORIZED'],
    ['AUTHORIZATION_ERROR', 200, 'AUTHORIZATION_ERROR'],
    ['HTTP 401', 401, 'UNAUTHORIZED'],
  ])('a bad token can be answered by %s', async (badToken, httpStatus, status) => {
    await shop.act('switches', { badToken });
    expect(await shop.call('orders/get', { token: 'x'.repeat(32) })).toMatchObject({ httpStatus, status });
    expect(await shop.call('orders/get', { token: null })).toMatchObject({ httpStatus, status });
  });

  test('a changed password refuses new logins; ended tokens are refused at once', async () => {
    expect(await shop.call('currency/export')).toMatchObject({ status: 'OK' });
    await shop.act('set-login', { password: 'changed' });
    expect(await shop.login()).toMatchObject({ status: 'ERROR' });
    expect(await shop.call('currency/export')).toMatchObject({ status: 'OK' });
    await shop.act('end-tokens');
    expect(await shop.call('currency/export')).toMatchObject({ status: 'UNAUTHORIZED' });
  });
});

describe('transport', () => {
  test('an address without its trailing slash is a page of the shop, not the API', async () => {
    const answer = await shop.raw('/api/auth', asJson('{}'));
    expect(answer).toMatchObject({ httpStatus: 404, body: undefined });
    expect(answer.headers.get('content-type')).toContain('text/html');
  });

  test('an unknown function answers UNDEFINED_FUNCTION with an empty list, before any look at the token', async () => {
    const answer = await shop.raw('/api/orders/delete/', asJson('{}'));
    expect([answer.httpStatus, answer.body]).toEqual([200, { status: 'UNDEFINED_FUNCTION', response: [] }]);
  });

  test('a body that is no JSON, or has a byte order mark, is an HTTP_ERROR', async () => {
    const refused = { httpStatus: 200, status: 'HTTP_ERROR', response: { code: 400, message: expect.stringContaining('not JSON') } };
    const good = JSON.stringify({ login: 'api_user', password: 'secret' });
    expect(await shop.raw('/api/auth/', asJson('{"login":'))).toMatchObject(refused);
    expect(await shop.raw('/api/auth/', asJson(new TextEncoder().encode(`\uFEFF${good}`)))).toMatchObject(refused);
    expect(await shop.raw('/api/auth/', asJson(good))).toMatchObject({ status: 'OK' });
    expect(await shop.raw('/api/auth/', { method: 'PUT', body: good })).toMatchObject({ status: 'HTTP_ERROR', response: { code: 405 } });
  });

  test('forms and GET still work', async () => {
    const form = await shop.raw('/api/auth/', { method: 'POST', body: new URLSearchParams({ login: 'api_user', password: 'secret' }) });
    expect(form).toMatchObject({ status: 'OK' });
    const id = await shop.newOrder();
    await shop.newOrder({ status: 6 });
    const query = new URLSearchParams([['token', String(form.response['token'])], ['status[]', '1'], ['status[]', '2']]);
    expect(await shop.raw(`/api/orders/get/?${query.toString()}`, { method: 'GET' })).toMatchObject({ status: 'OK', response: { orders: [{ order_id: id }] } });
  });

  test('the bot filter shows a page with HTTP 200: to clients without a name of their own, or to all', async () => {
    await shop.act('switches', { front: 'challenge-unfamiliar' });
    const challenge = await shop.raw('/api/auth/', asJson('{}'));
    expect(challenge).toMatchObject({ httpStatus: 200, body: undefined, text: expect.stringContaining('<script>') });
    expect(await shop.login()).toMatchObject({ status: 'OK' });
    await shop.act('switches', { front: 'challenge' });
    expect(await shop.login()).toMatchObject({ httpStatus: 200, body: undefined });
  });

  test.each([
    ['too-many', 429],
    ['unavailable', 503],
  ])('the hosting in front can answer %s, with or without Retry-After', async (front, httpStatus) => {
    await shop.act('switches', { front });
    const bare = await shop.login();
    expect([bare.httpStatus, bare.body, bare.headers.get('retry-after')]).toEqual([httpStatus, undefined, null]);
    await shop.act('switches', { retryAfterSeconds: 7 });
    expect((await shop.login()).headers.get('retry-after')).toBe('7');
  });

  test('faults speak as the hosting or as the platform, by their status', async () => {
    shop.running.fault({ on: 'POST /api/orders/get/', kind: 'throttle' });
    shop.running.fault({ on: 'POST /api/orders/get/', kind: 'refuse', status: 401, text: 'no' });
    shop.running.fault({ on: 'POST /api/orders/get/', kind: 'refuse', status: 200, text: 'rejected' });
    const answers = [await shop.call('orders/get'), await shop.call('orders/get'), await shop.call('orders/get')];
    expect(answers.map(({ httpStatus, body }) => [httpStatus, body])).toEqual([
      [429, undefined],
      [401, { status: 'UNAUTHORIZED', response: { message: 'no' } }],
      [200, { status: 'ERROR', response: { message: 'rejected' } }],
    ]);
  });

  test('an answer prepared for a function comes instead of doing anything, as often as asked', async () => {
    const id = await shop.newOrder();
    await shop.act('answer-next', { function: 'orders/update', status: 'EXCEPTION', times: 2 });
    const update = () => shop.call('orders/update', { orders: [{ order_id: id, status: 2 }] });
    expect([(await update()).status, (await update()).status, shop.order(id).status, (await update()).status]).toEqual(['EXCEPTION', 'EXCEPTION', 1, 'OK']);
    expect(() => shop.cartum.actions['answer-next']?.({ function: 'orders/delete', status: 'OK' })).toThrow('function');
  });
});

test('a reset gives the shop back as it was opened', async () => {
  await shop.newOrder();
  await shop.act('switches', { badLogin: 'UNAUTHORIZED' });
  shop.running.reset();
  expect(shop.cartum.truth().orders).toEqual([]);
  expect(await shop.login({})).toMatchObject({ status: 'ERROR' });
  expect(await shop.call('orders/get')).toMatchObject({ status: 'EMPTY' });
});
