/** Everything real but the vendors: sandboxes, ledger, a worker in this process, Temporal's server of the run, and a script's session. */
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLedger, type LedgerOptions } from '../../ledger/open.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { RunningSandbox } from '../../sandbox/kernel/sandbox.ts';
import { startSandbox } from '../../sandbox/kernel/start.ts';
import { createRoappSandbox } from '../../sandbox/roapp/sandbox.ts';
import { createCartumSandbox } from '../../sandbox/cartum/sandbox.ts';
import type { SandboxDefinition } from '../../sandbox/kernel/sandbox.ts';
import { createShopifySandbox } from '../../sandbox/shopify/sandbox.ts';
import { createWoocommerceSandbox } from '../../sandbox/woocommerce/sandbox.ts';
import { readGatewayEnvironment, type GatewayEnvironment } from '../../gateway/environment.ts';
import { startGateway } from '../../gateway/start.ts';
import { freePorts } from '../../scripts/setup/ports.ts';
import { openSession, type Session } from '../../scripts/session.ts';
import { readEnvironment } from '../../worker/environment.ts';
import { gatewayKeys } from '../../worker/hook-keys.ts';
import { createLog, type Log } from '../../worker/log.ts';
import { startWorker, type RunningWorker } from '../../worker/start.ts';
import { freshNamespace, temporalAddress, workflowBundlePath } from '../setup/temporal-env.ts';

export interface World {
  home: string;
  shop: RunningSandbox;
  books: RunningSandbox;
  ledger: Ledger;
  session: Session;
  /** a worker as a second process would be: own ledger connection. `more` goes over its environment */
  addWorker: (more?: Record<string, string>) => Promise<RunningWorker>;
  /** the environment that a worker process is started with, beside this process's own */
  variables: () => Record<string, string>;
  /** ends all workers in order, as a restart of the machine's services would; `addWorker` starts the next */
  stopWorkers: () => Promise<void>;
  /** what a crash or a restore leaves standing: ends workers and session, then opens both stores as they are then, without a worker */
  interrupt: (meanwhile: (stores: Stores) => Promise<void>) => Promise<void>;
  /** the settings file anew, with one text replaced */
  changeSettings: (from: string, to: string) => Promise<void>;
  close: () => Promise<void>;
}

/** What may be lost or put back while nothing runs. */
export interface Stores {
  /** the ledger's files as they are now; put back, they are the ledger of that moment */
  copyLedger: () => Promise<() => Promise<void>>;
  loseLedger: () => Promise<void>;
  loseTemporal: () => Promise<void>;
}

/** The shop's side of a pair: which simulated platform, and how its connection is written. */
export type Platform = keyof typeof platforms;

export interface WorldOptions {
  log?: Log;
  /** default WooCommerce */
  platform?: Platform;
  /** a gateway takes webhooks in */
  withGateway?: boolean;
  /** more lines for the connection to RO App, indented by four */
  booksSettings?: string;
  integrationSettings?: string;
  /** longer where two processes' worth of work stalls this one: a call that outlives them is sent anew (known edge) */
  callTimes?: { abortMs: number; settleMs: number };
  /** default true; without one the test starts its own, perhaps in processes of their own */
  withWorker?: boolean;
  /** over what the world chooses, e.g. LEDGER_URL */
  variables?: Record<string, string>;
  /** of the workers' openings of the ledger */
  ledgerOptions?: Pick<LedgerOptions, 'clock' | 'onSqlite'>;
}

export const integrationId = 'shop-to-books';

