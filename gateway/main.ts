/** The gateway process: start and stop, nothing else. */
import { once } from 'node:events';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createLog } from '../worker/log.ts';
import { readGatewayEnvironment } from './environment.ts';
import { startGateway } from './start.ts';

/** Runs until SIGTERM or SIGINT. @throws ConfigError, or when a port is taken */
export async function main(): Promise<void> {
  const environment = readGatewayEnvironment();
  const stopping = new AbortController();
  // a second signal finds no handler and ends the process at once
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort(signal));
  const log = createLog(environment.logLevel);
  const gateway = await startGateway(environment, log);
  if (!stopping.signal.aborted) await once(stopping.signal, 'abort');
  log.info('stopping', { signal: stopping.signal.reason });
  await gateway.stop();
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(resolve(process.argv[1])).href) await main();
