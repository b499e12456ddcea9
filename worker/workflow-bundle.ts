/** The workflows' code as one bundle: made once and shared by all workers of a process, and by tests. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { failureConverterPath } from './codec.ts';
import { engineLogger, type Log } from './log.ts';

const isSource = import.meta.url.endsWith('.ts');
const root = fileURLToPath(new URL('../', import.meta.url));
const workflowsPath = join(root, `workflows/index.${isSource ? 'ts' : 'js'}`);
const cache = join(root, 'node_modules/.cache/waybill');

/**
 * Takes some seconds, so that the result is kept beside the installed packages, under a name that says what it was made of; images bring theirs.
 * The failure converter is part of it: without it messages of workflows would travel in clear text.
 */
export async function bundleWorkflows(log: Log): Promise<Pick<WorkflowBundleWithSourceMap, 'code'>> {
  const kept = isSource ? join(cache, `workflows-${await digestOfSources()}.js`) : undefined;
  const code = kept === undefined ? undefined : await readFile(kept, 'utf8').catch(() => undefined);
  if (code !== undefined) return { code };
  const made = await bundleWorkflowCode({ workflowsPath, failureConverterPath, logger: engineLogger(log) });
  if (kept !== undefined) await keep(kept, made.code).catch(() => undefined); // a folder that cannot be written costs the next start some seconds
  return made;
}

/** All that can become part of the bundle: workflows import domain/ and packages, nothing else (the architecture test). */
async function digestOfSources(): Promise<string> {
  const folders = await Promise.all(['workflows', 'domain'].map(async (folder) => (await readdir(join(root, folder))).map((name) => join(root, folder, name))));
  const files = [...folders.flat().filter((name) => name.endsWith('.ts')), failureConverterPath, join(root, 'package-lock.json'), join(root, 'tsconfig.json')].toSorted();
  const hash = createHash('sha256').update(process.version);
  for (const file of files) hash.update(`\n${file}\n`).update(await readFile(file));
  return hash.digest('hex').slice(0, 32);
}

async function keep(path: string, code: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${randomUUID()}`;
  await writeFile(unfinished, code);
  await rename(unfinished, path);
  const old = (await readdir(dirname(path))).filter((name) => /^workflows-[0-9a-f]{32}\.js$/.test(name) && name !== basename(path));
  await Promise.all(old.map(async (name) => rm(join(dirname(path), name), { force: true })));
}
