import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { authorize, baseString, signOauth } from '../../../activities/woocommerce/oauth.ts';
import { identityOf, settingsSchema } from '../../../activities/woocommerce/settings.ts';

const keys = { consumerKey: 'ck_a', consumerSecret: 'cs_b', keysInQuery: false };

describe('who asks depends on the scheme of the address', () => {
  test('https: Basic', () => {
    expect(authorize({ method: 'GET', url: new URL('https://shop.example/wp-json/wc/v3/orders') }, keys)).toEqual({ headers: { authorization: `Basic ${Buffer.from('ck_a:cs_b').toString('base64')}` } });
  });
  test('https with keysInQuery: keys in the query, and no header that could be stripped', () => {
    expect(authorize({ method: 'GET', url: new URL('https://shop.example/wp-json/wc/v3/orders') }, { ...keys, keysInQuery: true })).toEqual({ query: { consumer_key: 'ck_a', consumer_secret: 'cs_b' } });
  });
  test('plain http: a signature, never the secret, and every time another one', () => {
    const url = new URL('http://shop.example/wp-json/wc/v3/orders');
    const [one, two] = [authorize({ method: 'GET', url }, { ...keys, keysInQuery: true }), authorize({ method: 'GET', url }, keys)];
    expect(one.headers).toBeUndefined();
    expect(JSON.stringify(one)).not.toContain('cs_b');
    expect(one.query?.['oauth_nonce']).not.toBe(two.query?.['oauth_nonce']);
  });
});

describe('the text that is signed', () => {
  test('is method, address without query and sorted parameters, encoded', () => {
    const url = new URL('http://shop.example/wp-json/wc/v3/orders?status=on-hold,pending&after=2026-11-21T16:41:59');
    expect(baseString('get', url, [...url.searchParams])).toBe(
      'GET&http%3A%2F%2Fshop.example%2Fwp-json%2Fwc%2Fv3%2Forders&after%3D2026-11-21T16%253A41%253A59%26status%3Don-hold%252Cpending',
    );
  });
  test('encodes what OAuth encodes and no more, and sorts equal names by value', () => {
    expect(baseString('GET', new URL('http://a.example/x'), [['b', "!'()*~ ż"], ['a', '2'], ['a', '10']])).toBe(
      `GET&http%3A%2F%2Fa.example%2Fx&a%3D10%26a%3D2%26b%3D%2521%2527%2528%2529%252A~%2520%25C5%25BC`,
    );
  });
  test('holds the route where the shop has no pretty permalinks, and the port, and no slash at the end', () => {
    const url = new URL('http://shop.example:8080/sub/?rest_route=/wc/v3/orders');
    expect(baseString('GET', url, [...url.searchParams])).toBe('GET&http%3A%2F%2Fshop.example%3A8080%2Fsub&rest_route%3D%252Fwc%252Fv3%252Forders');
  });
  test('is signed with the secret and an ampersand', () => {
    const url = new URL('http://shop.example/wp-json/wc/v3/orders?page=2');
    const { oauth_signature, ...rest } = signOauth({ method: 'GET', url }, keys, { nonce: 'n1', timestamp: 1_763_743_791 });
    expect(rest).toEqual({ oauth_consumer_key: 'ck_a', oauth_nonce: 'n1', oauth_signature_method: 'HMAC-SHA256', oauth_timestamp: '1763743791' });
    const text = 'GET&http%3A%2F%2Fshop.example%2Fwp-json%2Fwc%2Fv3%2Forders&oauth_consumer_key%3Dck_a%26oauth_nonce%3Dn1%26oauth_signature_method%3DHMAC-SHA256%26oauth_timestamp%3D1763743791%26page%3D2';
    expect(oauth_signature).toBe(createHmac('sha256', 'cs_b&').update(text).digest('base64'));
  });
});

describe('settings', () => {
  const minimal = { baseUrl: 'https://shop.example/wp-json/wc/v3', consumerKey: 'ck_a', consumerSecret: 'cs_b', country: 'PL', timeZone: 'Europe/Warsaw' };
  test('have defaults', () => {
    expect(settingsSchema.parse(minimal)).toEqual({ ...minimal, language: 'pl', keysInQuery: false, simultaneous: 2, requestsPerSecond: 10, share: 0.8 });
  });
  test.each([
    ['https://shop.example/wp-json/wc/v3/', 'https://shop.example/wp-json/wc/v3', 'shop.example'],
    ['http://127.0.0.1:4311/sub/wp-json/wc/v3', 'http://127.0.0.1:4311/sub/wp-json/wc/v3', '127.0.0.1:4311/sub'],
    ['https://shop.example/?rest_route=/wc/v3', 'https://shop.example/?rest_route=/wc/v3', 'shop.example'],
    ['https://shop.example/sub/?rest_route=/wc/v3', 'https://shop.example/sub/?rest_route=/wc/v3', 'shop.example/sub'],
  ])('take the address %s', (baseUrl, kept, identity) => {
    const settings = settingsSchema.parse({ ...minimal, baseUrl });
    expect(settings.baseUrl).toBe(kept);
    expect(identityOf(settings)).toBe(identity);
  });
  test.each([
    ['baseUrl', 'https://shop.example'],
    ['baseUrl', 'https://shop.example/wp-json/wc/v2'],
    ['baseUrl', 'ftp://shop.example/wp-json/wc/v3'],
    ['baseUrl', 'https://ck:cs@shop.example/wp-json/wc/v3'],
    ['timeZone', 'Warsaw'],
    ['country', 'pl'],
    ['consumerKey', ''],
    ['language', 'de'],
    ['consumerKye', 'ck_a'],
  ])('refuse %s: %s', (field, value) => {
    expect(settingsSchema.safeParse({ ...minimal, [field]: value }).success).toBe(false);
  });
});
