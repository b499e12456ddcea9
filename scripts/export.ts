/** `waybill resync`: every address is sent again, with the mapping of now (S11); what the mailing system knows as refused stays so. */
import { recordAct } from './act.ts';
import { startExport } from './contact-runs.ts';
import { followExport } from './follow-export.ts';
import { getExport } from './integration.ts';
import { Complaint, exitCodes, say } from './print.ts';
import type { Session } from './session.ts';

export async function resync(session: Session, id: string, { detach }: { detach: boolean }): Promise<number> {
  const integration = getExport(session, id);
  if ((await session.ledger.states.connected(id)) === undefined) throw new Complaint(`${id} is not connected yet: waybill connect ${id}`, exitCodes.foundWrong);
  if (!(await session.confirm('Send every contact again, with the mapping of now?'))) throw new Complaint('not started', exitCodes.foundWrong);
  await recordAct(session, { verb: 'resync', subject: `integration:${id}` });
  if (!(await startExport(session, integration, 'resync'))) throw new Complaint(`an export of ${id} is running: wait for its end, or waybill cancel ${id}`, exitCodes.foundWrong);
  if (!detach) return followExport(session, integration.ref);
  say(`Started. waybill status ${id} shows how far it is.`);
  return exitCodes.done;
}
