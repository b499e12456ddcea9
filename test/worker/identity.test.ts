/** One account has one id: the same shop under another id, or another shop under the same, is refused before anything is served. */
import { beforeEach, expect, test } from 'vitest';
import { identifyConnections } from '../../worker/identity.ts';
import type { Config } from '../../worker/config.ts';
import { openTestLedger, type TestLedger } from '../setup/ledger.ts';

let testLedger: TestLedger;
beforeEach(async () => {
  testLedger = await openTestLedger();
  return async () => testLedger.close();
});

const shop = (id: string, system: string, baseUrl: string, company = 'acme'): Config['connections'][number] => ({ id, company, system, settings: { baseUrl } });
const identify = async (...connections: Config['connections']): Promise<void> => identifyConnections(testLedger.ledger, { connections });

test.each([
  ['woocommerce', 'https://shop.example/wp-json/wc/v3', 'https://shop.example/?rest_route=/wc/v3', 'https://other.example/wp-json/wc/v3'],
  ['cartum', 'https://shop.example', 'https://shop.example/api', 'https://other.example'],
  ['shopify', 'https://acme.myshopify.com', 'https://acme.myshopify.com/', 'https://other.myshopify.com'],
])('N17 %s: an account is served under one id, for good', async (system, address, sameAddress, otherAddress) => {
  await identify(shop('shop', system, address));
  await identify(shop('shop', system, sameAddress));
  await expect(identify(shop('shop-again', system, sameAddress))).rejects.toThrow('already known as connection shop');
  await expect(identify(shop('shop', system, otherAddress))).rejects.toThrow('used to be another account');
  await expect(identify(shop('shop', system, address, 'other-company'))).rejects.toThrow('used to belong to company acme');
});

test('two systems at one address are two accounts, and books that do not tell who they are may be two', async () => {
  await identify(shop('a', 'woocommerce', 'https://shop.example/wp-json/wc/v3'), shop('b', 'cartum', 'https://shop.example'));
  await identify(shop('books', 'roapp', 'https://api.roapp.io/v2'), shop('more-books', 'roapp', 'https://api.roapp.io/v2'));
});
