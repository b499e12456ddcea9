/** One log-in at a time for an account, renewed in time (contract 2). */
import { expect, test } from 'vitest';
import { createSessions } from '../../../activities/cartum/session.ts';
import { UnauthorizedError } from '../../../activities/errors.ts';

const account = { baseUrl: 'https://shop.example/api', login: 'api_user', password: 'secret' };
const call = { heartbeat: () => {}, signal: new AbortController().signal };

/** A log-in that ends when the test says so. */
function controlled() {
  const waiting: { resolve: (token: string) => void; reject: (error: unknown) => void }[] = [];
  let count = 0;
  const login = async (): Promise<string> => {
    count += 1;
    return new Promise((resolve, reject) => void waiting.push({ resolve, reject }));
  };
  return { login, logins: () => count, end: (token: string) => waiting.shift()?.resolve(token), fail: (error: unknown) => waiting.shift()?.reject(error) };
}

test('many who need a token at once share one log-in', async () => {
  const sessions = createSessions();
  const { login, logins, end } = controlled();
  const all = Promise.all([1, 2, 3].map(async () => sessions.token(account, call, login)));
  end('t1');
  expect(await all).toEqual(['t1', 't1', 't1']);
  expect(logins()).toBe(1);
});

test('a token is used for nine minutes, then renewed', async () => {
  let now = 0;
  const sessions = createSessions(() => now);
  let count = 0;
  const login = () => Promise.resolve(`t${(count += 1)}`);
  expect(await sessions.token(account, call, login)).toBe('t1');
  now = 539_999;
  expect(await sessions.token(account, call, login)).toBe('t1');
  now = 540_000;
  expect(await sessions.token(account, call, login)).toBe('t2');
});

test('only the token that was refused is dropped; other passwords have other tokens', async () => {
  const sessions = createSessions();
  let count = 0;
  const login = () => Promise.resolve(`t${(count += 1)}`);
  await sessions.token(account, call, login);
  sessions.drop(account, 'an older one');
  expect(await sessions.token(account, call, login)).toBe('t1');
  sessions.drop(account, 't1');
  expect(await sessions.token(account, call, login)).toBe('t2');
  expect(await sessions.token({ ...account, password: 'changed' }, call, login)).toBe('t3');
});

test('a refusal reaches all who wait, and is not asked for again', async () => {
  const sessions = createSessions();
  const { login, logins, fail } = controlled();
  const all = Promise.allSettled([1, 2, 3].map(async () => sessions.token(account, call, login)));
  fail(new UnauthorizedError({ system: 'cartum', endpoint: 'POST /auth/', sent: 'no' }));
  expect((await all).map((result) => (result.status === 'rejected' && result.reason instanceof Error ? result.reason.name : result.status))).toEqual(['UnauthorizedError', 'UnauthorizedError', 'UnauthorizedError']);
  expect(logins()).toBe(1);
});

test('a log-in whose step was cancelled is made by the next one', async () => {
  const sessions = createSessions();
  const { login, logins, fail, end } = controlled();
  const first = sessions.token(account, call, login);
  const second = sessions.token(account, call, login);
  fail(new Error('cancelled'));
  await expect(first).rejects.toThrow('cancelled');
  await expect.poll(logins).toBe(2);
  end('t2');
  expect(await second).toBe('t2');
});

test('one who waits and is cancelled stops waiting', async () => {
  const sessions = createSessions();
  const { login, end } = controlled();
  const first = sessions.token(account, call, login);
  const cancelled = AbortSignal.abort(new Error('cancelled'));
  await expect(sessions.token(account, { heartbeat: () => {}, signal: cancelled }, login)).rejects.toThrow('cancelled');
  end('t1');
  expect(await first).toBe('t1');
});
