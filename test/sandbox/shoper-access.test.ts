/** Who is let in and how often: the three ways to a token, rights, the App Store's calls, the bucket, errors (contract shoper 2, 3, 6). */
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defaults } from '../../sandbox/shoper/options.ts';
import { basic, bearer, error, seen, startReceiver, startShoper, tokenOf } from './shoper-shop.ts';
import type { Answer, Receiver, TestShop } from './shoper-shop.ts';

let shop: TestShop;
beforeEach(async () => {
  shop = await startShoper();
});
afterEach(() => shop.running.close());

const { admin, app, panel } = defaults;
const login = (name: string = admin.login, password: string = admin.password) => shop.call('POST', '/auth', undefined, basic(name, password));
const withToken = async (token: string, path = '/users') => seen(await shop.call('GET', path, undefined, bearer(token)));
const days = (count: number) => count * 86_400_000;

describe('an administrator’s login', () => {
  test('gives a token of 40 hexadecimal digits for 30 days, which then ends with 401', async () => {
    const { status, body } = await login();
    expect([status, body]).toEqual([200, { access_token: expect.stringMatching(/^[0-9a-f]{40}$/), expires_in: 2_592_000, token_type: 'bearer' }]);
    const token = z.object({ access_token: z.string() }).parse(body).access_token;
    shop.running.clock.advance(days(30) - 1_000);
    expect(await withToken(token)).toMatchObject([200, { count: '0' }]);
    shop.running.clock.advance(1_000);
    expect(await withToken(token)).toEqual([401, error('access_denied')]);
    expect(await withToken(tokenOf(await login()))).toMatchObject([200, {}]);
  });

  test('refuses a wrong password, an address that may not log in, a group without WebAPI', async () => {
    expect(seen(await login(admin.login, 'wrong'))).toEqual([401, error('auth_failure')]);
    expect(seen(await shop.call('POST', '/auth', undefined, { authorization: 'Basic !!' }))).toEqual([401, error('auth_failure')]);
    await shop.act('switches', { adminLogin: 'auth_ip_not_allowed' });
    expect(seen(await login())).toEqual([403, error('auth_ip_not_allowed')]);
    await shop.act('switches', { adminLogin: 'auth_webapi_access_denied' });
    expect(seen(await login())).toEqual([403, error('auth_webapi_access_denied')]);
    await shop.act('switches', { adminLogin: 'open' });
    await shop.act('set-login', { password: 'a-new-password' });
    expect([(await login()).status, (await login(admin.login, 'a-new-password')).status]).toEqual([401, 200]);
    expect((await shop.call('GET', '/auth', undefined, basic(admin.login, 'a-new-password'))).status).toBe(405);
  });
});

describe('a panel integration', () => {
  test('its static token never expires', async () => {
    shop.running.clock.advance(days(400));
    expect(await withToken(panel.token)).toMatchObject([200, {}]);
  });

  test('its rights are a ladder per area; beyond it everything is 403 insufficient_scope', async () => {
    await shop.act('set-rights', { application: panel.clientId, rights: { users: 'read', subscribers: 'create', webhooks: 'none' } });
    const id = (await shop.call('POST', '/subscribers', { email: 'jan@example.org' })).body;
    const statuses = async (calls: [string, string, unknown?][]) => Promise.all(calls.map(async ([method, path, body]) => (await shop.call(method, path, body)).status));
    expect(await statuses([['GET', '/users'], ['GET', '/user-addresses'], ['GET', '/subscribers'], ['GET', '/additional-fields'], ['GET', '/languages']])).toEqual([200, 200, 200, 200, 200]);
    expect(await statuses([['POST', '/users', { email: 'a@example.org' }], ['PUT', `/subscribers/${String(id)}`, {}], ['DELETE', `/subscribers/${String(id)}`], ['GET', '/webhooks']])).toEqual([403, 403, 403, 403]);
    expect((await shop.call('GET', '/webhooks')).body).toEqual(error('insufficient_scope'));
  });
});

