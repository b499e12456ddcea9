#!/usr/bin/env node
/** The executable: runs waybill.js where `npm run build` has made it, else the TypeScript source through tsx. */
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const built = new URL('waybill.js', import.meta.url);
const isBuilt = existsSync(built);

// From Node 22.8 on, what was compiled is kept for the next start, so that a killed worker is back sooner. By the environment, since the workflows' thread reads it there.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL(`${isBuilt ? '../' : ''}../node_modules/.cache/waybill/compiled`, import.meta.url));
module.enableCompileCache?.();
// a killed process would leave nothing: not only at the end
setTimeout(() => module.flushCompileCache?.(), 10_000).unref();

// the reader of a pipe may have seen enough (waybill status | head): nothing is wrong then
process.stdout.on('error', (error) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

if (!isBuilt) (await import('tsx/esm/api')).register();
const { run } = await import(isBuilt ? built.href : new URL('waybill.ts', import.meta.url).href);
await run(process.argv.slice(2));
