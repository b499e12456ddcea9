/** What Waybill itself says became of each order: the one thing that the simulated systems cannot tell. */
import { z } from 'zod';
import type { Ledger } from '../../ledger/ledger.ts';
import { integration } from './settings.ts';
import type { Account } from './verdict.ts';

const notes = z.array(z.object({ code: z.string() }));

export async function readAccounts(ledger: Ledger, sourceIds: string[]): Promise<Map<string, Account>> {
  const records = new Map((await ledger.records.findMany(integration, sourceIds)).map((record) => [record.sourceId, record]));
  const accounts = new Map<string, Account>();
  for (const sourceId of sourceIds) {
    const outcomes = await ledger.outcomes.list(integration, { sourceId, limit: 10 });
    const state = records.get(sourceId)?.state;
    accounts.set(sourceId, {
      isParked: state === 'parked',
      isConfirmed: state === 'completed' && outcomes[0]?.outcome === 'created',
      isUnknown: outcomes.some(({ outcome, detail }) => outcome === 'created' && detail !== null && notes.parse(JSON.parse(detail)).some(({ code }) => code === 'comment-unknown')),
    });
  }
  return accounts;
}
