/** `waybill check`, webhooks and the rotating pair against the simulated shop. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createShoperClient } from '../../../activities/shoper/client.ts';
import { ownProperties } from '../../../activities/shoper/beside.ts';
import { createSessions } from '../../../activities/shoper/session.ts';
import { identityOf, settingsSchema } from '../../../activities/shoper/settings.ts';
import { ensureShoperWebhooks, events } from '../../../activities/shoper/webhooks.ts';
import { verifyShoper } from '../../../gateway/shoper.ts';
import { defaults } from '../../../sandbox/shoper/options.ts';
import { startReceiver } from '../../sandbox/shoper-shop.ts';
import { openTestLedger, type TestLedger } from '../../setup/ledger.ts';
import { driverOf, settingsOf, startSimulatedShop, type SettingsInput, type SimulatedShop } from './sandbox.ts';
import { callOf, shopSettings, wanted } from './setup.ts';

let opened: TestLedger;
let shop: SimulatedShop;
beforeAll(async () => {
  opened = await openTestLedger('sqlite', { clock: 'real' });
  shop = await startSimulatedShop();
});
beforeEach(async () => {
  shop.definition.seed({ customers: 40, subscribers: 10 });
  await shop.act('set-rights', { application: defaults.panel.clientId, rights: defaults.panel.rights });
  shop.running.clearRequests();
});
afterAll(async () => {
  await shop.running.close();
  await opened.close();
});

const rowsOf = async (settings: SettingsInput = {}) => new Map((await driverOf(shop, opened.ledger, settings).check()).map((row) => [row.what, row]));
const consentField = () => String(shop.definition.truth().shop.consentFieldId);

describe('check', () => {
  test('a shop that is all right: no row that is not ok, reads only', async () => {
    const rows = await rowsOf({ consentField: consentField() });
    expect([...rows.values()].filter(({ state }) => state === 'not ok')).toEqual([]);
    expect(rows.get('credentials')).toMatchObject({ state: 'ok', found: expect.stringContaining('token of an integration') });
    expect(rows.get('right users: read')).toMatchObject({ state: 'ok', found: '40 can be read' });
    expect(rows.get('version of the shop')).toMatchObject({ state: 'ok', found: expect.stringMatching(/^\d+\.\d+/) });
    expect(rows.get('newsletter consent of customers')).toMatchObject({ state: 'ok' });
    expect(shop.calls().filter((call) => !call.startsWith('GET'))).toEqual([]);
  });

  test.each([
    { area: 'users', what: 'right users: read' },
    { area: 'subscribers', what: 'right subscribers: read' },
    { area: 'additional_fields', what: 'right additional-fields: read' },
    { area: 'webhooks', what: 'right webhooks: read' },
  ])('a missing right is a row of its own: $what', async ({ area, what }) => {
    await shop.act('set-rights', { application: defaults.panel.clientId, rights: { [area]: 'none' } });
    const rows = await rowsOf();
    expect([...rows.values()].filter(({ state }) => state === 'not ok')).toEqual([expect.objectContaining({ what, found: expect.stringContaining('insufficient_scope'), step: expect.stringContaining(what) })]);
  });

  test.each([
    { adminLogin: 'auth_ip_not_allowed', step: 'Allow this machine’s address' },
    { adminLogin: 'auth_webapi_access_denied', step: 'access to the WebAPI' },
  ])('a log-in that is refused by $adminLogin says what to do', async ({ adminLogin, step }) => {
    await shop.act('switches', { adminLogin });
    expect([...(await rowsOf({ ...defaults.admin })).values()]).toMatchObject([{ what: 'credentials', state: 'not ok', step: expect.stringContaining(step) }]);
    await shop.act('switches', { adminLogin: 'open' });
    expect((await rowsOf({ ...defaults.admin })).get('credentials')).toMatchObject({ state: 'ok' });
  });

  test('a wrong password, a wrong token, an application that is not installed', async () => {
    for (const settings of [{ ...defaults.admin, password: 'another' }, { token: 'another-token' }, { clientId: defaults.app.clientId, clientSecret: defaults.app.clientSecret }]) {
      expect([...(await rowsOf(settings)).values()]).toMatchObject([{ what: 'credentials', state: 'not ok', step: expect.any(String) }]);
    }
  });

  test('S10 a consent field that is not there, or no checkbox', async () => {
    expect((await rowsOf({ consentField: 9_999 })).get('newsletter consent of customers')).toMatchObject({ state: 'not ok', step: expect.stringContaining(consentField()) });
    const text = (await createShoperClient({ settings: settingsOf(shop), call: callOf(opened.ledger), sessions: createSessions() }).listAdditionalFields()).find(({ type }) => type === '1');
    expect((await rowsOf({ consentField: text?.field_id ?? '' })).get('newsletter consent of customers')).toMatchObject({ state: 'not ok', found: expect.stringContaining('no checkbox') });
  });

  test('S10 without a consent field it says that the newsletter box may not be writable', async () => {
    expect((await rowsOf()).get('newsletter consent of customers')).toMatchObject({ state: 'cannot be read', found: expect.stringContaining('not writable') });
  });
});

const change = (kind: string, event: string) => ({ valid: true, hint: { kind: 'contact', change: { kind, event, sourceId: expect.stringMatching(/^\d+$/) } } });

const address = 'https://hooks.example.com/hooks/shop/unguessable';
const ensure = async (to = address, secret = 'signing-secret-of-ours') => ensureShoperWebhooks({ client: createShoperClient({ settings: settingsOf(shop), call: callOf(opened.ledger), sessions: createSessions() }), address: to, secret });
const registered = (to = address) => shop.definition.truth().webhooks.filter(({ url }) => url === to);
const statesOf = (rows: Awaited<ReturnType<typeof ensure>>) => [...new Set(rows.map(({ state }) => state))];

describe('webhooks', () => {
  test('one is made for all events; asked again, it is there', async () => {
    const rows = await ensure();
    expect([rows.map(({ topic }) => topic), statesOf(rows)]).toEqual([[...events], ['made']]);
    expect(statesOf(await ensure())).toEqual(['there']);
    expect(registered()).toMatchObject([{ url: address, active: true, events: [...events] }]);
  });

  test('another secret is put right; a webhook of somebody else is left alone', async () => {
    await ensure('https://other.example.com/hook');
    const others = registered('https://other.example.com/hook');
    await ensure();
    const rows = await ensure(address, 'a-new-signing-secret');
    expect([statesOf(rows), rows[0]?.found]).toEqual([['mended'], expect.stringContaining('another secret')]);
    expect(statesOf(await ensure(address, 'a-new-signing-secret'))).toEqual(['there']);
    expect(registered('https://other.example.com/hook')).toEqual(others);
  });

  test('N11 a lost reply to its making: the repeat finds it', async () => {
    shop.running.fault({ on: 'POST /webapi/rest/webhooks', kind: 'lost-reply' });
    await expect(ensure()).rejects.toMatchObject({ name: 'RetryableError' });
    expect(statesOf(await ensure())).toEqual(['there']);
    expect(registered()).toHaveLength(1);
  });

  test('a right that is missing becomes rows, without the address', async () => {
    await shop.act('set-rights', { application: defaults.panel.clientId, rights: { webhooks: 'read' } });
    const rows = await ensure();
    expect([statesOf(rows), rows[0]?.found]).toEqual([['missing'], expect.stringContaining('webhooks: create')]);
    expect(JSON.stringify(rows)).not.toContain('unguessable');
  });

  test('what the shop then sends is recognised by the gateway, and so is a webhook declared in the App Store', async () => {
    const receiver = await startReceiver();
    await ensure(receiver.url);
    await shop.act('create-customer', { email: 'new@example.org', newsletter: true });
    await receiver.came(1);
    await shop.act('declare-webhook', { url: `${receiver.url}/app`, secret: 'declared', events: ['subscriber.delete'] });
    await shop.act('delete-subscriber', { email: 'subscriber-english@example.org' });
    await receiver.came(3);
    const hints = receiver.received.map(({ path, headers, body }) => {
      const plain = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
      return verifyShoper({ method: 'POST', headers: plain, body: Buffer.from(body) }, path === '/app' ? ['declared'] : ['signing-secret-of-ours'], [defaults.app.appstoreSecret]);
    });
    expect(hints).toMatchObject([change('customer', 'changed'), change('subscriber', 'deleted'), change('subscriber', 'deleted')]);
    receiver.close();
  });
});

/** The application is installed: the platform gives a code. */
async function app() {
  const receiver = await startReceiver();
  await shop.act('lifecycle', { action: 'install', url: receiver.url });
  receiver.close();
  const authCode = new URLSearchParams(receiver.received[0]?.body).get('auth_code') ?? '';
  return { clientId: defaults.app.clientId, clientSecret: defaults.app.clientSecret, authCode };
}

