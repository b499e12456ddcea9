/** What each documented refusal means (contract 3, 6), over real HTTP: by a call of its own, and as an item of a bulk call. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createShoperClient, subscribers, users } from '../../../activities/shoper/client.ts';
import { createSessions } from '../../../activities/shoper/session.ts';
import { openTestLedger, type TestLedger } from '../../setup/ledger.ts';
import { answerBulk, bulkPaths, callOf, listOf, missing, refusal, shopSettings, startTinyShop, user, type Answer, type TinyShop } from './setup.ts';

let opened: TestLedger;
let shop: TinyShop;
let answer: Answer | ((path: string) => Answer);
const one = (path: string): Answer => (typeof answer === 'function' ? answer(path) : answer);
beforeAll(async () => {
  opened = await openTestLedger('sqlite', { clock: 'real' });
  shop = await startTinyShop((asked) => (asked.path === '/bulk' ? answerBulk(asked, ({ path }) => one(path)) : one(asked.path)));
});
beforeEach(() => (shop.asked.length = 0));
afterAll(async () => {
  await shop.close();
  await opened.close();
});

const clientOf = (call = callOf(opened.ledger)) => createShoperClient({ settings: shopSettings({ baseUrl: shop.url }), call, sessions: createSessions() });
const html = '<html>maintenance</html>';

const documented = [
  { why: 'validation, or a known e-mail', answer: refusal(400, 'invalid_request'), error: 'PermanentError', words: 'ola@example.org: nie można' },
  { why: 'an object that is read only', answer: refusal(400, 'object_readonly'), error: 'PermanentError' },
  { why: 'the token', answer: refusal(401, 'unauthorized_client'), error: 'UnauthorizedError' },
  { why: 'the token, spelt otherwise', answer: refusal(401, 'access_denied'), error: 'UnauthorizedError' },
  { why: 'a method that is not there', answer: refusal(405, 'invalid_request'), error: 'PermanentError' },
  { why: 'locked by another edit', answer: refusal(409, 'temporarily_unavailable'), error: 'PerhapsRecordError' },
  { why: 'the server failed', answer: refusal(500, 'server_error'), error: 'PerhapsRecordError' },
  { why: 'unavailable', answer: refusal(503, 'temporarily_unavailable'), error: 'RetryableError' },
  { why: 'not implemented', answer: refusal(501, 'server_error'), error: 'PermanentError' },
];

describe('a call of its own', () => {
  test.each([
    ...documented,
    { why: 'a missing right, named', answer: refusal(403, 'insufficient_scope'), error: 'ForbiddenError', words: 'the right users: read is missing (ola@example.org: nie można)' },
    { why: 'too many calls', answer: { ...refusal(429, 'too_many_requests'), headers: { 'retry-after': '7' } }, error: 'RateLimitedError', retryAfterMs: 7_000 },
    { why: 'too many calls, without a time', answer: { status: 429, body: html }, error: 'RateLimitedError', retryAfterMs: 1_000 },
    { why: 'somebody else’s 403', answer: { status: 403, body: html }, error: 'RetryableError' },
    { why: 'somebody else’s 404', answer: { status: 404, body: html }, error: 'RetryableError' },
    { why: 'somebody else’s 400', answer: { status: 400, body: html }, error: 'RetryableError' },
    { why: 'the web server failed', answer: { status: 500, body: html }, error: 'RetryableError' },
    { why: 'a page with 200', answer: { body: html }, error: 'RetryableError' },
    { why: 'another form than the contract’s', answer: { body: { count: 'many', list: [] } }, error: 'UnexpectedReplyError' },
    { why: 'a row without its id', answer: { body: listOf([{ email: 'ola@example.org' }]) }, error: 'UnexpectedReplyError' },
    { why: 'a first page that is not there is no empty shop', answer: missing, error: 'PermanentError' },
  ])('$why: $error', async ({ answer: given, error, ...rest }) => {
    answer = given;
    await expect(clientOf().readPages(users, [1])).rejects.toMatchObject({ name: error, message: expect.not.stringContaining('ola'), ...('words' in rest ? { words: rest.words } : {}), ...('retryAfterMs' in rest ? { retryAfterMs: rest.retryAfterMs } : {}) });
  });

  test('a missing right to write is named by area and kind', async () => {
    answer = refusal(403, 'insufficient_scope');
    await expect(clientOf().updateUser('42', { newsletter: false })).rejects.toMatchObject({ name: 'ForbiddenError', words: expect.stringContaining('users: edit') });
    await expect(clientOf().deleteSubscriber('9')).rejects.toMatchObject({ words: expect.stringContaining('subscribers: delete') });
  });

  test('writes are answered with a bare 1; nothing else is a success, and a missing row says so', async () => {
    for (const done of [1, '1', true]) {
      answer = { body: done };
      await expect(clientOf().deactivateSubscriber('9')).resolves.toBe(true);
    }
    answer = { body: 0 };
    await expect(clientOf().deactivateSubscriber('9')).rejects.toMatchObject({ name: 'UnexpectedReplyError' });
    answer = missing;
    await expect(clientOf().deactivateSubscriber('9')).resolves.toBe(false);
    await expect(clientOf().deleteSubscriber('9')).resolves.toBe(false);
  });

  test('the panel’s token is tried once: there is none to replace it', async () => {
    answer = refusal(401, 'access_denied');
    await expect(clientOf().readRows(users, ['42'])).rejects.toMatchObject({ name: 'UnauthorizedError' });
    expect(shop.asked.map(({ headers }) => headers['authorization'])).toEqual(['Bearer token-of-the-panel']);
  });

  test('English is asked for', async () => {
    answer = { body: user(42) };
    await clientOf().readRows(users, ['42']);
    expect(shop.asked[0]?.headers).toMatchObject({ 'accept-language': 'en_US', 'user-agent': 'Waybill' });
  });
});

describe('an item of a bulk call', () => {
  test.each([...documented, { why: 'a missing right, named', answer: refusal(403, 'insufficient_scope'), error: 'ForbiddenError', words: 'the right users: read is missing (ola@example.org: nie można)' }])('$why: $error, though the reply is 200', async ({ answer: given, error, ...rest }) => {
    answer = (path) => (path === '/users/2' ? given : { body: user(1) });
    await expect(clientOf().readRows(users, ['1', '2'])).rejects.toMatchObject({ name: error, endpoint: 'GET /users/{id}', ...('words' in rest ? { words: rest.words } : {}) });
  });

  test('a row that is gone is missing, the others are there, in the order asked for', async () => {
    answer = (path) => (path === '/users/2' ? missing : { body: user(Number(path.split('/')[2])) });
    expect((await clientOf().readRows(users, ['3', '2', '1'])).map((row) => row?.user_id)).toEqual(['3', undefined, '1']);
    expect(shop.asked.map(bulkPaths)).toEqual([['/users/3', '/users/2', '/users/1']]);
  });

  test('more than 25 go in several calls', async () => {
    answer = (path) => ({ body: user(Number(path.split('/')[2])) });
    const ids = Array.from({ length: 27 }, (_, at) => String(at + 1));
    expect((await clientOf().readRows(users, ids)).map((row) => row?.user_id)).toEqual(ids);
    expect(shop.asked.map((asked) => bulkPaths(asked).length)).toEqual([25, 2]);
  });

  test('one call too many: that item alone is asked for again', async () => {
    let refusals = 0;
    answer = (path) => (path === '/users/2' && (refusals += 1) === 1 ? refusal(429, 'too_many_requests') : { body: user(Number(path.split('/')[2])) });
    expect((await clientOf().readRows(users, ['1', '2', '3'])).map((row) => row?.user_id)).toEqual(['1', '2', '3']);
    expect(shop.asked.map(bulkPaths)).toEqual([['/users/1', '/users/2', '/users/3'], ['/users/2']]);
  });

  test('a row in another form names its field', async () => {
    answer = (path) => ({ body: path === '/subscribers/2' ? { email: 'ola@example.org' } : { subscriber_id: 1, email: 'ola@example.org' } });
    await expect(clientOf().readRows(subscribers, ['1', '2'])).rejects.toMatchObject({ name: 'UnexpectedReplyError', field: 'subscriber_id' });
  });
});

const bucket = (calls: number, limit: number, bandwidth: number) => ({ 'x-shop-api-calls': String(calls), 'x-shop-api-limit': String(limit), 'x-shop-api-bandwidth': String(bandwidth) });

describe('the bucket', () => {
  test('a reply that says it is nearly full holds everybody of the account back', async () => {
    const call = callOf(opened.ledger);
    const rule = { account: `shoper:${call.connection}`, perSecond: 100, share: 1, burst: 10 };
    answer = { body: user(1), headers: bucket(8, 10, 2) };
    await clientOf(call).readRows(users, ['1']);
    expect((await opened.ledger.budgets.reserve(rule, 'live')).kind).toBe('granted');
    answer = { body: user(1), headers: bucket(10, 10, 2) };
    await clientOf(call).readRows(users, ['1']);
    expect((await opened.ledger.budgets.reserve(rule, 'live')).kind).toBe('held');
  });

  test('its size and drain are remembered for the connection', async () => {
    const call = callOf(opened.ledger);
    answer = { body: user(1), headers: bucket(1, 40, 10) };
    await clientOf(call).readRows(users, ['1']);
    expect(await opened.ledger.marks.get(`connection:${call.connection}`, 'bucket')).toBe('40 10');
  });

  test.each([{ 'x-shop-api-limit': '0' }, { 'x-shop-api-bandwidth': '0' }, { 'x-shop-api-bandwidth': 'many' }, { 'x-shop-api-calls': '' }])('figures that cannot be are not believed: %j', async (wrong) => {
    const call = callOf(opened.ledger);
    answer = { body: user(1), headers: { ...bucket(10, 10, 2), ...wrong } };
    await clientOf(call).readRows(users, ['1']);
    expect(await opened.ledger.marks.get(`connection:${call.connection}`, 'bucket')).toBeUndefined();
    expect((await opened.ledger.budgets.reserve({ account: `shoper:${call.connection}`, perSecond: 100, share: 1, burst: 10 }, 'live')).kind).toBe('granted');
  });
});

test('neither token nor secret nor address of a webhook stands in an exchange that is kept', async () => {
  const call = callOf(opened.ledger);
  const client = clientOf(call);
  const address = 'https://hooks.example.com/hooks/shop/very-secret-path';
  answer = refusal(400, 'invalid_request', `token-of-the-panel may not have ${address} with webhook-signing-secret`);
  await expect(client.createWebhook({ url: address, secret: 'webhook-signing-secret', active: true, format: 0, events: [] })).rejects.toThrow();
  await expect(client.getWebhook('1', 'webhook-signing-secret')).rejects.toThrow();
  await opened.ledger.exchanges.flush();
  const kept = (await opened.ledger.exchanges.list({ limit: 500 })).filter(({ connection }) => connection === call.connection).map(({ request, reply }) => `${request} ${reply}`);
  expect(kept).toHaveLength(2);
  expect(kept[0]).toContain('[credential]');
  for (const secret of ['token-of-the-panel', 'webhook-signing-secret']) expect(kept.filter((text) => text.includes(secret))).toEqual([]);
});
