/** What becomes of a call for each documented reply (contract shopify 2, 3, 6), over real HTTP. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createShopifyClient } from '../../../activities/shopify/client.ts';
import { createTokenKeeper } from '../../../activities/shopify/token.ts';
import { openTestLedger, type TestLedger } from '../../setup/ledger.ts';
import { connectionOf, lineOf, orderOf } from './orders.ts';
import { contextOf, shopSettings, startTinyShop, step, type Answer, type Asked, type TinyShop } from './setup.ts';

let opened: TestLedger;
let shop: TinyShop;
let answer: (asked: Asked) => Answer;
beforeAll(async () => {
  opened = await openTestLedger('sqlite', { clock: 'real' });
  shop = await startTinyShop((asked) => answer(asked));
});
afterEach(() => void shop.asked.splice(0));
afterAll(async () => {
  await shop.close();
  await opened.close();
});

/** Each test has a connection of its own: a throttled account is left alone for a while. */
let connections = 0;
function client(given: Record<string, string> = {}, tokens = createTokenKeeper()) {
  connections += 1;
  const settings = shopSettings({ baseUrl: shop.url, ...given });
  return createShopifyClient({ settings, call: { ...contextOf(opened.ledger, settings).call({ ...step, record: '', step: 'test' }), connection: `shop-${connections}` }, tokens, rate: 2_000 });
}

const refused = (error: object, rest: object = {}): Answer => ({ body: { errors: [error], ...rest } });
const coded = (code: string, message = 'words of the shop') => refused({ message, extensions: { code } });
const cost = (requestedQueryCost: number, currentlyAvailable: number) => ({ extensions: { cost: { requestedQueryCost, actualQueryCost: null, throttleStatus: { maximumAvailable: 4000, currentlyAvailable, restoreRate: 200 } } } });
const html = '<html><body>Just a moment…</body></html>';
const scopeWords = 'Access denied for orders field. Required access: `read_orders` access scope.';

