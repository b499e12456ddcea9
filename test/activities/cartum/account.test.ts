/** What is written to the simulated shop, and who may ask it. */
import { describe, expect, test } from 'vitest';
import { createCartumActivities } from '../../../activities/cartum/activities.ts';
import { createSessions } from '../../../activities/cartum/session.ts';
import { createSharedActivities } from '../../../activities/shared.ts';
import { contextOf, shopSettings, type ContextOptions } from './setup.ts';
import { act, connection, connector, numberOf, opened, shop, sorted, special, step, switches, truth, useShop } from './shop.ts';

useShop();

const agreed = { books: '9', isLast: false, digest: '' };

const setStatus = async (status: string, options: ContextOptions = {}) => connector(options).setStatus({ ...step, ...agreed, sourceId: numberOf('status-1'), status });

describe('R6 statuses', () => {
  test('R6 the shop’s own, with names in the connection’s language; the platform’s where the release does not tell', async () => {
    const own = await connector().listStatuses(step);
    expect(own.map(({ id }) => Number(id)).toSorted((a, b) => a - b)).toEqual(sorted(truth().statuses.map(({ id }) => id)));
    expect(own.find(({ id }) => id === '3')?.name).toBe('Delivered');
    switches({ release: '3.30' });
    expect((await connector().listStatuses(step)).map(({ id }) => id)).toEqual(['1', '2', '3', '4', '6']);
  });

  test('R6 N4 written once, and left alone when it stands there already', async () => {
    expect(await setStatus('2')).toEqual({ kind: 'written' });
    expect(await setStatus('2')).toEqual({ kind: 'unchanged' });
    expect(truth().statusChanges).toMatchObject([{ orderId: special['status-1'], from: 1, to: 2, by: 'api' }]);
    expect(await connector().setStatus({ ...step, ...agreed, sourceId: '999999', status: '2' })).toEqual({ kind: 'gone' });
  });

  test('R6 a reply that was lost is not written again', async () => {
    shop.fault({ on: 'POST /api/orders/update/', kind: 'lost-reply' });
    await expect(setStatus('6', { connection: 'shop-lost' })).rejects.toMatchObject({ name: 'RetryableError', sent: 'maybe' });
    expect(await setStatus('6', { connection: 'shop-again' })).toEqual({ kind: 'unchanged' }); // another connection: the call without an answer keeps its place for a while
    expect(truth().statusChanges).toHaveLength(1);
  });

  test('R6 status 4 is sent only where the table leads to it', async () => {
    await expect(setStatus('4')).rejects.toMatchObject({ name: 'SettingsError' });
    await expect(setStatus('4', { pair: { statuses: [{ platform: '4', books: '9', direction: 'to-books' }] } })).rejects.toMatchObject({ name: 'SettingsError' });
    expect(truth().statusChanges).toEqual([]);
    expect(await setStatus('4', { pair: { statuses: [{ platform: '4', books: '9', direction: 'both' }] } })).toEqual({ kind: 'written' });
  });

  test.each(['messages', 'message'])('R6 a refused status parks with the vendor’s words (%s)', async (logSpelling) => {
    switches({ logSpelling });
    await expect(connector().setStatus({ ...step, ...agreed, sourceId: numberOf('status-1'), status: '55' })).rejects.toMatchObject({ name: 'PermanentError', words: expect.stringMatching(/./) });
    await expect(connector().setStatus({ ...step, ...agreed, sourceId: numberOf('locked'), status: '2' })).rejects.toMatchObject({ name: 'PermanentError' });
  });
});

const hooks = { address: 'https://gateway.example/hooks/shop/0123456789abcdef', secret: 's' };

const states = async (options: ContextOptions) => (await connector(options).ensureWebhooks(step)).map(({ topic, state }) => `${topic} ${state}`);

