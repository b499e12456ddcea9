/** All that outsiders (scripts, gateway, worker) need in order to start, signal and find workflows. */
import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { ReconciliationWindow } from '../activities/reconciling.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { ContactKind } from '../domain/contact.ts';
import type { Installation } from '../domain/installation.ts';
import type { LedgerMemory } from '../domain/ledger-memory.ts';
import type { Comparison, ContactChange, FieldName, GroupName } from '../domain/contact-ports.ts';
import type { IntegrationRef, Lane, OrderReading, PlannedOrder, CheckRow, Lookalike, StatusName, WebhookRow } from '../domain/ports.ts';
import type { Reconciliation } from '../domain/reconciliation.ts';
import type { SkipReason } from '../domain/reasons.ts';
import type { WebhookTopic } from '../domain/webhook-topics.ts';

/** The task queue of all workflows and of the activities that only touch the ledger. */
export const workflowQueue = 'waybill';
/** Each connection has a task queue of its own. */
export const connectionQueue = (connection: string): string => `connection-${connection}`;

/** Task-queue priorities (design 4): lower goes first. */
export const priorities = { optOut: 1, live: 2, /* the default: schedules cannot give one */ incremental: 3, walk: 5 } as const;

/** Search attributes; all keywords, values from closed lists or ids of things. */
export const searchAttributes = {
  integration: 'WaybillIntegration',
  state: 'WaybillState', // importing | parked | walking | paused | task
  reason: 'WaybillReason', // a ParkReason, or none; of a task: privacy | privacy-overdue
  dueAt: 'WaybillDueAt', // day by which a task must be done, "2026-12-22"
} as const;

// ---- one address per order

export const orderWorkflow = 'order';
export const orderWorkflowId = (integration: string, sourceId: string): string => `order:${integration}:${sourceId}`;
/** The inverse of `orderWorkflowId`. */
export function orderOf(workflowId: string): { integration: string; sourceId: string } | undefined {
  const match = /^order:([^:]+):(.+)$/.exec(workflowId);
  return match?.[1] !== undefined && match[2] !== undefined ? { integration: match[1], sourceId: match[2] } : undefined;
}

export interface OrderInput {
  integration: IntegrationRef;
  sourceId: string;
}

/** An outside event naming the order; the record itself is read by the run. */
export interface Announcement {
  by: 'backfill' | 'sweep' | 'webhook' | 'operator';
  lane: Lane;
  page?: string;
  /** of a webhook: which one it was */
  topic?: WebhookTopic;
}

export const announced = defineSignal<[Announcement]>('announced');
/** Read the source again and try with the settings valid now. Carries no data: also to be sent from the Temporal UI. */
export const retry = defineSignal('retry');
/** Leave this record out. The reason is kept in the ledger's acts by the script that sends it. */
export const skip = defineSignal('skip');

export interface OrderStatus {
  state: 'working' | 'parked' | 'done';
  /** plain words */
  now: string;
  outcome?: Outcome;
}
export const orderStatus = defineQuery<OrderStatus>('status');

// ---- walks

export const importOrdersWorkflow = 'importOrders';
export const backfillWorkflowId = (integration: string): string => `backfill:${integration}`;
export const incrementalScheduleId = (integration: string): string => `import-orders:${integration}`;

export interface ImportOrdersInput {
  integration: IntegrationRef;
  /** `adopt`: only rebuilds links from the target (N21) */
  mode: 'backfill' | 'incremental' | 'adopt';
  /** connect --limit: only this many orders */
  limit?: number;
  /** carried through continue-as-new */
  progress?: WalkProgress;
}

export interface WalkProgress {
  phase: 'adopt' | 'index' | 'backfill' | 'excluded' | 'changed' | 'done';
  cursor?: string;
  indexed: number;
  listed: number;
  announced: number;
  unchanged: number;
  skipped: number;
  pages: number;
  /** how many orders the walk has in all, where the platform says so */
  total?: number;
  /** what the next walk knows this ledger by */
  memory?: LedgerMemory;
  /** links are rebuilt first, from target orders created since (ISO 8601 UTC) */
  adoptSince?: string;
  /** target orders of ours that the ledger did not know */
  adopted?: number;
}
export const walkProgress = defineQuery<WalkProgress>('progress');
/** Stops after the page at hand; what was announced goes on. */
export const cancelWalk = defineSignal('cancel');

// ---- following

export const followOrdersWorkflow = 'followOrders';
/** One schedule an account: it serves all integrations into it. */
export const followScheduleId = (connection: string): string => `follow-orders:${connection}`;

export interface FollowOrdersInput {
  /** any integration into the account; the others' orders are found, too */
  integration: IntegrationRef;
  /** read all open orders at once, without resting (arming) */
  once?: boolean;
  /** carried through continue-as-new */
  progress?: FollowProgress;
}