test('without a token, with an unknown one or one that was ended: 401', async () => {
  expect(seen(await shop.call('GET', '/users', undefined, { authorization: '' }))).toEqual([401, error('unauthorized_client')]);
  expect(await withToken('x')).toEqual([401, error('unauthorized_client')]);
  await shop.act('end-tokens', { application: panel.clientId });
  expect(await withToken(panel.token)).toEqual([401, error('unauthorized_client')]);
});

const sign = (params: Record<string, string>) => createHmac('sha512', app.appstoreSecret).update(Object.keys(params).toSorted().map((name) => `${name}=${params[name]}`).join('&')).digest('hex');
const grant = (type: string, form: Record<string, string>, authorization = basic(app.clientId, app.clientSecret)): Promise<Answer> =>
  shop.call('POST', `/oauth/token?grant_type=${type}`, new URLSearchParams(form).toString(), { ...authorization, 'content-type': 'application/x-www-form-urlencoded' });

describe('the App Store', () => {
  let billing: Receiver;
  beforeEach(async () => {
    billing = await startReceiver();
  });
  afterEach(() => billing.close());

  const sentTo = (call = billing.received.at(-1)) => Object.fromEntries(new URLSearchParams(call?.body));
  const install = async (): Promise<string> => {
    await shop.act('lifecycle', { action: 'install', url: `${billing.url}/billing` });
    return sentTo()['auth_code'] ?? '';
  };
  const pair = z.object({ access_token: z.string(), refresh_token: z.string() });

  test('install is a signed form to the billing system, and its code is good for one exchange', async () => {
    const answer = await shop.act('lifecycle', { action: 'install', url: `${billing.url}/billing`, shopUrl: 'https://shop/ą?a=1&b=2' });
    const { hash, ...params } = sentTo();
    expect(billing.received).toMatchObject([{ path: '/billing', headers: { 'content-type': expect.stringContaining('application/x-www-form-urlencoded') } }]);
    expect(params).toEqual({ action: 'install', shop: defaults.license, shop_url: 'https://shop/ą?a=1&b=2', application_code: app.applicationCode, timestamp: '2026-09-01 12:00:00', application_version: '1', auth_code: expect.any(String) });
    expect(hash).toBe(sign(params));
    expect(answer).toMatchObject({ status: 200, body: 'taken', sent: { hash } });
    const exchanged = await grant('authorization_code', { code: params['auth_code'] ?? '' });
    expect(seen(exchanged)).toEqual([200, { access_token: expect.any(String), refresh_token: expect.any(String), expires_in: 2_592_000, token_type: 'bearer', scope: expect.stringContaining('users_read,users_create,users_edit,subscribers_read') }]);
    expect(await withToken(tokenOf(exchanged))).toMatchObject([200, {}]);
    expect(seen(await grant('authorization_code', { code: params['auth_code'] ?? '' }))).toEqual([400, error('invalid_grant')]);
  });

  test('the other calls carry what is theirs; a bad hash can be asked for', async () => {
    const { url } = billing;
    await shop.act('lifecycle', { action: 'billing_install', url });
    expect(Object.keys(sentTo()).toSorted()).toEqual(['action', 'application_code', 'hash', 'shop', 'shop_url', 'timestamp']);
    await shop.act('lifecycle', { action: 'upgrade', url });
    expect(sentTo()).toMatchObject({ application_version: '2' });
    await shop.act('lifecycle', { action: 'billing_subscription', url });
    expect(sentTo()).toMatchObject({ subscription_end_time: '2026-10-01 12:00:00' });
    await shop.act('lifecycle', { action: 'install', url, badHash: true });
    const { hash, ...params } = sentTo();
    expect(hash).not.toBe(sign(params));
    billing.status = 500;
    expect(await shop.act('lifecycle', { action: 'install', url })).toMatchObject({ status: 500 });
    await expect(shop.act('lifecycle', { action: 'install' })).rejects.toThrow('billing address');
  });

  test('a refresh changes both tokens; the old pair is worth nothing', async () => {
    const first = pair.parse((await grant('authorization_code', { code: await install() })).body);
    const second = pair.parse((await grant('refresh_token', { refresh_token: first.refresh_token })).body);
    expect([second.access_token === first.access_token, second.refresh_token === first.refresh_token]).toEqual([false, false]);
    expect([(await withToken(first.access_token))[0], (await withToken(second.access_token))[0]]).toEqual([401, 200]);
    expect(seen(await grant('refresh_token', { refresh_token: first.refresh_token }))).toEqual([400, error('invalid_grant')]);
    await shop.act('switches', { oldTokenAfterRefresh: 'lives' });
    const third = pair.parse((await grant('refresh_token', { refresh_token: second.refresh_token, client_id: app.clientId, client_secret: app.clientSecret }, { authorization: '' })).body);
    expect([(await withToken(second.access_token))[0], (await withToken(third.access_token))[0]]).toEqual([200, 200]);
  });

  test('wrong client or grant type: refused', async () => {
    expect(seen(await grant('authorization_code', { code: await install() }, basic(app.clientId, 'wrong')))).toEqual([401, error('unauthorized_client')]);
    expect(seen(await grant('password', {}))).toEqual([400, error('invalid_request')]);
  });

  test('its permissions are those of the application: it may make webhooks and not delete them', async () => {
    const token = tokenOf(await grant('authorization_code', { code: await install() }));
    const id = (await shop.call('POST', '/webhooks', { url: 'https://hooks.example.org/a', events: ['client.edit'] }, bearer(token))).body;
    expect((await shop.call('DELETE', `/webhooks/${String(id)}`, undefined, bearer(token))).status).toBe(403);
  });

  test('an uninstall ends its tokens and codes, not those of others', async () => {
    const { access_token: token, refresh_token: refresh } = pair.parse((await grant('authorization_code', { code: await install() })).body);
    const code = await install();
    await shop.act('lifecycle', { action: 'uninstall', url: billing.url });
    expect([(await withToken(token))[0], (await withToken(panel.token))[0]]).toEqual([401, 200]);
    expect([(await grant('refresh_token', { refresh_token: refresh })).status, (await grant('authorization_code', { code })).status]).toEqual([400, 400]);
    expect(shop.shoper.truth().tokens).toEqual({ [panel.clientId]: 1 });
  });

  test('the page in the panel’s frame gets place, shop and time signed, translations not', async () => {
    const { translations, hash, ...signed } = Object.fromEntries(new URLSearchParams(String((await shop.act('frame-query', { place: 'admin-orders' }))['query'])));
    expect([signed, translations]).toEqual([{ place: 'admin-orders', shop: defaults.license, timestamp: '2026-09-01 12:00:00' }, 'pl_PL']);
    expect(hash).toBe(sign(signed));
  });
});