describe('webhooks', () => {
  test('subscribed once, remembered, and again at a new address', async () => {
    expect(await states({})).toEqual(['order_created missing', 'order_paid missing', 'order_update missing']);
    expect(await states({ hooks })).toEqual(['order_created made', 'order_paid made', 'order_update made']);
    expect(await states({ hooks })).toEqual(['order_created there', 'order_paid there', 'order_update there']);
    expect(truth().hooks.map(({ event, targetUrl }) => ({ event, targetUrl }))).toEqual(['order_created', 'order_paid', 'order_update'].map((event) => ({ event, targetUrl: hooks.address })));
    expect(await states({ hooks: { ...hooks, address: `${hooks.address}-new` } })).toEqual(['order_created made', 'order_paid made', 'order_update made']);
    expect(truth().hooks).toHaveLength(6);
  });

  test('removed by hand: forgotten, and subscribed again; other marks of the connection stay', async () => {
    await states({ hooks });
    for (const { id } of truth().hooks) await act('remove-hook', { id });
    await opened.ledger.marks.set(`connection:${connection}`, 'currency', 'UAH');
    expect(await states({ hooks })).toEqual(['order_created there', 'order_paid there', 'order_update there']);
    const steps = createSharedActivities({ ledger: opened.ledger, hasHooks: true, integrationRef: () => Promise.resolve(undefined), announce: () => Promise.resolve() });
    for (let times = 0; times < 2; times += 1) await steps.forgetWebhooks({ connection });
    expect(await states({ hooks })).toEqual(['order_created made', 'order_paid made', 'order_update made']);
    expect(truth().hooks).toHaveLength(3);
    expect(await opened.ledger.marks.get(`connection:${connection}`, 'currency')).toBe('UAH');
  });

  test('what the shop refuses is a row with its words, never an error', async () => {
    switches({ hookEvents: 'english-page' });
    const rows = await connector({ hooks }).ensureWebhooks(step);
    expect(rows.map(({ state }) => state)).toEqual(['made', 'missing', 'missing']);
    switches({ hookEvents: 'all' });
    for (let at = 0; at < 5; at += 1) await connector({ hooks: { ...hooks, address: `${hooks.address}/${at}` } }).ensureWebhooks(step);
    const full = await connector({ hooks: { ...hooks, address: `${hooks.address}/6` } }).ensureWebhooks(step);
    expect(full[0]).toMatchObject({ topic: 'order_created', state: 'missing', found: expect.stringMatching(/Limit of subscriptions/) });
  });
});

describe('the account', () => {
  test.each(['ERROR', 'UNAUTHORIZED', 'AUTHORIZATION_ERROR'])('a bad login answered by %s: the connection is to be paused', async (badLogin) => {
    switches({ badLogin });
    await expect(connector({}, { password: `wrong ${badLogin}` }).readPage({ ...step, walk: 'changed' })).rejects.toMatchObject({ name: 'UnauthorizedError' });
  });

  test.each(['UNAUTHORIZED', 'AUTHORIZATION_ERROR', 'HTTP 401'])('a token that ended is replaced without a word (%s)', async (badToken) => {
    switches({ badToken });
    await connector().listStatuses(step);
    act('end-tokens');
    shop.clearRequests();
    expect(await connector().listStatuses(step)).not.toEqual([]);
    expect(shop.requests().map(({ path }) => path)).toEqual(['/api/orders/get_available_statuses/', '/api/auth/', '/api/orders/get_available_statuses/']);
  });

  test('two steps at once log in once', async () => {
    const own = createSessions();
    const steps = createCartumActivities(contextOf(opened.ledger, shopSettings({ baseUrl: shop.url }), { connection }), own);
    await Promise.allSettled([steps.listStatuses(step), steps.listStatuses(step)]);
    expect(shop.requests('POST /api/auth/')).toHaveLength(1);
  });

  test.each([
    { front: 'challenge', error: 'RetryableError' },
    { front: 'unavailable', error: 'RetryableError' },
    { front: 'too-many', error: 'RateLimitedError' },
  ])('the hosting in front: $front is $error', async ({ front, error }) => {
    switches({ front });
    await expect(connector().listStatuses(step)).rejects.toMatchObject({ name: error });
  });

  test('a client with a name of its own is familiar', async () => {
    switches({ front: 'challenge-unfamiliar' });
    expect(await connector().listStatuses(step)).not.toEqual([]);
  });
});