const read = async (settings: SettingsInput, call = callOf(opened.ledger), sessions = createSessions()) => (await driverOf(shop, opened.ledger, { ...settings, call, sessions }).list('subscriber', undefined, wanted())).total;

describe('tokens of the simulated shop', () => {
  test('an administrator’s token that has ended is replaced', async () => {
    const [sessions, call] = [createSessions(), callOf(opened.ledger)];
    await read({ ...defaults.admin }, call, sessions);
    await shop.act('end-tokens', { application: 'admin' });
    expect(await read({ ...defaults.admin }, call, sessions)).toBe(10);
  });

  test('an application’s pair: code, use, renewal, use', async () => {
    const [settings, call] = [await app(), callOf(opened.ledger)];
    expect(await read(settings, call)).toBe(10);
    shop.running.clock.advance(31 * 86_400_000);
    expect(await read(settings, call)).toBe(10);
    expect(shop.calls().filter((path) => path === 'POST /oauth/token')).toHaveLength(2);
  });

  test('N11 a renewal whose reply was lost: the shop takes neither token any more, and the connection says so', async () => {
    const [settings, call] = [await app(), callOf(opened.ledger)];
    await read(settings, call);
    shop.running.clock.advance(31 * 86_400_000);
    shop.running.fault({ on: 'POST /webapi/rest/oauth/token', kind: 'lost-reply' });
    await expect(read(settings, call)).rejects.toMatchObject({ name: 'RetryableError' });
    await expect(read(settings, call)).rejects.toMatchObject({ name: 'UnauthorizedError' });
  });
});

