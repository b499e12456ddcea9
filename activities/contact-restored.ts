/**
 * A ledger that was restored from an older copy has forgotten refusals: until they are re-read from both sides, nothing leaves that could confirm
 * somebody (N21, design 4 "Identity").
 */
import { z } from 'zod';
import type { LedgerMemory } from '../domain/ledger-memory.ts';
import type { IntegrationRef } from '../domain/ports.ts';
import { demandAdoption, isOlderThan, raiseEpoch, readAdoption, setAdopted } from '../ledger/adoption.ts';
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

/** Does the ledger know less than the last walk did? Then nothing leaves from now on. Writes nothing else, so that a worker may ask at every start. */
export async function noticeRestored(ledger: Memory, integration: string, last: LedgerMemory | undefined): Promise<boolean> {
  if (last?.incarnation !== ledger.incarnation || !(await isOlderThan(ledger, integration, last.epoch))) return false;
  await demandAdoption(ledger, integration, 'restored');
  return true;
}

/** Refusals were read again from the source's rows and the target's statuses. */
export async function endReread(ledger: Memory, integration: string, since: string): Promise<void> {
  await setAdopted(ledger, integration, since);
}

/**
 * A refusal holds for the company: as long as one of its integrations has not re-read its own, none of them sends.
 * @throws PausedError as long as the ledger does not know the refusals since its copy was made
 */
export async function assertRefusalsKnown(ledger: Memory & Pick<Ledger, 'settings'>, { id, company }: Pick<IntegrationRef, 'id' | 'company'>): Promise<void> {
  for (const integration of new Set([id, ...(await integrationsOf(ledger, company))])) {
    if (await mustReread(ledger, integration)) throw new PausedError(`integration ${id} waits until refusals are re-read from both sides of ${integration}: the ledger was restored from an older copy`);
  }
}

const prefix = 'integration:';
const bodySchema = z.object({ flow: z.literal('export-contacts'), company: z.string() });

/** Those of a company that bring contacts. */
async function integrationsOf({ settings }: Pick<Ledger, 'settings'>, company: string): Promise<string[]> {
  return (await settings.listCurrent(prefix)).flatMap(({ subject, body }) => (bodySchema.safeParse(JSON.parse(body)).data?.company === company ? [subject.slice(prefix.length)] : []));
}

const mustReread = async (ledger: Memory, integration: string): Promise<boolean> => (await readAdoption(ledger, integration)).state === 'restored';
