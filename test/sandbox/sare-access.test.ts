/** The account's way in: addresses, key, rate, bodies, envelope, faults (contract sare 2, 3, 4.2, 6). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { careful, rowsIn, startSare } from './sare-account.ts';
import type { TestAccount } from './sare-account.ts';

let account: TestAccount;
beforeEach(async () => {
  account = await startSare();
});
afterEach(() => account.running.close());

const emails = () => account.sare.truth().contacts.map(({ email }) => email);
const ola = { email: 'ola@example.org', status: 8 };

describe('way in', () => {
  test('the key and the account number open it, whatever the header’s case', async () => {
    const key = '00000000-0000-4000-8000-000000000001';
    for (const name of ['ApiKey', 'apiKey', 'apikey']) {
      const answer = await account.raw('/api/v1/10234/group/list', { headers: { [name]: key } });
      expect(answer).toMatchObject({ httpStatus: 200, code: 200, status: 'OK' });
      expect(answer.response).toEqual([{ id: 12, name: 'Klienci' }, { id: 13, name: 'Subskrybenci' }, { id: 305, name: 'Archiwum' }]);
    }
  });

  test.each([
    ['a wrong key', '/api/v1/10234/group/list', { ApiKey: 'wrong' }],
    ['no key', '/api/v1/10234/group/list', {}],
    ['another account', '/api/v1/99999/group/list', { ApiKey: '00000000-0000-4000-8000-000000000001' }],
  ])('%s is 401 with a JSON body, or 403', async (_what, path, headers) => {
    const refused = await account.raw(path, { headers });
    expect(refused).toMatchObject({ httpStatus: 401, code: 401, status: expect.any(String) });
    await account.act('switches', { authStatus: 403 });
    expect(await account.raw(path, { headers })).toMatchObject({ httpStatus: 403, code: 403 });
  });

  test('a changed key refuses the old one', async () => {
    await account.act('set-key', { key: 'changed' });
    expect(await account.get('/group/list')).toMatchObject({ httpStatus: 401 });
  });

  test.each([
    ['GET', '/newsletter/list/1/0', 404],
    ['GET', '/group', 404],
    ['GET', '/group/emails/12', 404],
    ['GET', '/group/emails/12/one', 404],
    ['GET', '/email/add', 405],
    ['POST', '/group/list', 405],
  ])('%s %s is %i', async (method, path, code) => {
    expect(await (method === 'GET' ? account.get(path) : account.post(path))).toMatchObject({ httpStatus: code, code });
  });

  test('an address outside the API is 404 in JSON', async () => {
    expect(await account.raw('/')).toMatchObject({ httpStatus: 404, code: 404 });
  });
});

describe('rate', () => {
  test('the eleventh request within a second is 429 with Retry-After, until the second has passed', async () => {
    await account.act('switches', { requestsPerSecond: 10 });
    const eleven = await Promise.all(Array.from({ length: 11 }, () => account.get('/group/free')));
    expect(eleven.map(({ httpStatus }) => httpStatus).filter((status) => status === 429)).toHaveLength(1);
    const refused = await account.get('/group/free');
    expect(refused).toMatchObject({ httpStatus: 429, code: 429 });
    expect(refused.headers.get('retry-after')).toBe('1');
    account.running.clock.advance(1_000);
    expect(await account.get('/group/free')).toMatchObject({ httpStatus: 200 });
  });

  test('ten a second hold unless told otherwise; null lifts the limit; Retry-After can be missing', async () => {
    const limited = await startSare({ requestsPerSecond: undefined });
    const statusesOf = async () => (await Promise.all(Array.from({ length: 12 }, () => limited.get('/group/free')))).map(({ httpStatus }) => httpStatus);
    expect((await statusesOf()).filter((status) => status === 200)).toHaveLength(10);
    await limited.act('switches', { retryAfterHeader: false });
    expect((await limited.get('/group/free')).headers.get('retry-after')).toBeNull();
    await limited.act('switches', { requestsPerSecond: null });
    expect(await statusesOf()).toEqual(Array.from({ length: 12 }, () => 200));
    await limited.running.close();
  });
});

describe('bodies', () => {
  test('an empty list, a missing one, a wrong flag, no JSON: 400 and nothing is stored', async () => {
    const refused = { httpStatus: 400, code: 400 };
    expect(await account.add([])).toMatchObject(refused);
    expect(await account.post('/email/add', careful)).toMatchObject(refused);
    expect(await account.add(ola, { ...careful, send_confirmation: 'no' })).toMatchObject(refused);
    expect(await account.raw('/api/v1/10234/email/add', { method: 'POST', headers: { ApiKey: '00000000-0000-4000-8000-000000000001' }, body: '{"emails":' })).toMatchObject(refused);
    for (const path of ['/email/edit', '/email/delete', '/email/by_email_list/0', '/email/status_by_email_list/0']) expect(await account.post(path, { emails: [] })).toMatchObject(refused);
    expect(account.sare.truth().contacts).toEqual([]);
  });

  test('more items than the account takes are 413, all of them', async () => {
    await account.act('switches', { mostItems: 2 });
    const items = ['a', 'b', 'c'].map((name) => ({ email: `${name}@example.org` }));
    expect(await account.add(items)).toMatchObject({ httpStatus: 413, code: 413 });
    expect(account.sare.truth().contacts).toEqual([]);
    expect(await account.add(items.slice(1))).toMatchObject({ httpStatus: 200 });
  });
});

describe('faults on email/add', () => {
  const on = 'POST /api/v1/10234/email/add';

  test('lost reply: stored, but nobody answers', async () => {
    account.running.fault({ on, kind: 'lost-reply' });
    await expect(account.add(ola)).rejects.toThrow();
    expect(emails()).toEqual(['ola@example.org']);
  });

  test('held: arrived then, stored later, and the log tells both', async () => {
    account.running.fault({ on, kind: 'hold' });
    const answer = account.add(ola);
    await account.running.held(1);
    expect(emails()).toEqual([]);
    account.running.clock.advance(5_000);
    account.running.release();
    expect(await answer).toMatchObject({ httpStatus: 200 });
    const [logged] = account.running.requests(on);
    expect(logged).toMatchObject({ at: Date.UTC(2026, 4, 4, 8), handledAt: Date.UTC(2026, 4, 4, 8, 0, 5), body: expect.stringContaining('ola@example.org') });
    expect(await account.act('writes')).toMatchObject([{ request: logged?.number, arrivedAt: '2026-05-04T08:00:00.000Z', storedAt: '2026-05-04T08:00:05.000Z' }]);
  });

  test('slow before storing: stored although the caller has gone', async () => {
    account.running.fault({ on, kind: 'slow-before-storing', delayMs: 50 });
    const caller = new AbortController();
    const answer = account.raw('/api/v1/10234/email/add', { method: 'POST', headers: { ApiKey: '00000000-0000-4000-8000-000000000001' }, body: JSON.stringify({ emails: [ola] }), signal: caller.signal });
    await account.running.arrived(on, 1);
    caller.abort();
    await expect(answer).rejects.toThrow();
    await expect.poll(emails).toEqual(['ola@example.org']);
  });

  test('429, 500, garbage, and a person’s address in the text store nothing', async () => {
    account.running.fault({ on, kind: 'throttle', headers: { 'retry-after': '3' } });
    account.running.fault({ on, kind: 'refuse', status: 500 });
    account.running.fault({ on, kind: 'garbage' });
    account.running.fault({ on, kind: 'refuse-with-email' });
    account.running.fault({ on, kind: 'refuse', status: 200, text: 'odmowa' });
    const answers = [await account.add(ola), await account.add(ola), await account.add(ola), await account.add(ola), await account.add(ola)];
    expect(answers.map(({ httpStatus, code }) => [httpStatus, code])).toEqual([[429, 429], [500, 500], [200, undefined], [400, 400], [200, 400]]);
    expect(answers[0]?.headers.get('retry-after')).toBe('3');
    expect(answers[3]?.status).toContain('anna.nowak@example.com');
    expect(emails()).toEqual([]);
    expect(account.running.requests(on).map(({ handledAt }) => handledAt)).toEqual(Array.from({ length: 5 }, () => undefined));
  });
});

test('a reset gives the account back as it was opened', async () => {
  await account.add(ola);
  await account.act('switches', { pageSize: 1 });
  await account.act('add-group', { id: 400, name: 'Nowa' });
  account.running.reset();
  expect(account.sare.truth()).toMatchObject({ contacts: [], groups: [{ id: 12 }, { id: 13 }, { id: 305 }], incidents: [] });
  await account.add(['a', 'b'].map((name) => ({ email: `${name}@example.org`, groups: [12] })));
  expect(rowsIn(await account.get('/group/emails/12/0'))).toHaveLength(2);
});
