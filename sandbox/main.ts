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
    /** requests per second of the simulated SARE account; `none` lifts the limit */
    'sare-limit': { type: 'string', default: '10' },
    /** `none` lifts the simulated Shopify shop's limit */
    'shopify-limit': { type: 'string', default: 'by-plan' },
    /** calls in the bucket of the simulated Shoper shop; `none` lifts the limit */
    'shoper-limit': { type: 'string', default: '10' },
    /** where the simulated App Store sends its lifecycle calls */
    'shoper-billing-url': { type: 'string' },
    /** ends when this process is gone, so that nothing is left behind by a killed demo */
    parent: { type: 'string' },
  },
});

const limit = values['roapp-limit'] === 'none' ? Infinity : Number(values['roapp-limit']);
const sareLimit = values['sare-limit'] === 'none' ? Infinity : Number(values['sare-limit']);
const rateLimit = values['shopify-limit'] === 'none' ? 'none' : 'by-plan';
const shoper = {
  ...(values['shoper-limit'] === 'none' ? { rateLimit: false } : { apiLimit: Number(values['shoper-limit']) }),
  ...(values['shoper-billing-url'] !== undefined && { billingUrl: values['shoper-billing-url'] }),
};
/** Each is loaded only where it is asked for: whoever starts two of them does not wait for the others. */
const create: Record<string, () => Promise<SandboxDefinition>> = {
  cartum: async () => (await import('./cartum/sandbox.ts')).createCartumSandbox({ currency: 'PLN' }),
  roapp: async () => (await import('./roapp/sandbox.ts')).createRoappSandbox({ requestsPerSecond: limit }),
  sare: async () => (await import('./sare/sandbox.ts')).createSareSandbox({ requestsPerSecond: sareLimit }),
  shoper: async () => (await import('./shoper/sandbox.ts')).createShoperSandbox(shoper),
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
