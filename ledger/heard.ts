/** When each webhook spoke last, and what only a sweep found since: marks, so that silence shows (N22). */
import { topicsOf, untoldBy, type Untold } from '../domain/webhook-topics.ts';
import type { Ledger } from './ledger.ts';

type Marked = Pick<Ledger, 'marks' | 'clock'>;

const ofConnection = (connection: string): string => `connection:${connection}`;
const ofIntegration = (integration: string): string => `integration:${integration}`;
const heardMark = (topic: string): string => `heard:${topic}`;
const untoldMark = (untold: Untold): string => `found-by-sweep:${untold}`;

export interface Speaker {
  /** that the webhook came from */
  connection: string;
  /** whose sweeps' finds it answers; absent: no sweep counts any */
  integration?: string;
}

/** Notes that these webhooks spoke, and forgets what was found without them. Words that are no topics of ours are left alone. Safe to repeat. */
export async function noteHeard({ marks, clock }: Marked, { connection, integration }: Speaker, heard: readonly string[] = []): Promise<void> {
  for (const topic of new Set(heard)) {
    const untold = untoldBy(topic);
    if (untold === undefined) continue;
    await marks.set(ofConnection(connection), heardMark(topic), new Date(await clock.now()).toISOString());
    if (integration !== undefined) await forget(marks, integration, untold);
  }
}

async function forget(marks: Ledger['marks'], integration: string, untold: readonly Untold[]): Promise<void> {
  // asked first: nearly always there is nothing, and every webhook comes by here
  for (const name of untold.map(untoldMark)) if ((await marks.get(ofIntegration(integration), name)) !== undefined) await marks.remove(ofIntegration(integration), name);
}

/** Notes what a sweep found that no webhook had told of. A step that is repeated may count it twice. */
export async function noteUntold({ marks }: Pick<Ledger, 'marks'>, integration: string, untold: Untold, count = 1): Promise<void> {
  if (count === 0) return;
  await marks.set(ofIntegration(integration), untoldMark(untold), String(Number((await marks.get(ofIntegration(integration), untoldMark(untold))) ?? '0') + count));
}

export interface HeardTopic {
  connection: string;
  topic: string;
  /** ISO 8601 UTC; null: not yet */
  heardAt: string | null;
  /** null: a sweep cannot know that it was this webhook that kept silent */
  foundBySweepSince: number | null;
}

/** Every webhook of the connection that is asked for, and those that came without being asked for. */
export async function readHeard({ marks }: Pick<Ledger, 'marks'>, { connection, system, integration }: { connection: string; system: string; integration: string }): Promise<HeardTopic[]> {
  const found: HeardTopic[] = [];
  for (const { topic, untold, isAsked } of topicsOf(system)) {
    const heardAt = (await marks.get(ofConnection(connection), heardMark(topic))) ?? null;
    if (!isAsked && heardAt === null) continue;
    const counts = await Promise.all(untold.map(async (one) => Number((await marks.get(ofIntegration(integration), untoldMark(one))) ?? '0')));
    found.push({ connection, topic, heardAt, foundBySweepSince: untold.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0) });
  }
  return found;
}