export interface FollowProgress {
  way: 'modified' | 'open' | 'done';
  cursor?: string;
  read: number;
  announced: number;
}
export const followProgress = defineQuery<FollowProgress>('progress');

// ---- reconciliation

export const reconcileWorkflow = 'reconcile';
export const reconcileWorkflowId = (integration: string): string => `reconcile:${integration}`;
/** Nightly. */
export const reconcileScheduleId = reconcileWorkflowId;

export interface ReconcileInput {
  integration: IntegrationRef;
  /** the window begins so many days ago; default 62 */
  days?: number;
  /** ISO 8601 UTC: it begins here instead */
  since?: string;
  /** what was made or changed in so many last minutes may still be on its way */
  graceMinutes: number;
  /** carried through continue-as-new */
  progress?: ReconcileProgress;
}

export interface ReconcileProgress {
  phase: 'source' | 'target' | 'done';
  window: ReconciliationWindow;
  cursor?: string;
  /** the page before in the ledger: its orders may come again */
  previous?: string;
  /** pages compared; what they found lies in the ledger under these numbers */
  chunks: number;
  counted: Reconciliation;
}

/** `not possible`: this platform's connector cannot list a window anew, or the integration is not connected. */
export type ReconcileResult = { kind: 'reconciled'; counted: Reconciliation } | { kind: 'not possible'; because: 'not supported' | 'not connected' };
export const reconcileProgress = defineQuery<ReconcileProgress | undefined>('progress');

// ---- questions of scripts, answered by the worker, which alone knows API keys

export const checkWorkflow = 'checkIntegration';
export interface CheckInput {
  integration: IntegrationRef;
  /** there is a status table to be checked: ask both sides for their statuses, too */
  withStatuses?: boolean;
}
export interface CheckResult {
  statuses?: { platform: StatusName[]; books: StatusName[] };
  source: CheckRow[];
  target: CheckRow[];
}

export const planWorkflow = 'planImport';
export interface PlanInput {
  integration: IntegrationRef;
  /** these orders only; else the backfill window up to `limit` */
  sourceIds?: string[];
  limit: number;
}
export interface PlannedRecord {
  sourceId: string;
  number?: string;
  plan: { kind: 'create'; order: PlannedOrder } | { kind: 'skip'; reason: SkipReason; detail?: string } | { kind: 'park'; reason: string; detail: string };
}
export interface PlanResult {
  records: PlannedRecord[];
  /** how many orders the window has in all, where the platform says so */
  total?: number;
}

export const readOrderWorkflow = 'readOneOrder';
export interface ReadOneOrderInput {
  integration: IntegrationRef;
  sourceId: string;
}
/** Answered with what the reading step found, corrections included. */
export type ReadOneOrderResult = OrderReading;

export const lookalikesWorkflow = 'findLookalikes';
export interface LookalikesInput {
  integration: IntegrationRef;
}
export interface LookalikesResult {
  /** orders compared */
  compared: number;
  lookalikes: Lookalike[];
}

export const webhooksWorkflow = 'ensureWebhooks';
/** Of the runs that the gateway starts when a subscription was removed by hand: what is told meanwhile joins. */
export const resubscribeWorkflowId = (connection: string): string => `resubscribe:${connection}`;
export interface WebhooksInput {
  integration: IntegrationRef;
  /** what was registered before is not there any more: nothing remembered of it counts */
  forget?: boolean;
}
export interface WebhooksResult {
  rows: WebhookRow[];
}

export const workflowIdOfQuestion = (kind: 'check' | 'plan' | 'lookalikes' | 'read' | 'webhooks' | 'reconcile' | 'compare', integration: string): string => `${kind}:${integration}`;

// ---- webhooks: what the gateway hands over beside announcements of orders

export const targetChangedWorkflow = 'targetChanged';
/** One run per object of the target: a repeat reaches the open run by the signal `announced`. */
export const targetChangedWorkflowId = (connection: string, targetId: string): string => `target-changed:${connection}:${targetId}`;
export interface TargetChangedInput {
  /** the target's connection */
  connection: string;
  /** the vendor's id of the order there */
  targetId: string;
}

export const privacyRequestWorkflow = 'privacyRequest';
/** `request` names the request and no person: a repeated delivery reaches the same task. */
export const privacyRequestWorkflowId = (connection: string, request: string): string => `privacy:${connection}:${request}`;

export const privacyTopics = ['customers/data_request', 'customers/redact', 'shop/redact'] as const;
export type PrivacyTopic = (typeof privacyTopics)[number];

/** Whom and what a privacy request is about, as far as the platform said; travels encrypted only. */
export interface PrivacySubject {
  shop?: string;
  customer?: { id?: string; email?: string; phone?: string };
  /** source ids of the orders concerned */
  orders: string[];
  /** the platform's number of the request */
  number?: string;
}

