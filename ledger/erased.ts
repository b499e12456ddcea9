/** Whom an operator has erased, by digest: what the shop had of them before is not taken up, even what nothing here led to (N23). */
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

/** The same of many: those who were erased, with the time. */
export async function erasedAmong({ marks }: Pick<Ledger, 'marks'>, company: string, digests: readonly string[]): Promise<Map<string, string>> {
  const found = await marks.find(`company:${company}`, digests.map(nameOf));
  return new Map([...found].map(([name, at]) => [name.slice(nameOf('').length), at]));
}
