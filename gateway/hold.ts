/** Hands hints to Temporal: announcements to an order's one address, changes of the target and privacy requests to runs of their own. */
import { createHash } from 'node:crypto';
import { Client, WorkflowIdConflictPolicy, type Connection } from '@temporalio/client';
import { createHookCodec } from '../worker/codec.ts';
import type { WebhookTopic } from '../domain/webhook-topics.ts';
import type { HookKey } from '../worker/hook-keys.ts';
import { announceOrder } from '../worker/temporal-client.ts';
import {
  addressesTold,
  announced,
  contactsChanged,
  installationWorkflow,
  installationWorkflowId,
  priorities,
  privacyRequestWorkflow,
  privacyRequestWorkflowId,
  resubscribeWorkflowId,
  syncContactsWorkflow,
  syncContactsWorkflowId,
  syncOptOutsWorkflow,
  syncOptOutsWorkflowId,
  targetChangedWorkflow,
  targetChangedWorkflowId,
  webhooksWorkflow,
  workflowQueue,
  type AddressesTold,
  type Announcement,
  type ContactsChanged,
  type InstallationInput,
  type PrivacyRequestInput,
  type SyncContactsInput,
  type SyncOptOutsInput,
  type TargetChangedInput,
  type WebhooksInput,
} from '../workflows/messages.ts';
import { toldBy, type Hint } from './delivery.ts';
import type { Hold } from './receive.ts';

export interface HoldInput {
  connection: Connection;
  namespace: string;
  /** one a connection */
  keys: readonly HookKey[];
}

const byWebhook = (topic: WebhookTopic | undefined): Announcement => ({ by: 'webhook', lane: 'live', ...toldBy(topic) });
const privacyDays = 30;
const dayMs = 86_400_000;

/** Each connection's hints are sealed with its own key, so its gateway-side client is its own too; they share the line to Temporal. */
export function createHold({ connection, namespace, keys }: HoldInput): Hold {
  const clients = new Map(keys.map((key) => [key.connection, new Client({ connection, namespace, dataConverter: { payloadCodecs: [createHookCodec(key)] } })]));
  return async (route, hint, withinMs) => {
    const client = clients.get(route.connection);
    if (client === undefined) throw new Error(`connection ${route.connection} has no key`);
    await connection.withDeadline(Date.now() + withinMs, async () => give(client, route, hint));
  };
}

async function give(client: Client, route: Parameters<Hold>[0], hint: Hint): Promise<void> {
  if (hint.kind === 'order') await Promise.all(route.asSource.map(async (integration) => announceOrder(client)({ integration, sourceId: hint.sourceId, ...byWebhook(hint.topic) })));
  else if (hint.kind === 'target-order') await tellTargetChanged(client, { connection: route.connection, targetId: hint.targetId }, hint.topic);
  else if (hint.kind === 'contact') await Promise.all(route.asSource.map(async (integration) => tellContactChanged(client, { integration }, { changes: [hint.change], ...toldBy(hint.topic) })));
  else if (hint.kind === 'contact-address') await Promise.all(route.asTarget.map(async (integration) => tellAddress(client, { integration }, { addresses: [hint.address], ...toldBy(hint.topic) })));
  else if (hint.kind === 'installation') await tellInstallation(client, { connection: route.connection, told: hint.told });
  else if (hint.kind === 'unsubscribed') await subscribeAgain(client, route);
  else if (hint.kind === 'privacy') await openPrivacyTask(client, route.connection, hint);
}

/** One collector an integration: what is told while it works joins its next batch. */
async function tellContactChanged(client: Client, input: SyncContactsInput, told: ContactsChanged): Promise<void> {
  await client.workflow.signalWithStart<(input: SyncContactsInput) => Promise<unknown>, [ContactsChanged]>(syncContactsWorkflow, {
    workflowId: syncContactsWorkflowId(input.integration.id),
    taskQueue: workflowQueue,
    args: [input],
    signal: contactsChanged,
    signalArgs: [told],
    workflowTaskTimeout: '5 seconds',
    priority: { priorityKey: priorities.live },
  });
}

/** Refusals go ahead of everything (N13). */
async function tellAddress(client: Client, input: SyncOptOutsInput, told: AddressesTold): Promise<void> {
  await client.workflow.signalWithStart<(input: SyncOptOutsInput) => Promise<unknown>, [AddressesTold]>(syncOptOutsWorkflow, {
    workflowId: syncOptOutsWorkflowId(input.integration.id),
    taskQueue: workflowQueue,
    args: [input],
    signal: addressesTold,
    signalArgs: [told],
    workflowTaskTimeout: '5 seconds',
    priority: { priorityKey: priorities.optOut },
  });
}

/** The open run reads the object once more for a repeat. */
async function tellTargetChanged(client: Client, input: TargetChangedInput, topic: WebhookTopic | undefined): Promise<void> {
  await client.workflow.signalWithStart<(input: TargetChangedInput) => Promise<unknown>, [Announcement]>(targetChangedWorkflow, {
    workflowId: targetChangedWorkflowId(input.connection, input.targetId),
    taskQueue: workflowQueue,
    args: [input],
    signal: announced,
    signalArgs: [byWebhook(topic)],
    workflowTaskTimeout: '5 seconds',
    priority: { priorityKey: priorities.live },
  });
}

/** Each call is a run of its own: which of two came later is decided where both are known. A repeat finds the first one at work, or done. */
async function tellInstallation(client: Client, input: InstallationInput): Promise<void> {
  const call = createHash('sha256').update(JSON.stringify(input.told)).digest('hex').slice(0, 32);
  await client.workflow.start<(input: InstallationInput) => Promise<unknown>>(installationWorkflow, {
    workflowId: installationWorkflowId(input.connection, call),
    taskQueue: workflowQueue,
    args: [input],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    priority: { priorityKey: priorities.live },
  });
}

/** A subscription belongs to the connection: any integration that reads from it will do. Each removed one is told of; those told meanwhile join. */
async function subscribeAgain(client: Client, { connection, asSource: [integration] }: Parameters<Hold>[0]): Promise<void> {
  if (integration === undefined) return;
  const input: WebhooksInput = { integration, forget: true };
  await client.workflow.start<(input: WebhooksInput) => Promise<unknown>>(webhooksWorkflow, {
    workflowId: resubscribeWorkflowId(connection),
    taskQueue: workflowQueue,
    args: [input],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    priority: { priorityKey: priorities.live },
  });
}

/** A repeated delivery finds its task open. One that comes after it was done opens another: rather a task too many than a request too few. */
async function openPrivacyTask(client: Client, connection: string, { topic, request, subject }: Extract<Hint, { kind: 'privacy' }>): Promise<void> {
  const now = Date.now();
  const input: PrivacyRequestInput = { connection, topic, receivedAt: new Date(now).toISOString(), dueAt: new Date(now + privacyDays * dayMs).toISOString(), subject };
  await client.workflow.start<(input: PrivacyRequestInput) => Promise<unknown>>(privacyRequestWorkflow, {
    workflowId: privacyRequestWorkflowId(connection, request),
    taskQueue: workflowQueue,
    args: [input],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    staticSummary: `${topic}, due by ${input.dueAt.slice(0, 10)}`,
    priority: { priorityKey: priorities.live },
  });
}
