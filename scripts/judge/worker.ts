/** A worker with one mechanism switched off, for the judge alone: the same program as worker/main.ts on a ledger that lacks it. */
import { openLedger } from '../../ledger/open.ts';
import { readEnvironment } from '../../worker/environment.ts';
import { createLog } from '../../worker/log.ts';
import { startWorker } from '../../worker/start.ts';
import { switchOff } from './switches.ts';

const environment = readEnvironment();
const ledger = await openLedger({ url: environment.ledgerUrl, secrets: environment.secrets });
const worker = await startWorker({
  environment,
  ledger: switchOff(ledger, process.argv[2]),
  log: createLog(environment.logLevel),
  ...(environment.workflowBundle === undefined ? {} : { workflowBundle: { codePath: environment.workflowBundle } }),
  onFailure: () => process.exit(1),
});
process.once('SIGTERM', () => void worker.stop().then(async () => ledger.close()));
