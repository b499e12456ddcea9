/** All that the demo starts on this machine: simulated systems, Temporal, codec server and worker, each in a process of its own. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild, type ChildServer } from '../setup/child.ts';
import { startDevServer } from '../setup/dev-server.ts';
import { freePorts } from '../setup/ports.ts';

export interface DemoProcesses {
  uiUrl: string;
  /** control surfaces of the simulated systems */
  controls: { woocommerce: string; roapp: string };
  /** Clear text in the Temporal UI; started when somebody is going to look, so that it does not slow the beginning. */
  startCodecServer: () => Promise<void>;
  /** Stops everything in the order that loses nothing: worker first, systems last. */
  stop: () => Promise<void>;
}

export interface DemoOptions {
  home: string;
  realLimits: boolean;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const ip = '127.0.0.1';
const preferredUiPort = 8233;

export async function startProcesses({ home, realLimits }: DemoOptions): Promise<DemoProcesses> {
  await mkdir(home, { recursive: true });
  const [shop = 0, shopControl = 0, books = 0, booksControl = 0, codec = 0, health = 0, ui = 0, temporalPort = 0] = await freePorts(8);
  const uiPort = (await isFree(preferredUiPort)) ? preferredUiPort : ui;
  const environment = demoEnvironment(home, { codec, health, uiPort, temporalPort });
  await writeSettings(home, environment, { shop: `http://${ip}:${shop}/wp-json/wc/v3`, books: `http://${ip}:${books}/v2`, realLimits });
  const started: ChildServer[] = [];
  const stop = async (): Promise<void> => {
    for (const child of started) await child.stop();
  };
  try {
    const servers = startDevServer({ folder: home, port: temporalPort, uiPort, codecEndpoint: `http://${ip}:${codec}`, ownGroup: true });
    const limit = realLimits ? '3' : 'none';
    const systems = ['--system', `woocommerce=${shop},${shopControl}`, '--system', `roapp=${books},${booksControl}`, '--roapp-limit', limit, '--parent', String(process.pid)];
    // all at once: the worker waits for its server
    const [worker, temporal, sandboxes] = await Promise.all([
      node(['scripts/waybill.mjs', 'worker'], environment, `http://${ip}:${health}/readyz`),
      servers,
      node(['sandbox/main.ts', ...systems], {}, `http://${ip}:${booksControl}/health`),
    ]);
    started.push(worker, temporal, sandboxes);
    const startCodecServer = async () => void started.push(await node(['scripts/waybill.mjs', 'codec-server'], environment, `http://${ip}:${codec}/`));
    return { uiUrl: `http://${ip}:${uiPort}`, controls: { woocommerce: `http://${ip}:${shopControl}`, roapp: `http://${ip}:${booksControl}` }, startCodecServer, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A program of ours in a process of its own; not reached by Ctrl-C, so that the demo ends it in order. */
async function node(args: string[], environment: Record<string, string>, health: string): Promise<ChildServer> {
  const isOurLauncher = args[0]?.endsWith('.mjs') ?? false;
  return startChild(process.execPath, [...(isOurLauncher ? [] : ['--import', 'tsx']), join(root, args[0] ?? ''), ...args.slice(1)], {
    serves: async () => fetch(health).then((reply) => reply.ok || reply.status === 404, () => false),
    env: { ...process.env, ...environment },
    ownGroup: true,
    patienceMs: 60_000,
  });
}

function demoEnvironment(home: string, ports: { codec: number; health: number; uiPort: number; temporalPort: number }): Record<string, string> {
  return {
    WAYBILL_HOME: home,
    WAYBILL_CONFIG: join(home, 'waybill.yaml'),
    LEDGER_URL: `file:${join(home, 'ledger.db')}`,
    WAYBILL_CODEC_PORT: String(ports.codec),
    WAYBILL_CODEC_ORIGINS: `http://localhost:${ports.uiPort},http://${ip}:${ports.uiPort}`,
    WAYBILL_HEALTH_PORT: String(ports.health),
    WAYBILL_LOG_LEVEL: 'error',
    WAYBILL_STEPS_PER_CONNECTION: '5', // on two cores a few orders at a time arrive sooner than many at once
    TEMPORAL_ADDRESS: `${ip}:${ports.temporalPort}`,
    TEMPORAL_NAMESPACE: 'default',
    // keys of the simulated systems: they open nothing
    DEMO_CONSUMER_KEY: `ck_${'1'.padStart(40, '0')}`,
    DEMO_CONSUMER_SECRET: `cs_${'2'.padStart(40, '0')}`,
    DEMO_API_KEY: 'roapp-key',
  };
}

/** The same file a real pair has; `waybill --demo …` in another terminal reads both. */
async function writeSettings(home: string, environment: Record<string, string>, systems: { shop: string; books: string; realLimits: boolean }): Promise<void> {
  const settings = `# Written by the demo: a simulated WooCommerce shop and a simulated RO App account on this machine.
companies:
  - { id: demo, name: Demo company }
connections:
  - id: shop
    company: demo
    system: woocommerce
    baseUrl: ${systems.shop}
    consumerKey: { env: DEMO_CONSUMER_KEY }
    consumerSecret: { env: DEMO_CONSUMER_SECRET }
    country: PL
    timeZone: Europe/Warsaw
${systems.realLimits ? '' : '    requestsPerSecond: 100\n    simultaneous: 8\n'}  - id: books
    company: demo
    system: roapp
    baseUrl: ${systems.books}
    apiKey: { env: DEMO_API_KEY }
    country: PL
    language: pl
    location: 1201
    orderType: 77
    assignee: 31
    orderMarkerField: f5501
${systems.realLimits ? '' : '    # the simulated account’s limit is lifted for the show; a real one has 3 per second\n    requestsPerSecond: 1000\n'}integrations:
  - { id: shop-to-books, flow: import-orders, source: shop, target: books }
`;
  await writeFile(join(home, 'waybill.yaml'), settings);
  await writeFile(join(home, 'waybill.env'), Object.entries(environment).map(([name, value]) => `${name}="${value}"\n`).join(''), { mode: 0o600 });
}

async function isFree(port: number): Promise<boolean> {
  return fetch(`http://${ip}:${port}`).then(() => false, () => true);
}
