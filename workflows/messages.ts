/** All that outsiders (scripts, gateway, worker) need in order to start, signal and find workflows. */
import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { WalkMemory } from '../activities/shared.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { IntegrationRef, Lane, OrderReading, PlannedOrder, CheckRow, Lookalike } from '../domain/ports.ts';
import type { SkipReason } from '../domain/reasons.ts';

/** The task queue of all workflows and of the activities that only touch the ledger. */
export const workflowQueue = 'waybill';
/** Each connection has a task queue of its own. */
export const connectionQueue = (connection: string): string => `connection-${connection}`;

/** Task-queue priorities (design 4): lower goes first. */
export const priorities = { optOut: 1, live: 2, /* the default: schedules cannot give one */ incremental: 3, walk: 5 } as const;

/** Search attributes; all keywords, values from closed lists or ids of things. */
export const searchAttributes = {
  integration: 'WaybillIntegration',
  state: 'WaybillState', // importing | parked | walking | paused
  reason: 'WaybillReason', // a ParkReason, or none
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
  memory?: WalkMemory;
  /** links are rebuilt first, from target orders created since (ISO 8601 UTC) */
  adoptSince?: string;
  /** target orders of ours that the ledger did not know */
  adopted?: number;
}
export const walkProgress = defineQuery<WalkProgress>('progress');
/** Stops after the page at hand; what was announced goes on. */
export const cancelWalk = defineSignal('cancel');

// ---- questions of scripts, answered by the worker, which alone knows API keys

export const checkWorkflow = 'checkIntegration';
export interface CheckInput {
  integration: IntegrationRef;
}
export interface CheckResult {
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

export const workflowIdOfQuestion = (kind: 'check' | 'plan' | 'lookalikes' | 'read', integration: string): string => `${kind}:${integration}`;
