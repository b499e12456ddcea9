/** Loads what a worker and a gateway load, so that Node keeps it compiled in NODE_COMPILE_CACHE: once per image. Node before 22.1 ignores that and loses nothing. */
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Loading any of these does nothing else: the programs among them run only when they are what was started. */
const folders = ['activities', 'gateway', 'ledger', 'worker'];

/** @throws when nothing is built here */
export async function compileAhead(): Promise<void> {
  const names = await Promise.all(folders.map(async (folder) => (await readdir(join(root, folder), { recursive: true })).map((name) => join(root, folder, name))));
  const files = [join(root, 'scripts/waybill.js'), ...names.flat().filter((name) => name.endsWith('.js'))];
  await Promise.all(files.map(async (file) => import(pathToFileURL(file).href)));
}

if (process.argv[1] !== undefined && pathToFileURL(resolve(process.argv[1])).href === import.meta.url) {
  await compileAhead();
  process.exit(); // what was loaded may keep handles open
}
