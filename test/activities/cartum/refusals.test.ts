/** What each documented reply means (contract 2, 3, 6), over real HTTP: which error becomes of the call. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCartumClient } from '../../../activities/cartum/client.ts';
import { createSessions } from '../../../activities/cartum/session.ts';
import { openTestLedger, type TestLedger } from '../../setup/ledger.ts';
import { contextOf, loggedIn, shopSettings, startTinyShop, step, tokenOf, type Answer, type TinyShop } from './setup.ts';

let opened: TestLedger;
let shop: TinyShop;
let login: () => Answer;
let answer: Answer;
let logins = 0;
beforeAll(async () => {
  opened = await openTestLedger('sqlite', { clock: 'real' });
  shop = await startTinyShop(({ path }) => {
    if (path !== '/api/auth/') return answer;
    logins += 1;
    return login();
  });
});
beforeEach(() => {
  logins = 0;
  login = () => loggedIn(logins);
  shop.asked.length = 0;
});
afterAll(async () => {
  await shop.close();
  await opened.close();
});

/** Each test has a connection of its own: a throttled account is left alone for a while. */
let connections = 0;
const client = () => {
  connections += 1;
  const settings = shopSettings({ baseUrl: shop.url });
  return createCartumClient(settings, contextOf(opened.ledger, settings, { connection: `shop-${connections}` }).call({ ...step, record: '', step: 'test' }), createSessions());
};
const refusal = (status: string, httpStatus = 200, response: unknown = { message: 'olena@example.com is unknown' }): Answer => ({ status: httpStatus, body: { status, response } });
const html = '<html><script>challenge()</script></html>';

test.each([
  { why: 'rejected', answer: refusal('ERROR'), error: 'PermanentError', words: 'olena@example.com is unknown' },
  { why: 'a failure of the server, or bad parameters', answer: refusal('EXCEPTION'), error: 'PerhapsRecordError', words: 'olena@example.com is unknown' },
  { why: 'the token', answer: refusal('UNAUTHORIZED'), error: 'UnauthorizedError' },
  { why: 'the token, spelt otherwise', answer: refusal('AUTHORIZATION_ERROR'), error: 'UnauthorizedError' },
  { why: 'the token, by HTTP', answer: { status: 401, body: html }, error: 'UnauthorizedError' },
  { why: 'the token, by body and HTTP', answer: refusal('UNAUTHORIZED', 403), error: 'UnauthorizedError' },
  { why: 'a function that this release lacks', answer: refusal('UNDEFINED_FUNCTION', 200, []), error: 'PermanentError' },
  { why: 'our body is not JSON', answer: refusal('HTTP_ERROR', 200, { code: 400, message: 'bad body' }), error: 'PermanentError', words: 'bad body' },
  { why: 'a status that nobody knows', answer: refusal('MAINTENANCE'), error: 'PermanentError' },
  { why: 'a status named like a property of every object', answer: refusal('constructor'), error: 'PermanentError' },
  { why: 'the body decides in a 4xx too', answer: refusal('EXCEPTION', 400), error: 'PerhapsRecordError' },
  { why: 'rejected with 4xx', answer: refusal('ERROR', 400), error: 'PermanentError', words: 'olena@example.com is unknown' },
  { why: 'a right is missing', answer: { status: 403, body: { error: 'no' } }, error: 'ForbiddenError' },
  { why: 'a 404 of the API is not "gone"', answer: { status: 404, body: {} }, error: 'PermanentError' },
  { why: 'the bot filter', answer: { body: html }, error: 'RetryableError' },
  { why: 'the bot filter with 403', answer: { status: 403, body: html }, error: 'RetryableError' },
  { why: 'somebody else’s 404', answer: { status: 404, body: html }, error: 'RetryableError' },
  { why: 'too many calls', answer: { status: 429, body: html }, error: 'RateLimitedError', retryAfterMs: 1_000 },
  { why: 'too many calls, with Retry-After', answer: { status: 429, headers: { 'retry-after': '7' }, body: html }, error: 'RateLimitedError', retryAfterMs: 7_000 },
  { why: 'unavailable', answer: { status: 503, body: html }, error: 'RetryableError' },
  { why: 'a gateway’s time-out', answer: { status: 504, body: html }, error: 'RetryableError' },
  { why: 'the web server failed', answer: { status: 500, body: html }, error: 'RetryableError' },
  { why: 'the platform failed', answer: refusal('EXCEPTION', 500), error: 'PerhapsRecordError' },
  { why: 'another form than the contract’s', answer: { body: { status: 'OK', response: { orders: 'many' } } }, error: 'UnexpectedReplyError' },
  { why: 'no envelope', answer: { body: { orders: [] } }, error: 'UnexpectedReplyError' },
])('$why: $error', async ({ answer: given, error, words, ...rest }) => {
  answer = given;
  await expect(client().listOrders({ limit: 1 })).rejects.toMatchObject({
    name: error,
    message: expect.not.stringContaining('olena'),
    ...(words === undefined ? {} : { words }),
    ...('retryAfterMs' in rest ? { retryAfterMs: rest.retryAfterMs } : {}),
  });
});

