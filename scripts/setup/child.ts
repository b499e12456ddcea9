/** A server of somebody else's running as our child: started, watched until it serves, stopped or killed. */
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

export interface ChildServer {
  pid: number;
  /** Asks it to end and waits; after five seconds it is killed. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
}

export interface ChildOptions {
  /** resolves true once its port answers; asked again and again until then */
  serves: () => Promise<boolean>;
  /** what it prints once the port is its own: a stranger on a taken port answers too. Without it a short survival must do. */
  announces?: string;
  /** default 20 s */
  patienceMs?: number;
  /** not reached by Ctrl-C in our terminal, so that we can end it last */
  ownGroup?: boolean;
  /** its whole environment; default ours */
  env?: NodeJS.ProcessEnv;
  /** default ours */
  cwd?: string;
  /** whom it runs as; default us */
  user?: { uid: number; gid: number };
}

const stopPatienceMs = 5_000;
const survivalMs = 300;
const keptWords = 2_000;

/** @throws Error with the program's last words when it ends, or does not serve in time */
export async function startChild(program: string, args: readonly string[], options: ChildOptions): Promise<ChildServer> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: options.ownGroup ?? false, env: options.env ?? process.env, cwd: options.cwd, ...options.user });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-keptWords)));
  }
  const state = { over: false };
  const ended = new Promise<void>((resolve) => {
    const note = () => {
      state.over = true;
      resolve();
    };
    child.once('exit', note).once('error', (error) => {
      words = error.message;
      note();
    });
  });
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  void ended.then(() => process.off('exit', killWithUs));

  const end = async (signal: NodeJS.Signals) => {
    if (!state.over) child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), stopPatienceMs);
    await ended;
    clearTimeout(late);
  };

  const within = (ms: number) => Promise.race([ended, delay(ms)]);
  const until = Date.now() + (options.patienceMs ?? 20_000);
  const { announces } = options;
  while (!state.over && Date.now() < until) {
    const announced = announces === undefined || words.includes(announces);
    if (announced && (await options.serves())) {
      if (announces === undefined) await within(survivalMs);
      if (!state.over && child.pid !== undefined) return { pid: child.pid, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
    }
    await within(20);
  }
  await end('SIGKILL');
  throw new Error(`${program} did not start: ${words.trim() || 'it said nothing'}`);
}
