/** `waybill adopt`: after the restore of an older ledger, links are rebuilt from the markers in the target before anything is written (N21). */
import { demandAdoption } from '../ledger/adoption.ts';
import { recordAct } from './act.ts';
import { startBackfill } from './backfill.ts';
import { followBackfill } from './follow.ts';
import { getIntegration } from './integration.ts';
import { Complaint, exitCodes, say, sayJson } from './print.ts';
import type { Session } from './session.ts';

/** Nothing is written for the integration from now until it is done, whatever runs meanwhile. Safe to repeat. */
export async function adopt(session: Session, id: string, { detach }: { detach: boolean }): Promise<number> {
  const ref = getIntegration(session, id);
  if ((await session.ledger.states.connected(id)) === undefined) throw new Complaint(`${id} is not connected in this ledger: waybill connect ${id} does the same and connects it`, exitCodes.foundWrong);
  await demandAdoption(session.ledger, id);
  await recordAct(session, { verb: 'adopt', subject: `integration:${id}` });
  await session.ensureApplied(id);
  await startBackfill(session, ref, { isReplacing: true });
  if (!session.asJson) say('Nothing is written until all orders of ours in the target are known again. Workers may be started now.');
  if (!detach) return followBackfill(session, ref);
  if (session.asJson) sayJson({ started: 'adopt' });
  return exitCodes.done;
}
