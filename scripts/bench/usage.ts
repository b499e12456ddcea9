/** What another process has used: CPU time of all its threads, and its memory, as the system counts them. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Usage {
  /** seconds of user and system time since it began; undefined where the system does not tell */
  cpuSeconds: number | undefined;
  /** resident bytes */
  memory: number | undefined;
}

const unknown: Usage = { cpuSeconds: undefined, memory: undefined };

/** From /proc where there is one, else from ps, else unknown. */
export async function usageOf(pid: number): Promise<Usage> {
  return (await fromProc(pid)) ?? (await fromPs(pid)) ?? unknown;
}

let ticks: Promise<number> | undefined;
/** 100 on every Linux in use, but it may be asked. */
const ticksPerSecond = (): Promise<number> => (ticks ??= run('getconf', ['CLK_TCK']).then(({ stdout }) => Number(stdout) || 100, () => 100));

async function fromProc(pid: number): Promise<Usage | undefined> {
  try {
    const [stat, status] = await Promise.all([readFile(`/proc/${pid}/stat`, 'utf8'), readFile(`/proc/${pid}/status`, 'utf8')]);
    // the name in brackets may hold blanks: fields are counted after it, the state being the third
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const used = Number(fields[11]) + Number(fields[12]);
    const kilobytes = /^VmRSS:\s+(\d+)/m.exec(status)?.[1];
    return { cpuSeconds: used / (await ticksPerSecond()), memory: kilobytes === undefined ? undefined : Number(kilobytes) * 1_024 };
  } catch {
    return undefined;
  }
}

async function fromPs(pid: number): Promise<Usage | undefined> {
  try {
    const { stdout } = await run('ps', ['-o', 'cputime=,rss=', '-p', String(pid)]);
    const [, days = '0', hours = '0', minutes = '0', seconds = '0', kilobytes] = /(?:(\d+)-)?(?:(\d+):)?(\d+):([\d.]+)\s+(\d+)/.exec(stdout) ?? [];
    if (kilobytes === undefined) return undefined;
    return { cpuSeconds: ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds), memory: Number(kilobytes) * 1_024 };
  } catch {
    return undefined;
  }
}
