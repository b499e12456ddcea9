/** Runs simulated systems as a process of their own, for demo and judges: each system's API and control surface on the ports given. */
import { parseArgs } from 'node:util';
import { startSandbox } from './kernel/start.ts';
import type { SandboxDefinition } from './kernel/sandbox.ts';
import { createRoappSandbox } from './roapp/sandbox.ts';
import { createWoocommerceSandbox } from './woocommerce/sandbox.ts';

const { values } = parseArgs({
  options: {
    /** `<system>=<port>,<control port>`, e.g. roapp=4301,4302; may be repeated */
    system: { type: 'string', multiple: true, default: [] },
    /** requests per second of the simulated RO App account; `none` lifts the limit */
    'roapp-limit': { type: 'string', default: '3' },
    /** ends when this process is gone, so that nothing is left behind by a killed demo */
    parent: { type: 'string' },
  },
});

const limit = values['roapp-limit'] === 'none' ? Infinity : Number(values['roapp-limit']);
const create: Record<string, () => SandboxDefinition> = {
  roapp: () => createRoappSandbox({ requestsPerSecond: limit }),
  woocommerce: () => createWoocommerceSandbox(),
};

const running = await Promise.all(
  values.system.map(async (text) => {
    const [, name = '', port, controlPort] = /^(\w+)=(\d+),(\d+)$/.exec(text) ?? [];
    const definition = create[name]?.();
    if (definition === undefined) throw new Error(`--system ${text}: expected <system>=<port>,<control port> with one of ${Object.keys(create).join(', ')}`);
    return startSandbox(definition, { port: Number(port), controlPort: Number(controlPort) });
  }),
);

const end = async (): Promise<void> => {
  await Promise.all(running.map(async (sandbox) => sandbox.close()));
  process.exit(0);
};
process.on('SIGTERM', () => void end());
process.on('SIGINT', () => void end());
if (values.parent !== undefined) setInterval(() => isAlive(Number(values.parent)) || void end(), 1_000).unref();

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
