/** The process: what its environment must and must not hold, and how it starts, answers over real HTTP and stops. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientBehind, parseProxies } from '../../gateway/client-address.ts';
import { readGatewayEnvironment } from '../../gateway/environment.ts';
import { startGateway } from '../../gateway/start.ts';
import { gatewayKeys } from '../../worker/hook-keys.ts';
import { hookAddress } from '../../worker/hooks.ts';
import { createLog } from '../../worker/log.ts';
import { ConfigError } from '../../worker/mistakes.ts';
import { hooksSecret, roapp, roappEvent, roappSecret } from './support.ts';

const settings = `companies:
  - { id: acme, name: Acme Example }
connections:
  - { id: woo, company: acme, system: woocommerce, baseUrl: 'https://shop.example/wp-json/wc/v3', consumerKey: { env: SHOP_KEY }, consumerSecret: { env: SHOP_SECRET }, country: PL, timeZone: Europe/Warsaw }
  - { id: books, company: acme, system: roapp, apiKey: { env: BOOKS_KEY }, webhookSecret: { env: BOOKS_WEBHOOK_SECRET }, country: PL, language: en, location: 1, orderType: 2, assignee: 3 }
integrations:
  - { id: woo-to-books, flow: import-orders, source: woo, target: books }
`;
const payloadKey = { id: 'k1', key: new Uint8Array(32).fill(1) };

let home = '';
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'waybill-gateway-'));
  await writeFile(join(home, 'waybill.yaml'), settings);
});
afterAll(async () => rm(home, { recursive: true, force: true }));

/** Nothing listens at Temporal's address. */
const environs = (change: Record<string, string | undefined> = {}): Record<string, string | undefined> => ({
  WAYBILL_CONFIG: join(home, 'waybill.yaml'), WAYBILL_HOOKS_SECRET: hooksSecret, WAYBILL_GATEWAY_KEYS: gatewayKeys([payloadKey], ['woo', 'books']), BOOKS_WEBHOOK_SECRET: roappSecret,
  TEMPORAL_ADDRESS: '127.0.0.1:9', WAYBILL_GATEWAY_PORT: '0', WAYBILL_GATEWAY_HEALTH_PORT: '0', ...change,
}); // prettier-ignore

const mistakesOf = (change: Record<string, string | undefined>): string[] => {
  try {
    readGatewayEnvironment(environs(change));
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.mistakes.map(({ path, message }) => `${path}: ${message}`);
  }
};

describe('its environment', () => {
  test('names the addresses of all connections that send webhooks', () => {
    const { routes, port, host } = readGatewayEnvironment(environs());
    expect(routes.map(({ connection, secrets, asSource, asTarget }) => [connection, secrets.length, asSource.length, asTarget.length])).toEqual([['woo', 1, 1, 0], ['books', 1, 0, 1]]); // prettier-ignore
    expect([port, host]).toEqual([0, '127.0.0.1']);
  });

  test('a secret may lie in a file, and an RO App connection may have none', async () => {
    await writeFile(join(home, 'hooks'), `${hooksSecret}\n`);
    expect(mistakesOf({ WAYBILL_HOOKS_SECRET: undefined, WAYBILL_HOOKS_SECRET_FILE: join(home, 'hooks') })).toEqual([]);
    await writeFile(join(home, 'bare.yaml'), settings.replace('webhookSecret: { env: BOOKS_WEBHOOK_SECRET }, ', ''));
    expect(mistakesOf({ WAYBILL_CONFIG: join(home, 'bare.yaml') })).toEqual([]);
  });

  test.each([
    [{ WAYBILL_HOOKS_SECRET: undefined }, ['WAYBILL_HOOKS_SECRET: is missing']],
    [{ WAYBILL_HOOKS_SECRET: `${hooksSecret},short` }, ['WAYBILL_HOOKS_SECRET: each needs at least 32']],
    [{ WAYBILL_GATEWAY_KEYS: gatewayKeys([payloadKey], ['woo']) }, ['WAYBILL_GATEWAY_KEYS: has no key for the connection books']],
    [{ BOOKS_WEBHOOK_SECRET: '' }, ['books.webhookSecret: the environment variable BOOKS_WEBHOOK_SECRET is not set']],
    [{ WAYBILL_TRUSTED_PROXY: '10.0.0.1, nonsense', WAYBILL_GATEWAY_KEYS: 'x' }, ['WAYBILL_GATEWAY_KEYS: entry 1', 'WAYBILL_TRUSTED_PROXY: expected', 'WAYBILL_GATEWAY_KEYS: has no key for the connection woo', 'WAYBILL_GATEWAY_KEYS: has no key for the connection books']],
    [{ WAYBILL_KEYS: 'k1:AAAA', LEDGER_URL: 'file:x' }, ['WAYBILL_KEYS: is the worker’s', 'LEDGER_URL: is the worker’s']],
    [{ SHOP_KEY: 'ck_1', BOOKS_KEY: 'key' }, ['SHOP_KEY: holds woo.consumerKey, which is the worker’s', 'BOOKS_KEY: holds books.apiKey, which is the worker’s']],
  ])('is refused with every mistake named, and none of its values: %#', (change, expected) => {
    expect(mistakesOf(change)).toEqual(expected.map((start) => expect.stringContaining(start)));
  });
});

