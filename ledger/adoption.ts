/**
 * Does the ledger know what stands in the target already? Until it does, nothing is written outside (N21, design 4 "Identity"): a new ledger,
 * or one restored from an older copy, would make orders anew that are there.
 */
import type { Ledger } from './ledger.ts';

export type Adoption =
  /** links were rebuilt from target orders created since `since` (ISO 8601 UTC) */
  | { state: 'done'; since: string }
  /** never done with this ledger, or asked for by an operator: the next backfill does it */
  | { state: 'needed' }
  /** a walk saw that this ledger is older than the walk before: the walk itself does it */
  | { state: 'restored' };

type Memory = Pick<Ledger, 'marks' | 'incarnation'>;

const subjectOf = (integration: string): string => `integration:${integration}`;

export async function readAdoption({ marks, incarnation }: Memory, integration: string): Promise<Adoption> {
  const [state = '', since = ''] = ((await marks.get(subjectOf(integration), 'adopted')) ?? '').split(' ');
  if (state === incarnation) return { state: 'done', since };
  return { state: state === 'restored' ? 'restored' : 'needed' };
}

export async function setAdopted({ marks, incarnation }: Memory, integration: string, since: string): Promise<void> {
  await marks.set(subjectOf(integration), 'adopted', `${incarnation} ${since}`);
}

/** From now on nothing is written for this integration until links are rebuilt. */
export async function demandAdoption({ marks }: Memory, integration: string, state: 'needed' | 'restored' = 'needed'): Promise<void> {
  await marks.set(subjectOf(integration), 'adopted', state);
}

const readEpoch = async ({ marks }: Pick<Memory, 'marks'>, integration: string): Promise<number> => Number((await marks.get(subjectOf(integration), 'epoch')) ?? 0);

/** Was this ledger restored from a copy that a walk's epoch is younger than? */
export const isOlderThan = async (ledger: Memory, integration: string, remembered: number): Promise<boolean> => (await readEpoch(ledger, integration)) < remembered;

/**
 * Every walk raises the ledger's epoch and remembers it elsewhere; a ledger with a lower one than was remembered was restored from an older copy.
 * @param remembered the epoch of the walk before, if it worked with this ledger
 */
export async function raiseEpoch({ marks }: Memory, integration: string, remembered: number): Promise<{ epoch: number; isRestored: boolean }> {
  const known = await readEpoch({ marks }, integration);
  const epoch = Math.max(known, remembered) + 1;
  await marks.set(subjectOf(integration), 'epoch', String(epoch));
  return { epoch, isRestored: remembered > known };
}
