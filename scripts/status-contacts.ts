/** `waybill status` of an integration that brings contacts. */
import { z } from 'zod';
import { isRunning } from './backfill.ts';
import { findProgress, inWords } from './follow-export.ts';
import { wordsOfPause } from './counts.ts';
import type { ExportConfig } from '../worker/contact-config.ts';
import { exportWorkflowId } from '../workflows/messages.ts';
import { bad, bold, dim, say } from './print.ts';
import type { Session } from './session.ts';
import { sayWebhookTopics, webhookTopicsOf } from './status-webhooks.ts';

export type ContactStatus = Awaited<ReturnType<typeof contactStatusOf>>;

export async function contactStatusOf(session: Session, { ref }: ExportConfig) {
  const { ledger } = session;
  const [counts, consents, state, connected, isExporting, progress, parked, settingsDiffer, withoutTraits, topics] = await Promise.all([
    ledger.contacts.counts(ref.id),
    ledger.consents.count(ref.company, 'email'),
    ledger.states.get(`integration:${ref.id}`),
    ledger.states.connected(ref.id),
    isRunning(session, exportWorkflowId(ref.id)),
    findProgress(session, ref.id),
    ledger.parked.list(ref.id),
    session.differsFromApplied(ref.id),
    withoutTraitsOf(session, ref.id),
    webhookTopicsOf(session, ref),
  ]);
  return { integration: ref.id, connected: connected?.connectedAt ?? null, counts, consents, paused: state.state === 'paused' ? wordsOfPause(state.reason) : null, isExporting, progress: progress ?? null, parked: parked.length, withoutTraits, settingsDiffer, webhooks: { topics } };
}

export function sayContactStatus(session: Session, { integration, connected, counts, consents, paused, isExporting, progress, parked, withoutTraits, settingsDiffer, webhooks }: ContactStatus): void {
  say(`\n${bold(integration)}  ${paused === null ? '' : bad(`paused: ${paused}`)}`);
  if (connected === null) return say(`  not connected yet: waybill connect ${integration}`);
  say(dim(`  connected ${connected}; ${isExporting ? 'an export is running' : 'no export is running'}`));
  if (progress !== null) say(dim(`  ${inWords(progress)}`));
  say(`  customers ${counts.rows.customer}  subscribers ${counts.rows.subscriber}  acknowledged addresses ${counts.sent}  parked ${parked}`);
  say(`  consent of the company: granted ${consents.granted}  unconfirmed ${consents.unconfirmed}  refused ${consents.refused}`);
  say((counts.refusalsDue + counts.withdrawalsDue > 0 ? bad : dim)(`  refusals still to be written: ${counts.refusalsDue} to the mailing system, ${counts.withdrawalsDue} to the shop; ${counts.notWritable} that the shop cannot hold are kept here`));
  sayWebhookTopics(session, webhooks.topics);
  if (withoutTraits.count > 0) say(bad(`  taken without a trait that the mailing system would have refused: ${withoutTraits.count}, e.g. ${withoutTraits.some.map(({ row, what }) => `${row} (${what})`).join(', ')}`));
  if (settingsDiffer) say(bad('  waybill.yaml differs from the settings in force: waybill apply'));
  return undefined;
}

const shown = 20;
const notes = z.array(z.object({ text: z.string() }));

/** Contacts that were taken with less than their row has; the latest of them by row and trait, never with its value. */
async function withoutTraitsOf({ ledger }: Pick<Session, 'ledger'>, integration: string): Promise<{ count: number; some: { row: string; what: string }[] }> {
  const count = (await ledger.outcomes.count(integration)).find(({ reason }) => reason === 'trait-left-out')?.count ?? 0;
  if (count === 0) return { count, some: [] };
  const latest = new Map((await ledger.outcomes.list(integration, { outcome: 'updated', limit: 500 })).toReversed().map((outcome) => [outcome.number ?? outcome.sourceId, outcome]));
  const left = [...latest].filter(([, { reason }]) => reason === 'trait-left-out').slice(-shown);
  return { count, some: left.map(([row, { detail }]) => ({ row, what: notes.catch([]).parse(JSON.parse(detail ?? '[]')).map(({ text }) => text).join('; ') })) };
}
