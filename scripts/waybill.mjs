#!/usr/bin/env node
/** The executable: runs waybill.js where `npm run build` has made it, else the TypeScript source through tsx. */
import { existsSync } from 'node:fs';

// the reader of a pipe may have seen enough (waybill status | head): nothing is wrong then
process.stdout.on('error', (error) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

const built = new URL('waybill.js', import.meta.url);
if (!existsSync(built)) (await import('tsx/esm/api')).register();
const { run } = await import(existsSync(built) ? built.href : new URL('waybill.ts', import.meta.url).href);
await run(process.argv.slice(2));
