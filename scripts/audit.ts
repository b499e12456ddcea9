/** `waybill audit`: who did what as operator, when and why (N20). */
import { exitCodes, say, sayJson, sayTime } from './print.ts';
import type { Session } from './session.ts';

export async function audit(session: Session, { limit }: { limit: number }): Promise<number> {
  const acts = await session.ledger.acts.list({ limit });
  if (session.asJson) sayJson(acts.map((act) => ({ ...act, at: new Date(act.at).toISOString() })));
  else for (const act of acts.toReversed()) say(`${sayTime(act.at)}  ${act.operator.padEnd(12)} ${act.verb.padEnd(8)} ${act.subject}${act.reason === null ? '' : `  because ${act.reason}`}`);
  return exitCodes.done;
}