describe('each refusal', () => {
  test.each([
    { why: 'a wrong token', reply: { status: 401, body: { errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' } }, error: 'UnauthorizedError' },
    { why: 'a frozen shop', reply: { status: 402, body: { errors: 'Unavailable Shop' } }, error: 'ForbiddenError' },
    { why: 'not allowed', reply: { status: 403, body: { errors: 'Forbidden' } }, error: 'ForbiddenError' },
    { why: 'no such shop is not "no such order"', reply: { status: 404, body: { errors: 'Not Found' } }, error: 'ForbiddenError' },
    { why: 'a locked shop', reply: { status: 423, body: { errors: 'Locked' } }, error: 'ForbiddenError' },
    { why: 'somebody in between', reply: { status: 403, body: html }, error: 'RetryableError' },
    { why: 'too many requests', reply: { status: 429, headers: { 'retry-after': '4.0' }, body: { errors: 'Exceeded' } }, error: 'RateLimitedError', retryAfterMs: 4_000 },
    { why: 'too many requests, without a time', reply: { status: 430, body: html }, error: 'RateLimitedError', retryAfterMs: 2_000 },
    { why: 'the shop failed', reply: { status: 500, body: html }, error: 'RetryableError' },
    { why: 'the shop failed on this record', reply: { status: 500, body: { errors: 'Internal Server Error' } }, error: 'PerhapsRecordError' },
    { why: 'a gateway failed', reply: { status: 502, body: html }, error: 'RetryableError' },
    { why: 'not there for now', reply: { status: 503, body: html }, error: 'RetryableError' },
    { why: 'a gateway’s time-out', reply: { status: 504, body: { errors: 'timeout' } }, error: 'RetryableError' },
    { why: 'HTML where JSON should be', reply: { body: html }, error: 'RetryableError' },
    { why: 'INTERNAL_SERVER_ERROR', reply: coded('INTERNAL_SERVER_ERROR'), error: 'PerhapsRecordError' },
    { why: 'a scope is missing', reply: refused({ message: scopeWords, path: ['orders'], extensions: { code: 'ACCESS_DENIED', requiredAccess: '`read_orders` access scope.' } }, { data: null }), error: 'ForbiddenError', words: scopeWords },
    { why: 'a scope is missing for a part', reply: refused({ message: scopeWords, path: ['order', 'x'], extensions: { code: 'ACCESS_DENIED' } }, { data: { order: null } }), error: 'ForbiddenError', words: scopeWords },
    { why: 'orders themselves are protected data', reply: refused({ message: 'This app is not approved to access the Order object. See the docs.', path: ['order'], extensions: { code: 'ACCESS_DENIED' } }, { data: { order: null } }), error: 'ForbiddenError' },
    { why: 'SHOP_INACTIVE', reply: coded('SHOP_INACTIVE'), error: 'ForbiddenError' },
    { why: 'MAX_COST_EXCEEDED', reply: refused({ message: 'Query cost is 1293', extensions: { code: 'MAX_COST_EXCEEDED', cost: 1293, maxCost: 1000 } }), error: 'PermanentError' },
    { why: 'BAD_REQUEST', reply: coded('BAD_REQUEST'), error: 'PermanentError' },
    { why: 'INVALID_VARIABLE', reply: refused({ message: 'Variable $id', extensions: { code: 'INVALID_VARIABLE', value: 1, problems: [{ path: [], explanation: 'x' }] } }), error: 'PermanentError' },
    { why: 'INVALID_FIELD_ARGUMENTS', reply: coded('INVALID_FIELD_ARGUMENTS'), error: 'PermanentError' },
    { why: 'undefinedField', reply: coded('undefinedField'), error: 'PermanentError' },
    { why: 'missingRequiredArguments', reply: coded('missingRequiredArguments'), error: 'PermanentError' },
    { why: 'argumentLiteralsIncompatible', reply: coded('argumentLiteralsIncompatible'), error: 'PermanentError' },
    { why: 'an error without a code', reply: refused({ message: 'Parse error' }), error: 'PermanentError' },
    { why: 'a filter that was not understood', reply: { body: { data: { order: null }, extensions: { search: [{ path: ['orders'], query: 'x', warnings: [{ field: 'created_at', code: 'invalid_field' }] }] } } }, error: 'PermanentError' },
    { why: 'another form than the contract’s', reply: { body: { data: { order: { id: 'x' } } } }, error: 'UnexpectedReplyError' },
  ])('$why: $error', async ({ reply, error, ...rest }) => {
    answer = () => reply;
    await expect(client().findOrder('9001')).rejects.toMatchObject({
      name: error,
      ...('retryAfterMs' in rest ? { retryAfterMs: rest.retryAfterMs } : {}),
      ...('words' in rest ? { words: rest.words } : {}),
      message: expect.not.stringContaining('words of the shop'),
    });
  });

  test('THROTTLED waits until the points are there: 1.45 s, and a little at random', async () => {
    answer = () => refused({ message: 'Throttled', extensions: { code: 'THROTTLED' } }, cost(862, 572));
    const error = await client().findOrder('9001').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'RateLimitedError', sent: 'no', retryAfterMs: expect.any(Number) });
    const { retryAfterMs } = Object.assign({ retryAfterMs: 0 }, error);
    expect(retryAfterMs).toBeGreaterThan(1_450);
    expect(retryAfterMs).toBeLessThanOrEqual(1_700);
  });

  test('N13 a bucket that is nearly empty makes everybody wait until it has filled up', async () => {
    answer = () => ({ body: { data: { order: null }, ...cost(100, 10) } });
    const asking = client();
    await asking.findOrder('9001');
    const reserved = await opened.ledger.budgets.reserve({ account: `shopify:shop-${connections}`, perSecond: 100, share: 1, burst: 100 }, 'live', 1);
    expect(reserved).toMatchObject({ kind: 'held', waitMs: expect.any(Number) });
    expect(reserved.waitMs).toBeGreaterThan(3_000);
    expect(await opened.ledger.marks.get(`connection:shop-${connections}`, 'restore-rate')).toBe('200');
  });

  test.each([
    { why: 'validation', userErrors: [{ field: ['webhookSubscription', 'callbackUrl'], message: 'Address protocol http:// is not supported' }], error: 'PermanentError' },
    { why: 'another one is at it', userErrors: [{ field: null, message: 'x', code: 'IDEMPOTENCY_CONCURRENT_REQUEST' }], error: 'RetryableError' },
  ])('userErrors, $why: $error', async ({ userErrors, error }) => {
    answer = () => ({ body: { data: { webhookSubscriptionCreate: { webhookSubscription: null, userErrors } } } });
    await expect(client().createWebhook('ORDERS_CREATE', 'http://hooks.example.test/x')).rejects.toMatchObject({ name: error, sent: 'no' });
  });

  test('not there is an answer', async () => {
    answer = () => ({ body: { data: { order: null } } });
    expect(await client().findOrder('9001')).toBeUndefined();
  });
});

const named = (operation: string) => shop.asked.filter((asked) => asked.operation === operation);

describe('tokens', () => {
  const app = { clientId: 'client-1', clientSecret: 'secret-of-client-1' };
  let given = 0;
  const giveToken = (): Answer => ({ body: { access_token: `token-number-${(given += 1)}`, scope: 'read_orders', expires_in: 86_399 } });

  test('a static token stands bare in its own header, and the version in the path', async () => {
    answer = () => ({ body: { data: { order: null } } });
    await client().findOrder('9001');
    expect(shop.asked[0]).toMatchObject({ path: '/admin/api/2026-07/graphql.json', headers: { 'x-shopify-access-token': 'shpat_token_for_tests' } });
    expect(shop.asked[0]?.headers['authorization']).toBeUndefined();
  });

  test('askings at the same time share one request for a token, and later ones need none', async () => {
    answer = ({ operation }) => (operation === 'token' ? giveToken() : { body: { data: { order: null } } });
    const tokens = createTokenKeeper();
    await Promise.all([1, 2, 3].map(async () => client(app, tokens).findOrder('9001')));
    await client(app, tokens).findOrder('9001');
    expect(named('token').map(({ path, variables }) => [path, variables])).toEqual([['/admin/oauth/access_token', { grant_type: 'client_credentials', client_id: 'client-1', client_secret: 'secret-of-client-1' }]]);
    expect(new Set(named('OrderById').map(({ headers }) => headers['x-shopify-access-token']))).toEqual(new Set([`token-number-${given}`]));
  });

  test('before its end a new one is asked for', async () => {
    answer = ({ operation }) => (operation === 'token' ? giveToken() : { body: { data: { order: null } } });
    let now = 0;
    const tokens = createTokenKeeper(() => now);
    await client(app, tokens).findOrder('9001');
    now = 86_300_000;
    await client(app, tokens).findOrder('9001');
    expect(named('token')).toHaveLength(2);
  });

  test('a token that is refused is renewed once, and the call repeated', async () => {
    const stale = `token-number-${given + 1}`;
    answer = ({ operation, headers }) => {
      if (operation === 'token') return giveToken();
      return headers['x-shopify-access-token'] === stale ? { status: 401, body: { errors: 'x' } } : { body: { data: { order: null } } };
    };
    expect(await client(app).findOrder('9001')).toBeUndefined();
    expect(named('token')).toHaveLength(2);
  });

  test('refused with a new one, too: the connection is to be paused', async () => {
    answer = ({ operation }) => (operation === 'token' ? giveToken() : { status: 401, body: { errors: 'x' } });
    await expect(client(app).findOrder('9001')).rejects.toMatchObject({ name: 'UnauthorizedError' });
    expect(shop.asked).toHaveLength(4);
  });

  test('N9 id or secret refused: paused, and the secret stands in no log', async () => {
    answer = ({ text }) => ({ status: 400, body: { error: 'invalid_client', echo: text } });
    await expect(client(app).findOrder('9001')).rejects.toMatchObject({ name: 'UnauthorizedError', code: 'invalid_client' });
    await opened.ledger.exchanges.flush();
    const logged = await opened.ledger.exchanges.list({ limit: 1_000 });
    expect(logged.some(({ request }) => request?.includes('client-1'))).toBe(true);
    expect(JSON.stringify(logged)).not.toMatch(/secret-of-client-1|token-number-/);
  });
});

test('a list does not fail for one odd order; the lines behind the first ones are read', async () => {
  answer = ({ operation, variables }) => {
    if (operation === 'MoreLines') {
      const more = variables['after'] === 'second' ? connectionOf([lineNumber(2)], 'third') : connectionOf([lineNumber(3)]);
      return { body: { data: { order: { lineItems: more } } } };
    }
    return { body: { data: { orders: connectionOf([orderOf({ lineItems: connectionOf([lineNumber(1)], 'second') }), { ...orderOf(), currencyCode: null }], 'next page') } } };
  };
  const { orders, next } = await client().listOrders('changed', "updated_at:>='2026-01-01T00:00:00Z'", undefined);
  expect(next).toBe('next page');
  expect(orders[0]?.['lineItems']).toMatchObject({ nodes: [{ id: 'l1' }, { id: 'l2' }, { id: 'l3' }], pageInfo: { hasNextPage: false } });
  expect(orders[1]).toMatchObject({ currencyCode: null });
});

const lineNumber = (n: number) => lineOf({ id: `l${n}` });