const limitsOf = ({ headers }: Answer) => ['x-shop-api-calls', 'x-shop-api-limit', 'x-shop-api-bandwidth'].map((name) => headers.get(name));
const calls = async (count: number, headers = {}) => {
  const answers: Answer[] = [];
  for (let at = 0; at < count; at += 1) answers.push(await shop.call('GET', '/application-version', undefined, headers));
  return answers;
};

describe('the bucket', () => {
  beforeEach(() => shop.act('switches', { rateLimit: true }));

  test('ten calls fit, the eleventh waits; two a second drain', async () => {
    const answers = await calls(11);
    expect(answers.map(({ status }) => status)).toEqual([...Array.from({ length: 10 }, () => 200), 429]);
    expect(answers.map(limitsOf).filter((_, at) => at === 0 || at === 10)).toEqual([['1', '10', '2'], ['10', '10', '2']]);
    expect([answers[10]?.headers.get('retry-after'), answers[10]?.body]).toEqual(['1', { error: 'too_many_requests', error_description: 'Zbyt wiele żądań' }]);
    shop.running.clock.advance(1_000);
    expect((await calls(3)).map(({ status }) => status)).toEqual([200, 200, 429]);
  });

  test('each application has its own', async () => {
    await calls(10);
    const token = tokenOf(await login());
    expect((await calls(1, bearer(token))).map(limitsOf)).toEqual([['1', '10', '2']]);
    expect((await calls(1)).map(({ status }) => status)).toEqual([429]);
  });

  test('a shop may have other numbers, or no limit', async () => {
    await shop.act('switches', { apiLimit: 2, apiBandwidth: 0.5 });
    const answers = await calls(3);
    expect([answers.map(({ status }) => status), answers[2]?.headers.get('retry-after')]).toEqual([[200, 200, 429], '2']);
    await shop.act('switches', { rateLimit: false });
    expect((await calls(20)).every(({ status }) => status === 200)).toBe(true);
  });

  test('a bulk call counts once, unless a switch counts its items', async () => {
    const items = Array.from({ length: 12 }, (_, at) => ({ id: `p${at}`, path: '/webapi/rest/application-version', method: 'GET' }));
    expect(limitsOf(await shop.call('POST', '/bulk', items))).toEqual(['1', '10', '2']);
    await shop.act('switches', { bulkCountsItems: true });
    const { body } = await shop.call('POST', '/bulk', items);
    const codes = z.object({ errors: z.literal(true), items: z.array(z.object({ code: z.number() })) }).parse(body).items.map(({ code }) => code);
    expect(codes.filter((code) => code === 429)).toHaveLength(4);
  });
});

