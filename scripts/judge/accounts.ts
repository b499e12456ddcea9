/** What Waybill itself says became of each order: the one thing that the simulated systems cannot tell. */
import { z } from 'zod';
import type { Ledger, OutcomeEntry } from '../../ledger/ledger.ts';
import { integration } from './settings.ts';
import type { Account } from './verdict.ts';

const notes = z.array(z.object({ code: z.string() }));
/** more than any order comes to */
const mostOutcomes = 100;

export async function readAccounts(ledger: Ledger, sourceIds: string[]): Promise<Map<string, Account>> {
  const records = new Map((await ledger.records.findMany(integration, sourceIds)).map((record) => [record.sourceId, record]));
  const accounts = new Map<string, Account>();
  for (const sourceId of sourceIds) {
    const outcomes = await ledger.outcomes.list(integration, { sourceId, limit: mostOutcomes });
    const state = records.get(sourceId)?.state;
    accounts.set(sourceId, {
      isParked: state === 'parked',
      isConfirmed: state === 'completed' && outcomes.some(({ outcome }) => outcome === 'created'),
      // the import has one comment, however often it was told of
      unknownComments: Number(outcomes.some((row) => row.outcome === 'created' && isUnknown(row))) + outcomes.filter((row) => row.outcome === 'updated' && isUnknown(row)).length,
    });
  }
  return accounts;
}

const isUnknown = ({ detail }: Pick<OutcomeEntry, 'detail'>): boolean => detail !== null && notes.parse(JSON.parse(detail)).some(({ code }) => code === 'comment-unknown');
