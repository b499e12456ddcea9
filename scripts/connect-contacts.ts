/**
 * `waybill connect` for contacts: checks, compares both sides before anything is written, asks what the shop alone cannot tell, records the answers,
 * then starts export and schedules (decision on S: first start). Connecting twice keeps the answers.
 */
import type { Comparison } from '../domain/contact-ports.ts';
import type { ContactAnswers } from '../domain/settings.ts';
import type { ExportConfig } from '../worker/contact-config.ts';
import { compareContactsWorkflow, contactWebhooksWorkflow, type CompareContactsInput } from '../workflows/messages.ts';
import { recordAct } from './act.ts';
import { parseComparison, parseWebhooks } from './answers.ts';
import { askSystems } from './ask-systems.ts';
import { runContactCheck, sayContactCheck } from './check-contacts.ts';
import { ensureContactSchedules, kindsOf, startExport } from './contact-runs.ts';
import { followExport } from './follow-export.ts';
import { bold, Complaint, exitCodes, say, sayJson } from './print.ts';
import type { Session } from './session.ts';

export interface ConnectContactsOptions {
  inactiveSubscribers?: ContactAnswers['inactiveSubscribers'];
  sourceRefusals?: ContactAnswers['sourceRefusals'];
  detach: boolean;
  quiet?: boolean;
  /** the check is told only where something is not ok */
  isCheckBrief?: boolean;
}

const marks = { inactiveSubscribers: 'answer-inactive-subscribers', sourceRefusals: 'answer-source-refusals' } as const;

export async function connectContacts(session: Session, integration: ExportConfig, options: ConnectContactsOptions): Promise<number> {
  const { ref } = integration;
  const checked = await runContactCheck(session, ref);
  const isOk = [...checked.source, ...checked.target].every(({ state }) => state !== 'not ok');
  if (!options.quiet && !session.asJson && !(isOk && options.isCheckBrief)) sayContactCheck(ref.id, checked);
  if (!isOk) throw new Complaint(options.quiet ? `${ref.id} is not connected: waybill check ${ref.id}` : 'not connected: mend what is not ok first', exitCodes.foundWrong);
  const answers = await settleAnswers(session, integration, options);
  if (!(await session.confirm('Start the export?'))) throw new Complaint('not started', exitCodes.foundWrong);
  await recordAct(session, { verb: 'connect', subject: `integration:${ref.id}`, after: JSON.stringify(answers) });
  const now = `${new Date(await session.ledger.clock.now()).toISOString().slice(0, 19)}Z`;
  if ((await session.ledger.states.connected(ref.id)) === undefined) await session.ledger.states.setConnected(ref.id, { connectedAt: now, backfillFrom: now });
  // first, so that nothing falls between the walk and the first webhook
  await askSystems(session.client, { kind: 'webhooks', workflow: contactWebhooksWorkflow, integration: ref.id, input: { integration: ref } }, parseWebhooks);
  if (!(await startExport(session, integration, 'export'))) say('An export of this integration is running already; it is shown here.');
  await ensureContactSchedules(session, integration);
  await session.ledger.marks.set(`integration:${ref.id}`, 'scheduled', 'yes');
  if (!options.detach) return followExport(session, ref);
  if (session.asJson) sayJson({ started: ref.id });
  else if (!options.quiet) say(`${bold('Started.')} waybill status ${ref.id} shows how far it is.`);
  return exitCodes.done;
}

async function settleAnswers(session: Session, { ref, settings }: ExportConfig, options: ConnectContactsOptions): Promise<ContactAnswers> {
  const subject = `integration:${ref.id}`;
  const [inactive, refusals] = await Promise.all([session.ledger.marks.get(subject, marks.inactiveSubscribers), session.ledger.marks.get(subject, marks.sourceRefusals)]);
  if ((inactive === 'refused' || inactive === 'unconfirmed') && (refusals === 'treat-as-refusal' || refusals === 'leave')) return { inactiveSubscribers: inactive, sourceRefusals: refusals };
  const input: CompareContactsInput = { integration: ref, kinds: kindsOf(settings) };
  const compared = await askSystems(session.client, { kind: 'compare', workflow: compareContactsWorkflow, integration: ref.id, input, timeout: 24 * 3_600_000 }, parseComparison);
  if (!session.asJson && !options.quiet) sayComparison(compared);
  const answers: ContactAnswers = {
    inactiveSubscribers: options.inactiveSubscribers ?? (await session.choose('What does a subscriber mean who is inactive in the shop: refused, or not confirmed yet? (--inactive-subscribers)', ['refused', 'unconfirmed'])),
    sourceRefusals: options.sourceRefusals ?? (await session.choose('Who refused in the shop and stands as confirmed in the mailing system: treat as a refusal, or leave? (--shop-refusals)', ['treat-as-refusal', 'leave'])),
  };
  await session.ledger.marks.set(subject, marks.inactiveSubscribers, answers.inactiveSubscribers);
  await session.ledger.marks.set(subject, marks.sourceRefusals, answers.sourceRefusals);
  return answers;
}

function sayComparison({ addresses, knownThere, refusedHereConfirmedThere, unknownHereConfirmedThere, refusedThere, inactiveSubscribers }: Comparison): void {
  say(`\n${addresses} addresses compared (one that is customer and subscriber counts twice), ${knownThere} of them known to the mailing system. Nothing was written.`);
  sayList('inactive in the shop and confirmed in the mailing system', refusedHereConfirmedThere);
  sayList('without the newsletter in the shop and confirmed in the mailing system', unknownHereConfirmedThere);
  say(`  ${String(refusedThere).padStart(6)}  refused in the mailing system: this is carried to the shop`);
  say(`  ${String(inactiveSubscribers).padStart(6)}  inactive subscribers in the shop`);
}

function sayList(what: string, { count, some }: Comparison['refusedHereConfirmedThere']): void {
  say(`  ${String(count).padStart(6)}  ${what}`);
  for (const address of some) say(`            ${address}`);
  if (count > some.length) say(`            … and ${count - some.length} more`);
}
