/**
 * What the account lets us create. Creating products and categories is not documented for certain (contract roapp 4.5, 12): where the call is
 * refused as unknown (404, 405) the capability goes off, is remembered and reported, and orders wait for products made by hand.
 */
import { PermanentError } from '../errors.ts';
import { subjectOf, type RoappStep } from './step.ts';

export type Capability = 'productCreate' | 'categoryCreate';

/** True when settings allow it and the account has not refused this very way. Another value of the setting is tried anew. */
export async function mayCreate({ ledger, connection, settings }: Pick<RoappStep, 'ledger' | 'connection' | 'settings'>, capability: Capability): Promise<boolean> {
  return settings[capability] !== 'off' && (await ledger.marks.get(subjectOf(connection), refusedMark(capability))) !== settings[capability];
}

/** The create itself was refused as unknown, not some other call under it. */
export const isUnknownCall = (error: unknown, endpoint: string): boolean => error instanceof PermanentError && error.endpoint === endpoint && (error.status === 404 || error.status === 405);

export const rememberRefusal = ({ ledger, connection, settings }: RoappStep, capability: Capability): Promise<void> =>
  ledger.marks.set(subjectOf(connection), refusedMark(capability), settings[capability]);

const refusedMark = (capability: Capability): string => `${capability}:refused`;
