/** Loads what a worker and a gateway load, so that Node keeps it compiled in NODE_COMPILE_CACHE: once per image. Node before 22.1 ignores that and loses nothing. */
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Loading any of these does nothing else: the programs among them run only when they are what was started. */
const folders = ['activities', 'gateway', 'ledger', 'worker'];

/** @returns how many files of ours were loaded */
export async function compileAhead(): Promise<number> {
  const names = await Promise.all(folders.map(async (folder) => (await readdir(join(root, folder), { recursive: true })).map((name) => join(root, folder, name))));
  const files = names.flat().filter((name) => name.endsWith('.js'));
  await Promise.all(files.map(async (file) => import(pathToFileURL(file).href)));
  return files.length;
}

if (process.argv[1] !== undefined && pathToFileURL(resolve(process.argv[1])).href === import.meta.url) {
  if ((await compileAhead()) === 0) throw new Error('compile-ahead: nothing is built here; run npm run build');
  process.exit(); // what was loaded may keep handles open
}