test('without Temporal it starts, says that it is not ready, answers 503, and stops after answering what is under way', async () => {
  const lines: string[] = [];
  const gateway = await startGateway(readGatewayEnvironment(environs()), createLog('info', { write: (line) => void lines.push(line) }));
  const local = `http://127.0.0.1:${gateway.port}`;
  const health = `http://127.0.0.1:${gateway.healthPort}`;
  const signed = roapp(roappEvent('6f0e', 'Order.Created', { object_id: 4411, object_type: 'order' }));
  const body = await signed.clone().arrayBuffer();
  const post = async (headers: Headers = signed.headers) => fetch(hookAddress(local, hooksSecret, 'books'), { method: 'POST', headers, body });

  expect((await fetch(`${health}/livez`)).status).toBe(200);
  const ready = await fetch(`${health}/readyz`);
  expect([ready.status, await ready.text()]).toEqual([503, 'Temporal cannot be reached']);
  expect((await fetch(`${local}/livez`)).status).toBe(404); // health is not for the internet

  const underWay = post();
  expect((await post(new Headers({ 'content-type': 'text/plain' }))).status).toBe(415);
  expect((await fetch(`${local}/hooks/woo/${'0'.repeat(32)}`, { method: 'POST' })).status).toBe(404);
  expect(await (await fetch(`${health}/metrics`)).text()).toContain('waybill_webhooks{connection="books",status="415"} 1');

  const stopped = gateway.stop();
  expect((await underWay).status).toBe(503);
  await stopped;
  await expect(post()).rejects.toThrow('fetch failed');
  expect(lines.join('')).toContain('gateway has stopped');
});

test('a taken port is told', async () => {
  const log = createLog('error', { write: () => undefined });
  const first = await startGateway(readGatewayEnvironment(environs()), log);
  await expect(startGateway(readGatewayEnvironment(environs({ WAYBILL_GATEWAY_PORT: String(first.port) })), log)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await first.stop();
});

describe('behind a proxy', () => {
  const proxies = parseProxies('10.0.0.2, 172.16.0.0/12, fd00::/8', []);
  test.each([
    ['a stranger’s word is not believed', '198.51.100.7', '203.0.113.9', '198.51.100.7'],
    ['a trusted proxy’s is', '10.0.0.2', '203.0.113.9', '203.0.113.9'],
    ['of several the last: the others came with the request', '172.17.0.5', '1.2.3.4, 203.0.113.9', '203.0.113.9'],
    ['an IPv4 proxy seen through IPv6', '::ffff:10.0.0.2', '2001:db8::1', '2001:db8::1'],
    ['an IPv6 network', 'fd00::7', '203.0.113.9', '203.0.113.9'],
    ['nonsense is not an address', '10.0.0.2', 'unknown', '10.0.0.2'],
    ['nothing is said', '10.0.0.2', undefined, '10.0.0.2'],
  ])('%s', (_name, peer, forwardedFor, client) => {
    expect(clientBehind(proxies, peer, forwardedFor)).toBe(client);
  });
  test('by default nobody is trusted', () => {
    expect(clientBehind(parseProxies('', []), '127.0.0.1', '203.0.113.9')).toBe('127.0.0.1');
  });
});
