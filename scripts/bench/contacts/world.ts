/** All that a bench of contacts runs, each in a process of its own: simulated shop and account, Temporal on its file, workers; and a script's session. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectSandbox, type RemoteSandbox } from '../../../sandbox/kernel/remote.ts';
import { exportWorkflowId } from '../../../workflows/messages.ts';
import type { ExportConfig } from '../../../worker/contact-config.ts';
import { isRunning } from '../../backfill.ts';
import { connectContacts } from '../../connect-contacts.ts';
import { getExport } from '../../integration.ts';
import { openSession, type Session } from '../../session.ts';
import { writeWorkflowBundle } from '../../setup/bundle-workflows.ts';
import { startDevServer } from '../../setup/dev-server.ts';
import { freePorts } from '../../setup/ports.ts';
import { node, startPart, type Part } from '../harness.ts';
import { integration, writeHome } from './settings.ts';

export interface ContactsBench {
  home: string;
  shop: RemoteSandbox;
  mail: RemoteSandbox;
  session: Session;
  config: ExportConfig;
  /** Starts one more worker, two at most; resolves once it serves. */
  addWorker: () => Promise<Part>;
  close: () => Promise<void>;
}

const ip = '127.0.0.1';
/** Each reply of the shop says how full its bucket is: without limits this one never fills. */
const wideBucket = { apiLimit: 10_000, apiBandwidth: 10_000 };

export async function openContactsBench({ withRealLimits, profile }: { withRealLimits: boolean; profile: string | undefined }): Promise<ContactsBench> {
  const home = await mkdtemp(join(tmpdir(), 'waybill-bench-'));
  const closing: (() => Promise<unknown>)[] = [async () => rm(home, { recursive: true, force: true, maxRetries: 5 })];
  const close = async (): Promise<void> => {
    for (const end of closing.splice(0).toReversed()) await end();
  };
  try {
    const [shop = 0, shopControl = 0, mail = 0, mailControl = 0, temporal = 0, ...healthPorts] = await freePorts(7);
    const workflowBundle = join(home, 'workflows.js');
    const environment = await writeHome(home, { shop: `http://${ip}:${shop}`, mail: `http://${ip}:${mail}`, temporal: `${ip}:${temporal}`, workflowBundle }, withRealLimits);
    const limits = withRealLimits ? [] : ['--shoper-limit', 'none', '--sare-limit', 'none'];
    const sandboxes = await node(['sandbox/main.ts', '--system', `shoper=${shop},${shopControl}`, '--system', `sare=${mail},${mailControl}`, ...limits, '--parent', String(process.pid)], process.env, `http://${ip}:${mailControl}/health`);
    closing.push(async () => sandboxes.stop());
    const server = await startPart(async () => startDevServer({ folder: join(home, 'temporal'), port: temporal, headless: true }));
    closing.push(async () => server.stop());
    await writeWorkflowBundle(workflowBundle);
    const session = await openSession({ home, yes: true, json: false, operator: 'bench' });
    closing.push(session.close);
    await session.ensureApplied(integration);
    const remote = connectSandbox(`http://${ip}:${shopControl}`);
    if (!withRealLimits) await remote.action('switches', wideBucket);
    let started = 0;
    return {
      home,
      shop: remote,
      mail: connectSandbox(`http://${ip}:${mailControl}`),
      session,
      config: getExport(session, integration),
      addWorker: async () => {
        const health = healthPorts[started++] ?? 0;
        const part = await startPart(async () => node(['worker/main.ts'], { ...process.env, ...environment, WAYBILL_HEALTH_PORT: String(health) }, `http://${ip}:${health}/readyz`, profile));
        closing.push(async () => part.stop()); // ended before the server, which it needs for that
        return part;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Four to one. */
export const seedOf = (seed: number, contacts: number) => ({ seed, customers: contacts - Math.floor(contacts / 5), subscribers: Math.floor(contacts / 5), specials: false });

/** Checks both systems and starts the export. The answers are given beforehand, so that there is no comparison. */
export async function startFirstExport({ session, config }: Pick<ContactsBench, 'session' | 'config'>): Promise<void> {
  const subject = `integration:${config.ref.id}`;
  await session.ledger.marks.set(subject, 'answer-inactive-subscribers', 'unconfirmed');
  await session.ledger.marks.set(subject, 'answer-source-refusals', 'treat-as-refusal');
  await connectContacts(session, config, { detach: true, quiet: true });
}

export const isExporting = async ({ session, config }: Pick<ContactsBench, 'session' | 'config'>): Promise<boolean> => isRunning(session, exportWorkflowId(config.ref.id));
