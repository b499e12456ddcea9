/** What each reply means (contract 3, 6), and forms of replies that are not attested (contract 4.2), over real HTTP. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSareDriver } from '../../../activities/sare/driver.ts';
import { openTestLedger, type TestLedger } from '../../setup/ledger.ts';
import { apiKey, callOf, settingsOf } from './account.ts';
import { startTinyAccount, type Answer, type TinyAccount } from './tiny-account.ts';

let opened: TestLedger;
let account: TinyAccount;
let answer: (path: string) => Answer;
/** Each test has a connection of its own: a throttled account is left alone for a while. */
let connections = 0;
beforeAll(async () => {
  opened = await openTestLedger('sqlite', { clock: 'real' });
  account = await startTinyAccount((path) => answer(path));
});
beforeEach(() => {
  connections += 1;
  account.asked.length = 0;
});
afterAll(async () => {
  await account.close();
  await opened.close();
});

const driver = () => createSareDriver(settingsOf({ baseUrl: account.url }), callOf({ ledger: opened.ledger, connection: `sare-${connections}` }));
const always = (given: Answer): void => {
  answer = () => given;
};
const said = (code: unknown, status = 200, response: unknown = []): Answer => ({ status, body: { code, status: 'ola@example.com jest zły', response } });
const html = '<html><body>ola@example.com</body></html>';

test.each([
  { why: 'the key, assumed', answer: said(401, 401), error: 'UnauthorizedError' },
  { why: 'the key, without JSON', answer: { status: 401, body: html }, error: 'UnauthorizedError' },
  { why: 'the key, in the body of a 200', answer: said(401), error: 'UnauthorizedError' },
  { why: 'the key, in the body of another refusal', answer: said('401', 400), error: 'UnauthorizedError' },
  { why: 'the number, assumed', answer: said(403, 403), error: 'ForbiddenError' },
  { why: 'the number, in the body', answer: said('403'), error: 'ForbiddenError' },
  { why: 'malformed', answer: said(400, 400), error: 'PermanentError', status: 400, words: 'ola@example.com jest zły' },
  { why: 'malformed, in the body', answer: said(400), error: 'PermanentError', status: 200, words: 'ola@example.com jest zły' },
  { why: 'unknown', answer: said(404, 404), error: 'PermanentError', status: 404 },
  { why: 'refused', answer: said(422, 422), error: 'PermanentError', status: 422 },
  { why: 'too large a batch', answer: said(413, 413), error: 'PermanentError', status: 413 },
  { why: 'too large a batch, by a server in front', answer: { status: 413, body: html }, error: 'PermanentError', status: 413 },
  { why: 'somebody else’s 404', answer: { status: 404, body: html }, error: 'RetryableError' },
  { why: 'a time-out over there', answer: said(408, 408), error: 'RetryableError', sent: 'maybe' },
  { why: 'too many calls', answer: said(429, 429), error: 'RateLimitedError', retryAfterMs: 2_000 },
  { why: 'too many calls, with Retry-After', answer: { ...said(429, 429), headers: { 'retry-after': '7' } }, error: 'RateLimitedError', retryAfterMs: 7_000 },
  { why: 'too many calls, in the body', answer: { ...said(429), headers: { 'retry-after': '7' } }, error: 'RateLimitedError', retryAfterMs: 7_000 },
  { why: 'failed', answer: said(500, 500), error: 'PerhapsRecordError', sent: 'maybe' },
  { why: 'failed, in the body', answer: said(500), error: 'PerhapsRecordError', sent: 'maybe' },
  { why: 'unavailable', answer: { status: 503, body: html }, error: 'RetryableError', sent: 'maybe' },
  { why: 'unavailable, in the body', answer: said(503), error: 'RetryableError', sent: 'maybe' },
  { why: 'a code that nobody knows', answer: said(7), error: 'PermanentError' },
  { why: 'a page of another server', answer: { body: html }, error: 'RetryableError', sent: 'maybe' },
  { why: 'nothing', answer: { body: '' }, error: 'RetryableError', sent: 'maybe' },
  { why: 'no envelope', answer: { body: [] }, error: 'UnexpectedReplyError' },
  { why: 'no code', answer: { body: { status: 'OK', response: [] } }, error: 'UnexpectedReplyError', field: 'code' },
  { why: 'another success', answer: said(201), error: 'UnexpectedReplyError', field: 'code' },
  { why: 'a code that is none', answer: said('ola'), error: 'UnexpectedReplyError', field: 'code' },
])('$why: $error', async ({ answer: given, error, ...more }) => {
  always(given);
  const { why: _why, ...seen } = more;
  await expect(driver().groups()).rejects.toMatchObject({ name: error, message: expect.not.stringContaining('ola'), ...seen });
});

test('the key is in no stored exchange and no message', async () => {
  always({ status: 401, body: { code: 401, status: `no such key ${apiKey}` } });
  const error: unknown = await driver().groups().catch((caught: unknown) => caught);
  await opened.ledger.exchanges.flush();
  const kept = (await opened.ledger.exchanges.list({ limit: 500 })).filter(({ connection }) => connection === `sare-${connections}`);
  expect(kept).toHaveLength(1);
  expect(JSON.stringify(kept)).not.toContain(apiKey);
  expect(error instanceof Error ? error.message : apiKey).not.toContain(apiKey);
});

const row = (email: string, status: unknown) => ({ email, status, gsm: '', groups: [1] });