export async function startWorld({ log = createLog('error'), platform = 'woocommerce', withGateway = false, booksSettings = '', integrationSettings = '', callTimes = { abortMs: 5_000, settleMs: 1_000 }, withWorker = true, variables: chosen = {}, ledgerOptions = {} }: WorldOptions = {}): Promise<World> {
  const [gatewayPort = 0] = withGateway ? await freePorts(1) : [];
  const hookVariables: Record<string, string> = withGateway ? { WAYBILL_HOOKS_URL: `http://127.0.0.1:${gatewayPort}`, WAYBILL_HOOKS_SECRET: 'h'.repeat(32) } : {};
  const home = await mkdtemp(join(tmpdir(), 'waybill-flow-'));
  const shop = await startSandbox(platforms[platform].create());
  const books = await startSandbox(createRoappSandbox({ requestsPerSecond: Infinity }));
  const settings = settingsFile(platforms[platform].connection(shop.url), books.url, `    abortMs: ${callTimes.abortMs}\n    settleMs: ${callTimes.settleMs}\n${booksSettings}`, integrationSettings);
  await writeFile(join(home, 'waybill.yaml'), settings);
  const variables = { WAYBILL_HOME: home, WAYBILL_CONFIG: join(home, 'waybill.yaml'), LEDGER_URL: `file:${join(home, 'ledger.db')}`, TEMPORAL_ADDRESS: temporalAddress(), TEMPORAL_NAMESPACE: await freshNamespace(), WAYBILL_HEALTH_PORT: '0', KEY: `ck_${'1'.padStart(40, '0')}`, SECRET: `cs_${'2'.padStart(40, '0')}`, API_KEY: 'roapp-key', LOGIN: 'api_user', PASSWORD: 'secret', TOKEN: 'shpat_sandbox', CLIENT_SECRET: 'sandbox-client-secret', ...hookVariables, ...chosen };
  const open = async (): Promise<Session> => {
    await writeFile(join(home, 'waybill.env'), Object.entries(variables).map(([name, value]) => `${name}="${value}"\n`).join(''));
    return openSession({ home, yes: true, json: true, operator: 'tester' });
  };
  let session = await open();
  const closers: (() => Promise<void>)[] = [];
  const addWorker = async (more: Record<string, string> = {}): Promise<RunningWorker> => {
    const environment = readEnvironment({ ...process.env, ...variables, ...more }, () => undefined);
    const own = await openLedger({ url: environment.ledgerUrl, secrets: environment.secrets, ...ledgerOptions });
    const worker = await startWorker({ environment, ledger: own, log, workflowBundle: { codePath: environment.workflowBundle ?? workflowBundlePath() } });
    let stopped: Promise<void> | undefined;
    const stop = async (): Promise<void> => (stopped ??= worker.stop().then(async () => own.close()));
    closers.push(stop);
    return { ...worker, stop };
  };
  const stopWorkers = async (): Promise<void> => {
    for (const close of closers.splice(0)) await close();
  };
  await session.ensureApplied(integrationId);
  if (withWorker) await addWorker();
  const gateway = withGateway ? await startGateway(gatewayEnvironment(session), createLog('error')) : undefined;
  return {
    home,
    shop,
    books,
    get ledger() {
      return session.ledger;
    },
    get session() {
      return session;
    },
    addWorker,
    variables: () => ({ ...variables }),
    interrupt: async (meanwhile) => {
      await stopWorkers();
      await session.close();
      await meanwhile({ ...ledgerFiles(home), loseTemporal: async () => void (variables.TEMPORAL_NAMESPACE = await freshNamespace()) });
      session = await open();
    },
    stopWorkers,
    changeSettings: async (from, to) => {
      if (!settings.includes(from)) throw new Error(`the settings do not say ${from}`);
      await writeFile(join(home, 'waybill.yaml'), settings.replace(from, to));
    },
    close: async () => {
      await gateway?.stop();
      await stopWorkers();
      await session.close();
      await Promise.all([shop.close(), books.close()]);
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** As the gateway's process would read it: derived keys and webhook secrets only. */
const gatewayEnvironment = ({ environment, config }: Session): GatewayEnvironment =>
  readGatewayEnvironment({
    WAYBILL_CONFIG: environment.configPath,
    TEMPORAL_ADDRESS: temporalAddress(),
    TEMPORAL_NAMESPACE: environment.temporal.namespace,
    WAYBILL_HOOKS_SECRET: environment.hooks?.secret,
    WAYBILL_GATEWAY_KEYS: gatewayKeys(environment.secrets.keys, config.connections.map(({ id }) => id)), // prettier-ignore
    WAYBILL_GATEWAY_PORT: new URL(environment.hooks?.publicUrl ?? '').port,
    WAYBILL_GATEWAY_HEALTH_PORT: '0',
    CLIENT_SECRET: 'sandbox-client-secret',
    BOOKS_HOOK_SECRET: booksHookSecret,
  });

/** What the panel of the books shows for a webhook made by hand. */
export const booksHookSecret = 'a secret that the panel of the books shows';

/** Copied and put back only while nobody has them open. */
function ledgerFiles(home: string): Omit<Stores, 'loseTemporal'> {
  const files = async () => (await readdir(home)).filter((name) => name.startsWith('ledger.db')).map((name) => join(home, name));
  const loseLedger = async () => void (await Promise.all((await files()).map(async (file) => rm(file, { force: true }))));
  return {
    loseLedger,
    copyLedger: async () => {
      const copies = await Promise.all((await files()).map(async (file) => ({ file, bytes: await readFile(file) })));
      return async () => {
        await loseLedger();
        for (const { file, bytes } of copies) await writeFile(file, bytes);
      };
    },
  };
}

const platforms = {
  woocommerce: {
    create: (): SandboxDefinition => createWoocommerceSandbox(),
    connection: (url: string) => `    system: woocommerce
    baseUrl: ${url}/wp-json/wc/v3
    consumerKey: { env: KEY }
    consumerSecret: { env: SECRET }
    country: PL
    timeZone: Europe/Warsaw
    requestsPerSecond: 100
    simultaneous: 8`,
  },
  cartum: {
    create: (): SandboxDefinition => createCartumSandbox({ currency: 'PLN' }),
    connection: (url: string) => `    system: cartum
    baseUrl: ${url}
    login: { env: LOGIN }
    password: { env: PASSWORD }
    country: UA
    language: ua
    requestsPerSecond: 100`,
  },
  shopify: {
    create: (): SandboxDefinition => createShopifySandbox({ httpWebhooks: true, rateLimit: 'none' }),
    connection: (url: string) => `    system: shopify
    baseUrl: ${url}
    accessToken: { env: TOKEN }
    apiSecret: { env: CLIENT_SECRET }
    country: PL
    timeZone: Europe/Warsaw
    pointsPerSecond: 2000`,
  },
} as const;

const settingsFile = (shop: string, books: string, more: string, integration: string): string => `companies:
  - { id: acme, name: Acme Example }
connections:
  - id: shop
    company: acme
${shop}
  - id: books
    company: acme
    system: roapp
    baseUrl: ${books}/v2
    apiKey: { env: API_KEY }
    webhookSecret: { env: BOOKS_HOOK_SECRET }
    country: PL
    language: en
    location: 1201
    orderType: 77
    assignee: 31
    orderMarkerField: f5501
    requestsPerSecond: 1000
${more}integrations:
  - id: ${integrationId}
    flow: import-orders
    source: shop
    target: books
    identifyProductsBy: sku
    everyMinutes: 1440 # tests start a look themselves: one of the schedule's own would get between
${integration}`;
