/** Everything real but the vendors: sandboxes, ledger, a worker in this process, Temporal's server of the run, and a script's session. */
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
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

export interface WorldOptions {
  log?: Log;
  /** more lines for the connection to RO App, indented by four */
  booksSettings?: string;
  integrationSettings?: string;
  /** longer where two processes' worth of work stalls this one: a call that outlives them is sent anew (known edge) */
  callTimes?: { abortMs: number; settleMs: number };
}

export const integrationId = 'shop-to-books';

export async function startWorld({ log = createLog('error'), booksSettings = '', integrationSettings = '', callTimes = { abortMs: 5_000, settleMs: 1_000 } }: WorldOptions = {}): Promise<World> {
  const home = await mkdtemp(join(tmpdir(), 'waybill-flow-'));
  const shop = await startSandbox(createWoocommerceSandbox());
  const books = await startSandbox(createRoappSandbox({ requestsPerSecond: Infinity }));
  const settings = settingsFile(shop.url, books.url, `    abortMs: ${callTimes.abortMs}\n    settleMs: ${callTimes.settleMs}\n${booksSettings}`, integrationSettings);
  await writeFile(join(home, 'waybill.yaml'), settings);
  const variables = { WAYBILL_HOME: home, WAYBILL_CONFIG: join(home, 'waybill.yaml'), LEDGER_URL: `file:${join(home, 'ledger.db')}`, TEMPORAL_ADDRESS: temporalAddress(), TEMPORAL_NAMESPACE: await freshNamespace(), WAYBILL_HEALTH_PORT: '0', KEY: `ck_${'1'.padStart(40, '0')}`, SECRET: `cs_${'2'.padStart(40, '0')}`, API_KEY: 'roapp-key' };
  const open = async (): Promise<Session> => {
    await writeFile(join(home, 'waybill.env'), Object.entries(variables).map(([name, value]) => `${name}="${value}"\n`).join(''));
    return openSession({ home, yes: true, json: true, operator: 'tester' });
  };
  let session = await open();
  const closers: (() => Promise<void>)[] = [];
  const addWorker = async (): Promise<RunningWorker> => {
    const environment = readEnvironment({ ...process.env, ...variables }, () => undefined);
    const own = await openLedger({ url: environment.ledgerUrl, secrets: environment.secrets });
    const worker = await startWorker({ environment, ledger: own, log, workflowBundle: { codePath: workflowBundlePath() } });
    closers.push(async () => {
      await worker.stop();
      await own.close();
    });
    return worker;
  };
  const stopWorkers = async (): Promise<void> => {
    for (const close of closers.splice(0)) await close();
  };
  await session.ensureApplied(integrationId);
  await addWorker();
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
      await stopWorkers();
      await session.close();
      await Promise.all([shop.close(), books.close()]);
      await rm(home, { recursive: true, force: true });
    },
  };
}

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
${more}integrations:
  - id: ${integrationId}
    flow: import-orders
    source: shop
    target: books
    identifyProductsBy: sku
${integration}`;
