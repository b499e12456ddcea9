/** The three ways to a token (contract 2): static, log-in, and the pair that rotates. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readPair } from '../../../activities/shoper/app-tokens.ts';
import { createShoperClient, users } from '../../../activities/shoper/client.ts';
import { applyLifecycle } from '../../../activities/shoper/lifecycle.ts';
import { createSessions } from '../../../activities/shoper/session.ts';
import { openTestLedger, TestClock, type TestLedger } from '../../setup/ledger.ts';
import { callOf, refusal, shopSettings, startTinyShop, user, type Answer, type Asked, type TinyShop } from './setup.ts';

const dayMs = 24 * 60 * 60_000;
const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

let opened: TestLedger;
let shop: TinyShop;
/** The shop's own side: which access token is good, and which refresh token or code gives the next pair. */
let state: { good: string; next: string[]; pairs: number; seconds: number };
let login: () => Answer;
let isReplyLost = false;

beforeAll(async () => {
  opened = await openTestLedger('sqlite', { clock: 'real' });
  shop = await startTinyShop((asked) => {
    if (asked.path === '/auth') return login();
    if (asked.path === '/oauth/token') return rotate(asked);
    return asked.headers['authorization'] === `Bearer ${state.good}` ? { body: user(1) } : refusal(401, 'unauthorized_client');
  });
});
beforeEach(() => {
  shop.asked.length = 0;
  isReplyLost = false;
  state = { good: '', next: ['code-1'], pairs: 0, seconds: 30 * 86_400 };
  login = () => {
    state.pairs += 1;
    state.good = `access-${state.pairs}`;
    return { body: { access_token: state.good, expires_in: state.seconds, token_type: 'bearer' } };
  };
});
afterAll(async () => {
  await shop.close();
  await opened.close();
});

/** Both tokens change; what was presented is good no more. */
function rotate({ body, query, headers }: Asked): Answer {
  const form = new URLSearchParams(String(body));
  const presented = form.get(query['grant_type'] === 'refresh_token' ? 'refresh_token' : 'code') ?? '';
  if (headers['authorization'] !== basic('app:app-secret') || !state.next.includes(presented)) return refusal(400, 'invalid_grant');
  state.pairs += 1;
  state.good = `access-${state.pairs}`;
  state.next = [`refresh-${state.pairs}`];
  return { body: { access_token: state.good, refresh_token: `refresh-${state.pairs}`, expires_in: state.seconds, token_type: 'bearer', scope: 'users,subscribers' }, isLost: isReplyLost };
}

const app = (authCode: string | null = 'code-1') => shopSettings({ baseUrl: shop.url, clientId: 'app', clientSecret: 'app-secret', ...(authCode === null ? {} : { authCode }) });
const admin = () => shopSettings({ baseUrl: shop.url, login: 'api-user', password: 'a-long-password' });
const read = async (settings: ReturnType<typeof app>, call = callOf(opened.ledger), sessions = createSessions()) => (await createShoperClient({ settings, call, sessions }).readRows(users, ['1']))[0]?.user_id;
const paths = () => shop.asked.map(({ path }) => path);

