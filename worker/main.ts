/** The worker process: start and stop, nothing else. */
import { once } from 'node:events';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openLedger } from '../ledger/open.ts';
import { readEnvironment } from './environment.ts';
import { createLog } from './log.ts';
import { startWorker } from './start.ts';

/**
 * Runs until SIGTERM or SIGINT, or until a part fails (exit code 1).
 * @throws ConfigError, or what Temporal or the ledger say when they cannot be reached
 */
export async function main(): Promise<void> {
  const environment = readEnvironment();
  const log = createLog(environment.logLevel);
  const stopping = new AbortController();
  // a second signal finds no handler and ends the process at once
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort(signal));
  const ledger = await openLedger({ url: environment.ledgerUrl, secrets: environment.secrets });
  const worker = await startWorker({
    environment,
    ledger,
    log,
    ...(environment.workflowBundle === undefined ? {} : { workflowBundle: { codePath: environment.workflowBundle } }),
    onFailure: () => {
      process.exitCode = 1;
      stopping.abort('failure');
    },
  });
  if (!stopping.signal.aborted) await once(stopping.signal, 'abort');
  log.info('stopping', { signal: stopping.signal.reason });
  await worker.stop();
  await ledger.close();
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(resolve(process.argv[1])).href) await main();
