/**
 * Records one history of each kind of workflow into test/histories, sealed with the test key that lies there: `npm run record-histories`;
 * with names behind it (`-- apply-installation`) only these are written.
 * They are replayed on every change (test/flows/histories.test.ts). Record anew only what may change: a workflow that no installation runs yet,
 * or one whose earlier histories are kept beside under another name.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { connect } from './connect.ts';
import { getExport, getIntegration } from './integration.ts';
import { importOne } from './import.ts';
import { edit, retry, skip } from './mend.ts';
import { plan } from './plan.ts';
import { cleanHistory } from './record-histories/clean.ts';
import { connectContacts } from './connect-contacts.ts';
import { optOut } from './consent.ts';
import { tellChanges } from './contact-runs.ts';
import { contactsIntegration, startStage, type Stage } from './record-histories/stage.ts';
import { announceOrder } from '../worker/temporal-client.ts';
import { reconcile } from './reconcile.ts';
import { webhooks } from './webhooks.ts';
import {
  backfillWorkflowId, done, exportWorkflowId, installationWorkflow, installationWorkflowId, syncContactsWorkflowId, syncOptOutsWorkflowId, followOrdersWorkflow, followScheduleId, importOrdersWorkflow, incrementalScheduleId, orderWorkflowId, privacyRequestWorkflow, privacyRequestWorkflowId,
  targetChangedWorkflow, targetChangedWorkflowId, workflowIdOfQuestion, workflowQueue, type FollowOrdersInput, type InstallationInput, type PrivacyRequestInput, type TargetChangedInput,
} from '../workflows/messages.ts';

const folder = fileURLToPath(new URL('../test/histories/', import.meta.url));
const id = 'shop-to-books';

/** File name and the run that is kept in it. */
type Kept = [name: string, workflowId: string];

/** What happens, in an order in which each run is left in peace until it is over. */
async function play(stage: Stage): Promise<Kept[]> {
  const { session, place, refuse, untilClosed } = stage;
  const target = (order: string) => `${id}/${order}`;

  stage.seedShop(6);
  await plan(session, id, { limit: 3 });
  await connect(session, id, { detach: false, lookalikes: 'link' });
  const changed = place();
  await session.client.schedule.getHandle(incrementalScheduleId(id)).trigger('SKIP');
  await untilClosed(orderWorkflowId(id, changed));
  const incremental = await idOfIncremental(stage);
  await untilClosed(incremental);

  const [imported, skipped, retried, edited, leftOut, failing] = [place(), place({ line_items: [] }), place(), place(), place(), place()];
  await importOne(session, target(imported));
  await importOne(session, target(skipped));
  refuse(400, 3);
  for (const order of [retried, edited, leftOut]) await importOne(session, target(order));
  await edit(session, target(edited), { set: ['customer.firstName=Janina'] });
  await retry(session, target(retried), {});
  await skip(session, target(leftOut), { because: 'typed by hand' });
  for (const order of [retried, edited, leftOut]) await untilClosed(orderWorkflowId(id, order)); // else the next refusal would be theirs
  refuse(403, 1);
  await importOne(session, target(failing));
  await announceOrder(session.client)({ integration: getIntegration(session, id), sourceId: failing, by: 'webhook', lane: 'live' });
  const orders: Kept[] = [['order-imported', imported], ['order-skipped', skipped], ['order-parked-and-retried', retried], ['order-parked-and-edited', edited], ['order-left-out', leftOut], ['order-forbidden-then-announced-again', failing]];
  for (const [, order] of orders) await untilClosed(orderWorkflowId(id, order));

  const followed = place();
  await playFollowing(stage, followed);
  await playContacts(stage);

  return [
    ...orders.map(([name, order]): Kept => [name, orderWorkflowId(id, order)]),
    ['import-orders-backfill', backfillWorkflowId(id)],
    ['import-orders-incremental', incremental],
    ['check-integration', workflowIdOfQuestion('check', id)],
    ['plan-import', workflowIdOfQuestion('plan', id)],
    ['find-lookalikes', workflowIdOfQuestion('lookalikes', id)],
    ['read-one-order', workflowIdOfQuestion('read', id)],
    ['ensure-webhooks', workflowIdOfQuestion('webhooks', id)],
    ['reconcile', workflowIdOfQuestion('reconcile', id)],
    ['order-followed', orderWorkflowId(id, followed)],
    ['order-listed', orderWorkflowId(id, changed)],
    ['follow-orders', followScheduleId('books')],
    ['target-changed', targetChangedWorkflowId('books', '1')],
    ['privacy-request', privacyRequestWorkflowId('shop', 'r1')],
    ['export-contacts', exportWorkflowId(contactsIntegration)],
    ['sync-contacts', syncContactsWorkflowId(contactsIntegration)],
    ['sync-opt-outs', syncOptOutsWorkflowId(contactsIntegration)],
    ['check-contacts', workflowIdOfQuestion('check', contactsIntegration)],
    ['compare-contacts', workflowIdOfQuestion('compare', contactsIntegration)],
    ['ensure-contact-webhooks', workflowIdOfQuestion('webhooks', contactsIntegration)],
    ['apply-installation', installationWorkflowId('shoper', 'r1')],
  ];
}

