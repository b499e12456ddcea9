/** What a step's failure means for its record. Failures are told apart by their type, never by their text. */
import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import { steps, type Outcome, type Step } from '../domain/outcome.ts';
import { parkReasons, type ParkReason } from '../domain/reasons.ts';

const stepOfActivity: Record<string, Step> = {
  readOrder: 'read the order',
  ensureParties: 'customer and products',
  createOrder: 'create the order',
  importOrder: 'create the order',
  followOrder: 'follow the order',
  setStatus: 'set the status',
  readPage: 'read a page',
  readIndexPage: 'index',
};

const reasonOfType: Record<string, ParkReason> = {
  PermanentError: 'refused',
  ForbiddenError: 'refused',
  UnexpectedReplyError: 'unexpected-reply',
  PerhapsRecordError: 'perhaps-the-record',
  SettingsError: 'settings-mistake',
  BadDataError: 'bad-data',
};

/** The parked outcome of a failed step, with the vendor's words as detail. Anything but a step's failure is thrown on. */
export function parkedBy(error: unknown): Extract<Outcome, { kind: 'parked' }> {
  if (!(error instanceof ActivityFailure)) throw error;
  const { cause } = error;
  const step = statedStep(cause) ?? stepOfActivity[error.activityType] ?? 'check';
  if (cause instanceof ApplicationFailure) return { kind: 'parked', step, reason: reasonOf(cause, step), detail: wordsOf(cause) };
  if (cause instanceof TimeoutFailure) return { kind: 'parked', step, reason: 'unforeseen', detail: 'the step did not finish in time' };
  throw error;
}

/** True when a step failed because the account lacks a right: one harmless call tells whether it is the account or the record (design 5). */
export const isForbidden = (error: unknown): error is ActivityFailure => error instanceof ActivityFailure && error.cause instanceof ApplicationFailure && error.cause.type === 'ForbiddenError';

function reasonOf(failure: ApplicationFailure, step: Step): ParkReason {
  const stated = firstDetail(failure)?.['reason'];
  if (typeof stated === 'string' && isParkReason(stated)) return stated;
  if (failure.type === 'PermanentError' && (step === 'read the order' || step === 'set the status')) return 'source-refused';
  return reasonOfType[failure.type ?? ''] ?? 'unforeseen';
}

/** Where a durable step consists of several. */
function statedStep(cause: unknown): Step | undefined {
  const stated = cause instanceof ApplicationFailure ? firstDetail(cause)?.['step'] : undefined;
  return steps.find((step) => step === stated);
}

function wordsOf(failure: ApplicationFailure): string {
  const words = firstDetail(failure)?.['words'];
  return typeof words === 'string' && words !== '' ? `${failure.message}: ${words}` : failure.message;
}

function firstDetail(failure: ApplicationFailure): Record<string, unknown> | undefined {
  const detail: unknown = failure.details?.[0];
  return isRecord(detail) ? detail : undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isParkReason = (text: string): text is ParkReason => Object.hasOwn(parkReasons, text);