describe('S10 statuses in every form', () => {
  test.each([
    ['a list', [row('a@example.com', 8)]],
    ['a list under data', { data: [row('a@example.com', 8)], page: 0, total: 1 }],
    ['text', [row('a@example.com', '8')]],
    ['text with blanks', [row(' A@Example.com ', ' 08 ')]],
    ['twice', [row('a@example.com', 8), row('a@example.com', 8)]],
    ['with somebody nobody asked for', [row('x@example.com', 3), row('a@example.com', 8)]],
  ])('S10 %s', async (_what, response) => {
    always({ body: { code: '200', status: 'OK', response } });
    expect(await driver().readStatuses(['a@example.com'])).toEqual([{ email: 'a@example.com', state: 'granted', vendor: '8' }]);
  });

  test('S10 one address twice with two statuses: the refusal', async () => {
    always({ body: { code: 200, response: [row('a@example.com', 8), row('a@example.com', 3)] } });
    expect(await driver().readStatuses(['a@example.com'])).toEqual([{ email: 'a@example.com', state: 'refused', vendor: '3' }]);
  });

  test.each([
    ['status', [row('a@example.com', 8), row('b@example.com', null)], 'response.1.status'],
    ['status that is half a number', [row('a@example.com', 8.5)], 'response.0.status'],
    ['address', [{ status: 8 }], 'response.0.email'],
    ['list', { rows: [] }, 'response'],
    ['list but a text', 'none', 'response'],
    ['list but null', null, 'response'],
  ])('S10 no %s on the first page: an unexpected reply that names the field', async (_what, response, field) => {
    always({ body: { code: 200, response } });
    await expect(driver().readStatuses(['a@example.com', 'b@example.com'])).rejects.toMatchObject({ name: 'UnexpectedReplyError', field });
  });

  test.each([1, 9, '10', 'nowy'])('S10 a status that nobody documented (%j) is neither consent nor refusal', async (status) => {
    always({ body: { code: 200, response: [row('a@example.com', status)] } });
    await expect(driver().readStatuses(['a@example.com'])).rejects.toMatchObject({ name: 'UnexpectedReplyError', field: 'response.status', message: expect.not.stringContaining(String(status)) });
  });

  test.each([
    ['empty', { body: { code: 200, response: [] } }],
    ['empty under data', { body: { code: 200, response: { data: [] } } }],
    ['null', { body: { code: 200, response: null } }],
    ['null under data', { body: { code: 200, response: { data: null } } }],
    ['without response', { body: { code: 200 } }],
    ['the first again', { body: { code: 200, response: [row('a@example.com', 8)] } }],
    ['refused', said(404, 404)],
    ['refused in the body', said(404)],
    ['malformed', said(400, 400)],
  ])('S10 a last page that is %s is the end', async (_what, last) => {
    answer = (path) => (path.endsWith('/0') ? { body: { code: 200, response: [row('a@example.com', 8)] } } : last);
    expect(await driver().readStatuses(['a@example.com', 'b@example.com'])).toEqual([{ email: 'a@example.com', state: 'granted', vendor: '8' }]);
    expect(account.asked).toHaveLength(2);
  });

  test.each([
    ['unavailable', { status: 503, body: html }, 'RetryableError'],
    ['too many calls', said(429, 429), 'RateLimitedError'],
    ['not allowed', said(403, 403), 'ForbiddenError'],
    ['failed', said(500, 500), 'PerhapsRecordError'],
    ['of another form', { body: { code: 200, response: [{}] } }, 'UnexpectedReplyError'],
  ])('S10 a second page that is %s is no end: who is on it would count as unknown', async (_what, second, error) => {
    answer = (path) => (path.endsWith('/0') ? { body: { code: 200, response: [row('a@example.com', 8)] } } : second);
    await expect(driver().readStatuses(['a@example.com', 'b@example.com'])).rejects.toMatchObject({ name: error });
  });

  test('S10 nobody asked for: no call; all answered: no further page', async () => {
    always({ body: { code: 200, response: [row('a@example.com', 8)] } });
    expect(await driver().readStatuses([])).toEqual([]);
    expect(account.asked).toEqual([]);
    await driver().readStatuses(['a@example.com']);
    expect(account.asked).toEqual(['POST /api/v1/10234/email/status_by_email_list/0']);
  });
});

describe('S9 a status that nobody documented', () => {
  test.each([
    ['refused', 1, []],
    ['granted', 0, [{ email: 'a@example.com', why: 'status not understood' }]],
  ] as const)('S9 %s: %i writes', async (state, written, left) => {
    answer = (path) => ({ body: { code: 200, response: path.includes('status') ? [row('a@example.com', 9)] : {} } });
    const guard = { intend: () => Promise.resolve({ remainingMs: 1_000, assertInTime: () => {} }) };
    expect(await driver().setStatus(() => Promise.resolve([{ email: 'a@example.com', state }]), guard)).toEqual({ rejected: [], left });
    expect(account.asked.filter((asked) => asked.endsWith('/email/add'))).toHaveLength(written);
  });
});

test.each([
  ['a list', [{ id: 12, name: 'Klienci', extra: 1 }]],
  ['a list under data', { data: [{ id: '12', name: 'Klienci' }] }],
])('S7 groups as %s', async (_what, response) => {
  always({ body: { code: 200, response } });
  expect(await driver().groups()).toEqual([{ id: '12', name: 'Klienci' }]);
});

test.each([
  ['rows', [{ name: 'city', type: 'text' }, { name: 'prop1' }]],
  ['rows under data', { data: [{ name: 'city' }] }],
  ['names', ['city', 'gsm']],
])('S5 traits as %s, each once, after those that every account has', async (_what, response) => {
  always({ body: { code: 200, response } });
  expect((await driver().traits()).map(({ name }) => name)).toEqual(['name', 'gsm', 'prop1', 'prop2', 'prop3', 'prop4', 'prop5', 'prop6', 'prop7', 'prop8', 'prop9', 'city']);
});
