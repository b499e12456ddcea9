/** Who gets in, which version answers, and what a token may read (contract shopify 2, 6, 9). */
import { afterEach, describe, expect, test } from 'vitest';
import { openShop, type TestShop } from './shopify-shop.ts';

let shop: TestShop;
afterEach(() => shop.close());

const shopName = '{ shop { name currencyCode } }';
const token = (value: string) => ({ 'x-shopify-access-token': value });

describe('tokens', () => {
  test.each([
    ['no token', {}],
    ['a wrong token', token('shpat_wrong')],
    ['the token as a bearer', { authorization: 'Bearer shpat_sandbox' }],
  ])('%s is refused with a text under errors', async (_, headers) => {
    shop = await openShop();
    const answer = await shop.ask(shopName, {}, headers);
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({ errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' });
  });

  test('an extra Authorization header is ignored', async () => {
    shop = await openShop();
    expect((await shop.ask(shopName, {}, { ...token('shpat_sandbox'), authorization: 'Bearer other' })).at('shop', 'currencyCode')).toBe('PLN');
  });

  test('client credentials give a token for a day, then it is asked for again', async () => {
    shop = await openShop({ scopes: ['read_orders'] });
    const grant = (secret: string) => fetch(`${shop.sandbox.url}/admin/oauth/access_token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'sandbox-client', client_secret: secret }) });
    expect((await grant('wrong')).status).toBe(401);
    const granted: unknown = await (await grant('sandbox-client-secret')).json();
    expect(granted).toEqual({ access_token: expect.stringMatching(/^shpat_/), scope: 'read_orders', expires_in: 86_399 });
    const value = typeof granted === 'object' && granted !== null && 'access_token' in granted ? String(granted.access_token) : '';
    expect((await shop.ask(shopName, {}, token(value))).status).toBe(200);
    shop.sandbox.clock.advance(86_400_000);
    expect((await shop.ask(shopName, {}, token(value))).status).toBe(401);
  });

  test('a token can be replaced or expire', async () => {
    shop = await openShop();
    shop.act('set-token', { token: 'shpat_other' });
    expect((await shop.ask(shopName)).status).toBe(401);
    expect((await shop.ask(shopName, {}, token('shpat_other'))).status).toBe(200);
    shop.act('expire-token');
    expect((await shop.ask(shopName, {}, token('shpat_other'))).status).toBe(401);
  });
});

test.each([
  ['2026-07', '2026-07'],
  ['2025-10', '2025-10'],
  ['2026-10', '2026-10'],
  ['2024-01', '2025-07'],
  ['unstable', 'unstable'],
])('version %s is answered by %s', async (asked, answering) => {
  shop = await openShop({}, '2026-07-10T00:00:00Z');
  const answer = await shop.ask(shopName, {}, undefined, asked);
  expect([answer.status, answer.headers.get('x-shopify-api-version')]).toEqual([200, answering]);
});

test('2026-07 is there until 2027-07-16 15:00 UTC', async () => {
  shop = await openShop({}, '2027-07-16T14:59:59Z');
  expect((await shop.ask(shopName)).headers.get('x-shopify-api-version')).toBe('2026-07');
  shop.sandbox.clock.advance(1_000);
  expect((await shop.ask(shopName)).headers.get('x-shopify-api-version')).toBe('2026-10');
});

test.each([
  ['frozen', 402],
  ['forbidden', 403],
  ['missing', 404],
  ['locked', 423],
])('a %s shop answers %i with a text', async (state, status) => {
  shop = await openShop();
  shop.act('set-account', { state });
  const answer = await shop.ask(shopName);
  expect(answer.status).toBe(status);
  expect(typeof answer.body.errors).toBe('string');
});

test('an inactive shop and an internal error are told inside a 200', async () => {
  shop = await openShop({ internalErrors: 1 });
  expect((await shop.ask(shopName)).codes).toEqual(['INTERNAL_SERVER_ERROR']);
  shop.act('set-account', { state: 'inactive' });
  const answer = await shop.ask(shopName);
  expect([answer.status, answer.codes, answer.body.data]).toEqual([200, ['SHOP_INACTIVE'], undefined]);
});

test('faults speak in the vendor\'s envelopes', async () => {
  shop = await openShop();
  const on = 'POST /admin/api/2026-07/graphql.json';
  shop.sandbox.fault({ on, kind: 'throttle' });
  const limited = await shop.ask(shopName);
  expect([limited.status, limited.headers.get('retry-after'), typeof limited.body.errors]).toEqual([429, '4.0', 'string']);
  shop.sandbox.fault({ on, kind: 'refuse', status: 502 });
  const broken = await shop.ask(shopName);
  expect([broken.status, broken.headers.get('content-type')]).toEqual([502, 'text/html; charset=utf-8']);
});

describe('scopes', () => {
  test('what the token may do is listed', async () => {
    shop = await openShop({ scopes: ['read_orders', 'read_products'] });
    expect((await shop.ask('{ currentAppInstallation { accessScopes { handle } } }')).at('currentAppInstallation', 'accessScopes')).toEqual([{ handle: 'read_orders' }, { handle: 'read_products' }]);
  });

  test('a missing scope nulls a nullable field, once for each occurrence, and leaves the rest', async () => {
    shop = await openShop({ scopes: ['read_orders', 'read_all_orders'] });
    shop.shop.seed({ orders: 3 });
    const answer = await shop.ask('{ orders(first: 2) { nodes { name customer { id } lineItems(first: 1) { nodes { sku product { id } } pageInfo { hasNextPage } } } } }');
    expect(answer.at('orders', 'nodes', 0)).toMatchObject({ name: expect.stringMatching(/^#/), customer: null, lineItems: { nodes: [{ sku: expect.any(String), product: null }] } });
    const errors = Array.isArray(answer.body.errors) ? answer.body.errors : [];
    expect(errors.map(({ path }) => path)).toContainEqual(['orders', 'nodes', 1, 'customer']);
    expect(errors.find(({ path }) => path?.at(-1) === 'customer')).toMatchObject({ message: 'Access denied for customer field. Required access: `read_customers` access scope.', extensions: { code: 'ACCESS_DENIED', requiredAccess: '`read_customers` access scope.' } });
  });

  test('a missing scope on a root that may not be null takes the whole branch', async () => {
    shop = await openShop({ scopes: ['read_orders'] });
    const answer = await shop.ask('{ customers(first: 1) { nodes { id } } }');
    expect([answer.status, answer.body.data, answer.codes]).toEqual([200, null, ['ACCESS_DENIED']]);
  });

  test('node() asks for the scope of what it finds', async () => {
    shop = await openShop();
    const { special } = shop.shop.seed({ orders: 1 });
    const ask = () => shop.ask('query($id: ID!) { node(id: $id) { id ... on Order { name } } }', { id: `gid://shopify/Order/${special['anna-plus48']}` });
    expect((await ask()).at('node', 'name')).toBe('#1001');
    shop.act('set-scopes', { scopes: ['read_products'] });
    expect((await ask()).codes).toEqual(['ACCESS_DENIED']);
  });

  test('R7 without read_all_orders orders older than 60 days are silently absent', async () => {
    shop = await openShop();
    const { special } = shop.shop.seed({ orders: 60 });
    const count = async () => (await shop.ask('{ ordersCount { count precision } }')).at('ordersCount');
    expect(await count()).toEqual({ count: 60, precision: 'EXACT' });
    shop.act('set-scopes', { scopes: ['read_orders'] });
    expect(await count()).toEqual({ count: 58, precision: 'EXACT' });
    const old = await shop.ask('query($id: ID!) { order(id: $id) { id } }', { id: `gid://shopify/Order/${special['older-than-60-days']}` });
    expect([old.at('order'), old.body.errors]).toEqual([null, undefined]);
  });
});

const anna = async (options: Parameters<typeof openShop>[0]) => {
  shop = await openShop(options);
  const { special } = shop.shop.seed({ orders: 2 });
  return { id: `gid://shopify/Order/${special['anna-plus48']}` };
};

describe('personal data', () => {
  const personal = `query($id: ID!) { order(id: $id) { id email phone customer { id firstName defaultEmailAddress { emailAddress } } billingAddress { firstName address1 city zip } shippingAddress { lastName } } }`;
  test('R19 a Basic plan gives an app of the panel null and an error for each, with the rest', async () => {
    const variables = await anna({ plan: 'basic' });
    const answer = await shop.ask(personal, variables);
    expect(answer.status).toBe(200);
    expect(answer.at('order')).toEqual({ id: variables.id, email: null, phone: null, customer: null, billingAddress: null, shippingAddress: null });
    expect(new Set(answer.codes)).toEqual(new Set(['ACCESS_DENIED']));
    expect(answer.text).toContain('This app is not approved to access the Customer object. Access to personally identifiable information (PII) like customer names, addresses, emails, phone numbers is only available on Shopify, Advanced, and Plus plans.');
    expect(answer.text).toContain('This app is not approved to use the email field.');
    expect((await shop.ask('{ customers(first: 1) { nodes { id } } }')).body.data).toBeNull();
  });

  test('R19 fields may be refused instead of objects', async () => {
    const variables = await anna({ plan: 'basic', refusedData: 'fields' });
    const answer = await shop.ask(personal, variables);
    expect(answer.at('order', 'billingAddress')).toEqual({ firstName: null, address1: null, city: expect.any(String), zip: null });
    expect(answer.at('order', 'customer')).toEqual({ id: expect.any(String), firstName: null, defaultEmailAddress: null });
  });

  test('R19 an upgrade to Grow opens them, and a list without them costs no error before', async () => {
    const variables = await anna({ plan: 'basic' });
    expect((await shop.ask('{ orders(first: 2) { nodes { id name lineItems(first: 1) { nodes { sku } } } } }')).body.errors).toBeUndefined();
    shop.act('set-plan', { plan: 'grow' });
    expect((await shop.ask('{ shop { plan { publicDisplayName } } }')).at('shop', 'plan', 'publicDisplayName')).toBe('Grow');
    expect((await shop.ask(personal, variables)).at('order', 'customer', 'defaultEmailAddress', 'emailAddress')).toBe('anna.nowak@example.test');
  });

  test('the plan does not matter to an app of the dashboard; a public one needs approval', async () => {
    const variables = await anna({ plan: 'basic', app: 'dev-dashboard' });
    expect((await shop.ask(personal, variables)).body.errors).toBeUndefined();
    shop.act('set-app', { app: 'public' });
    shop.act('set-switches', { protectedDataApproved: false });
    expect((await shop.ask(personal, variables)).at('order', 'customer')).toBeNull();
  });
});
