/** All that the demo starts on this machine: simulated systems, Temporal, codec server, gateway and worker, each in a process of its own. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild, type ChildServer } from '../setup/child.ts';
import { startDevServer } from '../setup/dev-server.ts';
import { freePorts } from '../setup/ports.ts';
import type { Controls } from './control.ts';
import { gatewayEnvironment, ip, type Ports } from './settings.ts';

export interface DemoProcesses {
  /** Temporal, the worker, the WooCommerce shop and the books: what the first order needs. */
  startFirst: () => Promise<void>;
  /** The other shops, and the gateway with the keys given; started once orders arrive, so that they do not slow the beginning. */
  startRest: (gatewayKeys: string) => Promise<void>;
  /** Clear text in the Temporal UI; started when somebody is going to look. */
  startCodecServer: () => Promise<void>;
  /** Stops everything in the order that loses nothing: gateway and worker first, systems last. */
  stop: () => Promise<void>;
}

export interface DemoOptions {
  home: string;
  environment: Record<string, string>;
  ports: Ports;
  controlPorts: Ports['apis'];
  realLimits: boolean;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const preferredUiPort = 8233;
const endings = ['gateway', 'worker', 'codec', 'temporal', 'shops', 'books'] as const;

export async function choosePorts(): Promise<{ ports: Ports; controlPorts: Ports['apis']; controls: Controls }> {
  const [woocommerce = 0, cartum = 0, shopify = 0, roapp = 0, c1 = 0, c2 = 0, c3 = 0, c4 = 0, codec = 0, health = 0, freeUi = 0, temporal = 0, gateway = 0, gatewayHealth = 0] = await freePorts(14);
  const controlPorts = { woocommerce: c1, cartum: c2, shopify: c3, roapp: c4 };
  const ui = (await isFree(preferredUiPort)) ? preferredUiPort : freeUi;
  return {
    ports: { apis: { woocommerce, cartum, shopify, roapp }, codec, health, ui, temporal, gateway, gatewayHealth },
    controlPorts,
    controls: { woocommerce: `http://${ip}:${c1}`, cartum: `http://${ip}:${c2}`, shopify: `http://${ip}:${c3}`, roapp: `http://${ip}:${c4}` },
  };
}

/** Nothing runs yet. What is started is stopped by `stop`, also after a start that failed. */
export function prepareProcesses({ home, environment, ports, controlPorts, realLimits }: DemoOptions): DemoProcesses {
  const running = new Map<(typeof endings)[number], Promise<ChildServer>>();
  const start = async (name: (typeof endings)[number], child: Promise<ChildServer>): Promise<void> => {
    running.set(name, child);
    await child;
  };
  const ours = { ...process.env, ...environment };
  const sandbox = async (systems: (keyof Ports['apis'])[]): Promise<ChildServer> => {
    const places = systems.flatMap((system) => ['--system', `${system}=${ports.apis[system]},${controlPorts[system]}`]);
    const limits = realLimits ? [] : ['--roapp-limit', 'none', '--shopify-limit', 'none'];
    return node(['sandbox/main.ts', ...places, ...limits, '--parent', String(process.pid)], process.env, systems.map((system) => `http://${ip}:${controlPorts[system]}/health`));
  };
  return {
    startFirst: async () => {
      // all at once: the worker waits for its server
      await Promise.all([
        start('worker', node(['scripts/waybill.mjs', 'worker'], ours, [`http://${ip}:${ports.health}/readyz`])),
        start('temporal', startDevServer({ folder: home, port: ports.temporal, uiPort: ports.ui, codecEndpoint: `http://${ip}:${ports.codec}`, ownGroup: true })),
        start('books', sandbox(['woocommerce', 'roapp'])),
      ]);
    },
    startRest: async (keys) => {
      await Promise.all([
        start('shops', sandbox(['cartum', 'shopify'])),
        start('gateway', node(['scripts/waybill.mjs', 'gateway'], gatewayEnvironment(environment, ports, keys), [`http://${ip}:${ports.gatewayHealth}/readyz`])),
      ]);
    },
    startCodecServer: async () => start('codec', node(['scripts/waybill.mjs', 'codec-server'], ours, [`http://${ip}:${ports.codec}/`])),
    stop: async () => {
      for (const name of endings) await running.get(name)?.then(async (child) => child.stop(), () => undefined);
    },
  };
}

/** A program of ours in a process of its own; not reached by Ctrl-C, so that the demo ends it in order. */
async function node(args: string[], env: NodeJS.ProcessEnv, healthAddresses: string[]): Promise<ChildServer> {
  const isOurLauncher = args[0]?.endsWith('.mjs') ?? false;
  return startChild(process.execPath, [...(isOurLauncher ? [] : ['--import', 'tsx']), join(root, args[0] ?? ''), ...args.slice(1)], {
    serves: async () => (await Promise.all(healthAddresses.map(isHealthy))).every(Boolean),
    env,
    ownGroup: true,
    patienceMs: 60_000,
  });
}

const isHealthy = async (address: string): Promise<boolean> => fetch(address).then((reply) => reply.ok || reply.status === 404, () => false);

async function isFree(port: number): Promise<boolean> {
  return fetch(`http://${ip}:${port}`).then(() => false, () => true);
}
