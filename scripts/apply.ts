/** `waybill apply`: makes a changed settings file current without a restart, after showing what differs. A change re-sends nothing by itself (N18). */
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { identifyConnections } from '../worker/identity.ts';
import { settingsBodies, settingsCachedMs } from '../worker/settings-versions.ts';
import { recordAct } from './act.ts';
import { Complaint, dim, exitCodes, say, sayJson } from './print.ts';
import { ensureContactSchedules } from './contact-runs.ts';
import { ensureSchedules } from './schedule.ts';
import type { Session } from './session.ts';

interface Difference {
  subject: string;
  field: string;
  before: string;
  after: string;
}

export async function apply(session: Session): Promise<number> {
  const changed = [];
  const differences: Difference[] = [];
  for (const { subject, body } of settingsBodies(session.config)) {
    const current = await session.ledger.settings.current(subject);
    if (current?.body === body) continue;
    changed.push({ subject, body, before: current?.body });
    differences.push(...differencesOf(subject, current?.body, body));
  }
  if (!session.asJson) await sayDifferences(session, differences);
  if (changed.length > 0 && !(await session.confirm('Make this current?'))) throw new Complaint('nothing was changed', exitCodes.foundWrong);
  await identifyConnections(session.ledger, session.config);
  for (const { subject, body, before } of changed) {
    await session.ledger.settings.apply(subject, body);
    await recordAct(session, { verb: 'apply', subject, ...(before === undefined ? {} : { before }), after: body });
  }
  if (changed.length > 0) await wait(settingsCachedMs); // workers have noticed by then: what is retried next takes the new settings
  for (const { ref, settings } of session.config.integrations) if (await isScheduled(session, ref.id)) await ensureSchedules(session, ref, settings.everyMinutes);
  for (const one of session.config.exports) if (await isScheduled(session, one.ref.id)) await ensureContactSchedules(session, one);
  if (session.asJson) sayJson(differences);
  else if (changed.length > 0) say('Current now; steps that begin from here on use it. Nothing is sent again because of it.');
  return exitCodes.done;
}

const isScheduled = async (session: Session, integration: string): Promise<boolean> => (await session.ledger.states.connected(integration)) !== undefined && (await session.ledger.marks.get(`integration:${integration}`, 'scheduled')) !== undefined;

async function sayDifferences(session: Session, differences: Difference[]): Promise<void> {
  if (differences.length === 0) return say('The settings in force are those of the file.');
  for (const { subject, field, before, after } of differences) say(`${subject}  ${field}: ${before} → ${after}`);
  for (const { ref } of session.config.integrations) {
    const { completed } = await session.ledger.records.countByState(ref.id);
    if (completed > 0) say(dim(`${ref.id}: ${completed} orders are imported with earlier settings; they stay as they are`));
  }
  for (const { ref } of session.config.exports) {
    const { sent } = await session.ledger.contacts.counts(ref.id);
    if (sent > 0) say(dim(`${ref.id}: ${sent} addresses were sent with earlier settings; they stay as they are until they change, or waybill resync ${ref.id}`));
  }
  return undefined;
}

const bodySchema = z.record(z.string(), z.unknown());

function differencesOf(subject: string, before: string | undefined, after: string): Difference[] {
  const old = flat(before === undefined ? {} : bodySchema.parse(JSON.parse(before)));
  const now = flat(bodySchema.parse(JSON.parse(after)));
  return [...new Set([...old.keys(), ...now.keys()])].filter((field) => old.get(field) !== now.get(field)).map((field) => ({ subject, field, before: old.get(field) ?? '(not set)', after: now.get(field) ?? '(not set)' }));
}

/** {"a":{"b":1}} → "a.b" = 1 */
function flat(value: Record<string, unknown>, prefix = ''): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [name, inner] of Object.entries(value)) {
    const nested = bodySchema.safeParse(inner);
    if (nested.success) for (const [field, text] of flat(nested.data, `${prefix}${name}.`)) fields.set(field, text);
    else fields.set(`${prefix}${name}`, JSON.stringify(inner));
  }
  return fields;
}
