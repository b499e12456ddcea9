/**
 * `waybill arm <integration>`: switches on that statuses are written to the platform (N4). What would change if today's statuses were carried over is shown
 * first; arming carries none of them: only changes from then on count.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { WorkflowIdConflictPolicy } from '@temporalio/common';
import { platformStatusOf } from '../domain/order-status.ts';
import type { IntegrationRef } from '../domain/ports.ts';
import type { StatusPair } from '../domain/settings.ts';
import { followOrdersWorkflow, orderWorkflow, searchAttributes, workflowQueue, type FollowOrdersInput } from '../workflows/messages.ts';
import { recordAct } from './act.ts';
import { hasPollers } from './ask-systems.ts';
import { getConfigured, getIntegration } from './integration.ts';
import { Complaint, exitCodes, say, sayJson, sayTable } from './print.ts';
import type { Session } from './session.ts';

interface WouldChange {
  books: string;
  from: string;
  to: string;
  orders: number;
}

export async function arm(session: Session, id: string, { off }: { off: boolean }): Promise<number> {
  const ref = getIntegration(session, id);
  if (off) return disarm(session, ref);
  const { statuses, afterWriteOff } = getConfigured(session, id).settings;
  if (!statuses.some(({ direction }) => direction !== 'to-books')) throw new Complaint(`integration ${id} has no status that goes to the platform: give it a table (statuses) and waybill apply`);
  await readAll(session, ref);
  const changes = await wouldChange(session, ref, statuses);
  sayChanges(session, changes, afterWriteOff);
  if (!(await session.confirm('Write statuses to the platform from now on?'))) return exitCodes.foundWrong;
  const now = new Date(await session.ledger.clock.now()).toISOString();
  await recordAct(session, { verb: 'arm', subject: `integration:${id}`, after: now });
  await session.ledger.marks.set(`integration:${id}`, 'armed', now);
  if (session.asJson) sayJson({ integration: id, armed: now, wouldChange: changes });
  else say(`Armed at ${now}: changes from now on are written to the platform.`);
  return exitCodes.done;
}

async function disarm(session: Session, { id }: IntegrationRef): Promise<number> {
  const before = await session.ledger.marks.get(`integration:${id}`, 'armed');
  await recordAct(session, { verb: 'disarm', subject: `integration:${id}`, ...(before === undefined ? {} : { before }) });
  await session.ledger.marks.remove(`integration:${id}`, 'armed');
  if (session.asJson) sayJson({ integration: id, armed: null });
  else say('No status is written to the platform any more.');
  return exitCodes.done;
}

/** Every open order is looked at once while nothing is armed, so that today's statuses count as agreed. */
async function readAll({ client }: Session, integration: IntegrationRef): Promise<void> {
  if (!(await hasPollers(client))) throw new Complaint('no worker is running: start one with waybill worker', exitCodes.unreachable);
  const input: FollowOrdersInput = { integration, once: true };
  await client.workflow.execute(followOrdersWorkflow, { workflowId: `arm:${integration.id}`, taskQueue: workflowQueue, args: [input], workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING });
  const atWork = `WorkflowType = '${orderWorkflow}' AND ExecutionStatus = 'Running' AND ${searchAttributes.integration} = '${integration.id}' AND ${searchAttributes.state} = 'importing'`;
  // the list of runs lags a moment behind: twice nobody is nobody
  for (let quiet = 0; quiet < 2; ) {
    await wait(1_000);
    quiet = (await client.workflow.count(atWork)).count === 0 ? quiet + 1 : 0;
  }
}

async function wouldChange({ ledger }: Session, ref: IntegrationRef, table: StatusPair[]): Promise<WouldChange[]> {
  const changes = new Map<string, WouldChange>();
  let after: string | undefined;
  for (;;) {
    const rows = await ledger.follows.listOpen(ref.target, after, 500);
    for (const { integration, state } of rows) {
      const { agreed } = state;
      const to = agreed && platformStatusOf(table, agreed.books);
      if (integration !== ref.id || agreed === undefined || to === undefined || to === agreed.platform) continue;
      const key = JSON.stringify([agreed.books, agreed.platform, to]);
      const change = changes.get(key) ?? { books: agreed.books, from: agreed.platform, to, orders: 0 };
      changes.set(key, { ...change, orders: change.orders + 1 });
    }
    after = rows.at(-1)?.targetId;
    if (rows.length < 500) return [...changes.values()];
  }
}

function sayChanges(session: Session, changes: WouldChange[], afterWriteOff: string[]): void {
  if (session.asJson) return;
  const orders = changes.reduce((sum, change) => sum + change.orders, 0);
  if (orders === 0) say('On both sides all followed orders have statuses that fit the table.');
  else {
    sayTable(['status in the books', 'on the platform', 'would become', 'orders'], changes.map(({ books, from, to, orders: count }) => [books, from, afterWriteOff.includes(to) ? `${to} (after the write-off)` : to, count]));
    say(`Carried over, ${orders} orders would change and the platform might mail up to ${orders} customers. Arming carries none of them over: they stay as they are until staff change them again.`);
  }
  say('From now on each change of a status by staff may make the platform mail its customer: look at the platform’s own notification settings.');
}
