/** What the demo writes down before anything starts: the settings file that a real company would have, and the environment of its processes. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Of what is ours, the same in every demo. */
export interface OwnPorts {
  codec: number;
  health: number;
  ui: number;
  temporal: number;
  gateway: number;
  gatewayHealth: number;
}

/** Of the simulated systems. */
export interface ApiPorts {
  woocommerce: number;
  cartum: number;
  shopify: number;
  roapp: number;
}

export const ip = '127.0.0.1';

/** The custom field in which an order of the books carries the mark of its source. */
export const markerField = 'f5501';

/** Keys of the simulated systems: they open nothing. */
export const credentials = {
  DEMO_CONSUMER_KEY: `ck_${'1'.padStart(40, '0')}`,
  DEMO_CONSUMER_SECRET: `cs_${'2'.padStart(40, '0')}`,
  DEMO_LOGIN: 'api_user',
  DEMO_PASSWORD: 'secret',
  DEMO_ACCESS_TOKEN: 'shpat_sandbox',
  DEMO_API_KEY: 'roapp-key',
  DEMO_SHOPIFY_SECRET: 'sandbox-client-secret',
} as const;

/** For the worker and for `waybill --demo …` in another terminal. */
export function demoEnvironment(home: string, { codec, health, ui, temporal, gateway }: OwnPorts, keys: Readonly<Record<string, string>>): Record<string, string> {
  return {
    WAYBILL_HOME: home,
    WAYBILL_DIGEST_SECRET: randomBytes(32).toString('base64'),
    WAYBILL_KEYS: `demo:${randomBytes(32).toString('base64')}`,
    WAYBILL_CONFIG: join(home, 'waybill.yaml'),
    LEDGER_URL: `file:${join(home, 'ledger.db')}`,
    WAYBILL_CODEC_PORT: String(codec),
    WAYBILL_CODEC_ORIGINS: `http://localhost:${ui},http://${ip}:${ui}`,
    WAYBILL_HEALTH_PORT: String(health),
    WAYBILL_LOG_LEVEL: 'error',
    WAYBILL_STEPS_PER_CONNECTION: '5', // on two cores a few orders at a time arrive sooner than many at once
    WAYBILL_HOOKS_URL: `http://${ip}:${gateway}`,
    WAYBILL_HOOKS_SECRET: randomBytes(32).toString('hex'),
    TEMPORAL_ADDRESS: `${ip}:${temporal}`,
    TEMPORAL_NAMESPACE: 'default',
    ...keys,
  };
}

/** What the panel of the books shows for a webhook that is made there by hand; the gateway alone is told. */
export const booksHookSecret = 'shown-by-the-panel-of-the-books';

/** What the senders of the shops and the books sign with. */
export const senderSecrets = { DEMO_SHOPIFY_SECRET: credentials.DEMO_SHOPIFY_SECRET, DEMO_BOOKS_SECRET: booksHookSecret } as const;

/** The gateway is given nothing else: it refuses to start beside payload keys and API keys. */
export const gatewayEnvironment = (environment: Record<string, string>, { gateway, gatewayHealth }: OwnPorts, { keys, secrets }: { keys: string; secrets: Readonly<Record<string, string>> }): Record<string, string> => ({
  ...ofThisMachine(),
  ...Object.fromEntries(['WAYBILL_CONFIG', 'WAYBILL_HOOKS_SECRET', 'WAYBILL_LOG_LEVEL', 'TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE'].map((name) => [name, environment[name] ?? ''])),
  ...secrets,
  WAYBILL_GATEWAY_KEYS: keys,
  WAYBILL_GATEWAY_PORT: String(gateway),
  WAYBILL_GATEWAY_HEALTH_PORT: String(gatewayHealth),
});

/** What any program needs, and nothing of ours that may lie in this terminal's environment. */
const ofThisMachine = (): Record<string, string> => Object.fromEntries(['PATH', 'HOME', 'TMPDIR', 'TEMP', 'SystemRoot'].flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));

export async function writeSettings(home: string, environment: Record<string, string>, text: string): Promise<void> {
  await writeFile(join(home, 'waybill.yaml'), text);
  await writeFile(join(home, 'waybill.env'), Object.entries(environment).map(([name, value]) => `${name}="${value}"\n`).join(''), { mode: 0o600 });
}

/** Ids of statuses in the simulated account: 101 new, 102 in progress, 104 ready, 105 sent, 106 closed, 108 confirmed. */
export function settingsText(apis: ApiPorts, { realLimits, exit }: { realLimits: boolean; exit: boolean }): string {
  const fast = (lines: string): string => (realLimits ? '' : lines);
  // a run that ends by itself asks for its one look itself: one of the schedule's own would find first what the storm left untold
  const everyMinutes = exit ? 1_440 : 5;
  return `# Written by the demo: three simulated shops and a simulated RO App account on this machine.
companies:
  - { id: demo, name: Demo company }
connections:
  - id: woo-shop
    company: demo
    system: woocommerce
    baseUrl: http://${ip}:${apis.woocommerce}/wp-json/wc/v3
    consumerKey: { env: DEMO_CONSUMER_KEY }
    consumerSecret: { env: DEMO_CONSUMER_SECRET }
    country: PL
    timeZone: Europe/Warsaw
${fast('    requestsPerSecond: 100\n    simultaneous: 8\n')}  - id: cartum-shop
    company: demo
    system: cartum
    baseUrl: http://${ip}:${apis.cartum}
    login: { env: DEMO_LOGIN }
    password: { env: DEMO_PASSWORD }
    country: PL
    language: pl
${fast('    requestsPerSecond: 100\n')}  - id: shopify-shop
    company: demo
    system: shopify
    baseUrl: http://${ip}:${apis.shopify}
    accessToken: { env: DEMO_ACCESS_TOKEN }
    apiSecret: { env: DEMO_SHOPIFY_SECRET }
    country: PL
    timeZone: Europe/Warsaw
${fast('    pointsPerSecond: 2000\n')}  - id: books
    company: demo
    system: roapp
    baseUrl: http://${ip}:${apis.roapp}/v2
    apiKey: { env: DEMO_API_KEY }
    webhookSecret: { env: DEMO_BOOKS_SECRET }
    country: PL
    language: pl
    location: 1201
    orderType: 77
    assignee: 31
    orderMarkerField: ${markerField}
    unspecified: per-order
${fast('    # the simulated account’s limit is lifted for the show; a real one has 3 per second, for all three shops together\n    requestsPerSecond: 1000\n')}integrations:
  - id: shop-to-books
    flow: import-orders
    source: woo-shop
    target: books
    everyMinutes: ${everyMinutes}
    statuses:
      - { platform: processing, books: 101 }
      - { platform: on-hold, books: 102 }
      - { platform: packed, books: 104 }
      - { platform: completed, books: 106, direction: to-platform }
  - id: cartum-to-books
    flow: import-orders
    source: cartum-shop
    target: books
    everyMinutes: ${everyMinutes}
    statuses:
      - { platform: 1, books: 101 }
      - { platform: 2, books: 102 }
      - { platform: 6, books: 105 }
      - { platform: 7, books: 104 }
  - { id: shopify-to-books, flow: import-orders, source: shopify-shop, target: books, everyMinutes: ${everyMinutes} }
`;
}
