/** `npm run bench -- <name>`: measures what the guarantees cost on this machine; each bench ends with one line that holds its figure. */
import { benchNames, readOptions, type BenchName, type BenchOptions } from './bench/options.ts';
import { sayMachine } from './bench/machine.ts';
import { bold, say } from './print.ts';

const benches: Record<BenchName, () => Promise<{ bench: (options: BenchOptions) => Promise<string> }>> = {
  calls: async () => import('./bench/calls.ts'),
  pace: async () => import('./bench/pace.ts'),
  orders: async () => import('./bench/orders.ts'),
  recovery: async () => import('./bench/recovery.ts'),
  ahead: async () => import('./bench/ahead.ts'),
  memory: async () => import('./bench/memory.ts'),
  webhooks: async () => import('./bench/webhooks.ts'),
  follow: async () => import('./bench/follow.ts'),
  export: async () => import('./bench/export.ts'),
  'opt-out': async () => import('./bench/opt-out.ts'),
};

// ends in order of an exit, so that what was started is ended and its folder removed
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const { names, options } = readOptions(process.argv.slice(2));
sayMachine();
for (const name of names) {
  const { bench } = await benches[name]();
  say(bold(`\n${name}`));
  say(`bench ${name}: ${await bench(options)}`);
}
if (names.length === 0) say(`Name one or several of: ${benchNames.join(', ')}`);
