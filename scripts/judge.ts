/** `npm run judge`: an import (with `--flow contacts` an export of contacts) while workers and Temporal are killed, counted from what the simulated systems hold (N10). Exit code 1 for any damage. */
import { fronts } from './judge/fronts/index.ts';
import { slowMs } from './judge/faults.ts';
import { readOptions, wordsOf, type JudgeOptions } from './judge/options.ts';
import { runTrial, type Trial } from './judge/run.ts';
import { times } from './judge/settings.ts';
import { say } from './print.ts';

const shownFindings = 40;

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  sayWhat(options);
  const trial = await runTrial(options, say);
  for (const finding of trial.findings.slice(0, shownFindings)) say(`damage: ${finding}`);
  if (trial.findings.length > shownFindings) say(`and ${trial.findings.length - shownFindings} more`);
  say(`${trial.parked} orders parked, ${trial.lostReplies} replies lost, ${trial.databaseKills} kills of the database`);
  if (hasTooManyUnknown(trial)) say('damage: more comments are unknown than kills and lost replies explain');
  say(closingLine(trial));
  process.exitCode = isClean(trial) ? 0 : 1;
}

function sayWhat({ source, follow, orders, kills, seed, rates, ledger, without, aim }: JudgeOptions): void {
  const victims = ledger === 'postgres' ? 'workers, the Temporal server and the database' : 'workers and the Temporal server';
  say(`${orders} orders from a simulated ${fronts[source].name} shop into a simulated RO App account; two workers, ledger ${ledger}, seed ${seed}; ${kills} kills each of ${victims}.`);
  if (follow) say('Imported orders are changed on both sides, and followed until nothing is left to do.');
  say(`RO App’s limit is lifted; a call is given up after ${times.abortMs} ms and can take effect until ${times.settleMs} ms later (real: 10 s and 10 s).`);
  if (rates !== undefined) say(`Faults: ${wordsOf(rates)} (slow: stored ${slowMs} ms late).`);
  if (aim !== undefined) say(without === undefined ? `Faults aimed at ${aim}, which is on.` : `WITHOUT ${without}, and faults aimed at it: damage is expected.`);
}

const figures = ({ lost, duplicateOrders, unconfirmed, wrongLines, duplicateCustomers, duplicateProducts, duplicateComments }: Trial): [string, number][] => [
  ['lost', lost],
  ['duplicate-orders', duplicateOrders],
  ['unconfirmed', unconfirmed],
  ['wrong-lines', wrongLines],
  ['duplicate-customers', duplicateCustomers],
  ['duplicate-products', duplicateProducts],
  ['duplicate-comments', duplicateComments],
];

function isClean(done: Trial): boolean {
  return figures(done).every(([, figure]) => figure === 0) && !hasTooManyUnknown(done);
}

function hasTooManyUnknown({ unknown, workerKills, serverKills, databaseKills, lostReplies }: Trial): boolean {
  return unknown > workerKills + serverKills + databaseKills + lostReplies;
}

function closingLine(done: Trial): string {
  const failures = figures(done).map(([name, figure]) => `${name} ${figure}`).join(' '); // prettier-ignore
  return `judge: orders ${done.orders} ${failures} worker-kills ${done.workerKills} server-kills ${done.serverKills} seconds ${done.seconds.toFixed(1)} longest-stall ${done.longestStall.toFixed(1)} unknown ${done.unknown}`;
}

const [args, isContacts] = [process.argv.slice(2), process.argv.some((arg, index) => arg === '--flow=contacts' || (arg === 'contacts' && process.argv[index - 1] === '--flow'))];
if (isContacts) process.exitCode = await (await import('./judge/contacts/main.ts')).judgeContactsFlow(args);
else await main(args);
