/** Who gets in, over HTTPS and over plain HTTP (contract woocommerce 2). */
import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { defaultKey } from '../../sandbox/woocommerce/options.ts';
import type { WoocommerceOptions } from '../../sandbox/woocommerce/options.ts';
import { basic, openShop } from './woocommerce-shop.ts';
import type { TestShop } from './woocommerce-shop.ts';

let shop: TestShop;
afterEach(() => shop.close());

const anonymous = { code: 'woocommerce_rest_cannot_view', message: 'Sorry, you cannot list resources.', data: { status: 401 } };
const refused = (message: string) => ({ code: 'woocommerce_rest_authentication_error', message, data: { status: 401 } });

describe('over HTTPS', () => {
  test.each([
    ['no key', {}, anonymous],
    ['an unknown key', { authorization: basic('ck_unknown') }, anonymous],
    ['a wrong secret', { authorization: basic(defaultKey.key, 'cs_wrong') }, refused('Consumer secret is invalid.')],
  ])('%s is refused', async (_, headers, body) => {
    shop = await openShop();
    const answer = await shop.call('GET', '/orders', undefined, headers);
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual(body);
    expect(answer.headers.get('www-authenticate')).toBeNull();
  });

  test('keys in the query let in, and win over the header', async () => {
    shop = await openShop();
    const pair = `consumer_key=${defaultKey.key}&consumer_secret=`;
    expect((await shop.call('GET', `/orders?${pair}${defaultKey.secret}`, undefined, {})).status).toBe(200);
    expect((await shop.call('GET', `/orders?${pair}cs_wrong`, undefined, { authorization: basic() })).body).toEqual(refused('Consumer secret is invalid.'));
  });

  test('a key without the permission is refused for what it lacks', async () => {
    shop = await openShop({ keys: [{ ...defaultKey, permission: 'read' }, { key: 'ck_w', secret: 'cs_w', permission: 'write' }] });
    expect((await shop.call('POST', '/orders', {})).body).toEqual(refused('The API key provided does not have write permissions.'));
    expect((await shop.get('/orders')).status).toBe(200);
    expect((await shop.call('GET', '/orders', undefined, { authorization: basic('ck_w', 'cs_w') })).body).toEqual(refused('The API key provided does not have read permissions.'));
  });

  test('a user without the capability gets 403 with the same code', async () => {
    shop = await openShop({ keys: [{ ...defaultKey, role: 'none' }] });
    const answer = await shop.get('/orders');
    expect([answer.status, answer.row['code']]).toEqual([403, 'woocommerce_rest_cannot_view']);
    expect((await shop.call('POST', '/orders', {})).row).toMatchObject({ code: 'woocommerce_rest_cannot_create', data: { status: 403 } });
  });

  test('settings and system status want an administrator, orders do not', async () => {
    shop = await openShop({ keys: [{ ...defaultKey, role: 'shop_manager' }] });
    expect((await shop.get('/system_status')).status).toBe(403);
    expect((await shop.get('/settings/general/woocommerce_currency')).status).toBe(403);
    expect((await shop.get('/orders')).status).toBe(200);
    shop.act('set-key', { key: defaultKey.key, role: 'administrator' });
    expect((await shop.get('/system_status')).row).toMatchObject({ environment: { version: '10.9.1' }, settings: { currency: 'PLN' } });
  });

  test('a key taken away by the shop is unknown from then on', async () => {
    shop = await openShop();
    shop.act('set-key', { key: defaultKey.key, revoked: true });
    expect((await shop.get('/orders')).body).toEqual(anonymous);
  });
});

const enc = (text: string) => encodeURIComponent(text).replaceAll('!', '%21').replaceAll("'", '%27').replaceAll('(', '%28').replaceAll(')', '%29').replaceAll('*', '%2A');

