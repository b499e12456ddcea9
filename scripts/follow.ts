/** Watching a backfill: progress counts what the target acknowledged, read from the ledger. */
import { setTimeout as wait } from 'node:timers/promises';
import type { IntegrationRef } from '../domain/ports.ts';
import { backfillWorkflowId } from '../workflows/messages.ts';
import { isRunning } from './backfill.ts';
import { exitCodes, progressLine, say, sayJson } from './print.ts';
import type { Session } from './session.ts';
import { countRecords, sayCounts, type Counts } from './counts.ts';

export async function followBackfill(session: Session, ref: IntegrationRef): Promise<number> {
  const line = progressLine();
  let counts = await countRecords(session.ledger, ref.id);
  const show = () => line.show(`imported ${counts.imported}  skipped ${counts.skipped}  parked ${counts.parked}  under way ${counts.open}${counts.paused === undefined ? '' : `  (paused: ${counts.paused})`}`);
  for (;;) {
    // asked in this order: what the walk announced as its last is counted as under way
    const walking = await isWalking(session, ref.id);
    counts = await countRecords(session.ledger, ref.id);
    if (!session.asJson) show();
    if (!walking && counts.open === 0) break;
    await wait(300);
  }
  line.end();
  return sayEnd(session, ref, counts);
}

export const isWalking = async (session: Pick<Session, 'client'>, integration: string): Promise<boolean> => isRunning(session, backfillWorkflowId(integration));

function sayEnd(session: Session, ref: IntegrationRef, counts: Counts): number {
  if (session.asJson) sayJson({ integration: ref.id, ...counts });
  else {
    sayCounts(counts);
    if (counts.parked > 0) say(`\n${counts.parked} wait for a person: waybill parked ${ref.id}`);
  }
  return exitCodes.done;
}