describe('settings', () => {
  const given = { baseUrl: 'https://shop.example', country: 'PL' };

  test.each([
    { token: 't' },
    { login: 'l', password: 'p' },
    { clientId: 'c', clientSecret: 's' },
    { clientId: 'c', clientSecret: 's', authCode: 'a' },
  ])('one way to log in: %j', (way) => expect(settingsSchema.safeParse({ ...given, ...way }).success).toBe(true));

  test.each([{}, { token: 't', login: 'l', password: 'p' }, { login: 'l' }, { password: 'p' }, { clientId: 'c' }, { clientSecret: 's' }, { token: 't', authCode: 'a' }, { token: 't', another: 'x' }])('not: %j', (way) =>
    expect(settingsSchema.safeParse({ ...given, ...way }).success).toBe(false));

  test('the address in every form is one account', () => {
    const addresses = ['https://shop.example', 'https://shop.example/', 'https://shop.example/webapi/rest', 'https://SHOP.example/webapi/rest/'];
    expect(new Set(addresses.map((baseUrl) => identityOf(shopSettings({ baseUrl }))))).toEqual(new Set(['shop.example']));
    for (const baseUrl of ['https://shop.example/other', 'https://shop.example?a=1', 'https://u:p@shop.example', 'ftp://shop.example']) expect(settingsSchema.safeParse({ ...given, token: 't', baseUrl }).success).toBe(false);
  });
});

const folder = new URL('../../../activities/shoper/', import.meta.url);
const readme = readFileSync(new URL('README.md', folder), 'utf8');
const named = (name: string): boolean => readme.includes(`\`${name}\``);

describe('README', () => {

  test('names every file, every setting and every property', () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
    expect(files.filter((file) => !named(file))).toEqual([]);
    expect(Object.keys(settingsSchema.shape).filter((name) => !named(name))).toEqual([]);
    const properties = [...ownProperties.customer, ...ownProperties.subscriber].map(([name]) => name.replace(/_at$/, ''));
    expect(properties.filter((name) => !named(name))).toEqual([]);
  });

  test('its defaults are those of the settings', () => {
    expect(shopSettings({ baseUrl: 'https://shop.example', share: undefined })).toMatchObject({ timeZone: 'Europe/Warsaw', unsubscribe: 'deactivate', share: 0.8 });
    expect(readme).toContain('`timeZone` (default Europe/Warsaw)');
    expect(readme).toContain('default deactivate');
    expect(readme).toContain('`share` (default 0.8)');
  });
});
