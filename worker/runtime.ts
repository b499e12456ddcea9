/** The engine's native part: one a process, its log and metrics joined to ours. */
import { makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { engineLogger, type Log } from './log.ts';

const state = { isInstalled: false };

/** Only the first call of a process counts: the engine allows no second one. Signals are left to main.ts. */
export function installRuntime(log: Log, engineMetricsPort: number | undefined): void {
  if (state.isInstalled) return;
  state.isInstalled = true;
  Runtime.install({
    logger: engineLogger(log),
    shutdownSignals: [],
    telemetryOptions: {
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN' }) },
      ...(engineMetricsPort === undefined ? {} : { metrics: { prometheus: { bindAddress: `127.0.0.1:${engineMetricsPort}` } } }),
    },
  });
}
