/** Everything that the contacts judge starts, each in a process of its own, and how each of it is killed and brought back. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectSandbox, type RemoteSandbox } from '../../../sandbox/kernel/remote.ts';
import { writeWorkflowBundle } from '../../setup/bundle-workflows.ts';
import { startDevServer } from '../../setup/dev-server.ts';
import { freePorts } from '../../setup/ports.ts';
import { createRole, type Role } from '../role.ts';
import { node, startWorker } from '../stage.ts';
import { writeHome } from './settings.ts';

export interface ContactsStage {
  home: string;
  shop: RemoteSandbox;
  mail: RemoteSandbox;
  workers: readonly Role[];
  server: Role;
  /** Starts the two workers, once the simulated systems are seeded. */
  startWorkers: () => Promise<void>;
  stop: () => Promise<void>;
}

const ip = '127.0.0.1';

/** Sandboxes, Temporal on its file; the workers wait. */
export async function openContactsStage({ without }: { without: string | undefined }): Promise<ContactsStage> {
  const home = await mkdtemp(join(tmpdir(), 'waybill-judge-'));
  const [shop = 0, shopControl = 0, mail = 0, mailControl = 0, temporal = 0, first = 0, second = 0] = await freePorts(7);
  const closing: (() => Promise<void>)[] = [async () => rm(home, { recursive: true, force: true, maxRetries: 5 })];
  const stop = async (): Promise<void> => {
    for (const close of closing.splice(0).toReversed()) await close();
  };
  try {
    const workflowBundle = join(home, 'workflows.js');
    const server = createRole('Temporal server', async () => startDevServer({ folder: join(home, 'temporal'), port: temporal, headless: true }));
    const environment = await writeHome(home, { shop: `http://${ip}:${shop}`, mail: `http://${ip}:${mail}`, ledgerUrl: `file:${join(home, 'ledger.db')}`, temporal: `${ip}:${temporal}`, workflowBundle });
    const workers = [first, second].map((port, index) => createRole(`worker ${index + 1}`, async () => startWorker(port, environment, without)));
    for (const role of [server, ...workers]) closing.push(role.stop);
    const systems = ['--system', `shoper=${shop},${shopControl}`, '--shoper-limit', 'none', '--system', `sare=${mail},${mailControl}`, '--sare-limit', 'none', '--parent', String(process.pid)];
    const [sandboxes] = await Promise.all([node(['sandbox/main.ts', ...systems], process.env, `http://${ip}:${mailControl}/health`), server.start(), writeWorkflowBundle(workflowBundle)]);
    closing.splice(1, 0, async () => sandboxes.stop());
    return {
      home,
      shop: connectSandbox(`http://${ip}:${shopControl}`),
      mail: connectSandbox(`http://${ip}:${mailControl}`),
      workers,
      server,
      startWorkers: async () => void (await Promise.all(workers.map(async (worker) => worker.start()))),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
