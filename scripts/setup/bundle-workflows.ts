/** Packs the workflows into the one file that workers run in their sandbox: once per test run, once per image. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Log } from '../../worker/log.ts';
import { bundleWorkflows } from '../../worker/workflow-bundle.ts';

/**
 * Bundles workflows/index into `path`.
 * @throws Error naming the import, when a workflow imports what may not run in the sandbox
 */
export async function writeWorkflowBundle(path: string): Promise<void> {
  const words: string[] = [];
  try {
    const { code } = await bundleWorkflows(quiet(words));
    await mkdir(dirname(path), { recursive: true });
    const unfinished = `${path}.${process.pid}`;
    await writeFile(unfinished, code);
    await rename(unfinished, path);
  } catch (error) {
    throw new Error(`The workflows cannot be bundled: ${words.join(' ').slice(0, 2_000)}`, { cause: error });
  }
}

const nothing = () => undefined;

/** The bundler reports its own size at every run: only what went wrong is of interest. */
const quiet = (words: string[]): Log => ({ debug: nothing, info: nothing, warn: nothing, error: (message) => void words.push(message) });

if (process.argv[1] !== undefined && pathToFileURL(resolve(process.argv[1])).href === import.meta.url) {
  const target = process.argv[2];
  if (target === undefined) throw new Error('Usage: bundle-workflows <file>');
  await writeWorkflowBundle(resolve(target));
}
