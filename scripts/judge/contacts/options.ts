/** What the contacts judge is asked to do: `npm run judge -- --flow contacts --contacts 2000 --kills 3 --seed 7 --faults`. */
import { Command, Option } from 'commander';
import { defaultRates, readRates, whole, wordsOf, type Rates } from '../options.ts';

/** Mechanisms of the contact flow that can be switched off to see the judge find the damage. */
export const contactMechanisms = ['consent-gate'] as const;

export interface ContactsJudgeOptions {
  /** customers and subscribers of the shop, four to one; special ones are among them */
  contacts: number;
  /** of each: workers and Temporal server */
  kills: number;
  seed: number;
  rates: Rates | undefined;
  /** the mechanism that is switched off in the judge's own worker */
  without: (typeof contactMechanisms)[number] | undefined;
}

/** @throws never: commander says what is wrong and ends the process */
export function readContactsOptions(args: readonly string[]): ContactsJudgeOptions {
  const command = new Command('judge --flow contacts')
    .description('Exports contacts while workers and Temporal are killed and people change their minds, and counts from the simulated systems what is wrong.')
    .addOption(new Option('--flow <flow>', 'orders is the other').choices(['contacts']))
    .addOption(new Option('--contacts <n>', 'customers and subscribers of the shop').default(2_000).argParser(whole(40)))
    .addOption(new Option('--kills <n>', 'kills of workers, and as many of the Temporal server').default(3).argParser(whole(0)))
    .addOption(new Option('--seed <n>', 'chooses people, what they do, moments and faults').default(1).argParser(whole(0)))
    .addOption(new Option('--faults [rates]', `faults on top of the kills, e.g. ${wordsOf(defaultRates)} (that is also the default); batches are held back besides`).argParser(readRates))
    .addOption(new Option('--without <mechanism>', 'switch one mechanism off: the judge must then find damage').choices([...contactMechanisms]))
    .parse(args, { from: 'user' });
  const { contacts, kills, seed, faults, without } = command.opts<{ contacts: number; kills: number; seed: number; faults?: Rates | true; without?: ContactsJudgeOptions['without'] }>();
  return { contacts, kills, seed, rates: faults === true ? defaultRates : faults, without };
}