/** The reference calculation, written apart from the shop's: RFC 3986 over sorted pairs. */
function sign(input: { method?: string; home: string; path: string; query?: Record<string, string>; at: string; nonce: string; hash?: string; secret?: string }): string {
  const { method = 'GET', home, path, query = {}, at, nonce, hash = 'HMAC-SHA256', secret = defaultKey.secret } = input;
  const all: Record<string, string> = { ...query, oauth_consumer_key: defaultKey.key, oauth_timestamp: String(Date.parse(at) / 1000), oauth_nonce: nonce, oauth_signature_method: hash };
  const sorted = Object.keys(all).toSorted().map((name) => `${enc(name)}=${enc(all[name] ?? '')}`).join('&');
  const base = `${method}&${enc(home + path)}&${enc(sorted)}`;
  const signature = createHmac(hash === 'HMAC-SHA1' ? 'sha1' : 'sha256', `${secret}&`).update(base).digest('base64');
  return `?${new URLSearchParams({ ...all, oauth_signature: signature }).toString()}`;
}

const get = (query: string) => shop.call('GET', `/orders${query}`, undefined, {});

describe('over plain HTTP', () => {
  const now = '2026-11-21T16:49:51Z';
  const home = 'http://shop.example';
  const open = async (options: WoocommerceOptions = {}) => (shop = await openShop({ treatAsHttps: false, siteUrl: home, ...options }, now));
  const signed = (changes: Partial<Parameters<typeof sign>[0]> = {}) => sign({ home, path: '/wp-json/wc/v3/orders', at: now, nonce: 'n1', ...changes });

  test('Basic and query keys count as no key', async () => {
    await open();
    expect((await shop.get('/orders')).body).toEqual(anonymous);
    expect((await get(`?consumer_key=${defaultKey.key}&consumer_secret=${defaultKey.secret}`)).body).toEqual(anonymous);
  });

  test.each(['HMAC-SHA256', 'HMAC-SHA1'])('a request signed with %s gets in', async (hash) => {
    await open();
    const answer = await get(signed({ hash, query: { after: '2026-11-01T00:00:00', status: 'processing,on-hold', search: "O'Neil (x)*!" } }));
    expect(answer.status).toBe(200);
  });

  test('a signature over another address, secret or method name is refused', async () => {
    await open();
    const mismatch = refused('Invalid signature - provided signature does not match.');
    expect((await get(signed({ home: 'http://127.0.0.1' }))).body).toEqual(mismatch);
    expect((await get(signed({ secret: 'cs_wrong' }))).body).toEqual(mismatch);
    expect((await get(signed({ hash: 'PLAINTEXT' }))).body).toEqual(refused('Invalid signature - signature method is invalid.'));
  });

  test('the time may be 15 minutes off, not more', async () => {
    await open();
    expect((await get(signed({ at: '2026-11-21T16:34:51Z', nonce: 'early' }))).status).toBe(200);
    expect((await get(signed({ at: '2026-11-21T17:04:51Z', nonce: 'late' }))).status).toBe(200);
    expect((await get(signed({ at: '2026-11-21T16:34:50Z', nonce: 'x' }))).body).toEqual(refused('Invalid timestamp.'));
    expect((await get(signed({ at: '2026-11-21T17:04:52Z', nonce: 'x' }))).body).toEqual(refused('Invalid timestamp.'));
  });

  test('a nonce is good once', async () => {
    await open();
    expect((await get(signed())).status).toBe(200);
    expect((await get(signed())).body).toEqual(refused('Invalid nonce - nonce has already been used.'));
    expect((await get(signed({ nonce: 'n2' }))).status).toBe(200);
  });

  test('the shop may live in a sub-folder', async () => {
    await open({ siteUrl: 'http://shop.example/sklep' });
    const query = sign({ home: 'http://shop.example/sklep', path: '/wp-json/wc/v3/orders', at: now, nonce: 'f' });
    const response = await fetch(`${shop.sandbox.url}/sklep/wp-json/wc/v3/orders${query}`);
    expect(response.status).toBe(200);
  });
});