describe('errors', () => {
  test('their words are Polish, or English where that is accepted', async () => {
    const words = async (accepted?: string) => (await shop.call('GET', '/users/9', undefined, accepted === undefined ? {} : { 'accept-language': accepted })).body;
    expect([await words(), await words('pl_PL'), await words('en_US')]).toEqual([
      { error: 'invalid_request', error_description: 'Nie znaleziono zasobu' },
      { error: 'invalid_request', error_description: 'Nie znaleziono zasobu' },
      { error: 'invalid_request', error_description: 'Resource not found' },
    ]);
    const { body } = await shop.call('POST', '/users', { email: 'x', discount: 'y' }, { 'accept-language': 'en_US' });
    expect(body).toEqual({ error: 'invalid_request', error_description: 'email: Invalid e-mail address; discount: The value must be a number' });
  });

  test('404 for what does not exist, 405 for a verb that is not there, 400 for broken JSON, 501 for object-mtime', async () => {
    const statuses = await Promise.all([shop.call('GET', '/nothing'), shop.call('GET', '/users/abc'), shop.call('POST', '/languages', {}), shop.call('PATCH', '/users/1', {}), shop.call('POST', '/users', '{"email"'), shop.call('GET', '/object-mtime/user/1')]);
    expect(statuses.map(seen)).toEqual([[404, error('invalid_request')], [404, error('invalid_request')], [405, error('method_not_allowed')], [405, error('method_not_allowed')], [400, error('invalid_request')], [501, error('not_implemented')]]);
    expect((await fetch(shop.running.url)).headers.get('content-type')).toContain('text/html');
  });

  test('faults of the kernel come in the platform’s envelope', async () => {
    shop.running.fault({ on: 'PUT /webapi/rest/users/*', kind: 'refuse', status: 409 });
    shop.running.fault({ on: 'GET /webapi/rest/users', kind: 'throttle' });
    expect(seen(await shop.call('PUT', '/users/1', {}))).toEqual([409, error('object_locked')]);
    const throttled = await shop.call('GET', '/users');
    expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([429, '1']);
    expect(shop.running.requests('PUT *')).toMatchObject([{ path: '/webapi/rest/users/1', status: 409, fault: 'refuse' }]);
  });
});
