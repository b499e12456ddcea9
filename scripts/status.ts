/** `waybill status`: what became of all orders, what is under way, what waits, and for whom. */
import type { IntegrationRef } from '../domain/ports.ts';
import { readAdoption } from '../ledger/adoption.ts';
import { hasPollers } from './ask-systems.ts';
import { countRecords, sayCounts, wordsOfPause } from './counts.ts';
import { isWalking } from './follow.ts';
import { exportsFor, integrationsFor } from './integration.ts';
import { bad, bold, dim, exitCodes, good, say, sayJson } from './print.ts';
import { lastReconciled } from './reconcile-result.ts';
import { describeSchedule } from './schedule.ts';
import type { Session } from './session.ts';
import { contactStatusOf, sayContactStatus } from './status-contacts.ts';
import { sayWebhookTopics, webhookTopicsOf } from './status-webhooks.ts';

export async function status(session: Session, id: string | undefined): Promise<number> {
  const states = (await session.ledger.states.list()).filter((row) => row.state !== 'ok');
  const worker = await hasPollers(session.client);
  const integrations = [];
  for (const ref of integrationsFor(session, id)) integrations.push(await statusOf(session, ref));
  const contacts = [];
  for (const one of exportsFor(session, id)) contacts.push(await contactStatusOf(session, one));
  if (session.asJson) sayJson({ worker, states, integrations, contacts });
  else {
    say(worker ? `worker: ${good('running')}` : `worker: ${bad('not running')}; start one with waybill worker`);
    for (const row of states) say(`${row.subject}: ${bad(row.state)} since ${new Date(row.since).toISOString()}: ${wordsOfPause(row.reason)}`);
    for (const one of integrations) sayStatus(session, one);
    for (const one of contacts) sayContactStatus(session, one);
  }
  return exitCodes.done;
}

type Status = Awaited<ReturnType<typeof statusOf>>;

async function statusOf(session: Session, ref: IntegrationRef) {
  const [counts, connected, schedule, walking, backfillDone, mark, drift, adoption, followed, armed, reconciled, webhookHeard, foundBySweep, paged, topics] = await Promise.all([
    countRecords(session.ledger, ref.id),
    session.ledger.states.connected(ref.id),
    describeSchedule(session, ref.id),
    isWalking(session, ref.id),
    session.ledger.marks.get(`integration:${ref.id}`, 'backfill-done'),
    session.ledger.marks.get(`integration:${ref.id}`, 'changed'),
    session.differsFromApplied(ref.id),
    readAdoption(session.ledger, ref.id),
    session.ledger.follows.count(ref.id),
    session.ledger.marks.get(`integration:${ref.id}`, 'armed'),
    lastReconciled(session, ref.id),
    session.ledger.marks.get(`integration:${ref.id}`, 'webhook-heard'),
    session.ledger.marks.get(`integration:${ref.id}`, 'found-by-sweep'),
    session.ledger.marks.get(`integration:${ref.id}`, 'backfill-paged'),
    webhookTopicsOf(session, ref),
  ]);
  return { integration: ref.id, connected: connected ?? null, counts, walking, backfillDone: backfillDone ?? null, backfillPaged: paged ?? null, changesReadUpTo: mark ?? null, schedule: schedule ?? null, settingsDiffer: drift, targetKnown: adoption.state === 'done', followed, armed: armed ?? null, reconciled, webhooks: { heardAt: webhookHeard ?? null, foundBySweepSince: Number(foundBySweep ?? '0'), topics } };
}

function sayStatus(session: Session, { integration, connected, counts, walking, backfillDone, backfillPaged, changesReadUpTo, schedule, settingsDiffer, targetKnown, followed, armed, reconciled, webhooks }: Status): void {
  say(`\n${bold(integration)}  ${counts.paused === undefined ? '' : bad(`paused: ${counts.paused}`)}`);
  if (connected === null) return say(`  not connected yet: waybill connect ${integration}`);
  say(dim(`  connected ${connected.connectedAt}, backfill from ${connected.backfillFrom} ${walking ? 'running' : backfillDone === null ? 'not finished' : `finished ${backfillDone}`}`));
  if (backfillPaged !== null) say(dim(`  the backfill is read page by page, not by a bulk operation: ${backfillPaged}`));
  say(dim(`  changes read up to ${changesReadUpTo ?? 'nothing yet'}; next look ${schedule?.next ?? 'not scheduled'}`));
  say(`  imported ${counts.imported}  skipped ${counts.skipped}  parked ${counts.parked}  under way ${counts.open}`);
  say(`  followed ${followed.open}  written off ${followed.frozen}  ignored after write-off ${followed.ignored}  withheld until write-off ${followed.withheld}  ${armed === null ? dim('statuses are not written to the platform (waybill arm)') : `statuses written since ${armed}`}`);
  say(reconciled === null ? dim(`  not reconciled yet: waybill reconcile ${integration}`) : (reconciled.unexplained === 0 ? dim : bad)(`  last reconciliation ${reconciled.at}: unexplained ${reconciled.unexplained}`));
  say(dim(`  last webhook of the platform ${webhooks.heardAt ?? 'none yet'}; changes that only the sweep found since: ${webhooks.foundBySweepSince}`));
  sayWebhookTopics(session, webhooks.topics);
  if (!targetKnown) say(bad(`  nothing is written until the orders that stand in the target are known here${walking ? '' : `: waybill adopt ${integration}`}`));
  if (settingsDiffer) say(bad('  waybill.yaml differs from the settings in force: waybill apply'));
  sayCounts(counts);
  return undefined;
}
