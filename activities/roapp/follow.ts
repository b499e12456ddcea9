/**
 * An imported order is brought up to the platform's state until its goods are written off.
 * 1. The order and its lines are read anew; one written-off line, or the Closed group, freezes it for changes of the platform, for good (R4).
 * 2. Not frozen: what changed on the platform is applied (follow-changes.ts).
 * 3. Frozen, before or in the midst of it: what was not applied is counted (N5).
 * 4. Then the status of whichever side changed (follow-status.ts).
 */
import type { Followed, FollowInput } from '../../domain/ports.ts';
import type { RecordKey } from '../../ledger/ledger.ts';
import { orderKeyOf } from './adopt.ts';
import { applyChanges, countIgnored, needsParties } from './follow-changes.ts';
import { settleStatus } from './follow-status.ts';
import { freezeIfDue, readThere, save, WrittenOffMeanwhile, type Follow, type There } from './follow-work.ts';
import { isRefusal } from './stale.ts';
import { holderOf, type RoappStep } from './step.ts';

/** Safe to repeat: changes are absolute, new lines and comments go under intents, and what was applied is remembered after each write. */
export async function followOrder(step: RoappStep, input: FollowInput): Promise<Followed> {
  const key: RecordKey = { integration: input.integration.id, kind: 'order', sourceId: input.sourceId };
  if ((await step.ledger.follows.find(key.integration, key.sourceId)) === undefined) return { kind: 'not followed' };
  return step.ledger.keys.hold([orderKeyOf(key)], holderOf(step), async (hold) => {
    const row = await step.ledger.follows.find(key.integration, key.sourceId);
    if (row === undefined) return { kind: 'not followed' };
    const work: Follow = { step, hold, row, state: { ...row.state, lines: { ...row.state.lines } }, notes: [], hasWritten: false };
    const there = await readThere(work);
    if (there === undefined) return endFollowing(work);
    try {
      return await bringUp(work, input, there);
    } catch (error) {
      if (isRefusal(error) && !(await step.client.orderExists(row.targetId))) return endFollowing(work);
      throw error;
    }
  });
}

async function bringUp(work: Follow, input: FollowInput, there: There): Promise<Followed> {
  const { state, row } = work;
  await freezeIfDue(work, there);
  if (state.frozenAt === undefined && needsParties(work, input)) return { kind: 'needs parties' };
  await applyUntilFrozen(work, input);
  if (state.frozenAt !== undefined) countIgnored(work, input);
  state.digest = input.digest;
  const now = work.hasWritten ? await readThere(work) : there;
  if (now === undefined) return endFollowing(work);
  await freezeIfDue(work, now);
  const writeBack = await settleStatus(work, input, now);
  return { kind: 'followed', targetId: row.targetId, isChanged: work.notes.length > 0, notes: work.notes, ...(writeBack === undefined ? {} : { writeBack }) };
}

async function applyUntilFrozen(work: Follow, input: FollowInput): Promise<void> {
  if (work.state.frozenAt !== undefined) return;
  try {
    await applyChanges(work, input);
  } catch (error) {
    if (!(error instanceof WrittenOffMeanwhile)) throw error;
  }
}

/** Staff deleted it in RO App. */
async function endFollowing(work: Follow): Promise<Followed> {
  const { row, notes } = work;
  delete work.state.withheld;
  await save(work, false);
  if (row.isOpen) notes.push({ code: 'gone-from-target', text: `order ${row.targetId} no longer exists there: it is followed no more` });
  return { kind: 'followed', targetId: row.targetId, isChanged: notes.length > 0, notes };
}
