/** Workers as processes of their own, in a world whose systems are simulated in this one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { freePorts } from '../../scripts/setup/ports.ts';
import type { World } from '../flows/world.ts';
import { workflowBundlePath } from '../setup/temporal-env.ts';

export interface WorkerProcess {
  /** Resolves when it serves. */
  ready: () => Promise<void>;
  /** status of its readiness; undefined: it does not answer */
  readiness: () => Promise<number | undefined>;
  signal: (name: NodeJS.Signals) => void;
  /** [exit code, signal] */
  ended: Promise<unknown[]>;
  /** all it has printed */
  said: () => string;
  /** SIGKILL, if it still runs. */
  end: () => Promise<void>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Starts worker/main.ts. `more` goes over the world's environment. */
export async function startWorkerProcess(world: World, more: Record<string, string> = {}): Promise<WorkerProcess> {
  const [port] = await freePorts(1);
  const env = { ...process.env, ...world.variables(), WAYBILL_HEALTH_PORT: String(port), WAYBILL_WORKFLOW_BUNDLE: workflowBundlePath(), WAYBILL_LOG_LEVEL: 'warn', ...more };
  const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'worker/main.ts')], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const words: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => void words.push(String(chunk)));
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const ended = once(child, 'exit').finally(() => process.off('exit', killWithUs));
  const readiness = async () => (await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined))?.status;
  const said = () => words.join('');
  return {
    ready: async () => expect.poll(async () => (await readiness()) ?? said(), { timeout: 30_000, interval: 100 }).toBe(200),
    readiness,
    signal: (name) => void child.kill(name),
    ended,
    said,
    end: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}