export interface PrivacyRequestInput {
  connection: string;
  topic: PrivacyTopic;
  /** ISO 8601 UTC */
  receivedAt: string;
  /** ISO 8601 UTC: 30 days later */
  dueAt: string;
  subject: PrivacySubject;
}

/** The request is fulfilled. Carries no data: also to be sent from the Temporal UI. */
export const done = defineSignal('done');

// ---- contacts

export const exportContactsWorkflow = 'exportContacts';
export const exportWorkflowId = (integration: string): string => `export:${integration}`;
/** Nightly: every row is read, and what changed is sent (S4). */
export const exportScheduleId = (integration: string): string => `sweep-contacts:${integration}`;

export interface ExportContactsInput {
  integration: IntegrationRef;
  /** `export`: the first one, and after it; `resync`: every address is sent again (S11); `sweep`: what changed, on live work's side of the budget never; `reread`: nothing is sent, refusals are read anew from both sides after the ledger was restored (N21) */
  mode: 'export' | 'resync' | 'sweep' | 'reread';
  /** which populations the settings have */
  kinds: ContactKind[];
  /** by what an earlier walk remembers the ledger; a scheduled one has it from the walk before */
  last?: LedgerMemory;
  /** carried through continue-as-new */
  progress?: ExportProgress;
}

export interface ExportProgress {
  phase: 'look' | ContactKind | 'unseen' | 'statuses' | 'done';
  /** of the phase *unseen*: which population is looked through */
  kind?: ContactKind;
  cursor?: string;
  /** ms of the first reading: rows that were not seen since are looked for */
  since?: number;
  /** rows read, and how many there are where the shop says so */
  read: number;
  total?: number;
  /** rows read when this phase began */
  readBefore?: number;
  /** addresses that the target acknowledged */
  sent: number;
  parked: number;
  leftOut: number;
  /** refusals recorded while it ran, and written to the target */
  refused: number;
  refusalsWritten: number;
  pages: number;
  /** what this walk remembers the ledger by */
  memory?: LedgerMemory;
  /** refusals are read anew from both sides before anything is sent (N21) */
  isRereading?: boolean;
}
export const exportProgress = defineQuery<ExportProgress>('progress');
/** Persons (keyed digests) whose refusal was recorded meanwhile: it goes ahead of the pages. */
export const optedOut = defineSignal<[{ persons: string[] }]>('opted-out');

export const syncContactsWorkflow = 'syncContacts';
/** One collector an integration: what is told while it works joins its next batch. */
export const syncContactsWorkflowId = (integration: string): string => `sync-contacts:${integration}`;
export interface SyncContactsInput {
  integration: IntegrationRef;
}
export interface ContactsChanged {
  changes: ContactChange[];
  /** which webhook told of them, if one did */
  topic?: WebhookTopic;
}
export const contactsChanged = defineSignal<[ContactsChanged]>('contacts-changed');

export const syncOptOutsWorkflow = 'syncOptOuts';
export const syncOptOutsWorkflowId = (integration: string): string => `sync-opt-outs:${integration}`;
/** Hourly: the statuses of all known addresses (S10). */
export const optOutsScheduleId = (integration: string): string => `sweep-opt-outs:${integration}`;
/** Run of its own that reads refusals anew after the ledger was restored: walks under way wait for it. */
export const rereadWorkflowId = (integration: string): string => `reread:${integration}`;
export interface SyncOptOutsInput {
  integration: IntegrationRef;
  /** of a sweep: which populations are read anew when the ledger was restored (N21) */
  kinds?: ContactKind[];
  /** read the statuses of all known addresses, too */
  sweep?: boolean;
  /** carried through continue-as-new */
  cursor?: string;
}
/** Addresses that the target told of; encrypted, as everything is. Their status is read, and only that counts. */
export const addressesTold = defineSignal<[AddressesTold]>('addresses-told');
export interface AddressesTold {
  addresses: string[];
  /** which webhook told of them */
  topic?: WebhookTopic;
}
/** Persons (keyed digests) whose wish an operator recorded. */
export const wishesRecorded = defineSignal<[{ persons: string[] }]>('wishes-recorded');

export const checkContactsWorkflow = 'checkContacts';
export interface CheckContactsResult {
  source: CheckRow[];
  target: CheckRow[];
  properties: Record<ContactKind, FieldName[]>;
  groups: GroupName[];
  traits: FieldName[];
}
export const compareContactsWorkflow = 'compareContacts';
export interface CompareContactsInput {
  integration: IntegrationRef;
  kinds: ContactKind[];
  progress?: { kind: ContactKind; cursor?: string; read: number; found: Comparison };
}
export const contactWebhooksWorkflow = 'ensureContactWebhooks';

export const installationWorkflow = 'applyInstallation';
/** @param call a digest of the platform's call */
export const installationWorkflowId = (connection: string, call: string): string => `installation:${connection}:${call}`;
export interface InstallationInput {
  connection: string;
  told: Installation;
}
