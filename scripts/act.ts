/** Every act of an operator is kept with name, time, reason, before and after (N20). */
import type { Session } from './session.ts';

export interface ActInput {
  verb: string;
  subject: string;
  reason?: string;
  before?: string;
  after?: string;
}

export async function recordAct({ ledger, operator }: Pick<Session, 'ledger' | 'operator'>, { verb, subject, reason, before, after }: ActInput): Promise<void> {
  await ledger.acts.add({ operator, verb, subject, reason: reason ?? null, before: before ?? null, after: after ?? null });
}
