/** The settings and the environment that the benches' worker and scripts read: the same files that a real pair has. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const integration = 'shop-to-books';
/** The order field of the simulated account that carries our marker. */
export const markerField = 'f5501';

/** The account's limit and our part of it, as the settings have them by default (contract roapp 3, N13). */
export const realLimit = { perSecond: 3, share: 0.8 } as const;

/** The platform that orders come from. */
export type BenchShop = 'woocommerce' | 'shopify';

/** Of the simulated Shopify shop: signs its webhooks. It opens nothing. */
export const shopSecret = 'sandbox-client-secret';

/** Where webhooks come in; the addresses follow from the secret. */
export interface Hooks {
  url: string;
  secret: string;
}

export interface HomeWish {
  withRealLimit: boolean;
  shop: BenchShop;
  hooks?: Hooks;
}

export interface Addresses {
  shop: string;
  books: string;
  temporal: string;
  workflowBundle: string;
}

/** Writes both files; returns the environment that workers are started with. */
export async function writeHome(home: string, addresses: Addresses, wish: HomeWish): Promise<Record<string, string>> {
  const environment = {
    WAYBILL_HOME: home,
    WAYBILL_CONFIG: join(home, 'waybill.yaml'),
    LEDGER_URL: `file:${join(home, 'ledger.db')}`,
    WAYBILL_LOG_LEVEL: 'error',
    WAYBILL_WORKFLOW_BUNDLE: addresses.workflowBundle,
    WAYBILL_DIGEST_SECRET: randomBytes(32).toString('hex'),
    WAYBILL_KEYS: `bench:${randomBytes(32).toString('base64')}`,
    TEMPORAL_ADDRESS: addresses.temporal,
    TEMPORAL_NAMESPACE: 'default',
    // keys of the simulated systems: they open nothing
    BENCH_CONSUMER_KEY: `ck_${'1'.padStart(40, '0')}`,
    BENCH_CONSUMER_SECRET: `cs_${'2'.padStart(40, '0')}`,
    BENCH_API_KEY: 'roapp-key',
    BENCH_SHOP_TOKEN: 'shpat_sandbox',
    BENCH_SHOP_SECRET: shopSecret,
    ...(wish.hooks === undefined ? {} : { WAYBILL_HOOKS_URL: wish.hooks.url, WAYBILL_HOOKS_SECRET: wish.hooks.secret }),
  };
  await writeFile(environment.WAYBILL_CONFIG, settingsFile(addresses, wish));
  await writeFile(join(home, 'waybill.env'), Object.entries(environment).map(([name, value]) => `${name}="${value}"\n`).join(''), { mode: 0o600 });
  return environment;
}

const connections: Record<BenchShop, (url: string) => string> = {
  woocommerce: (url) => `    system: woocommerce
    baseUrl: ${url}/wp-json/wc/v3
    consumerKey: { env: BENCH_CONSUMER_KEY }
    consumerSecret: { env: BENCH_CONSUMER_SECRET }
    country: PL
    timeZone: Europe/Warsaw
    requestsPerSecond: 100
    simultaneous: 8`,
  shopify: (url) => `    system: shopify
    baseUrl: ${url}
    accessToken: { env: BENCH_SHOP_TOKEN }
    apiSecret: { env: BENCH_SHOP_SECRET }
    country: PL
    timeZone: Europe/Warsaw
    pointsPerSecond: 2000`,
};

const settingsFile = ({ shop, books }: Addresses, { withRealLimit, shop: platform }: HomeWish): string => `# Written by the bench.
companies:
  - { id: measured, name: Measured company }
connections:
  - id: shop
    company: measured
${connections[platform](shop)}
  - id: books
    company: measured
    system: roapp
    baseUrl: ${books}/v2
    apiKey: { env: BENCH_API_KEY }
    country: PL
    language: en
    location: 1201
    orderType: 77
    assignee: 31
    orderMarkerField: ${markerField}
    requestsPerSecond: ${withRealLimit ? realLimit.perSecond : 1000}
    share: ${realLimit.share}
integrations:
  - { id: ${integration}, flow: import-orders, source: shop, target: books }
`;
