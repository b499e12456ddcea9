/** A pair of connections becomes typed steps: each connection has its own task queue, and here is said how its steps are retried. */
import { proxyActivities, proxyLocalActivities, type ActivityOptions } from '@temporalio/workflow';
import type { ListedActivities } from '../activities/listed-reading.ts';
import type { ReconcileActivities } from '../activities/reconciling.ts';
import type { SharedActivities } from '../activities/shared.ts';
import type { InstallationSteps } from '../domain/installation.ts';
import type { ContactSource, ContactTarget } from '../domain/contact-ports.ts';
import type { IntegrationRef, Lane, OrderImport, OrderSource, OrderTarget, ReconcilableSource, ReconcilableTarget } from '../domain/ports.ts';
import { connectionQueue, priorities, workflowQueue } from './messages.ts';

/**
 * Transport trouble is retried without end, since an order is never given up because a system is down; refusals arrive marked as not retryable.
 * The delays of real failures come with them (worker/failures.ts); these are for a worker that died.
 */
const patient: ActivityOptions = {
  startToCloseTimeout: '15 minutes',
  heartbeatTimeout: '5 seconds',
  retry: { initialInterval: '500 ms', maximumInterval: '1 minute', backoffCoefficient: 2 },
};

/** Which priority a lane has in the task queues; walks give theirs at start. */
const priorityOf = (lane: Lane) => ({ priorityKey: lane === 'live' ? priorities.live : priorities.walk });

/** The two systems of an integration, as the flow sees them. */
export function systemsOf(integration: IntegrationRef, lane: Lane): { source: OrderSource; target: OrderTarget & OrderImport } {
  const options = { ...patient, priority: priorityOf(lane) };
  return {
    source: proxyActivities<OrderSource>({ ...options, taskQueue: connectionQueue(integration.source) }),
    target: proxyActivities<OrderTarget & OrderImport>({ ...options, taskQueue: connectionQueue(integration.target) }),
  };
}

/** Done by the worker that has the workflow, within its task: nothing is scheduled for it, and nothing is lost where it fails. */
export const listedOrders = (): ListedActivities => proxyLocalActivities<ListedActivities>({ startToCloseTimeout: '10 seconds', retry: { maximumAttempts: 1 } });

/** Questions of a script must not hang when a system is down: a few tries, then the answer is the failure. */
export function systemsForQuestions(integration: IntegrationRef): { source: OrderSource; target: OrderTarget } {
  const options: ActivityOptions = { ...patient, scheduleToCloseTimeout: '2 minutes', retry: { ...patient.retry, maximumAttempts: 4 } };
  return {
    source: proxyActivities<OrderSource>({ ...options, taskQueue: connectionQueue(integration.source) }),
    target: proxyActivities<OrderTarget>({ ...options, taskQueue: connectionQueue(integration.target) }),
  };
}

/** Steps on the ledger alone. A page waits for room in the window, hence the long limit; it beats its heart meanwhile. */
export const ledgerSteps = (lane: Lane): SharedActivities =>
  proxyActivities<SharedActivities>({ ...patient, startToCloseTimeout: '1 hour', priority: priorityOf(lane), taskQueue: workflowQueue });

/** Both sides of a reconciliation and its steps on the ledger. A connector that cannot be reconciled has no such step: waiting would not help. */
export function systemsToReconcile(integration: IntegrationRef): { source: ReconcilableSource; target: ReconcilableTarget; steps: ReconcileActivities } {
  const options: ActivityOptions = { ...patient, retry: { ...patient.retry, nonRetryableErrorTypes: ['NotFoundError'] }, priority: priorityOf('bulk') };
  return {
    source: proxyActivities<ReconcilableSource>({ ...options, taskQueue: connectionQueue(integration.source) }),
    target: proxyActivities<ReconcilableTarget>({ ...options, taskQueue: connectionQueue(integration.target) }),
    steps: proxyActivities<ReconcileActivities>({ ...options, taskQueue: workflowQueue }),
  };
}

/** The two systems of a contact flow. Refusals go ahead of everything else in the queues (design 4). */
export function contactSystemsOf(integration: IntegrationRef, lane: Lane | 'refusals'): { source: ContactSource; target: ContactTarget } {
  const options: ActivityOptions = { ...patient, priority: lane === 'refusals' ? { priorityKey: priorities.optOut } : priorityOf(lane) };
  return {
    source: proxyActivities<ContactSource>({ ...options, taskQueue: connectionQueue(integration.source) }),
    target: proxyActivities<ContactTarget>({ ...options, taskQueue: connectionQueue(integration.target) }),
  };
}

/** As above, for questions of a script: a few tries, then the answer is the failure. */
export function contactSystemsForQuestions(integration: IntegrationRef): { source: ContactSource; target: ContactTarget } {
  const options: ActivityOptions = { ...patient, scheduleToCloseTimeout: '2 minutes', retry: { ...patient.retry, maximumAttempts: 4 } };
  return {
    source: proxyActivities<ContactSource>({ ...options, taskQueue: connectionQueue(integration.source) }),
    target: proxyActivities<ContactTarget>({ ...options, taskQueue: connectionQueue(integration.target) }),
  };
}

/** The steps of a connection whose platform tells of our application in it. A refused code is final: it is good once. */
export const installationOf = (connection: string): InstallationSteps => proxyActivities<InstallationSteps>({ ...patient, taskQueue: connectionQueue(connection), priority: priorityOf('live') });
