/**
 * The one place where errors of a step become Temporal failures (design 5): what is retried, after how long, and what parks the record.
 * Messages hold no vendor's words: those travel in the details, which the codec encrypts.
 */
import { activityInfo, CompleteAsyncError } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import * as outside from '../activities/errors.ts';
import { failedStepOf } from '../activities/failed-step.ts';
import type { Step } from '../domain/outcome.ts';
import type { ParkReason } from '../domain/reasons.ts';
import { BusyKeyError, DeadlineError, LedgerUnavailableError, StaleFenceError } from '../ledger/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** What workflows and operators learn of a failure beside its type. */
export interface FailureDetail {
  reason?: ParkReason;
  /** absent: the activity's type says it */
  step?: Step;
  /** the vendor's own words, possibly personal */
  words?: string;
  field?: string;
  code?: string;
  status?: number;
  endpoint?: string;
}

export interface FailureFacts {
  ledger: Pick<Ledger, 'states' | 'marks'>;
  /** absent for steps that touch the ledger alone */
  connection?: string;
  /** stable over the attempts of one step: whose failures are counted */
  step: { subject: string; activityType: string; execution: string };
}

/** Trouble that may be the record's own, and what nobody foresaw, is tried this often before the record is parked. */
const triesOfRecord = 5;
const pausedDelayMs = 5_000;
const ledgerDelayMs = 1_000;
const tookOverDelayMs = 1_000;

export const createFailureInterceptor =
  (ledger: Ledger, connection?: string): ActivityInterceptorsFactory =>
  () => ({
    inbound: {
      execute: async (input, next) => {
        try {
          return await next(input);
        } catch (error) {
          throw await toFailure(error, { ledger, step: stepOfActivity(), ...(connection === undefined ? {} : { connection }) });
        }
      },
    },
  });

function stepOfActivity(): FailureFacts['step'] {
  const { workflowExecution, activityId, activityType } = activityInfo();
  return { subject: `step:${workflowExecution?.workflowId ?? ''}`, activityType, execution: `${workflowExecution?.runId ?? ''}/${activityId}` };
}

/** The failure that Temporal is told. Every retryable one carries its delay: the engine's own would grow with benign bounces. */
export async function toFailure(error: unknown, facts: FailureFacts): Promise<unknown> {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure || error instanceof CompleteAsyncError) return error;
  if (isAbort(error)) return new CancelledFailure('the step was cancelled');
  try {
    return benign(error) ?? final(error) ?? (await counted(error, facts));
  } catch (noting) {
    if (noting instanceof LedgerUnavailableError) return retryable(noting.name, noting.message, ledgerDelayMs);
    return retryable('LedgerUnavailableError', 'the ledger cannot be reached', ledgerDelayMs);
  }
}

/** Node's own words for a wait that its signal ended. */
const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

/** Not a failure at all: somebody else's turn, a pause, or a second sender. Neither logged nor counted. */
function benign(error: unknown): ApplicationFailure | undefined {
  if (error instanceof BusyKeyError || error instanceof outside.BudgetBusyError) return retryable(error.name, error.message, error.retryAfterMs, { isBenign: true });
  if (error instanceof outside.PausedError) return retryable(error.name, error.message, pausedDelayMs, { isBenign: true });
  if (error instanceof StaleFenceError || error instanceof DeadlineError) return retryable(error.name, error.message, tookOverDelayMs, { isBenign: true });
  return undefined;
}

/** Repeating is pointless: the workflow decides what becomes of the record. */
function final(error: unknown): ApplicationFailure | undefined {
  if (error instanceof outside.PermanentError) {
    // "refused" is what any refusal is; only a more telling reason is worth stating
    return nonRetryable(error, { ...detailOf(error), ...(error.reason === 'refused' ? {} : { reason: error.reason }) });
  }
  if (error instanceof outside.ForbiddenError) return nonRetryable(error, detailOf(error));
  if (error instanceof outside.UnexpectedReplyError) return nonRetryable(error, { ...detailOf(error), reason: 'unexpected-reply', field: error.field });
  if (error instanceof outside.BadDataError) return nonRetryable(error, { reason: 'bad-data', field: error.field });
  if (error instanceof outside.SettingsError) return nonRetryable(error, { reason: 'settings-mistake' });
  return undefined;
}

