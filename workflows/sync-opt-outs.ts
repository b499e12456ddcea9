/**
 * Carry refusals between a shop and a mailing system, both ways (S9, S10). A refusal wins over whatever else is under way.
 * 1. What the mailing system tells of is read there; only the status read counts.
 * 2. A refusal is recorded, told to a running export, and carried to the shop. That holds nobody up: a shop in trouble must not keep the next refusal from the mailing system.
 * 3. What operators recorded is written on both sides.
 * 4. A sweep that finds the ledger older than the sweep before remembers it has all refusals read anew; until then nothing is sent (N21).
 * 5. The sweep reads the statuses of all known addresses, for webhooks that are not activated or were lost; and takes up what was left over.
 */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { allHandlersFinished, condition, continueAsNew, getExternalWorkflowHandle, ParentClosePolicy, setCurrentDetails, setHandler, setWorkflowOptions, startChild, workflowInfo } from '@temporalio/workflow';
import { contactSystemsOf } from './connect.ts';
import { latestMemory, memoryOf, type LedgerMemory } from '../domain/ledger-memory.ts';
import type { WebhookTopic } from '../domain/webhook-topics.ts';
import { addressesTold, exportContactsWorkflow, exportWorkflowId, optedOut, priorities, rereadWorkflowId, wishesRecorded, type ExportContactsInput, type SyncOptOutsInput } from './messages.ts';
import { pinned } from './release.ts';

const atOnce = 100;

setWorkflowOptions(pinned, syncOptOuts);
export async function syncOptOuts(input: SyncOptOutsInput & { told?: string[]; recorded?: string[]; isWithdrawalDue?: boolean; heard?: WebhookTopic[]; memory?: LedgerMemory }): Promise<{ read: number; refused: number; withdrawn: number; notWritable: number; written: number; memory?: LedgerMemory }> {
  const { integration } = input;
  const { source, target } = contactSystemsOf(integration, 'refusals');
  const step = { integration, lane: 'live' } as const;
  const told = new Set(input.told ?? []);
  const recorded = new Set(input.recorded ?? []);
  const topics = new Set(input.heard ?? []);
  const counts = { read: 0, refused: 0, withdrawn: 0, notWritable: 0, written: 0 };
  let cursor = input.cursor;
  let isSweeping = input.sweep ?? false;
  let { memory } = input;
  const withdrawals: { open: number; last: Promise<void>; failure?: unknown } = { open: 0, last: Promise.resolve() };
  setHandler(addressesTold, ({ addresses, topic }) => {
    addresses.forEach((address) => told.add(address));
    if (topic !== undefined) topics.add(topic);
  });
  setHandler(wishesRecorded, ({ persons }) => persons.forEach((person) => recorded.add(person)));
  if (isSweeping && memory === undefined) await begin();
  if (!isSweeping) await condition(() => told.size + recorded.size > 0, '5 seconds'); // started by its signal: a moment at most

  if (input.isWithdrawalDue) withdraw('due');
  while (hasWork() || withdrawals.open > 0) {
    if (!hasWork()) {
      await condition(() => hasWork() || withdrawals.open === 0);
      continue;
    }
    setCurrentDetails(`${counts.read} statuses read, ${counts.refused} new refusals, ${counts.withdrawn} carried to the shop, ${counts.notWritable} that it cannot hold.`);
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof syncOptOuts>({ integration, sweep: isSweeping, told: [...told], recorded: [...recorded], heard: [...topics], ...(withdrawals.open > 0 ? { isWithdrawalDue: true } : {}), ...kept(), ...(cursor === undefined ? {} : { cursor }) });
    if (recorded.size > 0) await carryRecorded(take(recorded));
    else if (told.size > 0) await lookAtTold();
    else isSweeping = await sweepOn();
  }
  if (withdrawals.failure !== undefined) throw withdrawals.failure;
  await condition(allHandlersFinished);
  return { ...counts, ...(memory === undefined ? {} : { memory }) };

  function kept(): Pick<SyncOptOutsInput, 'kinds'> & { memory?: LedgerMemory } {
    return { ...(input.kinds === undefined ? {} : { kinds: input.kinds }), ...(memory === undefined ? {} : { memory }) };
  }

  async function begin(): Promise<void> {
    const last = latestMemory(memoryOf(workflowInfo().lastResult));
    const begun = await target.beginContactWalk({ ...step, ...(last === undefined ? {} : { last }) });
    memory = begun.memory;
    if (!begun.mustReread) return;
    const reread: ExportContactsInput = { integration, mode: 'reread', kinds: input.kinds ?? ['customer', 'subscriber'] };
    await startChild(exportContactsWorkflow, { workflowId: rereadWorkflowId(integration.id), args: [reread], parentClosePolicy: ParentClosePolicy.ABANDON, priority: { priorityKey: priorities.live } }).catch(ignoreStarted);
  }

  async function lookAtTold(): Promise<void> {
    const heard = [...topics];
    topics.clear();
    await carryRefused(await target.readContactStatuses({ ...step, addresses: take(told), ...(heard.length === 0 ? {} : { heard }) }));
  }

  async function sweepOn(): Promise<boolean> {
    const found = await target.readContactStatuses({ ...step, lane: 'bulk', by: 'sweep', ...(cursor === undefined ? {} : { cursor }) });
    await carryRefused(found);
    cursor = found.nextCursor;
    if (cursor !== undefined) return true;
    counts.written += (await target.refuseContacts({ ...step, persons: 'due' })).written;
    withdraw('due');
    return false;
  }

  async function carryRefused({ read, refused }: { read: number; refused: string[] }): Promise<void> {
    counts.read += read;
    counts.refused += refused.length;
    if (refused.length === 0) return;
    await tellExport(refused);
    withdraw(refused);
  }

  async function carryRecorded(persons: string[]): Promise<void> {
    await tellExport(persons);
    counts.written += (await target.refuseContacts({ ...step, persons })).written + (await target.confirmContacts({ ...step, persons })).written;
    withdraw(persons);
  }

  function hasWork(): boolean {
    return told.size + recorded.size > 0 || isSweeping;
  }

  /** One after the other: what is carried already is due no more. */
  function withdraw(persons: string[] | 'due'): void {
    withdrawals.open += 1;
    withdrawals.last = carryToShop(persons, withdrawals.last);
  }

  async function carryToShop(persons: string[] | 'due', earlier: Promise<void>): Promise<void> {
    await earlier;
    try {
      const { withdrawn, notWritable } = await source.withdrawContacts({ ...step, persons });
      counts.withdrawn += withdrawn;
      counts.notWritable += notWritable;
    } catch (error) {
      withdrawals.failure ??= error;
    }
    withdrawals.open -= 1;
  }

  /** It asks the ledger before each batch in any case: without a running export there is nobody to tell. */
  async function tellExport(persons: string[]): Promise<void> {
    await getExternalWorkflowHandle(exportWorkflowId(integration.id)).signal(optedOut, { persons }).catch(() => undefined);
  }
}

function ignoreStarted(error: unknown): undefined {
  if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
  throw error;
}

function take(waiting: Set<string>): string[] {
  const some = [...waiting].slice(0, atOnce);
  for (const one of some) waiting.delete(one);
  return some;
}
