/** Shoper's deliveries and the App Store's calls, against vectors computed here from the contract's words (contract shoper 2, 8). */
import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createGateway } from '../../gateway/app.ts';
import { createRoutes } from '../../gateway/routes.ts';
import { verifyShoper } from '../../gateway/shoper.ts';
import { hookAddress } from '../../worker/hooks.ts';
import { createLog } from '../../worker/log.ts';

const secret = 's3cr3t';
const appstoreSecret = 'appstore-secret';
const license = 'c0ffee';

interface Sent {
  event?: string;
  record?: unknown;
  key?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** `hex(SHA1(id:secret:raw body))` */
const signed = (id: string, key: string, body: string): string => createHash('sha1').update(Buffer.from(`${id}:${key}:${body}`, 'utf8')).digest('hex');
const derived = createHmac('sha512', appstoreSecret).update(`${license}:${secret}`).digest('hex');

/** Escaped as PHP writes it: another spelling of the same JSON has another signature. */
const phpJson = (value: unknown): string => JSON.stringify(value).replaceAll('/', '\\/').replaceAll('ó', '\\u00f3');

function delivery({ event = 'client.edit', record = { user_id: '42', firstname: 'Ola ó/x' }, key = secret, headers = {}, body }: Sent = {}) {
  const text = phpJson(record);
  const all = { 'content-type': 'application/json; charset=utf-8', 'x-shop-version': '5.26.1', 'x-shop-domain': 'shop.example', 'x-shop-license': license, 'x-webhook-id': '3', 'x-webhook-name': event, 'x-webhook-sha1': signed('3', key, text), ...headers };
  return { method: 'POST', headers: all, body: Buffer.from(body ?? text) };
}

const hint = (kind: string, sourceId: string, event: string, topic: string) => ({ valid: true, hint: { kind: 'contact', change: { kind, sourceId, event }, topic } });

test('the contract’s formula, as a vector', () => {
  expect(signed('3', 's3cr3t', '{"user_id":"42"}')).toBe(createHash('sha1').update('3:s3cr3t:{"user_id":"42"}').digest('hex'));
  expect(verifyShoper(delivery({ record: { user_id: '42' } }), [secret])).toMatchObject(hint('customer', '42', 'changed', 'client.edit'));
});

test.each([
  ['client.create', { user_id: '42' }, 'customer', '42', 'changed'],
  ['client.edit', { user_id: 42 }, 'customer', '42', 'changed'],
  ['client.delete', { user_id: '42' }, 'customer', '42', 'deleted'],
  ['client.delete', { id: '42' }, 'customer', '42', 'deleted'],
  ['subscriber.create', { subscriber_id: '9' }, 'subscriber', '9', 'changed'],
  ['subscriber.edit', { subscriber_id: '9', active: '0' }, 'subscriber', '9', 'changed'],
  ['subscriber.delete', { subscriber_id: '9' }, 'subscriber', '9', 'deleted'],
  ['subscriber.delete', { id: 9 }, 'subscriber', '9', 'deleted'],
])('S3 S4 %s %j names the row to be read again', (event, record, kind, sourceId, change) => {
  expect(verifyShoper(delivery({ event, record }), [secret])).toMatchObject(hint(kind, sourceId, change, event));
});

test.each(['order.create', 'product.edit', 'parcel.send', 'constructor', 'client.archive'])('%s is nothing to us', (event) => {
  expect(verifyShoper(delivery({ event }), [secret])).toMatchObject({ valid: true, hint: { kind: 'nothing to do' } });
});

describe('the signature', () => {
  test('any of several secrets', () => {
    expect(verifyShoper(delivery(), ['another', secret])).toMatchObject({ valid: true });
    expect(verifyShoper(delivery(), ['another'])).toEqual({ valid: false, reason: 'signature' });
    expect(verifyShoper(delivery(), [])).toEqual({ valid: false, reason: 'signature' });
  });

  test('derived from the application’s secret, the licence and its own', () => {
    for (const [own, applications] of [[[secret], [appstoreSecret]], [['older', secret], ['older', appstoreSecret]]] as const) expect(verifyShoper(delivery({ key: derived }), own, applications)).toMatchObject({ valid: true });
    expect(verifyShoper(delivery({ key: derived }), [secret])).toEqual({ valid: false, reason: 'signature' });
    expect(verifyShoper(delivery({ key: derived }), [appstoreSecret])).toEqual({ valid: false, reason: 'signature' });
    expect(verifyShoper(delivery({ key: appstoreSecret }), [secret], [appstoreSecret])).toEqual({ valid: false, reason: 'signature' });
    expect(verifyShoper(delivery({ key: derived, headers: { 'x-shop-license': 'another shop' } }), [secret], [appstoreSecret])).toEqual({ valid: false, reason: 'signature' });
  });

  const others: { why: string; sent: Sent }[] = [
    { why: 'the same JSON spelt otherwise', sent: { body: JSON.stringify({ user_id: '42', firstname: 'Ola ó/x' }) } },
    { why: 'another webhook’s id', sent: { headers: { 'x-webhook-id': '4' } } },
    { why: 'one character more', sent: { headers: { 'x-webhook-sha1': `${signed('3', secret, phpJson({ user_id: '42', firstname: 'Ola ó/x' }))}0` } } },
  ];
  test.each(others)('refused: $why', ({ sent }) => {
    expect(verifyShoper(delivery(sent), [secret])).toEqual({ valid: false, reason: 'signature' });
  });

  test('in capitals it is the same', () => {
    const right = delivery();
    expect(verifyShoper({ ...right, headers: { ...right.headers, 'x-webhook-sha1': right.headers['x-webhook-sha1'].toUpperCase() } }, [secret])).toMatchObject({ valid: true });
  });
});

test('all missing headers are named at once; neither domain nor licence is needed', () => {
  expect(verifyShoper({ method: 'POST', headers: {}, body: Buffer.from('{}') }, [secret])).toEqual({ valid: false, reason: 'headers missing', detail: 'x-webhook-id, x-webhook-name, x-webhook-sha1' });
  const { 'x-shop-license': _, 'x-shop-domain': __, ...few } = delivery().headers;
  expect(verifyShoper({ ...delivery(), headers: few }, [secret])).toMatchObject({ valid: true });
});

test.each([{}, { user_id: '' }, { user_id: '0' }, { user_id: -1 }, { user_id: [42] }, { email: 'ola@example.org' }])('a body without an id is not understood: %j', (record) => {
  expect(verifyShoper(delivery({ record }), [secret])).toEqual({ valid: false, reason: 'not understood', detail: 'user_id' });
});

test('a body that is no JSON object is not understood', () => {
  for (const text of ['[]', '"x"', 'user_id=42', '']) expect(verifyShoper(delivery({ body: text, headers: { 'x-webhook-sha1': signed('3', secret, text) } }), [secret])).toEqual({ valid: false, reason: 'not understood' });
});

function repeat(event: string, record: unknown): string | undefined {
  const verdict = verifyShoper(delivery({ event, record }), [secret]);
  return verdict.valid ? verdict.repeat : undefined;
}

describe('a repeat', () => {

  test('of a creation or a deletion is SHA-1 over event and body', () => {
    expect(repeat('subscriber.create', { subscriber_id: '9' })).toBe(createHash('sha1').update('subscriber.create{"subscriber_id":"9"}').digest('hex'));
    expect(repeat('subscriber.delete', { subscriber_id: '9' })).not.toBe(repeat('subscriber.create', { subscriber_id: '9' }));
  });

  test('S9 a row that was switched off, on and off again is told of twice in the same words: both count', () => {
    expect(repeat('subscriber.edit', { subscriber_id: '9', active: '0' })).toBeUndefined();
    expect(repeat('client.edit', { user_id: '42', newsletter: '0' })).toBeUndefined();
  });
});

/** Every field but the hash, by name, joined as `k=v` with `&`, values not encoded. */
function lifecycle(fields: Record<string, string>, key = appstoreSecret): string {
  const text = Object.keys(fields).sort().map((name) => `${name}=${fields[name]}`).join('&'); // prettier-ignore
  return new URLSearchParams({ ...fields, hash: createHmac('sha512', key).update(text).digest('hex') }).toString();
}

const about = { shop: license, shop_url: 'https://shop.example/?a=b&c=d ó', application_code: 'waybill', timestamp: '2026-09-01 12:00:00' };
const verify = (text: string, secrets = [appstoreSecret]) => verifyShoper({ method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: Buffer.from(text) }, [secret], secrets);
const nothingToDo = { kind: 'nothing to do', about: 'a new version or a bill' };
const installation = (change: object) => ({ kind: 'installation', account: 'shop.example', told: { at: about.timestamp, ...change } });

describe('S1 calls of the App Store', () => {
  test.each([
    [{ action: 'install', application_version: '2', auth_code: 'code+1' }, installation({ change: 'installed', code: 'code+1' })],
    [{ action: 'uninstall' }, installation({ change: 'removed' })],
    [{ action: 'upgrade', application_version: '3' }, nothingToDo],
    [{ action: 'billing_install' }, nothingToDo],
    [{ action: 'billing_subscription', subscription_end_time: '2027-01-01 00:00:00' }, nothingToDo],
  ])('%j', (fields, expected) => {
    expect(verify(lifecycle({ ...about, ...fields }))).toEqual({ valid: true, hint: expected });
  });

  test('a field that we do not know is hashed too; two secrets while one replaces the other', () => {
    expect(verify(lifecycle({ ...about, action: 'uninstall', another: 'x' }), ['older', appstoreSecret])).toMatchObject({ valid: true });
  });

  test.each([
    { why: 'another secret', text: lifecycle({ ...about, action: 'uninstall' }, 'another') },
    { why: 'a field changed', text: lifecycle({ ...about, action: 'uninstall' }).replace('c0ffee', 'decaf') },
    { why: 'no hash', text: new URLSearchParams({ ...about, action: 'uninstall' }).toString() },
    { why: 'the secret of webhooks', text: lifecycle({ ...about, action: 'uninstall' }, secret) },
    { why: 'nothing', text: '' },
  ])('refused: $why', ({ text }) => expect(verify(text)).toEqual({ valid: false, reason: 'signature' }));

  test('a field twice is not understood, nor is an action that nobody knows, nor an installation without a code', () => {
    expect(verify(`${lifecycle({ ...about, action: 'uninstall' })}&shop=another`)).toEqual({ valid: false, reason: 'not understood' });
    expect(verify(lifecycle({ ...about, action: 'explode' }))).toEqual({ valid: false, reason: 'not understood', detail: 'action' });
    expect(verify(lifecycle({ ...about, action: 'install', application_version: '1' }))).toEqual({ valid: false, reason: 'not understood', detail: 'auth_code' });
    expect(verify(lifecycle({ ...about, action: 'uninstall', shop_url: 'nowhere' }))).toEqual({ valid: false, reason: 'not understood', detail: 'shop_url' });
  });
});

const shop = (id: string, host: string, application: string) => ({ id, company: 'acme', system: 'shoper', settings: { baseUrl: `https://${host}`, appstoreSecret: { env: application } } });

describe('S1 one application, several shops', () => {
  const hooksSecret = 'a-hooks-secret-of-at-least-32-characters';
  const config = { connections: [shop('first', 'shop.example', 'APP'), shop('second', 'second.example', 'APP'), shop('foreign', 'foreign.example', 'ANOTHER')], integrations: [] };
  const environs = { APP: appstoreSecret, ANOTHER: 'secret of another application' };

  test.each([
    { to: 'first', about: 'shop.example', status: 200, concerns: 'first' },
    { to: 'first', about: 'second.example', status: 200, concerns: 'second' },
    { to: 'first', about: 'foreign.example', status: 404, concerns: undefined },
    { to: 'first', about: 'nobody.example', status: 404, concerns: undefined },
    { to: 'foreign', about: 'shop.example', status: 401, concerns: undefined },
  ])('told at the address of $to about $about: $status', async ({ to, about: host, status, concerns }) => {
    const held: string[] = [];
    const gateway = createGateway({ routes: createRoutes({ config, hooksSecrets: [hooksSecret], environs }, []), log: createLog('error'), hold: async ({ connection }) => void held.push(connection) });
    const body = lifecycle({ ...about, shop_url: `https://${host}`, action: 'uninstall' });
    const answer = await gateway.request(hookAddress('https://hooks.example.com', hooksSecret, to), { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body });
    expect([answer.status, held]).toEqual([status, concerns === undefined ? [] : [concerns]]);
  });
});
