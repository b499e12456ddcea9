/** What Temporal still holds: the runs of a namespace, their histories opened with the keys; and taking single runs out of it. */
import { setTimeout as wait } from 'node:timers/promises';
import { isGrpcServiceError } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import { createCodec, UnknownKeyError } from '../../worker/codec.ts';
import { Complaint, exitCodes } from '../print.ts';
import type { Session } from '../session.ts';

export interface Run {
  workflowId: string;
  runId: string;
  type: string;
  isRunning: boolean;
}

export interface OpenedRun extends Run {
  /** its input, as far as it has one */
  input: string;
  /** every payload of its history in clear text */
  texts: string[];
}

/** More than this many are not read: the newest come first. */
export const mostRuns = 50_000;
const atOnce = 8;
const runningStatus = 1;
const notFound = 5;
/** Histories of runs that have just ended take the server some 20 seconds. */
const deletedWithinMs = 120_000;

type Temporal = Pick<Session, 'client' | 'environment'>;

/** All runs, newest first. `isCut`: there are more. */
export async function listRuns({ client: { workflowService, options } }: Temporal): Promise<{ runs: Run[]; isCut: boolean }> {
  const runs: Run[] = [];
  let token: Uint8Array = new Uint8Array();
  do {
    const page = await workflowService.listWorkflowExecutions({ namespace: options.namespace, pageSize: 1_000, nextPageToken: token });
    for (const { execution, type, status } of page.executions ?? []) runs.push({ workflowId: execution?.workflowId ?? '', runId: execution?.runId ?? '', type: type?.name ?? '', isRunning: Number(status) === runningStatus });
    token = page.nextPageToken ?? new Uint8Array();
  } while (token.length > 0 && runs.length < mostRuns);
  return { runs: runs.slice(0, mostRuns), isCut: token.length > 0 };
}

/** Reads each history, some at a time, and gives it to `look`. Returns the runs sealed with a key that is not configured. */
export async function openRuns(session: Temporal, runs: readonly Run[], look: (run: OpenedRun) => void, onProgress: (done: number) => void): Promise<Run[]> {
  const codec = createCodec(session.environment.secrets);
  const unreadable: Run[] = [];
  const waiting = runs.values();
  let done = 0;
  const work = async (): Promise<void> => {
    for (const run of waiting) {
      try {
        const { input, payloads } = await historyOf(session, run);
        const [first = '', ...texts] = (await codec.decode([...input.slice(0, 1), ...payloads])).map(textOf);
        look({ ...run, input: input.length > 0 ? first : '', texts: [first, ...texts] });
      } catch (error) {
        if (error instanceof UnknownKeyError) unreadable.push(run);
        else if (!isGone(error)) throw error; // deleted meanwhile: its time was over
      }
      onProgress((done += 1));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return unreadable;
}

async function historyOf({ client: { workflowService, options } }: Temporal, { workflowId, runId }: Run): Promise<{ input: Payload[]; payloads: Payload[] }> {
  const input: Payload[] = [];
  const payloads: Payload[] = [];
  let token: Uint8Array = new Uint8Array();
  do {
    const page = await workflowService.getWorkflowExecutionHistory({ namespace: options.namespace, execution: { workflowId, runId }, nextPageToken: token });
    for (const event of page.history?.events ?? []) {
      if (event.workflowExecutionStartedEventAttributes) collect(event.workflowExecutionStartedEventAttributes.input, input);
      collect(event, payloads);
    }
    token = page.nextPageToken ?? new Uint8Array();
  } while (token.length > 0);
  return { input, payloads };
}

function collect(value: unknown, into: Payload[]): void {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  if (isPayload(value)) into.push({ metadata: value.metadata, data: value.data });
  else for (const one of Object.values(value)) collect(one, into);
}

const isPayload = (value: object): value is { metadata: Record<string, Uint8Array>; data: Uint8Array } => 'metadata' in value && 'data' in value && value.data instanceof Uint8Array && typeof value.metadata === 'object' && value.metadata !== null && 'encoding' in value.metadata;

const textOf = ({ data }: Payload): string => Buffer.from(data ?? []).toString('utf8');

/** Ends a run that works on nobody else. One that has ended meanwhile is as good. */
export async function endRun({ client }: Temporal, { workflowId, runId }: Run): Promise<void> {
  await client.workflow.getHandle(workflowId, runId).terminate('erased').catch((error: unknown) => {
    if (!isGone(error)) throw error;
  });
}

/** Deletes the histories and waits until they are gone. @throws Complaint when the server takes too long; repeating it is harmless */
export async function deleteRuns({ client: { workflowService, options } }: Temporal, runs: readonly Run[]): Promise<void> {
  const { namespace } = options;
  for (const { workflowId, runId } of runs) {
    await workflowService.deleteWorkflowExecution({ namespace, workflowExecution: { workflowId, runId } }).catch((error: unknown) => {
      if (!isGone(error)) throw error;
    });
  }
  const deadline = performance.now() + deletedWithinMs;
  for (const { workflowId, runId } of runs) {
    while (await isThere()) {
      if (performance.now() > deadline) throw new Complaint(`Temporal has not deleted ${workflowId} yet; all else is done: repeat the command later`, exitCodes.unreachable);
      await wait(100);
    }
    async function isThere(): Promise<boolean> {
      try {
        await workflowService.describeWorkflowExecution({ namespace, execution: { workflowId, runId } });
        return true;
      } catch (error) {
        if (isGone(error)) return false;
        throw error;
      }
    }
  }
}

function isGone(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code: number | undefined = isGrpcServiceError(cause) ? cause.code : undefined;
  return code === notFound || (error instanceof Error && error.name === 'WorkflowNotFoundError');
}
