/** `waybill status` of an integration that brings contacts. */
import { isRunning } from './backfill.ts';
import { findProgress, inWords } from './follow-export.ts';
import { wordsOfPause } from './counts.ts';
import type { ExportConfig } from '../worker/contact-config.ts';
import { exportWorkflowId } from '../workflows/messages.ts';
import { bad, bold, dim, say } from './print.ts';
import type { Session } from './session.ts';

export type ContactStatus = Awaited<ReturnType<typeof contactStatusOf>>;

export async function contactStatusOf(session: Session, { ref }: ExportConfig) {
  const { ledger } = session;
  const [counts, consents, state, connected, isExporting, progress, parked, settingsDiffer] = await Promise.all([
    ledger.contacts.counts(ref.id),
    ledger.consents.count(ref.company, 'email'),
    ledger.states.get(`integration:${ref.id}`),
    ledger.states.connected(ref.id),
    isRunning(session, exportWorkflowId(ref.id)),
    findProgress(session, ref.id),
    ledger.parked.list(ref.id),
    session.differsFromApplied(ref.id),
  ]);
  return { integration: ref.id, connected: connected?.connectedAt ?? null, counts, consents, paused: state.state === 'paused' ? wordsOfPause(state.reason) : null, isExporting, progress: progress ?? null, parked: parked.length, settingsDiffer };
}

export function sayContactStatus({ integration, connected, counts, consents, paused, isExporting, progress, parked, settingsDiffer }: ContactStatus): void {
  say(`\n${bold(integration)}  ${paused === null ? '' : bad(`paused: ${paused}`)}`);
  if (connected === null) return say(`  not connected yet: waybill connect ${integration}`);
  say(dim(`  connected ${connected}; ${isExporting ? 'an export is running' : 'no export is running'}`));
  if (progress !== null) say(dim(`  ${inWords(progress)}`));
  say(`  customers ${counts.rows.customer}  subscribers ${counts.rows.subscriber}  acknowledged addresses ${counts.sent}  parked ${parked}`);
  say(`  consent of the company: granted ${consents.granted}  unconfirmed ${consents.unconfirmed}  refused ${consents.refused}`);
  say((counts.refusalsDue + counts.withdrawalsDue > 0 ? bad : dim)(`  refusals still to be written: ${counts.refusalsDue} to the mailing system, ${counts.withdrawalsDue} to the shop; ${counts.notWritable} that the shop cannot hold are kept here`));
  if (settingsDiffer) say(bad('  waybill.yaml differs from the settings in force: waybill apply'));
  return undefined;
}
