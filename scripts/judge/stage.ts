/** Everything that the judge starts, each in a process of its own, and how each of it is killed and brought back. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectSandbox, type RemoteSandbox } from '../../sandbox/kernel/remote.ts';
import { writeWorkflowBundle } from '../setup/bundle-workflows.ts';
import { startChild, type ChildServer } from '../setup/child.ts';
import { startDevServer } from '../setup/dev-server.ts';
import { freePorts } from '../setup/ports.ts';
import { fronts } from './fronts/index.ts';
import type { Front } from './fronts/front.ts';
import type { JudgeOptions } from './options.ts';
import { createPostgres } from './postgres.ts';
import { createRole, type Role } from './role.ts';
import { writeHome } from './settings.ts';

export interface Stage {
  home: string;
  /** the platform that the shop is of */
  front: Front;
  shop: RemoteSandbox;
  books: RemoteSandbox;
  workers: readonly Role[];
  server: Role;
  database: Role | undefined;
  /** Starts the two workers, once the simulated systems are seeded. */
  startWorkers: () => Promise<void>;
  stop: () => Promise<void>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const ip = '127.0.0.1';

/** Sandboxes, database, Temporal on its file; the workers wait. */
export async function openStage({ ledger, without, source, follow }: Pick<JudgeOptions, 'ledger' | 'without' | 'source' | 'follow'>): Promise<Stage> {
  // without changes the table would only add a call to each order
  const front = follow ? fronts[source] : { ...fronts[source], statuses: [] };
  const home = await mkdtemp(join(tmpdir(), 'waybill-judge-'));
  const [shop = 0, shopControl = 0, books = 0, booksControl = 0, temporal = 0, postgres = 0, first = 0, second = 0] = await freePorts(8);
  const closing: (() => Promise<void>)[] = [async () => rm(home, { recursive: true, force: true, maxRetries: 5 })];
  const stop = async (): Promise<void> => {
    for (const close of closing.toReversed()) await close();
  };
  try {
    const workflowBundle = join(home, 'workflows.js');
    const store = ledger === 'postgres' ? createPostgres(home, postgres) : undefined;
    const database = store === undefined ? undefined : createRole('database', store.start);
    const server = createRole('Temporal server', async () => startDevServer({ folder: join(home, 'temporal'), port: temporal, headless: true }));
    const environment = await writeHome(home, front, { shop: `http://${ip}:${shop}`, books: `http://${ip}:${books}`, ledgerUrl: store?.url ?? `file:${join(home, 'ledger.db')}`, temporal: `${ip}:${temporal}`, workflowBundle });
    const workers = [first, second].map((port, index) => createRole(`worker ${index + 1}`, () => startWorker(port, environment, without)));
    const systems = ['--system', `${source}=${shop},${shopControl}`, ...front.sandboxArgs, '--system', `roapp=${books},${booksControl}`, '--roapp-limit', 'none', '--parent', String(process.pid)];
    for (const role of [database, server, ...workers]) if (role !== undefined) closing.push(role.stop);
    const [sandboxes] = await Promise.all([node(['sandbox/main.ts', ...systems], process.env, `http://${ip}:${booksControl}/health`), server.start(), database?.start(), writeWorkflowBundle(workflowBundle)]);
    closing.splice(1, 0, async () => sandboxes.stop());
    return {
      home,
      front,
      shop: connectSandbox(`http://${ip}:${shopControl}`),
      books: connectSandbox(`http://${ip}:${booksControl}`),
      workers,
      server,
      database,
      startWorkers: async () => void (await Promise.all(workers.map((worker) => worker.start()))),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The real worker; with a mechanism switched off the judge's own, which wires it differently. */
export async function startWorker(port: number, environment: Record<string, string>, without: string | undefined): Promise<ChildServer> {
  const program = without === undefined ? ['worker/main.ts'] : ['scripts/judge/worker.ts', without];
  return node(program, { ...process.env, ...environment, WAYBILL_HEALTH_PORT: String(port) }, `http://${ip}:${port}/readyz`);
}

/** A program of ours as a process of its own; resolves once it serves. */
export async function node([program = '', ...args]: string[], env: NodeJS.ProcessEnv, health: string): Promise<ChildServer> {
  return startChild(process.execPath, ['--import', 'tsx', join(root, program), ...args], { serves: async () => fetch(health).then((reply) => reply.ok, () => false), env, patienceMs: 60_000 });
}