describe('the log-in of an administrator', () => {
  test('Basic, an empty body; the token serves all steps of the process', async () => {
    const sessions = createSessions();
    const call = callOf(opened.ledger);
    expect([await read(admin(), call, sessions), await read(admin(), call, sessions)]).toEqual(['1', '1']);
    expect(paths()).toEqual(['/auth', '/users/1', '/users/1']);
    expect(shop.asked[0]).toMatchObject({ method: 'POST', body: '', headers: { authorization: basic('api-user:a-long-password') } });
  });

  test('many who need a token at once share one log-in', async () => {
    const sessions = createSessions();
    await Promise.all([1, 2, 3].map(async () => read(admin(), callOf(opened.ledger, { connection: 'shared' }), sessions)));
    expect(paths().filter((path) => path === '/auth')).toHaveLength(1);
  });

  test('a token that has ended is replaced once', async () => {
    const sessions = createSessions();
    const call = callOf(opened.ledger);
    await read(admin(), call, sessions);
    state.good = 'another';
    expect(await read(admin(), call, sessions)).toBe('1');
    expect(paths()).toEqual(['/auth', '/users/1', '/users/1', '/auth', '/users/1']);
  });

  test('a new token that is refused, too, is the account’s fault', async () => {
    login = () => ({ body: { access_token: 'never-good', token_type: 'bearer' } });
    await expect(read(admin())).rejects.toMatchObject({ name: 'UnauthorizedError' });
    expect(paths()).toEqual(['/auth', '/users/1', '/auth', '/users/1']);
  });

  test('it is renewed a day before it ends', async () => {
    let now = 0;
    const sessions = createSessions(() => now);
    const call = callOf(opened.ledger);
    await read(admin(), call, sessions);
    now = 29 * dayMs - 1_000;
    await read(admin(), call, sessions);
    expect(paths().filter((path) => path === '/auth')).toHaveLength(1);
    now = 29 * dayMs + 1_000;
    await read(admin(), call, sessions);
    expect(paths().filter((path) => path === '/auth')).toHaveLength(2);
  });

  test.each([
    { status: 401, code: 'auth_failure' },
    { status: 403, code: 'auth_ip_not_allowed' },
    { status: 400, code: 'auth_webapi_access_denied' },
  ])('refused with $code: UnauthorizedError with that code, and the call is not made', async ({ status, code }) => {
    login = () => refusal(status, code);
    await expect(read(admin())).rejects.toMatchObject({ name: 'UnauthorizedError', code });
    expect(paths()).not.toContain('/users/1');
  });

  test('a shop that fails at the log-in is no bad log-in', async () => {
    login = () => refusal(503, 'temporarily_unavailable');
    await expect(read(admin())).rejects.toMatchObject({ name: 'RetryableError' });
    login = () => ({ status: 403, body: '<html>firewall</html>' });
    await expect(read(admin())).rejects.toMatchObject({ name: 'RetryableError' });
    login = () => ({ body: { token: 'in another form' } });
    await expect(read(admin())).rejects.toMatchObject({ name: 'UnexpectedReplyError', field: 'access_token' });
  });
});