test.each([{ response: { orders: [] } }, { response: [] }, { response: null }, { response: { message: 'nothing' } }, {}])('EMPTY is an empty list, whatever stands beside it: %j', async (rest) => {
  answer = { body: { status: 'EMPTY', ...rest } };
  await expect(client().listOrders({ limit: 1 })).resolves.toEqual([]);
  await expect(client().findOrder('1')).resolves.toBeUndefined();
});

const warned = (log: unknown, status = 'WARNING'): Answer => ({ body: { status, response: { log } } });

describe('the log of an update', () => {
  test.each([
    { why: 'in the example’s spelling', log: [{ status: 'ERROR', messages: 'status is not defined' }], words: 'status is not defined' },
    { why: 'in the text’s spelling', log: [{ order_id: 1, status: 'ERROR', message: 'status is not defined' }], words: 'status is not defined' },
    { why: 'in several messages', log: [{ status: 'WARNING', messages: ['locked', 'for good'] }], words: 'locked for good' },
  ])('$why: PermanentError with the vendor’s words', async ({ log, words }) => {
    answer = warned(log);
    await expect(client().setStatus('1', '2')).rejects.toMatchObject({ name: 'PermanentError', words, sent: 'no' });
  });

  test('a warning whose entry is good is a success; one without a log is none', async () => {
    answer = warned([{ status: 'OK', messages: 'UPDATED' }]);
    await expect(client().setStatus('1', '2')).resolves.toBeUndefined();
    answer = { body: { status: 'WARNING', response: [] } };
    await expect(client().setStatus('1', '2')).rejects.toMatchObject({ name: 'UnexpectedReplyError' });
  });

  test('an error in the log counts even beside OK; OK without a log is a success', async () => {
    answer = warned([{ status: 'ERROR', messages: 'no' }], 'OK');
    await expect(client().setStatus('1', '2')).rejects.toMatchObject({ name: 'PermanentError' });
    answer = { body: { status: 'OK', response: [] } };
    await expect(client().setStatus('1', '2')).resolves.toBeUndefined();
  });
});

describe('logging in', () => {
  test.each([
    { why: 'ERROR', refused: refusal('ERROR') },
    { why: 'UNAUTHORIZED', refused: refusal('UNAUTHORIZED') },
    { why: 'AUTHORIZATION_ERROR', refused: refusal('AUTHORIZATION_ERROR') },
    { why: 'ERROR with 400', refused: refusal('ERROR', 400) },
    { why: 'HTTP 401', refused: { status: 401, body: html } },
  ])('a bad login by $why: UnauthorizedError, and the call is not made', async ({ refused }) => {
    login = () => refused;
    await expect(client().listOrders({ limit: 1 })).rejects.toMatchObject({ name: 'UnauthorizedError' });
    expect(new Set(shop.asked.map(({ path }) => path))).toEqual(new Set(['/api/auth/']));
  });

  test('a server that fails at the login is no bad login', async () => {
    login = () => refusal('EXCEPTION');
    await expect(client().listOrders({ limit: 1 })).rejects.toMatchObject({ name: 'PerhapsRecordError' });
    login = () => ({ body: html });
    await expect(client().listOrders({ limit: 1 })).rejects.toMatchObject({ name: 'RetryableError' });
  });

  test('a token that is no longer taken is replaced once, then the account is refused', async () => {
    answer = refusal('UNAUTHORIZED');
    await expect(client().listOrders({ limit: 1 })).rejects.toMatchObject({ name: 'UnauthorizedError' });
    expect(shop.asked.map(({ path, body }) => [path, body['token']])).toEqual([['/api/auth/', undefined], ['/api/orders/get/', tokenOf(1)], ['/api/auth/', undefined], ['/api/orders/get/', tokenOf(2)]]);
  });

  test('login, password, token and the address of a hook stand in no exchange that is kept', async () => {
    const address = 'https://gateway.example/hooks/very-secret-path';
    answer = refusal('ERROR', 200, { message: `${tokenOf(1)} may not have ${address}` });
    const one = client();
    await expect(one.listOrders({ limit: 1 })).rejects.toThrow();
    await expect(one.subscribe('order_created', address)).rejects.toThrow();
    expect(shop.asked.at(-1)?.body).toMatchObject({ token: tokenOf(1), event: 'order_created', target_url: address });
    await opened.ledger.exchanges.flush();
    const kept = (await opened.ledger.exchanges.list({ limit: 500 })).filter(({ connection }) => connection === `shop-${connections}`).map(({ endpoint, request, reply }) => `${endpoint} ${request} ${reply}`);
    expect(kept).toHaveLength(3);
    for (const secret of [tokenOf(1), '"api_user"', '"secret"']) expect(kept.filter((text) => text.includes(secret))).toEqual([]);
    expect(kept.filter((text) => text.startsWith('POST /hooks') && text.includes('very-secret-path'))).toEqual([]);
  });
});
