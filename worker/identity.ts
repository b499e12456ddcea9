/** One account has one id, for good: under two, its orders would come in twice, and a budget would be spent twice (design 4, Identity). */
import type { Ledger } from '../ledger/ledger.ts';
import type { Config } from './config.ts';
import { findSystem } from './systems.ts';

/** Remembers which account stands behind each of these connections. @throws IdentityError when it is known under another id, or the id under another account */
export async function identifyConnections({ states }: Pick<Ledger, 'states'>, { connections }: Pick<Config, 'connections'>, isMeant: (connection: string) => boolean = () => true): Promise<void> {
  for (const { id, company, system, settings } of connections) {
    const identity = isMeant(id) ? findSystem(system)?.identityOf(settings) : undefined;
    if (identity !== undefined) await states.identify(id, company, `${system}:${identity}`);
  }
}
