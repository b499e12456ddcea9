/** All that the demo starts on this machine: simulated systems, Temporal, codec server, gateway and worker, each in a process of its own. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild, type ChildServer } from '../setup/child.ts';
import { startDevServer } from '../setup/dev-server.ts';
import { freePorts } from '../setup/ports.ts';
import { gatewayEnvironment, ip, type OwnPorts } from './settings.ts';

export interface DemoProcesses {
  /** Temporal, the worker and the systems that the first record needs. */
  startFirst: () => Promise<void>;
  /** The other systems, and the gateway with the keys given; started once records arrive, so that they do not slow the beginning. */
  startRest: (gatewayKeys: string) => Promise<void>;
  /** Clear text in the Temporal UI; started when somebody is going to look. */
  startCodecServer: () => Promise<void>;
  /** Stops everything in the order that loses nothing: gateway and worker first, systems last. */
  stop: () => Promise<void>;
}

/** A simulated system, and where it is served. */
export interface Place {
  system: string;
  api: number;
  control: number;
}

export interface DemoOptions {
  home: string;
  environment: Record<string, string>;
  ports: OwnPorts;
  first: readonly Place[];
  rest: readonly Place[];
  /** options of the simulated systems' program */
  limits: readonly string[];
  /** what senders of webhooks sign with, for the gateway alone */
  secrets: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const preferredUiPort = 8233;
const endings = ['gateway', 'worker', 'codec', 'temporal', 'rest', 'first'] as const;

/** @param others how many more are needed, for the simulated systems */
export async function choosePorts(others: number): Promise<{ ports: OwnPorts; others: number[] }> {
  const [codec = 0, health = 0, freeUi = 0, temporal = 0, gateway = 0, gatewayHealth = 0, ...rest] = await freePorts(6 + others);
  const ui = (await isFree(preferredUiPort)) ? preferredUiPort : freeUi;
  return { ports: { codec, health, ui, temporal, gateway, gatewayHealth }, others: rest };
}

export const controlOf = ({ control }: Pick<Place, 'control'>): string => `http://${ip}:${control}`;

/** Nothing runs yet. What is started is stopped by `stop`, also after a start that failed. */
export function prepareProcesses({ home, environment, ports, first, rest, limits, secrets }: DemoOptions): DemoProcesses {
  const running = new Map<(typeof endings)[number], Promise<ChildServer>>();
  const start = async (name: (typeof endings)[number], child: Promise<ChildServer>): Promise<void> => {
    running.set(name, child);
    await child;
  };
  const ours = { ...process.env, ...environment };
  const sandbox = async (places: readonly Place[]): Promise<ChildServer> => {
    const named = places.flatMap(({ system, api, control }) => ['--system', `${system}=${api},${control}`]);
    return node(['sandbox/main.ts', ...named, ...limits, '--parent', String(process.pid)], process.env, places.map((place) => `${controlOf(place)}/health`));
  };
  return {
    startFirst: async () => {
      // all at once: the worker waits for its server
      await Promise.all([
        start('worker', node(['scripts/waybill.mjs', 'worker'], ours, [`http://${ip}:${ports.health}/readyz`])),
        start('temporal', startDevServer({ folder: home, port: ports.temporal, uiPort: ports.ui, codecEndpoint: `http://${ip}:${ports.codec}`, ownGroup: true })),
        start('first', sandbox(first)),
      ]);
    },
    startRest: async (keys) => {
      await Promise.all([
        ...(rest.length === 0 ? [] : [start('rest', sandbox(rest))]),
        start('gateway', node(['scripts/waybill.mjs', 'gateway'], gatewayEnvironment(environment, ports, { keys, secrets }), [`http://${ip}:${ports.gatewayHealth}/readyz`])),
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
