/** How long an opt-out takes to stand on the other side while an export uses both accounts up: an operator's to the account, the account's to the shop (S9, S10, N13). */
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { addressesTold, priorities, syncOptOutsWorkflow, syncOptOutsWorkflowId, workflowQueue, type SyncOptOutsInput } from '../../workflows/messages.ts';
import { recordOptOut } from '../consent.ts';
import { dim, say, sayTable } from '../print.ts';
import { isExporting, openContactsBench, startFirstExport, type ContactsBench } from './contacts/world.ts';
import { mean, quantile } from './figures.ts';
import type { BenchOptions } from './options.ts';

const defaultOptOuts = 200;
/** Pauses are of different lengths, lest they fall in with the accounts' beat. */
const pauseMs = { least: 1_000, most: 3_000 } as const;
/** Customers for the time that one opt-out takes, pause included. */
const customersPerOptOut = 300;
const patienceMs = 60_000;
const refused: readonly unknown[] = [2, 3, 4, 7];

export async function bench({ optOuts = defaultOptOuts, seed, profile }: BenchOptions): Promise<string> {
  const count = Math.ceil(optOuts);
  const world = await openContactsBench({ withRealLimits: true, profile });
  try {
    await world.shop.seed({ seed, customers: 2_000 + count * customersPerOptOut, subscribers: 0, specials: false });
    const persons = Array.from({ length: count }, (_, index) => `bench.optout${index}@example.test`);
    for (const email of persons) await world.shop.action('subscribe', { email, active: true, tell: false });
    await world.mail.seed({ seed, contacts: 0, known: persons.map((email) => ({ email, status: 8 })) });
    await world.addWorker();
    await world.addWorker();
    await startFirstExport(world);
    await world.mail.arrived('POST /api/v1/*/email/add', 2);
    const [toMail, toShop]: [number[], number[]] = [[], []];
    for (const [index, email] of persons.entries()) {
      await wait(pauseMs.least + ((index * 7_919) % (pauseMs.most - pauseMs.least)));
      if (index % 2 === 0) toMail.push(await byOperator(world, email));
      else toShop.push(await inAccount(world, email));
    }
    if (!(await isExporting(world))) say(dim('The export ended before the last opt-out: these are no figures.'));
    const calls = [...(await world.shop.requests()), ...(await world.mail.requests())];
    sayTable(['an opt-out', 'times', 'mean s', 'p50 s', 'p90 s', 'p99 s', 'longest s'], [row('by an operator, to the account', toMail), row('in the account, to the shop', toShop)]);
    const all = [...toMail, ...toShop];
    return `p99 ${inSeconds(quantile(all, 0.99))} s, p50 ${inSeconds(quantile(all, 0.5))} s; to the account p99 ${inSeconds(quantile(toMail, 0.99))} s, to the shop p99 ${inSeconds(quantile(toShop, 0.99))} s, ${calls.filter(({ status }) => status === 429).length} refused (p99 at most 5 s, none)`;
  } finally {
    await world.close();
  }
}

const inSeconds = (ms: number): string => (ms / 1_000).toFixed(2);
const row = (name: string, taken: readonly number[]) => [name, taken.length, ...[mean(taken), quantile(taken, 0.5), quantile(taken, 0.9), quantile(taken, 0.99), Math.max(0, ...taken)].map(inSeconds)];

const contactSchema = z.object({ status: z.unknown() });

async function byOperator({ mail, session, config }: ContactsBench, email: string): Promise<number> {
  const since = performance.now();
  await recordOptOut(session, config.ref.id, email, {});
  return untilHolds(since, async () => refused.includes(contactSchema.parse(await mail.action('contact', { email })).status));
}

const personSchema = z.object({ subscribers: z.array(z.object({ active: z.boolean() })) });

async function inAccount({ shop, mail, session, config }: ContactsBench, email: string): Promise<number> {
  await mail.action('unsubscribe', { email, webhook: false });
  const since = performance.now();
  const input: SyncOptOutsInput = { integration: config.ref };
  const priority = { priorityKey: priorities.optOut };
  await session.client.workflow.signalWithStart<(input: SyncOptOutsInput) => Promise<unknown>, [{ addresses: string[] }]>(syncOptOutsWorkflow, { taskQueue: workflowQueue, workflowId: syncOptOutsWorkflowId(config.ref.id), args: [input], signal: addressesTold, signalArgs: [{ addresses: [email] }], priority });
  return untilHolds(since, async () => personSchema.parse(await shop.action('person', { email })).subscribers.every(({ active }) => !active));
}

async function untilHolds(since: number, holds: () => Promise<boolean>): Promise<number> {
  while (!(await holds())) {
    if (performance.now() - since > patienceMs) throw new Error(`an opt-out did not arrive within ${patienceMs / 1_000} s`);
    await wait(25);
  }
  return performance.now() - since;
}
