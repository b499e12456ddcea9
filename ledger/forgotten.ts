/** Records that are under way by the ledger's word but may have no run: told again, they are picked up; told twice, nothing happens (design 3). */
import type { Ledger, OrderRecord, RecordState } from './ledger.ts';

const pageSize = 500;

/** Announced or begun longer ago than this, and not settled. */
export async function forgottenRecords(ledger: Pick<Ledger, 'records' | 'clock'>, integration: string, olderThanMs: number): Promise<string[]> {
  const before = (await ledger.clock.now()) - olderThanMs;
  return sourceIdsOf(await underWay(ledger, integration), ({ announcedAt }) => (announcedAt ?? 0) <= before);
}

/** Found in the target, and listed by no walk since. */
export async function adoptedRecords(ledger: Pick<Ledger, 'records'>, integration: string): Promise<string[]> {
  return sourceIdsOf(await all(ledger, integration, 'begun'), ({ announcedAt, targetId }) => announcedAt === null && targetId !== null);
}

const sourceIdsOf = (records: OrderRecord[], isWanted: (record: OrderRecord) => boolean): string[] => records.filter(isWanted).map(({ sourceId }) => sourceId);

/** Begun ones first: an announced one that is begun meanwhile has a run. */
const underWay = async (ledger: Pick<Ledger, 'records'>, integration: string): Promise<OrderRecord[]> => [...(await all(ledger, integration, 'begun')), ...(await all(ledger, integration, 'announced'))];

async function all({ records }: Pick<Ledger, 'records'>, integration: string, state: RecordState): Promise<OrderRecord[]> {
  const found: OrderRecord[] = [];
  for (;;) {
    const page = await records.list(integration, state, found.at(-1)?.sourceId, pageSize);
    found.push(...page);
    if (page.length < pageSize) return found;
  }
}
