/** Runs simulated systems as a process of their own, for demo and judges: each system's API and control surface on the ports given. */
import { parseArgs } from 'node:util';
import { startSandbox } from './kernel/start.ts';
import type { SandboxDefinition } from './kernel/sandbox.ts';

const { values } = parseArgs({
  options: {
    /** `<system>=<port>,<control port>`, e.g. roapp=4301,4302; may be repeated */
    system: { type: 'string', multiple: true, default: [] },
    /** requests per second of the simulated RO App account; `none` lifts the limit */
    'roapp-limit': { type: 'string', default: '3' },
    /** `none` lifts the simulated Shopify shop's limit */
    'shopify-limit': { type: 'string', default: 'by-plan' },
    /** ends when this process is gone, so that nothing is left behind by a killed demo */
    parent: { type: 'string' },
  },
});

const limit = values['roapp-limit'] === 'none' ? Infinity : Number(values['roapp-limit']);
const rateLimit = values['shopify-limit'] === 'none' ? 'none' : 'by-plan';
/** Each is loaded only where it is asked for: whoever starts two of them does not wait for the others. */
const create: Record<string, () => Promise<SandboxDefinition>> = {
  cartum: async () => (await import('./cartum/sandbox.ts')).createCartumSandbox({ currency: 'PLN' }),
  roapp: async () => (await import('./roapp/sandbox.ts')).createRoappSandbox({ requestsPerSecond: limit }),
  shopify: async () => (await import('./shopify/sandbox.ts')).createShopifySandbox({ httpWebhooks: true, rateLimit }),
  woocommerce: async () => (await import('./woocommerce/sandbox.ts')).createWoocommerceSandbox(),
};

const running = await Promise.all(
  values.system.map(async (text) => {
    const [, name = '', port, controlPort] = /^(\w+)=(\d+),(\d+)$/.exec(text) ?? [];
    const definition = await create[name]?.();
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
