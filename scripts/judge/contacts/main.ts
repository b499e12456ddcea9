/** The contacts judge's words: what it is about to do, what it found, and the closing line. */
import { say } from '../../print.ts';
import { slowMs } from '../faults.ts';
import { wordsOf } from '../options.ts';
import { times } from '../settings.ts';
import { readContactsOptions, type ContactsJudgeOptions } from './options.ts';
import { runContactsTrial, type ContactsTrial } from './run.ts';

const shownFindings = 40;

/** The exit code: 1 for any damage. */
export async function judgeContactsFlow(args: readonly string[]): Promise<number> {
  const options = readContactsOptions(args);
  sayWhat(options);
  const trial = await runContactsTrial(options, say);
  for (const finding of trial.findings.slice(0, shownFindings)) say(`damage: ${finding}`);
  if (trial.findings.length > shownFindings) say(`and ${trial.findings.length - shownFindings} more`);
  say(`${trial.refusals} people refused; the slowest refusal was written after ${(trial.slowestMs / 1_000).toFixed(1)} s, restarts left out; ${trial.edge} requests were under way when one was recorded; ${trial.parked} contacts parked`);
  say(closingLine(trial));
  return figures(trial).every(([, figure]) => figure === 0) ? 0 : 1;
}

function sayWhat({ contacts, kills, seed, rates, without }: ContactsJudgeOptions): void {
  say(`${contacts} customers and subscribers of a simulated Shoper shop into a simulated SARE account; two workers, seed ${seed}; ${kills} kills each of workers and the Temporal server.`);
  say(`The limits are lifted; a call is given up after ${times.abortMs} ms and can take effect until ${times.settleMs} ms later (real: 10 s and 10 s).`);
  if (rates !== undefined) say(`Faults: ${wordsOf(rates)} (slow: stored ${slowMs} ms late); some batches are held back while people of them refuse.`);
  if (without !== undefined) say(`WITHOUT ${without}: damage is expected.`);
}

const figures = ({ missing, wrongStatus, wrongTraits, wrongGroup, confirmedAfterRefusal, lateRefusals }: ContactsTrial): [string, number][] => [
  ['missing', missing],
  ['wrong-status', wrongStatus],
  ['wrong-traits', wrongTraits],
  ['wrong-group', wrongGroup],
  ['confirmed-after-refusal', confirmedAfterRefusal],
  ['late-refusals', lateRefusals],
];

function closingLine(done: ContactsTrial): string {
  const failures = figures(done).map(([name, figure]) => `${name} ${figure}`).join(' '); // prettier-ignore
  return `judge: contacts ${done.contacts} ${failures} worker-kills ${done.workerKills} server-kills ${done.serverKills} seconds ${done.seconds.toFixed(1)} longest-stall ${done.longestStall.toFixed(1)} unknown ${done.unknown}`;
}
