/** What the judge is asked to do: `npm run judge -- --orders 400 --kills 3 --seed 7 --faults --ledger sqlite`. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { sources, type Source } from './fronts/front.ts';

/** Mechanisms that can be switched off to see the judge find the damage. */
export const mechanisms = ['keys', 'intents', 'finished-skip'] as const;
export type Mechanism = (typeof mechanisms)[number];

/** Share of requests, 0 to 1, that each kind of trouble strikes. */
export interface Rates {
  /** stored, but the reply never arrives */
  lost: number;
  /** stored only after the caller has given up */
  slow: number;
  throttle: number;
  error: number;
  /** an HTML page with status 200, nothing stored */
  garbage: number;
}

export interface JudgeOptions {
  /** the platform that orders come from */
  source: Source;
  /** orders are changed on both sides once they are imported, and followed (R4, R6, R13, R16) */
  follow: boolean;
  /** orders that the rules want imported; as many again, nearly, must be left out */
  orders: number;
  /** of each: workers, Temporal server, and the database where the ledger has one */
  kills: number;
  seed: number;
  rates: Rates | undefined;
  ledger: 'sqlite' | 'postgres';
  /** the mechanism that is switched off in the judge's own worker */
  without: Mechanism | undefined;
  /** faults aimed at this mechanism; those of `without` are always sent */
  aim: Mechanism | undefined;
}

export const defaultRates: Rates = { lost: 0.01, slow: 0.005, throttle: 0.003, error: 0.01, garbage: 0.005 };

/** @throws never: commander says what is wrong and ends the process */
export function readOptions(args: readonly string[]): JudgeOptions {
  const command = new Command('judge')
    .description('Imports orders while workers and Temporal are killed, and counts from the simulated systems what was lost or doubled.')
    .addOption(new Option('--flow <flow>', 'contacts: the export of contacts instead, with options of its own (--flow contacts --help)').choices(['orders']).default('orders'))
    .addOption(new Option('--source <platform>', 'the simulated shop').choices([...sources]).default('woocommerce'))
    .addOption(new Option('--follow', 'changes on both sides after the import are followed; default for shopify and cartum'))
    .addOption(new Option('--no-follow', 'the import alone'))
    .addOption(new Option('--orders <n>', 'orders that have to be imported').default(400).argParser(whole(1)))
    .addOption(new Option('--kills <n>', 'kills of workers, and as many of the Temporal server').default(3).argParser(whole(0)))
    .addOption(new Option('--seed <n>', 'chooses orders, moments and faults').default(1).argParser(whole(0)))
    .addOption(new Option('--faults [rates]', `faults on top of the kills, e.g. ${wordsOf(defaultRates)} (that is also the default)`).argParser(readRates))
    .addOption(new Option('--ledger <kind>', 'with postgres the database is killed, too').choices(['sqlite', 'postgres']).default('sqlite'))
    .addOption(new Option('--without <mechanism>', 'switch one mechanism off: the judge must then find damage').choices([...mechanisms]))
    .addOption(new Option('--aim <mechanism>', 'the faults that --without sends, with everything on').choices([...mechanisms]))
    .parse(args, { from: 'user' });
  const given = command.opts<{ source: Source; follow?: boolean; orders: number; kills: number; seed: number; faults?: Rates | true; ledger: 'sqlite' | 'postgres'; without?: Mechanism; aim?: Mechanism }>();
  if (given.source !== 'woocommerce' && (given.without ?? given.aim) !== undefined) command.error("error: option '--without' and option '--aim' need the source woocommerce");
  return {
    source: given.source,
    follow: given.follow ?? given.source !== 'woocommerce',
    orders: given.orders,
    kills: given.kills,
    seed: given.seed,
    rates: given.faults === true ? defaultRates : given.faults,
    ledger: given.ledger,
    without: given.without,
    aim: given.without ?? given.aim,
  };
}

export const wordsOf = (rates: Rates): string => Object.entries(rates).map(([kind, rate]) => `${kind}=${rate}`).join(','); // prettier-ignore

/** An option's whole number. */
export const whole = (least: number) => (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least) throw new InvalidArgumentError(`expected a whole number from ${least}`);
  return value;
}; // prettier-ignore

/** What is not named is 0. */
export function readRates(text: string): Rates {
  const rates: Rates = { lost: 0, slow: 0, throttle: 0, error: 0, garbage: 0 };
  for (const part of text.split(',')) {
    const [kind = '', value = ''] = part.split('=');
    const rate = Number(value);
    if (!isKind(rates, kind) || value === '' || !(rate >= 0 && rate <= 0.5)) throw new InvalidArgumentError(`expected e.g. ${wordsOf(defaultRates)}, each from 0 to 0.5`);
    rates[kind] = rate;
  }
  return rates;
}

const isKind = (rates: Rates, kind: string): kind is keyof Rates => Object.hasOwn(rates, kind);
