/** What the last reconciliation came to, as the ledger has it: for `reconcile` and `status` (N6). */
import { z } from 'zod';
import { unexplainedCodes, type UnexplainedCode } from '../domain/reconcile.ts';
import { unexplainedIn, type Reconciliation } from '../domain/reconciliation.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { readFindings, readReconciled } from '../ledger/reconciled.ts';

const counts = z.record(z.string(), z.number());
const sums = z.object({ source: z.string(), skipped: z.string(), parked: z.string(), underWay: z.string(), target: z.string(), explained: z.record(z.string(), z.string()), unexplained: z.string() });
const counted = z.object({
  source: z.number(), imported: z.number(), skipped: counts, parked: counts, underWay: z.number(), explained: counts, unexplained: counts,
  inTarget: z.number(), strays: counts, sums: z.record(z.string(), sums),
}) satisfies z.ZodType<Reconciliation>;

/** Instants are ISO 8601 UTC. */
const summarySchema = counted.extend({ at: z.string(), from: z.string(), until: z.string() });
export type Summary = z.infer<typeof summarySchema>;

const findingSchema = z.object({
  sourceId: z.string(),
  number: z.string(),
  code: z.custom<UnexplainedCode>((code) => typeof code === 'string' && Object.hasOwn(unexplainedCodes, code)),
  targetId: z.string().optional(),
  currency: z.string().optional(),
  source: z.string().optional(),
  target: z.string().optional(),
  words: z.string(),
  fingerprint: z.string().optional(),
});
export type Finding = z.infer<typeof findingSchema>;

export const resultSchema = z.discriminatedUnion('kind', [z.object({ kind: z.literal('reconciled'), counted }), z.object({ kind: z.literal('not possible'), because: z.enum(['not supported', 'not connected']) })]);

/** Undefined: there was none. */
export async function lastReconciliation({ ledger }: { ledger: Ledger }, integration: string): Promise<Summary | undefined> {
  const text = await readReconciled(ledger, integration);
  return text === undefined ? undefined : summarySchema.parse(JSON.parse(text));
}

export async function lastFindings({ ledger }: { ledger: Ledger }, integration: string): Promise<Finding[]> {
  return (await readFindings(ledger, integration)).flatMap((text) => z.array(findingSchema).parse(JSON.parse(text)));
}

/** When it was and how many orders it left unexplained; null: there was none. */
export async function lastReconciled(reach: { ledger: Ledger }, integration: string): Promise<{ at: string; unexplained: number } | null> {
  const summary = await lastReconciliation(reach, integration);
  return summary === undefined ? null : { at: summary.at, unexplained: unexplainedIn(summary) };
}
