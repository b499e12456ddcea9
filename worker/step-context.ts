/** What a connector's activities are given: its settings of this moment, and the context of the step that runs now. */
import { setMaxListeners } from 'node:events';
import { Context } from '@temporalio/activity';
import type { CallContext } from '../activities/call.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Environment } from './environment.ts';
import { hookAddress, hookSigningSecret } from './hooks.ts';
import type { SettingsReader } from './settings-versions.ts';
import type { RawContext } from './systems.ts';

export interface StepContextInput {
  ledger: Ledger;
  connection: string;
  company: string;
  settings: SettingsReader;
  hooks: Environment['hooks'];
  /** its steps make no outside call */
  isOffline?: true;
}

/** A step beats at every call and every wait; so often is enough for the engine, which passes one on a second. */
const beatEveryMs = 250;

export function createStepContext({ ledger, connection, company, settings, hooks, isOffline }: StepContextInput): RawContext {
  return {
    ledger,
    connection,
    company,
    settings: async () => settings.connection(connection),
    integrationSettings: async (integration) => settings.integration(integration),
    contactSettings: async (integration) => settings.contactIntegration(integration),
    hooks: async () => hooks && { address: hookAddress(hooks.publicUrl, hooks.secret, connection), secret: hookSigningSecret(hooks.secret, connection) },
    call: ({ integration, lane, record, step }): CallContext => {
      const current = Context.current();
      const { workflowExecution } = current.info;
      setMaxListeners(0, current.cancellationSignal); // a page's calls wait side by side: no leak, though Node warns of eleven
      let beatAt = 0;
      return {
        ledger,
        connection,
        company,
        integration,
        lane,
        record,
        run: workflowExecution?.runId ?? '',
        holder: `${workflowExecution?.workflowId ?? ''}/${step}`,
        heartbeat: () => {
          if (performance.now() - beatAt >= beatEveryMs) {
            beatAt = performance.now();
            current.heartbeat();
          }
          current.cancellationSignal.throwIfAborted();
        },
        signal: current.cancellationSignal,
        ...(isOffline ? { isOffline } : {}),
      };
    },
  };
}
