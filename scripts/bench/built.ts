/** The worker as the image runs it, compiled: what a start takes is part of what a kill costs. */
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Program } from './harness.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

export interface BuiltWorker {
  worker: Program;
  remove: () => Promise<void>;
}

/** @throws when the sources do not compile */
export async function buildWorker(): Promise<BuiltWorker> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-built-'));
  const remove = async (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.build.json'), '--outDir', join(folder, 'dist')]);
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    await copyFile(join(root, 'package.json'), join(folder, 'package.json'));
    const env = { NODE_COMPILE_CACHE: join(folder, 'compiled') };
    await run(process.execPath, [join(folder, 'dist/scripts/setup/compile-ahead.js')], { cwd: folder, env: { ...process.env, ...env } });
    return { worker: { args: [join(folder, 'dist/scripts/waybill.mjs'), 'worker'], env }, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