/** What is retried after a delay that the ledger knows. */
async function counted(error: unknown, facts: FailureFacts): Promise<ApplicationFailure> {
  if (error instanceof LedgerUnavailableError) return retryable(error.name, error.message, ledgerDelayMs);
  if (error instanceof outside.RateLimitedError) return retryable(error.name, error.message, error.retryAfterMs, { detail: detailOf(error) });
  if (error instanceof outside.RetryableError) return retryable(error.name, error.message, await transportDelay(error, facts), { detail: detailOf(error) });
  if (error instanceof outside.UnauthorizedError) {
    if (facts.connection !== undefined) await facts.ledger.states.pause(`connection:${facts.connection}`, 'unauthorised');
    return retryable(error.name, error.message, pausedDelayMs, { detail: detailOf(error) });
  }
  if (error instanceof outside.PerhapsRecordError) return perhapsRecord(error.name, error.message, { ...detailOf(error), ...whereOf(error), reason: 'perhaps-the-record' }, facts);
  const what = error instanceof Error ? error.name : typeof error;
  return perhapsRecord('Unforeseen', `something failed in a way nobody foresaw (${what})`, { ...whereOf(error), reason: 'unforeseen', words: wordsOfUnforeseen(error) }, facts);
}

async function transportDelay(error: outside.RetryableError, { ledger, connection }: FailureFacts): Promise<number> {
  if (error.retryDelayMs !== undefined) return error.retryDelayMs;
  if (connection === undefined) return ledgerDelayMs;
  return (await ledger.states.noteFailure(connection, 'no usable answer')).waitMs;
}

/** Some tries, then the record is parked; counted in the ledger, since bounces raise the attempt number. */
async function perhapsRecord(type: string, message: string, detail: FailureDetail, { ledger, step }: FailureFacts): Promise<ApplicationFailure> {
  const name = `failures:${step.activityType}`;
  const noted = countIn(await ledger.marks.get(step.subject, name), step.execution) + 1;
  await ledger.marks.set(step.subject, name, `${noted} ${step.execution}`);
  if (noted >= triesOfRecord) return ApplicationFailure.create({ type, message, nonRetryable: true, details: [detail] });
  return retryable(type, message, 1_000 * 2 ** (noted - 1), { detail });
}

/** Failures of an earlier execution of the step do not count. */
function countIn(mark: string | undefined, execution: string): number {
  const [count = '0', of = ''] = (mark ?? '').split(' ');
  return of === execution ? Number(count) : 0;
}

function retryable(type: string, message: string, delayMs: number, extra: { isBenign?: boolean; detail?: FailureDetail } = {}): ApplicationFailure {
  return ApplicationFailure.create({
    type,
    message,
    nonRetryable: false,
    nextRetryDelay: Math.max(1, Math.ceil(delayMs)),
    details: [extra.detail ?? {}],
    ...(extra.isBenign ? { category: ApplicationFailureCategory.BENIGN } : {}),
  });
}

const nonRetryable = (error: Error, detail: FailureDetail): ApplicationFailure =>
  ApplicationFailure.create({ type: error.name, message: error.message, nonRetryable: true, details: [{ ...detail, ...whereOf(error) }] });

function whereOf(error: unknown): Pick<FailureDetail, 'step'> {
  const step = failedStepOf(error);
  return step === undefined ? {} : { step };
}

const detailOf = ({ words, code, status, endpoint }: outside.ApiError): FailureDetail => ({
  endpoint,
  ...(words === undefined ? {} : { words }),
  ...(code === undefined ? {} : { code }),
  ...(status === undefined ? {} : { status }),
});

/** Message and place, for whoever mends it; they may hold anything, so they travel as details only. */
function wordsOfUnforeseen(error: unknown): string {
  if (!(error instanceof Error)) return 'no error was given';
  return error.stack ?? error.message;
}