/** An imported order that changes, the looks that find such, and what the gateway starts. */
async function playFollowing({ session, inShop, linesOf, untilClosed }: Stage, followed: string): Promise<void> {
  const { client } = session;
  const integration = getIntegration(session, id);
  const told = { integration, sourceId: followed, by: 'webhook', lane: 'live' } as const;
  await importOne(session, `${id}/${followed}`);
  inShop('set-quantity', { id: Number(followed), line: linesOf(followed)[0], quantity: 3 });
  inShop('set-status', { id: Number(followed), status: 'on-hold' });
  await announceOrder(client)(told);
  await untilClosed(orderWorkflowId(id, followed));
  const look: FollowOrdersInput = { integration, once: true };
  await client.workflow.execute(followOrdersWorkflow, { workflowId: followScheduleId('books'), taskQueue: workflowQueue, args: [look] });
  const hint: TargetChangedInput = { connection: 'books', targetId: '1' };
  await client.workflow.execute(targetChangedWorkflow, { workflowId: targetChangedWorkflowId('books', '1'), taskQueue: workflowQueue, args: [hint] });
  const request: PrivacyRequestInput = { connection: 'shop', topic: 'customers/redact', receivedAt: '2026-09-01T10:00:00Z', dueAt: '2026-10-01T10:00:00Z', subject: { customer: { email: 'jan.nagrany9@example.test' }, orders: [`${id}/${followed}`] } };
  const task = await client.workflow.start(privacyRequestWorkflow, { workflowId: privacyRequestWorkflowId('shop', 'r1'), taskQueue: workflowQueue, args: [request] });
  await task.signal(done);
  await task.result();
  await webhooks(session, id);
  await reconcile(session, id, { csv: false, repair: false });
}

/** An export, a changed row, a refusal. */
async function playContacts({ session, contacts, untilClosed }: Stage): Promise<void> {
  contacts.seed();
  const { id: made } = z.object({ id: z.number() }).parse(await contacts.inShop('create-customer', { email: 'jan.nagrany8@example.test', firstname: 'Jan', newsletter: true, isVerified: true, isRegistered: true, tell: false }));
  const integration = getExport(session, contactsIntegration);
  await connectContacts(session, integration, { detach: false, quiet: true, inactiveSubscribers: 'unconfirmed', sourceRefusals: 'treat-as-refusal' });
  await contacts.inShop('edit-customer', { id: made, firstname: 'Janek', tell: false });
  await tellChanges(session, integration.ref, [{ kind: 'customer', sourceId: String(made), event: 'changed' }]);
  await untilClosed(syncContactsWorkflowId(contactsIntegration));
  await optOut(session, contactsIntegration, 'jan.nagrany8@example.test', { because: 'asked by phone' });
  await untilClosed(syncOptOutsWorkflowId(contactsIntegration));
  const removal: InstallationInput = { connection: 'shoper', told: { change: 'removed', at: '2026-09-01 12:00:00' } };
  await session.client.workflow.execute(installationWorkflow, { workflowId: installationWorkflowId('shoper', 'r1'), taskQueue: workflowQueue, args: [removal] });
}

/** The schedule's own runs have the time in their ids. */
async function idOfIncremental({ session, until }: Stage): Promise<string> {
  const found: string[] = [];
  await until('the incremental run', async () => {
    for await (const { workflowId } of session.client.workflow.list({ query: `WorkflowType = '${importOrdersWorkflow}'` })) if (workflowId !== backfillWorkflowId(id)) found.push(workflowId);
    return found.length > 0;
  });
  return found[0] ?? '';
}

const stage = await startStage({ keyFile: join(folder, 'key-for-these-histories-only.txt'), integration: id });
try {
  const wanted = process.argv.slice(2);
  for (const [name, workflowId] of await play(stage)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const history = await stage.session.client.workflow.getHandle(workflowId).fetchHistory();
    await writeFile(join(folder, `${name}.json`), `${await cleanHistory(history, stage.codec)}\n`);
    process.stdout.write(`${name}.json: ${history.events?.length ?? 0} events\n`);
  }
} finally {
  await stage.stop();
}
