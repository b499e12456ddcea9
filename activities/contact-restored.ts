/**
 * A ledger that was restored from an older copy has forgotten refusals: until they are re-read from both sides, nothing leaves that could confirm
 * somebody (N21, design 4 "Identity").
 */
import type { LedgerMemory } from '../domain/ledger-memory.ts';
import { demandAdoption, raiseEpoch, readAdoption, setAdopted } from '../ledger/adoption.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { PausedError } from './errors.ts';

type Memory = Pick<Ledger, 'marks' | 'incarnation'>;

/** The beginning of every walk. Safe to repeat: the epoch only rises. */
export async function beginWalk(ledger: Memory, integration: string, last: LedgerMemory | undefined): Promise<{ memory: LedgerMemory; mustReread: boolean }> {
  const { incarnation } = ledger;
  const { epoch, isRestored } = await raiseEpoch(ledger, integration, last?.incarnation === incarnation ? last.epoch : 0);
  if (isRestored) await demandAdoption(ledger, integration, 'restored');
  return { memory: { incarnation, epoch }, mustReread: await mustReread(ledger, integration) };
}

/** Refusals were read again from the source's rows and the target's statuses. */
export async function endReread(ledger: Memory, integration: string, since: string): Promise<void> {
  await setAdopted(ledger, integration, since);
}

/** @throws PausedError as long as the ledger does not know the refusals since its copy was made */
export async function assertRefusalsKnown(ledger: Memory, integration: string): Promise<void> {
  if (await mustReread(ledger, integration)) throw new PausedError(`integration ${integration} waits until refusals are re-read from both sides: its ledger was restored from an older copy`);
}

const mustReread = async (ledger: Memory, integration: string): Promise<boolean> => (await readAdoption(ledger, integration)).state === 'restored';