describe('an App Store application', () => {
  test('the installation’s code is exchanged once; the pair is in the ledger, sealed, and serves other processes', async () => {
    const call = callOf(opened.ledger);
    expect([await read(app(), call), await read(app(), call), await read(app(null), call)]).toEqual(['1', '1', '1']);
    expect(paths()).toEqual(['/oauth/token', '/users/1', '/users/1', '/users/1']);
    expect(shop.asked[0]).toMatchObject({ query: { grant_type: 'authorization_code' }, body: 'code=code-1', headers: { authorization: basic('app:app-secret') } });
    expect(await readPair(call)).toMatchObject({ access: 'access-1', refresh: 'refresh-1' });
    const mark = (await opened.ledger.marks.get(`connection:${call.connection}`, 'app-tokens')) ?? '';
    expect([mark, Buffer.from(mark, 'hex').toString('utf8')].filter((text) => text.includes('access-1'))).toEqual([]);
  });

  test('a token that is refused is renewed by the refresh token, and the new pair is kept', async () => {
    const call = callOf(opened.ledger);
    await read(app(), call);
    state.good = 'revoked';
    expect(await read(app(), call)).toBe('1');
    expect(shop.asked.at(-2)).toMatchObject({ query: { grant_type: 'refresh_token' }, body: 'refresh_token=refresh-1' });
    expect(await readPair(call)).toMatchObject({ access: 'access-2', refresh: 'refresh-2' });
  });

  test('several workers at once renew it once', async () => {
    const call = callOf(opened.ledger);
    await read(app(), call);
    state.good = 'revoked';
    const all = await Promise.all([1, 2, 3].map(async () => read(app(), call, createSessions())));
    expect([all, state.pairs]).toEqual([['1', '1', '1'], 2]);
  });

  test('less than a day left: renewed before it ends, by one process, and used by the next', async () => {
    const clock = new TestClock();
    const other = await openTestLedger('sqlite', { clock });
    const call = callOf(other.ledger);
    await read(app(), call);
    clock.advance(29 * dayMs - 1_000);
    await read(app(), call);
    expect(state.pairs).toBe(1);
    clock.advance(2_000);
    await read(app(), call);
    await read(app(), call);
    expect(state.pairs).toBe(2);
    await other.close();
  });

  test('an exchange or a renewal that is refused is said to be the installation’s', async () => {
    const call = callOf(opened.ledger);
    await expect(read(app('a code that was used'), call)).rejects.toMatchObject({ name: 'UnauthorizedError', code: 'invalid_grant' });
    await expect(read(app(null), call)).rejects.toMatchObject({ name: 'UnauthorizedError', code: 'not_installed' });
    await read(app(), call);
    state.good = 'revoked';
    state.next = [];
    await expect(read(app(), call)).rejects.toMatchObject({ name: 'UnauthorizedError' });
  });

  test('a lost reply to a renewal before its time: the access token is used as long as the shop takes it', async () => {
    const clock = new TestClock();
    const other = await openTestLedger('sqlite', { clock });
    const call = callOf(other.ledger);
    await read(app(), call);
    clock.advance(29 * dayMs + 1_000);
    isReplyLost = true;
    await expect(read(app(), call)).rejects.toMatchObject({ name: 'RetryableError' });
    isReplyLost = false;
    state.good = 'access-1'; // this shop ends the refresh token only
    expect(await read(app(), call)).toBe('1');
    expect(await readPair(call)).toMatchObject({ access: 'access-1', refusedAt: expect.any(Number) });
    const renewals = paths().filter((path) => path === '/oauth/token').length;
    expect(await read(app(), call)).toBe('1');
    expect(paths().filter((path) => path === '/oauth/token')).toHaveLength(renewals);
    state.good = 'access-2';
    await expect(read(app(), call)).rejects.toMatchObject({ name: 'UnauthorizedError' });
    await other.close();
  });

  test('a new code in the settings is exchanged, one that was used up elsewhere falls back to the pair', async () => {
    const call = callOf(opened.ledger);
    await read(app(), call);
    state.next.push('code-2');
    await read(app('code-2'), call);
    expect(await readPair(call)).toMatchObject({ access: 'access-2' });
    expect(await read(app('used-elsewhere'), call)).toBe('1');
    expect(await readPair(call)).toMatchObject({ access: 'access-2' });
    const before = shop.asked.length;
    await read(app('used-elsewhere'), call);
    expect(paths().slice(before)).toEqual(['/users/1']);
  });

  test('no token, secret or code stands in an exchange that is kept', async () => {
    const call = callOf(opened.ledger);
    await read(app(), call);
    state.good = 'revoked';
    await read(app(), call);
    await expect(read(app('installation-code-9'), callOf(opened.ledger, { connection: `${call.connection}-b` }))).rejects.toThrow();
    await opened.ledger.exchanges.flush();
    const kept = (await opened.ledger.exchanges.list({ limit: 500 })).filter(({ connection }) => connection.startsWith(call.connection)).map(({ request, reply }) => `${request} ${reply}`);
    expect(kept.length).toBeGreaterThan(4);
    for (const secret of ['access-1', 'access-2', 'refresh-1', 'refresh-2', 'app-secret', 'installation-code-9', basic('app:app-secret').slice(6)]) expect(kept.filter((text) => text.includes(secret))).toEqual([]);
  });
});

const at = (instant: string, code = 'code-1') => ({ change: 'installed', code, at: instant }) as const;

describe('the platform’s calls about the application', () => {
  test('an installation’s code becomes tokens at once, a repeat does nothing', async () => {
    const call = callOf(opened.ledger);
    expect([await applyLifecycle(app(null), call, at('2026-05-01 10:00:00')), await applyLifecycle(app(null), call, at('2026-05-01 10:00:00'))]).toEqual(['installed', 'installed']);
    expect(await read(app(null), call)).toBe('1');
    expect(paths()).toEqual(['/oauth/token', '/users/1']);
  });

  test('a removal ends the tokens and pauses the connection, an installation ends that; a removal that is played back after a new installation does nothing', async () => {
    const call = callOf(opened.ledger);
    await applyLifecycle(app(null), call, at('2026-05-01 10:00:00'));
    const removal = { change: 'removed', at: '2026-05-02 10:00:00' } as const;
    expect(await applyLifecycle(app(null), call, removal)).toBe('removed');
    expect([await readPair(call), (await opened.ledger.states.get(`connection:${call.connection}`)).state]).toEqual([undefined, 'paused']);
    state.next = ['code-3'];
    expect(await applyLifecycle(app(null), call, at('2026-05-03 10:00:00', 'code-3'))).toBe('installed');
    expect(await applyLifecycle(app(null), call, removal)).toBe('older than what is known');
    expect(await read(app(null), call)).toBe('1');
  });
});
