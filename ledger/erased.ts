/** Whom an operator has erased, by digest: an order that the shop had before is not taken up, even one that nothing here led to (N23). */
import type { Ledger } from './ledger.ts';

const nameOf = (digest: string): string => `erased:${digest}`;

/** Repeating it moves the time: what was ordered meanwhile is erased as well. */
export async function noteErased({ marks, clock }: Pick<Ledger, 'marks' | 'clock'>, company: string, digests: readonly string[]): Promise<void> {
  const at = new Date(await clock.now()).toISOString();
  for (const digest of digests) await marks.set(`company:${company}`, nameOf(digest), at);
}

/** When the person was erased (ISO 8601 UTC); undefined: they were not. */
export async function erasedAt({ marks }: Pick<Ledger, 'marks'>, company: string, digest: string): Promise<string | undefined> {
  return marks.get(`company:${company}`, nameOf(digest));
}
