/** What a bench is asked for: `npm run bench -- pace --minutes 1`. */
import { Argument, Command, InvalidArgumentError, Option } from 'commander';

export const benchNames = ['calls', 'pace', 'orders', 'recovery', 'ahead', 'memory', 'webhooks', 'follow', 'export', 'opt-out'] as const;
export type BenchName = (typeof benchNames)[number];

export interface BenchOptions {
  /** absent: as many as the bench's figure is defined by */
  orders: number | undefined;
  /** customers and subscribers; absent: as many as the bench's figure is defined by */
  contacts: number | undefined;
  /** absent: as many as the bench's figure is defined by */
  optOuts: number | undefined;
  /** absent: as long as the bench's figure is defined by */
  minutes: number | undefined;
  /** kills of each kind */
  rounds: number | undefined;
  /** chooses the shop's orders */
  seed: number;
  /** folder for CPU profiles of the workers; slower, hence no figures from such a run */
  profile: string | undefined;
}

/** @throws never: commander says what is wrong and ends the process */
export function readOptions(args: readonly string[]): { names: BenchName[]; options: BenchOptions } {
  const command = new Command('bench')
    .description('Measures what the guarantees cost on this machine.')
    .addArgument(new Argument('[names...]', 'which figures').choices([...benchNames]))
    .addOption(new Option('--orders <n>', 'calls, orders, ahead, memory, webhooks, follow: how many orders; fewer than the default make no figure').argParser(positive))
    .addOption(new Option('--minutes <n>', 'pace, follow, export: how long; less than the default makes no figure').argParser(positive))
    .addOption(new Option('--contacts <n>', 'export: how many customers and subscribers; fewer than the default make no figure').argParser(positive))
    .addOption(new Option('--opt-outs <n>', 'opt-out: how many; fewer than the default make no figure').argParser(positive))
    .addOption(new Option('--rounds <n>', 'recovery: kills of each kind; orders: turns over which the orders are spread').argParser(positive))
    .addOption(new Option('--seed <n>', 'chooses the orders').default(1).argParser(positive))
    .addOption(new Option('--profile <folder>', 'CPU profiles of the workers'))
    .parse(args, { from: 'user' });
  const { orders, contacts, optOuts, minutes, rounds, seed, profile } = command.opts<{ orders?: number; contacts?: number; optOuts?: number; minutes?: number; rounds?: number; seed: number; profile?: string }>();
  return { names: benchNames.filter((name) => command.args.includes(name)), options: { orders, contacts, optOuts, minutes, rounds, seed, profile } };
}

function positive(text: string): number {
  const number = Number(text);
  if (!(number > 0 && Number.isFinite(number))) throw new InvalidArgumentError('a number above 0');
  return number;
}
