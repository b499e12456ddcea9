/** The status of whichever side changed since both agreed (R6, R11); what goes to the platform is handed to the run, which writes it there. */
import { decideStatus, type StatusDecision, type StatusReport } from '../../domain/order-status.ts';
import type { FollowInput, SetStatusInput } from '../../domain/ports.ts';
import { noteWritten, save, type Follow, type There } from './follow-work.ts';

/**
 * Writes RO App's side, and says what is to be written to the platform; remembers what is agreed.
 * @param there read after the last write, so that no write-off is overlooked
 */
export async function settleStatus(work: Follow, input: FollowInput, there: There): Promise<Pick<SetStatusInput, 'status' | 'books' | 'isLast'> | undefined> {
  const { step, row, state, notes } = work;
  const decision = await decide(work, input, there);
  const wasWithheld = state.withheld;
  delete state.withheld;
  if (decision.report) report(work, decision.report, { wasWithheld, there, modifiedAt: input.order?.modifiedAt });
  if (decision.toBooks !== undefined) {
    await save(work); // what was applied and counted so far, should the status be refused
    await step.client.setStatus(row.targetId, decision.toBooks);
    await noteWritten(work);
    notes.push({ code: 'status-set', text: `order ${row.targetId}: status ${decision.toBooks} as on the platform` });
  }
  // what goes to the platform is agreed once it is written there
  if (decision.toPlatform === undefined && decision.agreed !== undefined) state.agreed = decision.agreed;
  const isLast = there.status.isClosed || there.status.isDroppedOff || (step.pair.statuses.length === 0 && state.frozenAt !== undefined);
  await save(work, !isLast || decision.toPlatform !== undefined || state.withheld !== undefined);
  if (decision.toPlatform === undefined) return undefined;
  notes.push({ code: 'status-set', text: `status ${decision.toPlatform} goes to the platform` });
  return { status: decision.toPlatform, books: String(there.order.status.id), isLast };
}

async function decide({ step, state }: Follow, { integration, order }: FollowInput, { order: inBooks, status, writtenOff }: There): Promise<StatusDecision> {
  if (order === undefined) return {};
  return decideStatus({
    table: step.pair.statuses,
    afterWriteOff: step.pair.afterWriteOff,
    ...(state.agreed === undefined ? {} : { agreed: state.agreed }),
    now: { platform: order.status, books: String(inBooks.status.id) },
    writtenOff: status.isClosed ? 'all' : writtenOff,
    isFrozen: state.frozenAt !== undefined,
    isArmed: (await step.ledger.marks.get(`integration:${integration.id}`, 'armed')) !== undefined,
  });
}

function report({ state, notes, row }: Follow, said: StatusReport, { wasWithheld, there, modifiedAt }: { wasWithheld: string | undefined; there: There; modifiedAt: string | undefined }): void {
  const note = (text: string): void => void notes.push({ code: said.code, text });
  switch (said.code) {
    case 'status-withheld':
      state.withheld = said.status;
      if (wasWithheld !== said.status) note(`status ${said.status} waits until everything in order ${row.targetId} is written off`);
      return;
    case 'ignored-after-write-off':
      // what came with it was counted already: one change counts once
      if (notes.some(({ code }) => code === said.code)) return;
      state.ignored += 1;
      note(`order ${row.targetId}: status ${said.status} of the platform came after the write-off`);
      return;
    case 'status-conflict':
      note(`both sides changed: the books (${said.books}, changed ${there.order.modified_at}) win over the platform (${said.platform}, changed ${modifiedAt ?? 'at a time unknown'})`);
      return;
    default:
      note(`status ${said.status} of the ${said.side} is not in the table and is left alone`);
  }
}
