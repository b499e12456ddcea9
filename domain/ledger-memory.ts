/** What walks remember the ledger by, out of what an earlier run left (N21). */

/** By what the next walk tells whether it meets the same ledger, and none older. */
export interface LedgerMemory {
  incarnation: string;
  epoch: number;
}

/** Of a walk's result; undefined: it has none, or is of another release. */
export function memoryOf(result: unknown): LedgerMemory | undefined {
  const memory = isRecord(result) ? result['memory'] : undefined;
  if (!isRecord(memory) || typeof memory['incarnation'] !== 'string' || typeof memory['epoch'] !== 'number') return undefined;
  return { incarnation: memory['incarnation'], epoch: memory['epoch'] };
}

/** The youngest of several walks' memories. */
export const latestMemory = (...memories: (LedgerMemory | undefined)[]): LedgerMemory | undefined => memories.reduce((a, b) => (a === undefined || (b !== undefined && b.epoch > a.epoch) ? b : a), undefined);

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
