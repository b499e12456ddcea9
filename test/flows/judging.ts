/** Runs the judge as anybody would, in a process of its own, and reads its closing line. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Judged {
  exitCode: number;
  /** by the names of the closing line */
  figures: Record<string, number>;
  /** everything it said, for the message of a failed test */
  said: string;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
export const closingLine = /^judge: orders \d+ lost \d+ duplicate-orders \d+ unconfirmed \d+ wrong-lines \d+ duplicate-customers \d+ duplicate-products \d+ duplicate-comments \d+ worker-kills \d+ server-kills \d+ seconds \d+\.\d longest-stall \d+\.\d unknown \d+$/;

/** @throws Error when it ends without the line in exactly that form and order */
export const judge = async (...args: string[]): Promise<Judged> => runJudge(closingLine, args);

/** @throws Error when its last line is not of this form */
export async function runJudge(closing: RegExp, args: readonly string[]): Promise<Judged> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/judge.ts', ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => void (said += text));
  await once(child, 'close');
  const line = said.trimEnd().split('\n').at(-1) ?? '';
  if (!closing.test(line)) throw new Error(`the judge ended without its closing line:\n${said}`);
  const words = line.replace('judge: ', '').split(' ');
  const figures = Object.fromEntries(words.flatMap((word, index) => (index % 2 === 0 ? [[word, Number(words[index + 1])]] : [])));
  return { exitCode: child.exitCode ?? 1, figures, said };
}

/** What must be 0 in every trial. */
export const noDamage = { lost: 0, 'duplicate-orders': 0, unconfirmed: 0, 'wrong-lines': 0, 'duplicate-customers': 0, 'duplicate-products': 0, 'duplicate-comments': 0 };
