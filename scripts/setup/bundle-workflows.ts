/** Packs the workflows into the one file that workers run in their sandbox: once per test run, once per image. */
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { failureConverterPath } from '../../worker/codec.ts';

/** `.ts` beside the sources, `.js` in what `npm run build` made. */
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const workflowsIndex = fileURLToPath(new URL(`../../workflows/index.${extension}`, import.meta.url));

/** Are there workflows to bundle? */
export const hasWorkflows = (): boolean => existsSync(workflowsIndex);

/**
 * Bundles workflows/index into `path`.
 * @throws Error naming the import, when a workflow imports what may not run in the sandbox
 */
export async function bundleWorkflows(path: string): Promise<void> {
  const words: string[] = [];
  const logger = quiet(words);
  try {
    const { code } = await bundleWorkflowCode({ workflowsPath: workflowsIndex, failureConverterPath, logger });
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
function quiet(words: string[]) {
  const keep = (message: string) => void words.push(message);
  const log = (level: string, message: string) => void (level === 'ERROR' && keep(message));
  return { log, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: keep };
}

if (process.argv[1] !== undefined && pathToFileURL(resolve(process.argv[1])).href === import.meta.url) {
  const target = process.argv[2];
  if (target === undefined) throw new Error('Usage: bundle-workflows <file>');
  await bundleWorkflows(resolve(target));
}
