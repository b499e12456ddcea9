/** What the last reconciliation of an integration found, and what an operator accepted (N6): ids, codes and amounts, kept as marks. */
import type { Marks } from './ledger.ts';

type Memory = { marks: Marks };

const subjectOf = (integration: string): string => `integration:${integration}`;
const chunkName = (startedAt: number, chunk: number): string => `reconcile-found:${startedAt}:${chunk}`;
const acceptedName = (sourceId: string): string => `reconcile-accepted:${sourceId}`;

/** Findings of one page. A repeat writes the same chunk again. */
export async function noteFindings({ marks }: Memory, integration: string, { startedAt, chunk }: { startedAt: number; chunk: number }, findings: unknown[]): Promise<void> {
  const name = chunkName(startedAt, chunk);
  if (findings.length === 0) await marks.remove(subjectOf(integration), name);
  else await marks.set(subjectOf(integration), name, JSON.stringify(findings));
}

/** The result takes the place of the one before, whose findings are forgotten. Safe to repeat. */
export async function setReconciled({ marks }: Memory, integration: string, run: { startedAt: number; chunks: number }, summary: unknown): Promise<void> {
  const before = await readRun({ marks }, integration);
  await marks.set(subjectOf(integration), 'reconciled', JSON.stringify(summary));
  await marks.set(subjectOf(integration), 'reconcile-run', `${run.startedAt} ${run.chunks}`);
  if (before === undefined || before.startedAt === run.startedAt) return;
  for (let chunk = 0; chunk < before.chunks; chunk += 1) await marks.remove(subjectOf(integration), chunkName(before.startedAt, chunk));
}

/** JSON of the last summary; undefined: there was none. */
export const readReconciled = async ({ marks }: Memory, integration: string): Promise<string | undefined> => marks.get(subjectOf(integration), 'reconciled');

/** JSON arrays of the last run's findings, page by page. */
export async function readFindings({ marks }: Memory, integration: string): Promise<string[]> {
  const run = await readRun({ marks }, integration);
  const found: string[] = [];
  for (let chunk = 0; chunk < (run?.chunks ?? 0); chunk += 1) {
    const text = await marks.get(subjectOf(integration), chunkName(run?.startedAt ?? 0, chunk));
    if (text !== undefined) found.push(text);
  }
  return found;
}

async function readRun({ marks }: Memory, integration: string): Promise<{ startedAt: number; chunks: number } | undefined> {
  const [startedAt, chunks] = ((await marks.get(subjectOf(integration), 'reconcile-run')) ?? '').split(' ').map(Number);
  return startedAt === undefined || chunks === undefined ? undefined : { startedAt, chunks };
}

/** What staff made of an order in the target stays so: this very state of it counts as explained from now on. */
export const accept = async ({ marks }: Memory, integration: string, sourceId: string, fingerprint: string): Promise<void> => marks.set(subjectOf(integration), acceptedName(sourceId), fingerprint);

export const readAccepted = async ({ marks }: Memory, integration: string, sourceId: string): Promise<string | undefined> => marks.get(subjectOf(integration), acceptedName(sourceId));
