/** Everything real but the vendors: sandboxes, ledger, a worker in this process, Temporal's server of the run, and a script's session. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLedger } from '../../ledger/open.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { RunningSandbox } from '../../sandbox/kernel/sandbox.ts';
import { startSandbox } from '../../sandbox/kernel/start.ts';
import { createRoappSandbox } from '../../sandbox/roapp/sandbox.ts';
import { createWoocommerceSandbox } from '../../sandbox/woocommerce/sandbox.ts';
import { openSession, type Session } from '../../scripts/session.ts';
import { readEnvironment } from '../../worker/environment.ts';
import { createLog, type Log } from '../../worker/log.ts';
import { startWorker, type RunningWorker } from '../../worker/start.ts';
import { freshNamespace, temporalAddress, workflowBundlePath } from '../setup/temporal-env.ts';

export interface World {
  home: string;
  shop: RunningSandbox;
  books: RunningSandbox;
  ledger: Ledger;
  session: Session;
  /** a worker as a second process would be: own ledger connection */
  addWorker: () => Promise<RunningWorker>;
  /** the settings file anew, with one text replaced */
  changeSettings: (from: string, to: string) => Promise<void>;
  close: () => Promise<void>;
}

export interface WorldOptions {
  log?: Log;
  /** more lines for the connection to RO App, indented by four */
  booksSettings?: string;
  integrationSettings?: string;
}

export const integrationId = 'shop-to-books';

export async function startWorld({ log = createLog('error'), booksSettings = '', integrationSettings = '' }: WorldOptions = {}): Promise<World> {
  const home = await mkdtemp(join(tmpdir(), 'waybill-flow-'));
  const shop = await startSandbox(createWoocommerceSandbox());
  const books = await startSandbox(createRoappSandbox({ requestsPerSecond: Infinity }));
  const settings = settingsFile(shop.url, books.url, booksSettings, integrationSettings);
  await writeFile(join(home, 'waybill.yaml'), settings);
  const variables = { WAYBILL_HOME: home, WAYBILL_CONFIG: join(home, 'waybill.yaml'), LEDGER_URL: `file:${join(home, 'ledger.db')}`, TEMPORAL_ADDRESS: temporalAddress(), TEMPORAL_NAMESPACE: await freshNamespace(), WAYBILL_HEALTH_PORT: '0', KEY: `ck_${'1'.padStart(40, '0')}`, SECRET: `cs_${'2'.padStart(40, '0')}`, API_KEY: 'roapp-key' };
  await writeFile(join(home, 'waybill.env'), Object.entries(variables).map(([name, value]) => `${name}="${value}"\n`).join(''));
  const session = await openSession({ home, yes: true, json: true, operator: 'tester' });
  const { ledger } = session;
  const environment = readEnvironment({ ...process.env, ...variables }, () => undefined);
  const closers: (() => Promise<void>)[] = [];
  const addWorker = async (): Promise<RunningWorker> => {
    const own = await openLedger({ url: environment.ledgerUrl, secrets: environment.secrets });
    const worker = await startWorker({ environment, ledger: own, log, workflowBundle: { codePath: workflowBundlePath() } });
    closers.push(async () => {
      await worker.stop();
      await own.close();
    });
    return worker;
  };
  await session.ensureApplied(integrationId);
  await addWorker();
  return {
    home,
    shop,
    books,
    ledger,
    session,
    addWorker,
    changeSettings: async (from, to) => {
      if (!settings.includes(from)) throw new Error(`the settings do not say ${from}`);
      await writeFile(join(home, 'waybill.yaml'), settings.replace(from, to));
    },
    close: async () => {
      for (const close of closers) await close();
      await session.close();
      await Promise.all([shop.close(), books.close()]);
      await rm(home, { recursive: true, force: true });
    },
  };
}

const settingsFile = (shop: string, books: string, more: string, integration: string): string => `companies:
  - { id: acme, name: Acme Example }
connections:
  - id: shop
    company: acme
    system: woocommerce
    baseUrl: ${shop}/wp-json/wc/v3
    consumerKey: { env: KEY }
    consumerSecret: { env: SECRET }
    country: PL
    timeZone: Europe/Warsaw
    requestsPerSecond: 100
    simultaneous: 8
  - id: books
    company: acme
    system: roapp
    baseUrl: ${books}/v2
    apiKey: { env: API_KEY }
    country: PL
    language: en
    location: 1201
    orderType: 77
    assignee: 31
    orderMarkerField: f5501
    requestsPerSecond: 1000
    abortMs: 1000
    settleMs: 300
${more}integrations:
  - id: ${integrationId}
    flow: import-orders
    source: shop
    target: books
    identifyProductsBy: sku
${integration}`;
