/** All that a bench runs, each in a process of its own: simulated systems, Temporal on its file, workers; and a script's session. */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IntegrationRef } from '../../domain/ports.ts';
import { connectSandbox, type RemoteSandbox } from '../../sandbox/kernel/remote.ts';
import { getIntegration } from '../integration.ts';
import { openSession, type Session } from '../session.ts';
import { writeWorkflowBundle } from '../setup/bundle-workflows.ts';
import { startChild, type ChildServer } from '../setup/child.ts';
import { startDevServer } from '../setup/dev-server.ts';
import { freePorts } from '../setup/ports.ts';
import { gatewayKeys } from '../../worker/hook-keys.ts';
import { integration, writeHome, type BenchShop, type Hooks } from './settings.ts';

export interface Bench {
  home: string;
  shop: RemoteSandbox;
  books: RemoteSandbox;
  session: Session;
  /** the integration that is measured */
  ref: IntegrationRef;
  sandboxes: ChildServer;
  server: Part;
  /** Starts one more worker, three at most; resolves once it serves. */
  addWorker: () => Promise<Part>;
  /** Starts the gateway, which takes webhooks in at `hooks`; resolves once it serves. */
  addGateway: () => Promise<Hooks>;
  /** of the workers' health, in the order of their start */
  healthPorts: readonly number[];
  close: () => Promise<void>;
}

/** A process that can be killed and started again in its place. */
export interface Part {
  pid: () => number;
  /** Ends it as a crash would. */
  kill: () => Promise<void>;
  /** Resolves once it serves. */
  start: () => Promise<void>;
  stop: () => Promise<void>;
}

export interface BenchWish {
  /** the account's real limit in settings and simulated system; else none */
  realLimit?: boolean;
  /** the simulated shop; default WooCommerce */
  shop?: BenchShop;
  /** an account of the bench's own instead of the simulated one */
  booksUrl?: string;
  /** a program of the bench's own instead of the worker */
  worker?: Program;
  /** folder for CPU profiles of the workers */
  profile?: string | undefined;
}

export interface Program {
  /** the file to run, and what follows it */
  args: string[];
  /** variables of its own */
  env?: Record<string, string>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const ip = '127.0.0.1';
const mostWorkers = 3;

/** Nothing is left behind, however the bench ends short of a SIGKILL. */
export async function openBench({ realLimit = false, shop: platform = 'woocommerce', booksUrl, worker = { args: ['worker/main.ts'] }, profile }: BenchWish = {}): Promise<Bench> {
  const home = await mkdtemp(join(tmpdir(), 'waybill-bench-'));
  const removeAtExit = () => rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  /** Last of all that happens at an exit: children that are killed there still write until then. */
  const removeLast = () => void process.off('exit', removeAtExit).once('exit', removeAtExit);
  const closing: (() => Promise<unknown>)[] = [async () => rm(home, { recursive: true, force: true, maxRetries: 5 }).then(() => process.off('exit', removeAtExit))];
  const close = async (): Promise<void> => {
    for (const end of closing.splice(0).toReversed()) await end();
  };
  try {
    const [shop = 0, shopControl = 0, books = 0, booksControl = 0, temporal = 0, gateway = 0, gatewayHealth = 0, ...healthPorts] = await freePorts(7 + mostWorkers);
    const hooks: Hooks = { url: `http://${ip}:${gateway}`, secret: randomBytes(32).toString('hex') };
    let started = 0;
    const workflowBundle = join(home, 'workflows.js');
    const environment = await writeHome(home, { shop: `http://${ip}:${shop}`, books: booksUrl ?? `http://${ip}:${books}`, temporal: `${ip}:${temporal}`, workflowBundle }, { withRealLimit: realLimit, shop: platform, hooks });
    const systems = ['--system', `${platform}=${shop},${shopControl}`, '--shopify-limit', 'none', '--system', `roapp=${books},${booksControl}`, '--roapp-limit', realLimit ? '3' : 'none', '--parent', String(process.pid)];
    const sandboxes = await node(['sandbox/main.ts', ...systems], process.env, `http://${ip}:${booksControl}/health`);
    closing.push(async () => sandboxes.stop());
    const server = await startPart(async () => startDevServer({ folder: join(home, 'temporal'), port: temporal, headless: true }));
    closing.push(async () => server.stop());
    removeLast();
    await writeWorkflowBundle(workflowBundle);
    const session = await openSession({ home, yes: true, json: true, operator: 'bench' });
    closing.push(session.close);
    await session.ensureApplied(integration);
    return {
      home,
      shop: connectSandbox(`http://${ip}:${shopControl}`),
      books: connectSandbox(`http://${ip}:${booksControl}`),
      session,
      ref: getIntegration(session, integration),
      sandboxes,
      server,
      addWorker: async () => {
        const health = healthPorts[started++] ?? 0;
        const env = { ...process.env, ...environment, WAYBILL_HEALTH_PORT: String(health) };
        const part = await startPart(async () => node(worker.args, { ...env, ...worker.env }, `http://${ip}:${health}/readyz`, profile));
        removeLast();
        closing.push(async () => part.stop()); // ended before the server, which it needs for that
        return part;
      },
      addGateway: async () => {
        const keys = gatewayKeys(session.environment.secrets.keys, session.config.connections.map(({ id }) => id)); // prettier-ignore
        const env = { ...gatewayEnvironment(environment), WAYBILL_GATEWAY_KEYS: keys, WAYBILL_GATEWAY_PORT: String(gateway), WAYBILL_GATEWAY_HEALTH_PORT: String(gatewayHealth) };
        const part = await startPart(async () => node(['gateway/main.ts'], env, `http://${ip}:${gatewayHealth}/readyz`, profile));
        removeLast();
        closing.push(async () => part.stop());
        return hooks;
      },
      healthPorts,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Its own variables and no other: it refuses to start beside payload keys and API keys. */
const gatewayEnvironment = (ours: Record<string, string>): Record<string, string> =>
  Object.fromEntries(['PATH', 'HOME', 'TMPDIR', 'WAYBILL_CONFIG', 'WAYBILL_HOOKS_SECRET', 'WAYBILL_LOG_LEVEL', 'TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'BENCH_SHOP_SECRET'].flatMap((name) => {
    const value = ours[name] ?? process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  }));

/** A part of a bench, started; it can be killed and started again. */
export async function startPart(launch: () => Promise<ChildServer>): Promise<Part> {
  let child = await launch();
  return {
    pid: () => child.pid,
    kill: async () => child.kill(),
    start: async () => void (child = await launch()),
    stop: async () => child.stop(),
  };
}

/** A program of ours as a process of its own; resolves once it serves. */
export async function node([program = '', ...args]: string[], env: NodeJS.ProcessEnv, health: string, profile?: string): Promise<ChildServer> {
  const profiling = profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', resolve(profile)];
  return startChild(process.execPath, [...profiling, ...(program.endsWith('.ts') ? ['--import', 'tsx'] : []), resolve(root, program), ...args], { serves: async () => fetch(health).then((reply) => reply.ok, () => false), env, patienceMs: 60_000 });
}
