/** What the gateway is to be given as WAYBILL_GATEWAY_KEYS: made here, where the payload keys are known, so that it never learns them. */
import { gatewayKeys } from '../worker/hook-keys.ts';
import type { Session } from './session.ts';

/** Prints the text, a secret; its place is the gateway's environment or a file that WAYBILL_GATEWAY_KEYS_FILE names. */
export function printGatewayKeys({ config, environment }: Pick<Session, 'config' | 'environment'>): number {
  process.stdout.write(`${gatewayKeys(environment.secrets.keys, config.connections.map(({ id }) => id))}\n`); // prettier-ignore
  return 0;
}
